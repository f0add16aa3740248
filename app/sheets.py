"""Rows to spreadsheets. What a document says stays text there: it is not trusted, and must never become a formula."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Rows = Iterable[Sequence[Any]]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
EXCEL_MARK = "utf-8-sig"  # Excel takes a file without this mark for another encoding
ESCAPED = "backslashreplace"  # what UTF-8 cannot hold, of a file's name, as the batch's own output has it

_BEHIND_SEMICOLON = re.compile(r"(?<=;)(\s*)([=+\-@][^;]*)")
_FIGURE = re.compile(r"[+-]?\s?[€$£¥]?[\d.,'’\s]*[%‰€$£¥]?")
# What can be read in one way alone, and the format in which a workbook shows it as it is printed. `1,204` cannot.
_PRINTED = {
    "0": re.compile(r"-?(?:0|[1-9]\d{0,6})"),
    "0.00": re.compile(r"-?(?:0|[1-9]\d*)\.\d\d"),
    "#,##0.00": re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+\.\d\d"),
}
_EXACT = 15  # digits that a workbook keeps
_NOT_KEPT = ("-0", "-0.00")  # zero has no sign there
_SHORT = 3  # digits: years, postcodes and numbers of articles have more, and all of them as many


class Number(NamedTuple):
    """A number, and the format in which a workbook shows it as it is printed."""

    value: float
    form: str


def csv_text(tables: Iterable[Rows], end: str = "\r\n") -> str:
    """Tables as CSV, an empty line between two of them; `end` ends a line."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator=end)
    for number, rows in enumerate(tables):
        if number:
            file.write(end)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return file.getvalue()


def write_csv_file(tables: Iterable[Rows], path: Path) -> None:
    """UTF-8 with the mark that Excel needs.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_text(csv_text(tables), encoding=EXCEL_MARK, errors=ESCAPED, newline="")


def write_out(
    form: str,
    target: Path | None,
    rows: Sequence[Rows],
    texts: Mapping[str, Callable[[], str]],
    workbook: Callable[[Path], None],
) -> None:
    """What a program has found, as `form`: `csv` of `rows`, `xlsx` by `workbook`, or one of `texts`.

    Into the file `target`, or without one to the standard output, which takes no workbook.

    Raises:
        OSError: the file cannot be written.
    """
    if target is not None and form == "xlsx":
        workbook(target)
    elif target is not None and form == "csv":
        write_csv_file(rows, target)
    else:
        text = csv_text(rows, "\n") if form == "csv" else texts[form]()
        if target is None:
            sys.stdout.write(text.rstrip("\n") + "\n")
        else:
            target.write_text(text + "\n", encoding="utf-8")


def write_workbook(sheets: Mapping[str, Rows], path: Path) -> None:
    """A workbook of at least one sheet, by name; numbers are numbers, texts are texts (see `with_numbers`).

    Raises:
        OSError: the file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            cells = []
            for value in row:
                if isinstance(value, str):
                    value = ILLEGAL_CHARACTERS_RE.sub("", value).encode(errors=ESCAPED).decode()
                cell = WriteOnlyCell(sheet, value.value if isinstance(value, Number) else value)
                if isinstance(value, Number):
                    cell.number_format = value.form
                if isinstance(value, str):
                    cell.data_type = "s"  # also where it begins with =
                cells.append(cell)
            sheet.append(cells)
    book.save(path)


def with_numbers(rows: Sequence[Sequence[str]], head: int) -> list[list[str | Number]]:
    """The same rows, texts that are numbers as such, so that they can be summed; the first `head` rows are heads.

    Only in columns that hold no other figures: a sum that leaves some out would be wrong, and nobody would see it.
    Whole numbers that all have as many digits rather name something.
    """
    figures = [[text for text in column[head:] if any(map(str.isdigit, text))] for column in zip(*rows, strict=True)]
    are_numbers = [all(map(_form_of, texts)) and not _are_names(texts) for texts in figures]
    return [
        [
            Number(float(text.replace(",", "")), form)
            if number >= head and is_number and (form := _form_of(text))
            else text
            for text, is_number in zip(row, are_numbers, strict=True)
        ]
        for number, row in enumerate(rows)
    ]


def _form_of(text: str) -> str:
    if sum(map(str.isdigit, text)) > _EXACT or text in _NOT_KEPT:
        return ""
    return next((form for form, pattern in _PRINTED.items() if pattern.fullmatch(text)), "")


def _are_names(texts: Sequence[str]) -> bool:
    lengths = {len(text) for text in texts}
    return all(map(str.isdigit, texts)) and len(lengths) == 1 and max(lengths) > _SHORT


def _harmless(cell: Any) -> Any:
    """What would be a formula in Excel, with a mark that makes it text; `-5,00 €` is none.

    Where Excel parts cells by semicolons, as in German, one may begin behind each.
    """
    if not isinstance(cell, str):
        return cell
    cell = _BEHIND_SEMICOLON.sub(
        lambda found: found[0] if _is_number(found[2].strip()) else f"{found[1]}'{found[2]}", cell
    )
    return "'" + cell if cell.startswith(FORMULA) and not _is_number(cell) else cell


def _is_number(text: str) -> bool:
    if _FIGURE.fullmatch(text):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True
