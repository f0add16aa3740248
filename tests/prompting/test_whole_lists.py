"""No column and no table of a list is lost, whatever its notation, and no sum is an entry."""

from __future__ import annotations

import pytest

from preprocess.document import Box
from preprocess.tables.find import Cell, Place, Table
from prompts.columns import is_day_of_a_year, is_number_like
from prompts.extracted import graded, value_of
from prompts.line_items import line_items
from prompts.schema import Field, ListField, read_schema

ITEMS = next(field for field in read_schema("invoice") if isinstance(field, ListField))
PLACE = Place(1, Box(0, 0, 0.1, 0.1))
DATE = Field(("rows", "date"), "date", "?", heads=("date", "datum"))
TEXT = Field(("rows", "text"), "string", "?", heads=("text", "description"))
AMOUNT = Field(("rows", "amount"), "number", "?", heads=("amount", "betrag"))
STATEMENT = ListField(("rows",), (DATE, TEXT, AMOUNT))


def table(*rows: str, head: int = 1) -> Table:
    cells = [tuple(Cell(text.strip(), PLACE if text.strip() else None) for text in row.split("|")) for row in rows]
    return Table((PLACE,), tuple(cells), head)


def statement(*days: str, head: str = "Date") -> Table:
    return table(f"{head}|Text|Amount", *(f"{day}|Payment to somebody|{n}.00" for n, day in enumerate(days, 5)))


def names(read, field="description"):
    return [row[field].text for row in read.rows]


@pytest.mark.parametrize(
    "days",
    [
        ("03 Jan", "04 Jan", "05 Jan"),
        ("01/14", "01/15", "02/01"),
        ("03.01.", "14.01.", "02.02."),
        ("03.01.24", "04.01.24", "05.02.24"),
        ("03/01/2024", "13/01/2024", "05/02/2024"),
        ("1月3日", "1月4日", "2月5日"),
        ("first day", "later", "at the end"),
    ],
)
@pytest.mark.parametrize("head", ["Date", "Datum"])
def test_a_column_of_dates_stays_however_they_are_written(days, head):
    read = line_items(STATEMENT, [statement(*days, head=head)])
    assert names(read, "date") == list(days) and read.left_out == 0
    assert [column.last for column in read.columns] == ["date", "text", "amount"]


def test_what_is_no_certain_date_has_no_value_and_a_low_grade():
    for text in ("03 Jan", "01/14", "05/02/2024"):
        assert value_of(DATE, text) is None and graded(None, (), False)[0] == "low"


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (("03/01/2024", "13/01/2024", "05/02/2024"), ("2024-01-03", "2024-01-13", "2024-02-05")),
        (("01/03/2024", "01/13/2024", "02/05/2024"), ("2024-01-03", "2024-01-13", "2024-02-05")),
        (("03.01.24", "14.01.24", "05.02.24"), ("2024-01-03", "2024-01-14", "2024-02-05")),
        (("03/01/2024", "05/02/2024", "06/02/2024"), (None, None, None)),
        (("13/01/2024", "01/13/2024", "05/02/2024"), (None, None, None)),
        (("03 Jan", "13/01/2024", "05/02/2024"), (None, "2024-01-13", "2024-02-05")),
        (("03 Jan", "04 Jan", "05 Jan"), (None, None, None)),
    ],
)
def test_one_date_tells_the_order_of_all(days, read):
    found = line_items(STATEMENT, [statement(*days)])
    assert tuple(row.get("date") for row in found.dates) == read


@pytest.mark.parametrize("text", ["03 Jan", "Jan 3", "3. Januar", "01/14", "3.1.", "03-01", "1月3日", "29.02."])
def test_days_without_a_year(text):
    assert is_day_of_a_year(text)


@pytest.mark.parametrize("text", ["", "Total", "12.50", "45/99", "1234", "5", "30.02.", "Room 5", "3 of 4"])
def test_no_days(text):
    assert not is_day_of_a_year(text)


def test_a_head_that_only_resembles_the_name_needs_the_form():
    read = line_items(STATEMENT, [table("Date code|Text|Amount", "abc|Rent of a flat|5.00", "def|Power|6.00")])
    assert [column.last for column in read.columns] == ["text", "amount"]


@pytest.mark.parametrize("amounts", [("$(100.00)", "$(20.00)", "$(3.00)"), ("2,000.00 CR", "9.00 DR", "1.00 CR")])
def test_amounts_in_an_unknown_notation_are_given_as_text(amounts):
    rows = [f"{n:02}.01.2024|Payment|{amount}" for n, amount in enumerate(amounts, 3)]
    read = line_items(STATEMENT, [table("Date|Text|Amount", *rows)])
    assert tuple(names(read, "amount")) == amounts and read.left_out == 0
    two = line_items(ListField(("rows",), (TEXT, AMOUNT)), [table("Text|Amount", *(f"A|{each}" for each in amounts))])
    assert len(two.rows) == 3


