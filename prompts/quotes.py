"""What an answer may quote: passages of a document, and where in them a quote may begin and end.

A passage is a stretch of rows read on over their ends, or a column read downwards. A quote begins and ends where a word
or a number does (`prompts.word_edges`): neither `12` nor `12.` can be quoted from `12.50`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

from preprocess.document import COLUMN
from preprocess.spaceless import read_on
from prompts.evidence import Evidence, tidy
from prompts.word_edges import ends_whole, starts_whole


def quotable(evidence: Evidence) -> str:
    """The lines that the evidence shows, without their numbers: a row each, an empty row where lines are left out and
    between pages."""
    parts = groupby(enumerate(evidence.lines.items()), key=lambda each: (each[1][1].page, each[1][0] - each[0]))
    return "\n\n".join("\n".join(tidy(shown.line.text) for _, (_, shown) in part) for _, part in parts)


def passages(text: str) -> str:
    """Everything that can be read on in `text`, a passage a line: NFC, words one space apart.

    Rows stand on lines of their own, their columns two spaces apart; an empty row parts passages.
    """
    found: list[str] = []
    blocks = groupby(unicodedata.normalize("NFC", text).splitlines(), key=lambda row: bool(row.strip()))
    for rows in (list(rows) for filled, rows in blocks if filled):
        found += [read_on(row.strip() for row in rows), *_columns(rows)]
    return "\n".join(" ".join(passage.split()) for passage in found)


def _columns(rows: Sequence[str]) -> Iterator[str]:
    """Each column of rows that follow one another and have as many columns."""
    cells = ([cell for cell in row.strip().split(COLUMN) if cell.strip()] for row in rows)
    for count, table in groupby(cells, key=len):
        yield from (
            read_on(cell.strip() for cell in column)
            for column in zip(*table, strict=True)
            if count > 1 and len(column) > 1
        )


def edges(passages: str) -> tuple[list[int], list[int]]:
    """The characters at which a quote may begin, and those before which it may end."""
    folded = passages.lower()
    folded = folded if len(folded) == len(passages) else passages  # places must stay
    whole = range(len(folded) + 1)
    starts = [at for at in whole[:-1] if not folded[at].isspace() and _begins(folded, at)]
    ends = [at for at in whole[1:] if not folded[at - 1].isspace() and _ends(folded, at)]
    return starts, ends


def _begins(text: str, at: int) -> bool:
    before, first = text[at - 1 : at], text[at]
    if not before or before.isspace():
        return True
    led_to = text[at - 2 : at] == ".."  # dots that lead from a label to its value
    return not _joins(before, first) and (led_to or starts_whole(text, at))


def _ends(text: str, end: int) -> bool:
    last, after = text[end - 1], text[end : end + 1]
    if not after or after.isspace():
        return True
    return not _joins(after, last) and ends_whole(text, end)


def _joins(outer: str, inner: str) -> bool:
    """Whether a mark at a quote's edge, or an accent, belongs to the letter or digit beside it, outside the quote."""
    return (outer.isalnum() and not inner.isalnum()) or "M" in (unicodedata.category(c)[0] for c in (outer, inner))
