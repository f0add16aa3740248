"""Characters of a pdfium text page to words.

pdfium gives characters in the order of the content and puts in spaces and line ends of its own. Its line ends are
believed; its spaces are not, for it sees some between letters set a little apart too: a word ends where a gap is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

GAP = 0.16  # of a character's height; kerning is less, a space is more
HYPHEN = "-"


class Rectangle(NamedTuple):
    """A rectangle on the page's plane in points, origin bottom left."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Character:
    """One character, where it stands, and whether it is a hyphen at the end of its line."""

    text: str
    bounds: Rectangle
    ends_line: bool


def read_characters(text_page: Any, shown: Rectangle) -> Iterator[Character]:
    """Those that reach into `shown`, and blanks wherever they stand."""
    import pypdfium2_raw as pdfium

    bounds = pdfium.FS_RECTF()
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        hyphen = pdfium.FPDFText_IsHyphen(text_page, index) == 1
        unmapped = code == 0 or pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1
        text = HYPHEN if hyphen else "\ufffd" if unmapped else chr(code)
        if text == " " and pdfium.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        if not pdfium.FPDFText_GetLooseCharBox(text_page, index, bounds):
            continue
        place = Rectangle(bounds.left, bounds.bottom, bounds.right, bounds.top)
        if text.isspace() or _meet(place, shown):
            yield Character(text, place, hyphen)


def group(characters: Iterable[Character]) -> Iterator[tuple[str, Rectangle]]:
    """Words and the rectangles around them."""
    word: list[Character] = []
    for character in characters:
        blank = character.text.isspace()
        if word and (blank or word[-1].ends_line or _apart(word[-1].bounds, character.bounds)):
            yield _joined(word)
            word = []
        if not blank:
            word.append(character)
    if word:
        yield _joined(word)


def _joined(word: Sequence[Character]) -> tuple[str, Rectangle]:
    text = "".join(character.text for character in word)
    # A character beyond the first 65,536 may come in two halves.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    places = [character.bounds for character in word]
    return text, Rectangle(
        min(place.left for place in places),
        min(place.bottom for place in places),
        max(place.right for place in places),
        max(place.top for place in places),
    )


def _meet(one: Rectangle, other: Rectangle) -> bool:
    return one.left < other.right and one.right > other.left and one.bottom < other.top and one.top > other.bottom


def _apart(one: Rectangle, other: Rectangle) -> bool:
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.bottom, other.bottom) - min(one.top, other.top)
    return max(across, down) > GAP * min(one.top - one.bottom, other.top - other.bottom)
