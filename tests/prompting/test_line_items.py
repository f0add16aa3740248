"""Lists from tables: which column is which, and which rows are entries."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preprocess.document import Box
from preprocess.tables.find import Cell, Place, Table
from prompts.columns import assigned, likeness
from prompts.line_items import line_items
from prompts.schema import Field, ListField, read_schema

ITEMS = next(field for field in read_schema("invoice") if isinstance(field, ListField))
PLACE = Place(1, Box(0, 0, 0.1, 0.1))


def table(*rows: str, head: int = 1, page: int = 1) -> Table:
    """Cells between bars; an empty one is empty."""
    place = Place(page, PLACE.box)
    cells = [tuple(Cell(text.strip(), place if text.strip() else None) for text in row.split("|")) for row in rows]
    return Table((place,), tuple(cells), head)


def texts(read):
    return [{name: cell.text for name, cell in row.items()} for row in read.rows]


def test_heads_say_which_column_is_which():
    read = line_items(
        ITEMS, [table("Pos|Beschreibung|Menge|Einzelpreis|Betrag", "1|Bolt|2|1,50|3,00", "2|Nut|10|0,20|2,00")]
    )
    assert texts(read) == [
        {"description": "Bolt", "quantity": "2", "unit_price": "1,50", "amount": "3,00"},
        {"description": "Nut", "quantity": "10", "unit_price": "0,20", "amount": "2,00"},
    ]
    assert [column.last for column in read.columns] == ["description", "quantity", "unit_price", "amount"]


def test_arithmetic_says_it_where_heads_do_not():
    """Nobody knows these heads; 3 x 2.50 = 7.50 and 4 x 1.25 = 5.00, and quantities have no cents."""
    read = line_items(ITEMS, [table("Ding|a|b|c", "Bolt|2.50|3|7.50", "Nut|1.25|4|5.00")])
    assert texts(read)[0] == {"description": "Bolt", "quantity": "3", "unit_price": "2.50", "amount": "7.50"}


def test_arithmetic_says_it_where_the_price_stands_first_and_has_the_name_of_a_sum():
    read = line_items(ITEMS, [table("Detalle|Importe|N.º|Suma", "Bolt|80,59|4|322,36", "Nut|53,15|12|637,80")])
    assert texts(read)[0] == {"description": "Bolt", "quantity": "4", "unit_price": "80,59", "amount": "322,36"}


@pytest.mark.parametrize(("head", "said"), [("Article n°", "Tapis 90X200"), ("Article", "GZZ-65494")])
def test_codes_are_no_description_unless_their_head_says_so(head, said):
    rows = (f"{head}|Nb|Intitulé|P.U.|Somme", "GZZ-65494|4|Tapis 90X200|12,02|48,08", "TW-66799|2|Tuiles|2,05|4,10")
    assert texts(line_items(ITEMS, [table(*rows)]))[0]["description"] == said


def test_ones_prove_no_product():
    """1 x 5.00 = 5.00 holds for any column of ones."""
    assert line_items(ITEMS, [table("Ding|a|b|c", "Bolt|5.00|1|5.00", "Nut|2.00|1|2.00")]).rows == ()


def test_one_row_is_enough_where_its_product_has_many_digits():
    read = line_items(ITEMS, [table("N.º|Unid.|Género|P|S", "7|2|Bolt|6,28|12,56")])
    assert texts(read) == [{"quantity": "2", "description": "Bolt", "unit_price": "6,28", "amount": "12,56"}]
    assert line_items(ITEMS, [table("N.º|Unid.|Género|P|S", "7|2|Bolt|3|6")]).rows == ()


def test_one_row_does_not_outweigh_the_name_of_a_column():
    """4 x 2.55 = 10.20 as well; of more rows than one both are certain, and heads choose."""
    head, rows = (
        "Item|Qty|Weight|Total weight|Price|Amount",
        ("Bolt|4|2.55|10.20|3.00|12.00", "Nut|2|3.15|6.30|7.00|14.00"),
    )
    for count in (1, 2):
        (first, *_) = texts(line_items(ITEMS, [table(head, *rows[:count])]))
        assert first == {"description": "Bolt", "quantity": "4", "unit_price": "3.00", "amount": "12.00"}


def test_more_rows_outweigh_positions():
    """1 x 5.00, 2 x 3.00: positions times prices are right in two rows of three."""
    rows = ("1|Bolt|1,00|5,00|5,00", "2|Nut|2,00|3,00|6,00", "3|Pin|5,00|1,25|6,25")
    assert texts(line_items(ITEMS, [table(*rows, head=0)]))[2]["quantity"] == "5,00"


def test_a_chance_product_without_heads_does_not_beat_a_list():
    other = table("Pallet A|2|3.55|7.10", "Pallet B|4|6.25|25.00", head=0)
    read = line_items(ITEMS, [other, table("Description|Amount", "Design of a page|950", "Hosting|1,200")])
    assert [row["description"] for row in texts(read)] == ["Design of a page", "Hosting"]


def test_nothings_prove_no_product():
    rows = ("Bolt|2|0.00|0.00|8.00", "Nut|4|0.00|0.00|9.00")
    assert line_items(ITEMS, [table("a|b|c|d|e", *rows)]).rows == ()


def test_arithmetic_says_it_where_there_are_no_heads():
    read = line_items(ITEMS, [table("1|Bolt|2.50|3|7.50", "2|Nut|1.25|4|5.00", head=0)])
    assert texts(read)[0] == {"description": "Bolt", "unit_price": "2.50", "quantity": "3", "amount": "7.50"}
    assert line_items(ListField(("rows",), ()), [table("1|Bolt|2.50|3|7.50", "2|Nut|1.25|4|5.00", head=0)]).rows == ()


def test_percents_are_no_prices():
    """Neither by the name (`rate`) nor by arithmetic: 10 x 1.59 is about 15.89."""
    read = line_items(
        ITEMS, [table("Item|Units|Cost|Tax rate|Amount", "Bolt|1|105.35|20%|105.35", "Nut|1|9.8|20%|9.8")]
    )
    assert "unit_price" not in texts(read)[0] and texts(read)[0]["amount"] == "105.35"
    for rate, cell in (("Tax rate %", "20"), ("Tax rate", "20\N{FULLWIDTH PERCENT SIGN}")):
        rows = (f"Bolt|1|105.35|{cell}|105.35", f"Nut|1|9.8|{cell}|9.8")
        assert "unit_price" not in texts(line_items(ITEMS, [table(f"Item|Units|Cost|{rate}|Amount", *rows)]))[0]
    assert line_items(ITEMS, [table("a|b|c|d", "x|15.89|10%|1.59", "x|31.80|10%|3.18")]).rows == ()


def test_names_of_sums_do_not_make_a_column_the_description():
    sums = ("Zwischensumme aller Posten||||7,10", "Ihr Preisvorteil insgesamt||||1,10", "Gesamt ohne USt.||||6,00")
    rows = ("20-343|3|Bolt|2,00|6,00", "006-41|2|Nut|0,55|1,10")
    read = line_items(ITEMS, [table("Code|Anzahl|Arbeit/Material|Einzelpr.|Summe", *rows, *sums)])
    assert [row["description"] for row in texts(read)] == ["Bolt", "Nut"]


def test_a_column_must_have_the_form_of_its_field():
    read = line_items(ITEMS, [table("Item|Qty|Rate|Amount", "Bolt|kg|2.50|7.50", "Nut|pcs|1.25|5.00")])
    assert "quantity" not in texts(read)[0] and texts(read)[0]["unit_price"] == "2.50"


def test_whole_amounts_with_a_comma_are_amounts_too():
    """`1,200` is twelve hundred here and one and a fifth there: its grade says so, and the row stays."""
    items = line_items(ITEMS, [table("Description|Amount", "Design|950", "Hosting|1,200", "Travel|60.00")])
    assert [row["amount"] for row in texts(items)] == ["950", "1,200", "60.00"] and items.left_out == 0
    whole = line_items(ITEMS, [table("Description|Quantity|Amount", "Design|2|1,200", "Travel|1|3,450")])
    assert [row["amount"] for row in texts(whole)] == ["1,200", "3,450"]


def test_the_table_that_fits_best_is_taken_and_sums_are_left_out():
    other = table("Net|Tax|Total", "8.00|0.80|8.80")
    bill = table("Item|Amount", "Bolt|3.00", "Nut|5.00", "Total net|8.00", "|8.80")
    three = table("Item|Qty|Amount", "Bolt|2|3.00", "Nut|1|5.00", "Subtotal||8.00")
    read = line_items(ITEMS, [other, three])
    assert [row["description"] for row in texts(read)] == ["Bolt", "Nut"] and read.left_out == 1
    assert len(line_items(ITEMS, [bill]).rows) == 2, "its name and arithmetic tell a sum that has both"


def test_a_row_that_is_the_sum_of_those_above_it_ends_the_list_whatever_it_is_called():
    rows = ("Bolt|2|1.50|3.00", "Nut|1|2.00|2.00")
    sums = ("Alles zusammen|||5.00", "Porto und Verpackung|||4.00", "Anzahlung|||1.00", "Noch offen|||8.00")
    read = line_items(ITEMS, [table("Item|Qty|Price|Amount", *rows, *sums)])
    assert [row["description"] for row in texts(read)] == ["Bolt", "Nut"] and read.left_out == 4


def test_sums_of_three_columns_end_a_list_too():
    rows = ("Bolt|2|3.00", "Nut|1|5.00", "Grand total||8.00", "Amount due||8.80")
    assert [row["description"] for row in texts(line_items(ITEMS, [table("Item|Qty|Amount", *rows)]))] == [
        "Bolt",
        "Nut",
    ]


def test_whole_thousands_are_summed_however_they_are_written():
    rows = ("Design|1|950|950", "Hosting|2|600|1,200", "All in all|||2,150", "Tax|||215", "Due|||2,365")
    read = line_items(ITEMS, [table("Item|Qty|Price|Amount", *rows)])
    assert [row["description"] for row in texts(read)] == ["Design", "Hosting"]


def test_a_sum_carried_over_ends_no_list():
    rows = ("Bolt|2|1.50|3.00", "Nut|1|2.00|2.00", "Carried over|||5.00", "Pin|1|4.00|4.00", "Sum|||9.00")
    read = line_items(ITEMS, [table("Item|Qty|Price|Amount", *rows)])
    assert [row["description"] for row in texts(read)] == ["Bolt", "Nut", "Pin"]


def test_a_price_for_all_of_it_is_an_entry():
    rows = ("Travel|||50.00", "Bolt|2|1.50|3.00", "Cleaning|||20.00", "Waste|||7.00")
    read = line_items(ITEMS, [table("Item|Qty|Price|Amount", *rows)])
    assert [row["description"] for row in texts(read)] == ["Travel", "Bolt", "Cleaning", "Waste"]


def test_rates_of_tax_below_are_no_entries():
    """Net, rate, tax and gross stand in the columns of the list, as the form has them there."""
    rows = ("Bolt|2|1.50|3.00", "Nut|1|2.00|2.00", "10%|5.00|0.50|5.50", "5.00||0.50|5.50")
    read = line_items(ITEMS, [table("Item|Qty|Price|Amount", *rows)])
    assert [row["description"] for row in texts(read)] == ["Bolt", "Nut"] and read.left_out == 2


@pytest.mark.parametrize("head", ["Total incl. 20% VAT", "Betrag inkl. 19 % MwSt"])
def test_a_rate_of_tax_in_a_head_makes_no_column_of_percents(head):
    rows = ("Bolt|2|1.50|3.00", "Nut|4|1.25|5.00")
    assert texts(line_items(ITEMS, [table(f"Item|Qty|Price|{head}", *rows)]))[1]["amount"] == "5.00"


def test_a_product_of_other_columns_does_not_outweigh_three_heads():
    """Cartons x pieces = quantity; what the price is multiplied by is not printed: there is a discount."""
    head = "Item|Cartons|Pcs/carton|Qty|Price|Disc.|Amount"
    rows = ("Bolt|3|12|36|0.50|10%|16.20", "Nut|2|50|100|0.20|10%|18.00")
    read = line_items(ITEMS, [table(head, *rows)])
    assert texts(read)[0] == {"description": "Bolt", "quantity": "36", "unit_price": "0.50", "amount": "16.20"}


def test_a_heading_at_the_top_does_not_make_codes_the_description():
    sums = ("Zwischensumme aller Posten||||7,10", "Ihr Preisvorteil insgesamt||||1,10", "Gesamt ohne USt.||||6,00")
    rows = ("Werkzeug||||", "20-343|3|Bolt|2,00|6,00", "006-41|2|Nut|0,55|1,10")
    read = line_items(ITEMS, [table("Code|Anzahl|Arbeit/Material|Einzelpr.|Summe", *rows, *sums)])
    assert [row["description"] for row in texts(read)] == ["Bolt", "Nut"]


def test_what_is_included_or_free_is_an_entry():
    rows = ("Bolt|2|1.50|3.00", "Nut|1|2.00|2.00", "Setting up|1|included|included", "Delivery|1|-|-")
    assert len(line_items(ITEMS, [table("Item|Qty|Price|Amount", *rows)]).rows) == 4


def test_a_mark_for_nothing_among_words_is_no_reason_to_leave_a_row_out():
    rows = ("Central|1902|reopened", "Harbour|1912|-", "Airport|2008|new", "North|12 %|")
    assert len(line_items(ListField(("rows",), ()), [table("Station|Opened|Remarks", *rows)]).rows) == 4


def test_a_row_that_lacks_a_cell_is_still_an_entry():
    read = line_items(
        ITEMS,
        [table("Item|Qty|Price|Amount", "Bolt|2|1.50|3.00", "Freight|||4.00", "Nut|1|2.00|2.00", "Pin||1.00|1.00")],
    )
    assert [row["description"] for row in texts(read)] == ["Bolt", "Nut", "Pin"]
    assert "quantity" not in texts(read)[2]


@pytest.mark.parametrize("tables", [[], [table("a|b", "1|2", head=0)], [table("Weather|Wind", "fine|none")]])
def test_nothing_that_fits(tables):
    assert line_items(ITEMS, tables).rows == ()


def test_a_list_without_fields_takes_every_column():
    read = line_items(ListField(("rows",), ()), [table("Year|Total|Total|", "2019|1|2|x")])
    assert texts(read) == [{"Year": "2019", "Total": "1", "Total (3)": "2", "column 4": "x"}]


def test_likeness():
    field = Field(("items", "quantity"), "number", "?", heads=("quantity", "menge"))
    assert likeness(field, "Quantity") == 1.0 > likeness(field, "Quantity ordered") > likeness(field, "Quantlty") > 0.5
    assert likeness(field, "Unit") == likeness(field, "") == 0.0
    assert likeness(Field(("a", "units"), "number", "?"), "Unit") == 0.0, "short words that differ are different words"


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_the_order_of_columns_does_not_matter(seed):
    rng = Random(seed)
    columns = {"description": "Item", "quantity": "Qty", "unit_price": "Unit price", "amount": "Amount"}
    order = rng.sample(list(columns), 4)
    rows = []
    for _ in range(4):
        count, price = rng.randint(2, 30), rng.randint(101, 9999)
        cells = {
            "description": rng.choice(("Bolt", "Nut")),
            "quantity": str(count),
            "unit_price": f"{price / 100:.2f}",
            "amount": f"{count * price / 100:.2f}",
        }
        rows.append("|".join(cells[name] for name in order))
    made = table("|".join(columns[name] for name in order), *rows)
    assert {name: place for name, (place, _) in assigned(ITEMS.columns, made).items()} == {
        name: order.index(name) for name in columns
    }
