"""The tables of a file, without a model: `python -m app.table report.pdf --format xlsx -o report.xlsx`

Without `-o` they go to the standard output, as CSV with an empty line between two of them. The name of the output says
the format where `--format` does not; `--table 2` takes the second one alone. What begins like a formula stays text; in
a workbook, columns of plain numbers (`3`, `12.50`, `1,204.50`) can be summed.
A page that cannot be read is told, and the rest goes on.
Exit codes: 0 done, 1 no table found or not every page read, 2 wrong usage, 3 the file cannot be read, 130 interrupted,
141 nobody reads the output any more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from app.batch.pages import read, tell_unread
from app.opening import open_file
from app.settings import Settings, add_pages, add_reading
from app.sheets import write_out
from app.tables import as_json, as_markdown, write_xlsx
from app.terminal import program, tell
from preprocess.tables.find import Table

FORMATS = ("csv", "json", "md", "xlsx")


@program
def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    form = args.format or (args.output.suffix[1:].lower() if args.output else "csv")
    if form not in FORMATS or (form == "xlsx" and args.output is None):
        tell(
            "error: a workbook needs -o" if form == "xlsx" else f"error: {args.output} is none of {', '.join(FORMATS)}"
        )
        return 2
    found = read(open_file(args.file, Settings.load(args), password=args.password, pages=args.pages), tables=True)
    tell_unread(found.errors)
    if found.is_empty:
        return 3
    tables = found.tables
    if not tables:
        tell(f"{args.file}: no table found")
        return 1
    if args.table is not None and not 1 <= args.table <= len(tables):
        tell(f"error: {args.file} has no table {args.table}; there are {len(tables)}")
        return 2
    chosen = tables if args.table is None else tables[args.table - 1 : args.table]
    _write(chosen, form, args.output)
    return 1 if found.errors else 0


def _write(tables: Sequence[Table], form: str, target: Path | None) -> None:
    texts = {"json": partial(as_json, tables), "md": partial(as_markdown, tables)}
    write_out(form, target, [table.texts for table in tables], texts, partial(write_xlsx, tables))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.table", description="The tables of a document.")
    parser.add_argument("file", help="a PDF or a picture")
    parser.add_argument("--format", choices=FORMATS, help="default: as the output is named, else csv")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="file to write")
    parser.add_argument("--table", type=int, metavar="N", help="this one alone, counted from 1")
    parser.add_argument("--password", help="of a locked PDF")
    add_pages(parser)
    add_reading(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
