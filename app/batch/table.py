"""A run as a table, one row a document: `python -m app.batch.table out.jsonl -o out.xlsx` (or `.csv`)

Columns are the file, its status, and the answer with its pages, or each value of the schema with its grade. Exit codes:
0 written, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from app.batch.journal import Record
from app.terminal import speak_utf8, tell

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(records: Sequence[Record]) -> list[list[Any]]:
    """A head, and a row for each record. Columns that no record has are left out."""
    found = [_cells(record) for record in records]
    head = list(dict.fromkeys(name for cells in found for name in cells))
    return [head, *([cells.get(name) for name in head] for cells in found)]


def _cells(record: Record) -> dict[str, Any]:
    cells: dict[str, Any] = {"source": record["source"], "status": record["status"]}
    for error in record.get("errors", ()):
        cells |= {"error": error["code"], "message": error["message"]}
    if "text" in record:
        cells |= {"answer": record["text"], "normalised": record["normalised"]}
        cells["pages"] = ", ".join(str(page) for page in sorted({cited["page"] for cited in record["citations"]}))
        cells["quotes"] = ", ".join(sorted({cited["status"] for cited in record["citations"]}))
    for name, field in record.get("fields", {}).items():
        cells[name] = field["text"] if field["value"] is None else field["value"]
        cells[f"{name} grade"] = field["grade"]
    return cells


def write_csv(table: Iterable[Sequence[Any]], path: Path) -> None:
    """UTF-8 with a mark, which Excel needs. What would be a formula there is kept a text: documents are not trusted."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([_harmless(cell) for cell in row] for row in table)


def write_xlsx(table: Iterable[Sequence[Any]], path: Path) -> None:
    """A workbook with one sheet; numbers are numbers, texts are texts."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("documents")
    for row in table:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"  # also where it begins with =
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


WRITERS = {".csv": write_csv, ".xlsx": write_xlsx}


def _harmless(cell: Any) -> Any:
    if not isinstance(cell, str) or not cell.startswith(FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return "'" + cell
    return cell


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.batch.table", description="A batch's output as a table.")
    parser.add_argument("records", type=Path, help="JSONL that app.batch wrote")
    parser.add_argument("-o", "--output", type=Path, required=True, help=f"file to write: {', '.join(WRITERS)}")
    args = parser.parse_args(argv)
    speak_utf8()
    writer = WRITERS.get(args.output.suffix.lower())
    if writer is None:
        tell(f"error: {args.output} is none of {', '.join(WRITERS)}")
        return 2
    try:
        records = [json.loads(line) for line in args.records.read_text(encoding="utf-8").splitlines()]
        writer(rows(records), args.output)
    except (OSError, ValueError, KeyError) as error:
        tell(f"error: {args.records} to {args.output}: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
