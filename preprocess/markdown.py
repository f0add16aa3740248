"""A page's words as Markdown: lines in reading order, rows that make a table as one, a comment where a page begins.

    <!-- page 1 -->

    ACME Ltd

    | Item | Qty | Amount |
    | --- | --- | --- |
    | Paper | 2 | 9.00 |

What the document says is text and stays so: it can neither begin a heading nor hide a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median

from preprocess.document import Document, Line, PageText

LEAST_ROWS, LEAST_COLUMNS = 3, 3  # two columns are labels and values, which read well as they are
PARAGRAPH = 1.6  # of the usual step from line to line: a wider one ends a paragraph

_CELLS = re.compile(r" {2,}")
_SPECIAL = re.compile(r"[\\`*_\[\]|]")
_BEGINS_BLOCK = re.compile(r"^(?=[#>+-]|\d+[.)]\s)")


def document_markdown(document: Document) -> Iterator[str]:
    """One piece a page, each with its comment."""
    for page in document.pages:
        yield page_markdown(page.number, page.text())


def page_markdown(number: int, text: PageText) -> str:
    """A page's comment and words. OCR is named, and a page without words says so."""
    note = {"text": "", "ocr": ", read by OCR", "none": ": no text"}[text.source]
    return "\n\n".join([f"<!-- page {number}{note} -->", *_blocks(text.lines)]) + "\n"


def _blocks(lines: Sequence[Line]) -> Iterator[str]:
    """Tables and paragraphs, from the top down."""
    for columns, run in groupby(lines, lambda line: len(_cells(line))):
        rows = list(run)
        if columns >= LEAST_COLUMNS and len(rows) >= LEAST_ROWS:
            yield _table(rows)
        else:
            yield from _paragraphs(rows, lines)


def _table(rows: Sequence[Line]) -> str:
    head, *rest = ["| " + " | ".join(_escaped(cell) for cell in _cells(row)) + " |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(_cells(rows[0])), *rest])


def _paragraphs(rows: Sequence[Line], page: Sequence[Line]) -> Iterator[str]:
    """Lines below one another, parted where the step between them is wider than the page's usual one."""
    steps = [step for before, after in pairwise(page) if (step := _step(before, after)) > 0]
    widest = PARAGRAPH * median(steps) if steps else 0.0
    part = [_begun(rows[0])]
    for before, after in pairwise(rows):
        if not 0 < _step(before, after) <= widest:
            yield "\n".join(part)
            part = []
        part.append(_begun(after))
    yield "\n".join(part)


def _step(before: Line, after: Line) -> float:
    return after.box.y1 - before.box.y1


def _cells(line: Line) -> list[str]:
    return _CELLS.split(line.text)


def _begun(line: Line) -> str:
    return _BEGINS_BLOCK.sub(r"\\", _escaped(line.text))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("&", "&amp;").replace("<", "&lt;")
