"""The tables of a document, without a model: `tables_of(document)`; and their ways out, CSV, JSON, Markdown, XLSX."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

from app.sheets import with_numbers, write_workbook
from preprocess.document import Document, DocumentError
from preprocess.markdown import table_markdown
from preprocess.tables.find import Table, find_tables
from preprocess.tables.pages import join_over_pages


def tables_of(document: Document, cancel: Event | None = None) -> tuple[Table, ...]:
    """The tables of all pages in order; one that runs over pages is one table. `cancel` ends it at the next page.

    Raises:
        DocumentError: a page cannot be read.
    """
    found: list[Table] = []
    for page in document.pages:
        if cancel is not None and cancel.is_set():
            break
        found += find_tables(page.text(), page.number)
    return join_over_pages(found)


def readable_tables(document: Document, cancel: Event | None = None) -> tuple[tuple[Table, ...], tuple[int, ...]]:
    """Those of the pages that can be read, and the numbers of the others.

    Raises:
        DocumentError: none can be read.
    """
    readable, unreadable = [], []
    for page in document.pages:
        if cancel is not None and cancel.is_set():
            break
        try:
            page.text()
            readable.append(page)
        except DocumentError:
            unreadable.append(page.number)
            if len(unreadable) == len(document.pages):
                raise
    return tables_of(replace(document, pages=tuple(readable)), cancel), tuple(unreadable)


def as_json(tables: Sequence[Table]) -> str:
    """A list of objects: `places` (page and box), `head` (how many rows are heads), `rows` of texts, and `cells`.

    Boxes are `[x0, y0, x1, y1]` in fractions of the page as it stands upright (`preprocess.document.Page.turn`).
    """
    return json.dumps([_plain(table) for table in tables], ensure_ascii=False, indent=2)


def as_markdown(tables: Sequence[Table]) -> str:
    """Pipe tables, each below a comment that says where it begins."""
    pieces = [
        f"<!-- table {number}, page {table.page} -->\n\n{table_markdown(table)}"
        for number, table in enumerate(tables, 1)
    ]
    return "\n\n".join(pieces)


def write_xlsx(tables: Sequence[Table], path: Path) -> None:
    """A workbook with a sheet for each table, at least one; all looks as it is printed (`with_numbers`).

    Raises:
        OSError: the file cannot be written.
    """
    sheets = {
        f"table {number}, page {table.page}": with_numbers(table.texts, table.head)
        for number, table in enumerate(tables, 1)
    }
    write_workbook(sheets, path)


def _plain(table: Table) -> dict[str, Any]:
    places = [{"page": place.page, "box": _box(place.box)} for place in table.places]
    return {"places": places, "head": table.head, "rows": table.texts, "cells": list(_cells(table))}


def _cells(table: Table) -> Iterator[dict[str, Any]]:
    """Cells that are not empty: their row, first column and number of columns, counted from 0, and their place."""
    for number, row in enumerate(table.rows):
        column = 0
        for cell in row:
            if cell.place is not None:
                at = {"row": number, "column": column, "columns": cell.span}
                yield at | {"text": cell.text, "page": cell.place.page, "box": _box(cell.place.box)}
            column += cell.span


def _box(box: Any) -> list[float]:
    return [round(edge, 5) for edge in (box.x0, box.y0, box.x1, box.y1)]
