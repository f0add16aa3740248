"""How words are made comparable: NFKC, case, white space, quotation marks, dashes, numbers without signs of footnotes;
and the way back to the letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from preprocess.notes import is_note

_ALIKE = {ord(mark): '"' for mark in "“”„‟«»″"} | {ord(mark): "'" for mark in "‘’‚‛‹›′"}
_ALIKE |= {ord(mark): "-" for mark in "‐‑‒–—―−"}


def fold(text: str) -> str:
    """`text` as it is compared."""
    if text.isascii():
        return " ".join(text.lower().split())
    return "".join(folded for folded, _, _ in _folded(text))


def _folded(text: str) -> Iterator[tuple[str, int, int]]:
    """The folded characters, each with the stretch of `text` it comes from."""
    space: tuple[int, int] | None = None
    begun = False
    for start, end in _clusters(text):
        if is_note(text, start):
            continue
        folded = unicodedata.normalize("NFKC", text[start:end]).casefold().translate(_ALIKE)
        for character in folded:
            if character.isspace():
                space = space or (start, end)
            elif unicodedata.category(character) != "Cf":
                if space is not None and begun:
                    yield " ", *space
                yield character, start, end
                space, begun = None, True


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Each character together with the accents that follow it."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.combining(text[end]):
            yield start, end
            start = end


def origin(text: str) -> list[tuple[int, int]]:
    """For each character of `fold(text)` the stretch of `text` that it comes from."""
    return [(start, end) for _, start, end in _folded(text)]