def test_heads_once_more_and_columns_of_words_are_left_out_still():
    rows = ("Bolt|2|3.00", "Item|Qty|Amount", "Nut|1|4.00")
    assert names(line_items(ITEMS, [table("Item|Qty|Amount", *rows)])) == ["Bolt", "Nut"]
    assert not is_number_like("Amount") and not is_number_like("2 to 3 of them") and is_number_like("$(9.00)")


def test_tables_with_the_same_heads_make_one_list():
    labour = table("Item|Hours|Rate|Amount", "Oil change|1|40.00|40.00", "Brakes|2|40.00|80.00")
    other = table("Item|Hours|Rate|Amount", "Filter|1|12.00|12.00")
    read = line_items(ITEMS, [labour, other])
    assert names(read) == ["Oil change", "Brakes", "Filter"] and read.left_out == 0
    assert names(line_items(ITEMS, [other, labour])) == ["Filter", "Oil change", "Brakes"]
    free = line_items(ListField(("rows",), ()), [labour, other])
    assert len(free.rows) == 3


def test_each_of_them_may_have_its_total_and_the_last_one_that_of_all():
    first = table("Item|Amount", "Oil change|40.00", "Brakes|80.00", "Total|120.00")
    second = table("Item|Amount", "Filter|12.00", "Total|12.00")
    read = line_items(ITEMS, [first, second])
    assert names(read) == ["Oil change", "Brakes", "Filter"] and read.left_out == 2
    pages = [table("Item|Amount", "Oil change|40.00"), table("Item|Amount", "Filter|12.00", "Total|52.00")]
    assert names(line_items(ITEMS, pages)) == ["Oil change", "Filter"]


def test_rows_of_tables_with_other_heads_are_counted():
    first = table("Item|Qty|Price|Amount", "Oil change|1|40.00|40.00", "Brakes|2|40.00|80.00")
    same_fields = table("Description|Quantity|Unit price|Amount", "Filter|1|12.00|12.00")
    unlike = table("Weather|Wind", "fine|none")
    read = line_items(ITEMS, [first, same_fields, unlike])
    assert names(read) == ["Oil change", "Brakes"] and read.left_out == 1
    headless = table("a|1.00", "b|2.00", head=0)
    assert line_items(ITEMS, [first, headless]).left_out == 0


@pytest.mark.parametrize(
    ("head", "rows", "kept"),
    [
        ("Item|Amount", ("Bolt|3.00", "Nut|5.00", "Subtotal|8.00", "Tax 7 %|0.56", "Total|8.56"), 2),
        ("Item|Amount", ("Bolt|3.00", "Nut|5.00", "Total|8.00", "Cash|10.00", "Change|2.00"), 2),
        ("Artikel|Menge|Betrag", ("Bolzen|1|5,00", "Mutter|2|8,00", "Summe|3|13,00"), 2),
        ("Artikel|Betrag", ("Bolzen|5,00", "Mutter|8,00", "Summe EUR|13,00", "inkl. MwSt 19 %|2,08"), 2),
        ("名称|金额", ("打印纸|98.50", "墨盒|120.00", "合计|218.50"), 2),
        ("Item|Amount", ("Bolt|3.00", "Subtotal|3.00", "Nut|5.00", "Total|8.00"), 2),
        ("Item|Amount", ("Bolt|3.00", "Total|3.00", "Nut|5.00", "Total|5.00", "Grand total|8.00"), 2),
    ],
)
def test_sums_are_no_entries_however_full_they_are(head, rows, kept):
    read = line_items(ITEMS, [table(head, *rows)])
    assert (len(read.rows), read.left_out) == (kept, len(rows) - kept)


@pytest.mark.parametrize(
    "rows",
    [
        ("Net|3.00", "Bolt|5.00", "Nut|1.00"),
        ("Bolt|3.00", "Net|5.00", "Nut|1.00"),
        ("Bolt|3.00", "Tax advice|3.00", "Nut|1.00"),
        ("Bolt|3.00", "Nut|3.00"),
        ("Bolt|3.00", "Subtotal|3.00", "Nut|1.00"),
    ],
)
def test_a_name_or_a_number_alone_makes_no_sum(rows):
    read = line_items(ITEMS, [table("Item|Amount", *rows)])
    assert names(read) == [row.split("|")[0] for row in rows if not row.startswith("Subtotal")]
