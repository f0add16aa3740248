"""How well lists are read: `python -m train.lists --bills 300`

Invoices of the test split whose items are known, as forms and as viewers print electronic ones, a part of them scans
with OCR's errors, through tables and `prompts.line_items` with the ready schema. A row is right where every cell that
was read is: numbers exactly, descriptions to nine letters in ten. Prints counts with 95 % intervals, and as its last
line the same as JSON.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from random import Random
from typing import Any

from preprocess.document import PageText
from preprocess.lines import to_lines
from preprocess.tables.find import Cell, Table, find_tables
from preprocess.tables.pages import join_over_pages
from prompts.extracted import value_of
from prompts.folding import fold
from prompts.line_items import LineItems, line_items
from prompts.schema import ListField, read_schema
from prompts.scoring import wilson_interval
from train.factory import noise
from train.factory.documents import e_invoice, invoice_page
from train.factory.documents.bill import Bill, Item, any_bill
from train.factory.sample import Split
from train.factory.scene import Scene, words

SCANS = 0.3
ALIKE = 0.9
TRUTH = {"description": "name", "quantity": "quantity", "unit_price": "price", "amount": "amount"}


def bills(count: int, split: Split = "test") -> Iterator[tuple[Bill, tuple[Scene, ...], bool, Random]]:
    """Bills, their pages, and whether they are scans."""
    for number in range(count):
        rng = Random(f"lists {split} {number}")
        look = e_invoice if number % 2 else invoice_page
        bill = any_bill(rng, split, False)
        yield bill, look.draw(rng, split, bill), rng.random() < SCANS, rng


def tables_of(scenes: tuple[Scene, ...], is_scan: bool, rng: Random) -> tuple[Table, ...]:
    found: list[Table] = []
    for number, scene in enumerate(scenes, 1):
        read, aspect = words(scene), scene.width / scene.height
        if is_scan:
            read = noise.read(read, noise.Ocr.of(rng), aspect, set(), rng)
        found += find_tables(PageText(to_lines(read, aspect), "ocr" if is_scan else "text"), number)
    return join_over_pages(found)


def judged(bill: Bill, read: LineItems, field: ListField) -> Counter[str]:
    """Rows and cells: there, found, right; and rows that are none of the bill's. A row that was missed excuses none."""
    columns = {column.last: column for column in field.columns}
    found = _aligned(bill.items, read.rows, columns)
    counts: Counter[str] = Counter(rows=len(bill.items), read=len(read.rows))
    counts["none"] = len(read.rows) - sum(map(bool, found))
    for item, row in zip(bill.items, found, strict=True):
        right = {name: _is_right(columns[name], row[name], item) for name in row}
        counts["cells"] += len(TRUTH)
        counts["cells read"] += len(row)
        counts["cells right"] += sum(right.values())
        counts["rows right"] += bool(row) and all(right.values())
    return counts


def _aligned(
    items: tuple[Item, ...], rows: tuple[Mapping[str, Cell], ...], columns: Mapping[str, Any]
) -> list[Mapping[str, Cell]]:
    """For each item the first row not yet taken that says its name; an empty one where there is none.

    Then items that are left take, of the rows that are left, the first that says their amount: its name was misread.
    """
    left = list(rows)
    found: list[Mapping[str, Cell]] = [{} for _ in items]
    for name in ("description", "amount"):
        for place, item in enumerate(items):
            if not found[place] and (hit := next((row for row in left if _says(columns[name], row, item)), None)):
                left.remove(hit)
                found[place] = hit
    return found


def _says(column: Any, row: Mapping[str, Cell], item: Item) -> bool:
    return column.last in row and _is_right(column, row[column.last], item)


def _alike(said: str, name: str) -> bool:
    return name in said or SequenceMatcher(None, fold(said), fold(name)).ratio() >= ALIKE


def _is_right(column: Any, cell: Cell, item: Item) -> bool:
    if column.kind == "string":
        return _alike(cell.text, item.name)
    value = value_of(column, cell.text)
    return value is not None and abs(value - float(getattr(item, TRUTH[column.last]))) < 0.005


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m train.lists", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bills", type=int, default=300)
    parser.add_argument("--split", choices=("test", "train"), default="test")
    args = parser.parse_args(argv)
    if args.bills < 1:
        parser.error("--bills must be at least 1")
    field = next(one for one in read_schema("invoice") if isinstance(one, ListField))
    total: dict[str, Counter[str]] = {"digital": Counter(), "scan": Counter()}
    for bill, scenes, is_scan, rng in bills(args.bills, args.split):
        total["scan" if is_scan else "digital"] += judged(
            bill, line_items(field, tables_of(scenes, is_scan, rng)), field
        )
    told = {}
    for medium, counts in total.items():
        told[medium] = {
            "rows right": _share(counts["rows right"], counts["rows"]),
            "cells right of those read": _share(counts["cells right"], counts["cells read"]),
            "rows read that are none": _share(counts["none"], counts["read"]),
        }
        for name, (share, low, high, n) in told[medium].items():
            print(f"{medium:8} {name:26} {share:6.1%}  {low:.1%} to {high:.1%}  n {n}")
    print(json.dumps(told))


def _share(hits: int, n: int) -> tuple[float, float, float, int]:
    low, high = wilson_interval(hits, n)
    return (hits / n if n else 0.0), low, high, n


if __name__ == "__main__":
    main()
