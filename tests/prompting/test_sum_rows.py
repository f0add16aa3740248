"""Sums among the rows of a list: found by name and by arithmetic, and what they count is kept."""

from __future__ import annotations

import pytest

from preprocess.document import Box
from preprocess.tables.find import Cell, Place, Table
from prompts.line_items import line_items
from prompts.schema import ListField, read_schema

PLACE = Place(1, Box(0, 0, 0.1, 0.1))
HEAD = "Item|Qty|Price|Amount"
BOUGHT = ("Bolt|2|1.50|3.00", "Nut|10|0.20|2.00")


def table(*rows: str) -> Table:
    cells = [tuple(Cell(text, PLACE if text else None) for text in row.split("|")) for row in rows]
    return Table((PLACE,), tuple(cells), 1)


def entries(*tables: Table, schema: str = "invoice") -> list[str]:
    field = next(field for field in read_schema(schema) if isinstance(field, ListField))
    return [row["description"].text for row in line_items(field, tables).rows]


@pytest.mark.parametrize(
    "sums",
    [
        ("Total HT|5.00", "TVA 20 %|1.00", "Total TTC|6.00", "Net à payer|6.00"),
        ("Base imponible|5.00", "IVA 21%|1.05", "Total factura|6.05"),
        ("Nettobetrag|5.00", "19% USt|0.95", "Bruttobetrag|5.95"),
        ("小計|5.00", "消費税(10%)|0.50", "合計金額|5.50"),
        ("Invoice total|5.00",),
    ],
)
def test_sums_of_two_columns_are_no_entries(sums: tuple[str, ...]) -> None:
    assert entries(table("Item|Amount", "Bolt|3.00", "Nut|2.00", *sums)) == ["Bolt", "Nut"]


def test_a_row_that_a_total_counts_is_no_sum_by_chance() -> None:
    rows = ("Net curtain|10.00", "Window|20.00", "Sum insured premium|30.00", "Total|60.00")
    assert entries(table("Item|Amount", *rows)) == ["Net curtain", "Window", "Sum insured premium"]
    rows = ("Bolt|1|10.00|10.00", "Shipping|||10.00", "Gift wrap|||2.00", "Total|||22.00")
    assert entries(table(HEAD, *rows)) == ["Bolt", "Shipping", "Gift wrap"]


def test_an_article_called_like_a_sum_ends_no_list() -> None:
    rows = ("Oil filter|12.00", "Total Quartz 5W30|12.00", "Wiper|10.00", "Bulb|7.00")
    assert entries(table("Item|Amount", *rows)) == ["Oil filter", "Total Quartz 5W30", "Wiper", "Bulb"]
    rows = ("Rope|1|10.00|10.00", "Fishing net|1|10.00|10.00", "Hook|2|1.00|2.00", "Bait|1|4.00|4.00")
    assert entries(table(HEAD, *rows)) == ["Rope", "Fishing net", "Hook", "Bait"]


def test_a_tax_below_the_freight_is_no_entry() -> None:
    assert entries(table(HEAD, BOUGHT[0], "Freight|||4.00", "Tax|||2.00")) == ["Bolt", "Freight"]
    assert entries(table(HEAD, BOUGHT[0], "Freight|||4.00", "Tax advice|||9.00")) == ["Bolt", "Freight", "Tax advice"]


def test_a_list_in_two_parts_with_a_total_each() -> None:
    rows = ("Screw|1|30.00|30.00", "Rope|2|5.00|10.00", "Total|||40.00", "Pin|2|5.00|10.00", "Tape|1|20.00|20.00")
    assert entries(table(HEAD, *rows, "Total|||30.00")) == ["Screw", "Rope", "Pin", "Tape"]


@pytest.mark.parametrize("bought", [BOUGHT, (*BOUGHT, "Pin|1|5.00|5.00"), (*BOUGHT, *BOUGHT, *BOUGHT)])
def test_a_discount_that_the_total_counts_is_an_entry_among_however_many(bought: tuple[str, ...]) -> None:
    total = sum(float(row.rpartition("|")[2]) for row in bought) - 1
    rows = (*bought, "Less 10 %|||-1.00", f"Total|||{total:.2f}", "Deposit|||-2.00", f"Left|||{total - 2:.2f}")
    assert entries(table(HEAD, *rows)) == [*(row.partition("|")[0] for row in bought), "Less 10 %"]


def test_taxes_that_a_total_counts_are_none() -> None:
    for tax in ("Tax", "plus 19% VAT", "19% VAT on 5.00", "T.V.A. 20 %"):
        assert entries(table(HEAD, *BOUGHT, f"{tax}|||1.00", "Total|||6.00")) == ["Bolt", "Nut"]


def test_what_is_carried_over_is_no_entry_as_often_as_it_comes() -> None:
    more = ("Pin|2|2.00|4.00", "Total|||9.00")
    for first, second in (("Übertrag", "Übertrag"), ("Carried forward", "Brought forward")):
        pages = table(HEAD, *BOUGHT, f"{first}|||5.00"), table(HEAD, f"{second}|||5.00", *more)
        assert entries(*pages) == ["Bolt", "Nut", "Pin"]
        assert entries(table(HEAD, *BOUGHT, f"{first}|||5.00", f"{second}|||5.00", *more)) == ["Bolt", "Nut", "Pin"]


def test_payments_called_like_sums_are_rows_of_a_statement() -> None:
    head = "Description|Date|Debit|Credit|Balance"
    rows = ("Rent|1 Mar 24|10.00||990.00", "VAT HMRC|2 Mar 24|200.00||790.00", "Total Energies|3 Mar 24|50.00||740.00")
    assert entries(table(head, *rows), schema="statement") == ["Rent", "VAT HMRC", "Total Energies"]
