"""A page's words as Markdown: lines in reading order, tables as tables, a comment where a page begins.

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
from preprocess.tables.find import Table, located_tables

PARAGRAPH = 1.6  # of the usual step from line to line: a wider one ends a paragraph

_SPECIAL = re.compile(r"[\\`*_\[\]|]")
_BEGINS_BLOCK = re.compile(r"^(?=[#>+-]|\d+[.)]\s)")


def document_markdown(document: Document) -> Iterator[str]:
    """One piece a page, each with its comment."""
    for page in document.pages:
        yield page_markdown(page.number, page.text())


def page_markdown(number: int, text: PageText) -> str:
    """A page's comment and words, without dot leaders in tables. OCR is named, and a page without words says so."""
    note = {"text": "", "ocr": ", read by OCR", "none": ": no text"}[text.source]
    return "\n\n".join([f"<!-- page {number}{note} -->", *_blocks(text)]) + "\n"


def table_markdown(table: Table) -> str:
    """A pipe table. Markdown wants one row of heads, so the first row is that, whatever it is."""
    head, *rest = ["| " + " | ".join(map(_escaped, row)) + " |" for row in table.texts]
    return "\n".join([head, "|" + " --- |" * len(table.texts[0]), *rest])


def _blocks(text: PageText) -> Iterator[str]:
    """Tables and paragraphs, from the top down."""
    tables = list(located_tables(text))
    owner = {line: number for number, found in enumerate(tables) for line in found.lines}
    shown: set[int] = set()
    for number, run in groupby(range(len(text.lines)), owner.get):
        lines = [text.lines[line] for line in run]
        if number is None:
            yield from _paragraphs(lines, text.lines)
        elif number not in shown:
            shown.add(number)
            yield table_markdown(tables[number].table)


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


def _begun(line: Line) -> str:
    return _BEGINS_BLOCK.sub(r"\\", _escaped(line.text))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("&", "&amp;").replace("<", "&lt;")
