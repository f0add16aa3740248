"""A run as a table, one row a document: `python -m app.batch.table out.jsonl -o out.xlsx` (or `.csv`)

Columns are the file, its status, what went wrong, and the answer with its pages, or each value of the schema with its
grade; of lists, pages and tables, how many there are, and the files that were written. Exit codes: 0 written, 2 wrong
usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.batch import journal
from app.batch.journal import Record
from app.batch.mirror import whole
from app.sheets import Rows, write_csv_file, write_workbook
from app.terminal import program, tell

OWN = frozenset(("source", "status", "error", "message", "files"))  # columns that a schema's field may not take


def rows(records: Sequence[Record]) -> list[list[Any]]:
    """A head, and a row for each record. Columns that no record has are left out."""
    found = [_cells(record) for record in records]
    head = list(dict.fromkeys(name for cells in found for name in cells))
    return [head, *([cells.get(name) for name in head] for cells in found)]


def _cells(record: Record) -> dict[str, Any]:
    cells: dict[str, Any] = {"source": record["source"], "status": record["status"]}
    if errors := record.get("errors"):
        cells["error"] = ", ".join(dict.fromkeys(error["code"] for error in errors))
        cells["message"] = " ".join(error["message"] for error in errors)
    if "text" in record:
        cells |= {"answer": record["text"], "normalised": record["normalised"]}
        cells["pages"] = ", ".join(str(page) for page in sorted({cited["page"] for cited in record["citations"]}))
        cells["quotes"] = ", ".join(sorted({cited["status"] for cited in record["citations"]}))
    fields, lists = record.get("fields", {}), record.get("lists", {})
    taken = OWN | {f"{key} grade" for key in fields} | {f"{key} rows" for key in lists}
    for key, field in fields.items():
        name = f"field {key}" if key in taken else key
        cells[name] = field["text"] if field["value"] is None else field["value"]
        cells[f"{name} grade"] = field["grade"]
    for name, found in lists.items():
        cells[f"{name} rows"] = len(found["rows"])
    for name in ("pages", "tables"):
        if name in record:
            cells[name] = len(record[name])
    if "files" in record:
        cells["files"] = ", ".join(record["files"])
    return cells


def write_csv(table: Rows, path: Path) -> None:
    write_csv_file([table], path)


def write_xlsx(table: Rows, path: Path) -> None:
    write_workbook({"documents": table}, path)


WRITERS = {".csv": write_csv, ".xlsx": write_xlsx}


@program
def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.batch.table", description="A batch's output as a table.")
    parser.add_argument("records", type=Path, help="JSONL that app.batch wrote")
    parser.add_argument("-o", "--output", type=Path, required=True, help=f"file to write: {', '.join(WRITERS)}")
    args = parser.parse_args(argv)
    writer = WRITERS.get(args.output.suffix.lower())
    if writer is None:
        tell(f"error: {args.output} is none of {', '.join(WRITERS)}")
        return 2
    try:
        table = rows(journal.read(args.records, tell))
    except journal.JournalError as error:
        tell(f"error: {error}")
        return 2
    with whole(args.output.resolve()) as part:
        writer(table, part)
    return 0


if __name__ == "__main__":
    sys.exit(main())
