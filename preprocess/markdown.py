"""A page's words as Markdown: lines in reading order, tables as tables, a comment where a page begins.

    <!-- page 1 -->

    ACME Ltd

    | Item | Qty | Amount |
    | --- | --- | --- |
    | Paper | 2 | 9.00 |

What the document says is text and stays so: it can neither begin a heading nor hide a tag. A page that could not be
read has a comment that says why (`unread_markdown`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median

from preprocess.document import Line, PageText
from preprocess.tables.find import Found, Table, located_tables

PARAGRAPH = 1.6  # of the usual step from line to line: a wider one ends a paragraph

_SPECIAL = re.compile(r"[\\`*_\[\]|]")
_BEGINS_BLOCK = re.compile(r"^(?:(?=[#>+=~-])|(\d+)(?=[.)]\s))")


def page_markdown(number: int, text: PageText, found: Sequence[Found] | None = None) -> str:
    """A page's comment and words, without dot leaders in tables. OCR is named, and a page without words says so.

    Args:
        found: the page's tables, where they are known already.
    """
    note = {"text": "", "ocr": ", read by OCR", "none": ": no text"}[text.source]
    note += ", hard to read" if text.is_doubtful else ""
    tables = list(located_tables(text)) if found is None else found
    return "\n\n".join([f"<!-- page {number}{note} -->", *_blocks(text, tables)]) + "\n"


def unread_markdown(number: int, reason: str) -> str:
    """The comment in the place of a page that could not be read."""
    return _comment(f"page {number} could not be read: {reason}")


def file_markdown(name: str) -> str:
    """The comment in front of a file's pages where others stand beside them."""
    return _comment(f"file {name}")


def table_markdown(table: Table) -> str:
    """A pipe table. Markdown wants one row of heads, so the first row is that, whatever it is."""
    head, *rest = ["| " + " | ".join(map(_escaped, row)) + " |" for row in table.texts]
    return "\n".join([head, "|" + " --- |" * len(table.texts[0]), *rest])


def _comment(said: str) -> str:
    said = re.sub("-(?=-)", "- ", " ".join(said.split()))  # two in a row would end it
    return f"<!-- {said} -->\n"


def _blocks(text: PageText, tables: Sequence[Found]) -> Iterator[str]:
    """Tables and paragraphs, from the top down."""
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
    return _BEGINS_BLOCK.sub(lambda begun: f"{begun[1] or ''}\\", _escaped(line.text))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("&", "&amp;").replace("<", "&lt;")
