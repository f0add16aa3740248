"""Sums below a table: names that lie across its columns neither join these nor become rows of them."""

from __future__ import annotations

import pytest

from preprocess.document import Word
from preprocess.tables.find import find_tables
from tests.documents.typeset import HEIGHT, page, put, table


def texts_of(rows: list[list[str]], sums: list[tuple[str, str]], edges, align: str, x: float, first: int):
    """The tables of a page with `rows`, and as its lines from the one of that number on `sums`, named at `x`."""
    below: list[Word] = []
    for number, (name, amount) in enumerate(sums, first):
        y = 0.1 + number * 1.5 * HEIGHT
        below += [*put(name, x, y), *put(amount, edges[-1], y, "right")]
    return [found.texts for found in find_tables(page(table(rows, edges, align=align), below))]


@pytest.mark.parametrize("apart", [0, 1])
def test_the_name_of_a_sum_may_lie_across_columns(apart):
    """It does not join what the rows above part, and what stands right below them belongs to the table."""
    rows = [
        ["No.", "Pieces", "Item", "Unit", "Price", "Amount"],
        ["1", "12", "Bolts", "kg", "0.50", "6.00"],
        ["2", "4", "Nuts and washers", "kg", "1.00", "4.00"],
    ]
    sums = [("Sum of all:", "10.00"), ("Value added tax:", "1.90"), ("Sum to be paid:", "11.90")]
    found = texts_of(rows, sums, (0.1, 0.2, 0.24, 0.5, 0.64, 0.8), "lrllrr", 0.1, 3 + apart)
    assert found[0][:3] == rows
    assert [[text for text in row if text] for part in found for row in part][3:] == [list(pair) for pair in sums]
    assert len(found) == 1 + apart


def test_a_sum_with_a_short_name_is_no_row_either():
    """`Sum` keeps the columns apart, what stands right below it does not."""
    rows = [
        ["Kind", "Goods", "Charge", "Basis", "Rate", "Tax"],
        ["Goods of the first kind", "90.00", "0.00", "90.00", "10%", "9.00"],
        ["Services", "10.00", "0.00", "10.00", "10%", "1.00"],
    ]
    names = ("Sum", "All of the charges", "Sum without tax", "Still to be paid")
    sums = [(name, f"{number}00.00") for number, name in enumerate(names, 1)]
    assert texts_of(rows, sums, (0.1, 0.36, 0.44, 0.54, 0.64, 0.8), "lrrrrr", 0.32, 3)[0] == rows


@pytest.mark.parametrize("colon", [": ", "\uff1a", "\u5458:"])
def test_values_with_labels_of_their_own_are_no_row_of_the_table_above(colon):
    """Nor do they join what the rows above part."""
    rows = [
        ["Goods", "Unit", "Pieces", "Price", "Amount"],
        ["Bolts of steel", "kg", "12", "0.50", "6.00"],
        ["Nuts", "kg", "4", "1.00", "4.00"],
        ["Washers", "kg", "4", "2.00", "8.00"],
    ]
    edges = (0.1, 0.34, 0.44, 0.54, 0.66)
    people = [[f"Cashier{colon}Ann", "", "", f"Till{colon}3", ""], [f"By{colon}Bo", "", f"Checked{colon}Cy", "", ""]]
    assert [found.texts for found in find_tables(page(table(rows + people, edges)))] == [rows]
