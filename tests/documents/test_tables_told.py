"""Rows of tables that say of each value under which head it stands; everything else stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from preprocess.document import PageText
from preprocess.tables.told import told_tables
from prompts.evidence import build
from prompts.grounding import ground
from tests.documents.typeset import HEIGHT, page, prose, put, table

ROWS = [["Region", "2019", "2020"], ["North", "120", "131"], ["South", "98", ""], ["East", "77", "64"]]
EDGES = [0.1, 0.4, 0.6]
TOLD = ["Region  2019  2020", "North  2019: 120  2020: 131", "South  2019: 98", "East  2019: 77  2020: 64"]


def texts(text: PageText) -> list[str]:
    return [line.shown for line in text.lines]


def test_each_value_stands_behind_its_head_and_an_empty_cell_misleads_nobody():
    around = page(prose(["Members by region, counted at the end of each year."], 0.1, 0.05), table(ROWS, EDGES, 0.2))
    told = told_tables(around)
    assert texts(told) == ["Members by region, counted at the end of each year.", *TOLD]
    assert [line.text for line in told.lines if line.needs_telling] == ["South  98"]


def test_only_what_is_printed_can_be_quoted_and_keeps_its_place():
    own = page(table(ROWS, EDGES))
    told = told_tables(own)
    assert [line.text for line in told.lines] == [line.text for line in own.lines]
    assert [line.words for line in told.lines] == [line.words for line in own.lines]


@pytest.mark.parametrize("answer", ["131", "2020", "120, 98, 77"])
def test_answers_cite_the_same_words_as_before(answer):
    """A cell, a head that is told at every value, and a column read downwards."""
    own = page(table(ROWS, EDGES))
    question = "What is the value of North in 2020?"
    plain, told = (ground(answer, build([(1, text)], 1), question).citations for text in (own, told_tables(own)))
    assert plain and told == plain


def test_heads_of_two_rows_are_joined():
    rows = [["", "Men", "Women"], ["Region", "2019", "2019"], ["North", "120", "131"], ["South", "98", "87"]]
    assert texts(told_tables(page(table(rows, EDGES))))[-1] == "South  Men 2019: 98  Women 2019: 87"


@pytest.mark.parametrize(
    ("first", "told"),
    [
        pytest.param(["Net", "1.00", "2.50", "3"], ["Net: 1.00", "Net: 2.50", "Net: 3"], id="numbers"),
        pytest.param(["Year", "2019", "2020", "2021"], ["2019", "2020", "2021"], id="years are labels"),
        pytest.param(["Region", "North", "2", "3"], ["North", "2", "3"], id="numbers among labels"),
        pytest.param(["", "1.00", "2.50", "3"], ["1.00", "2.50", "3"], id="numbers without a head"),
    ],
)
def test_numbers_in_the_first_column_have_a_head_too(first, told):
    rows = [[name, *row[1:]] for name, row in zip(first, ROWS, strict=True)]
    assert [line.split("  ")[0] for line in texts(told_tables(page(table(rows, EDGES))))[1:]] == told


def test_a_head_over_several_columns_is_told_at_each():
    edges = [0.05, 0.25, 0.4, 0.55, 0.7]
    spans = table([["", "2019", "2020"]], [0.05, 0.342, 0.642], 0.222, align="lmm")
    body = table(
        [["Region", "Men", "Women", "Men", "Women"], ["North", "1", "2", "3", "4"], ["South", "5", "6", "7", "8"]],
        edges,
        0.24,
    )
    assert texts(told_tables(page(spans, body)))[-1] == "South  2019 Men: 5  2019 Women: 6  2020 Men: 7  2020 Women: 8"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([row[:2] for row in ROWS], id="two columns say it by themselves"),
        pytest.param([["Region", "", ""], *ROWS[1:]], id="no heads"),
        pytest.param([["Region", "2019", "x" * 101], *ROWS[1:]], id="a paragraph is no head"),
        pytest.param(
            [["ACME", "Seller", "Buyer"], ["Phone: 1", "Date: 2", "Nr: 3"], ["Fax: 4", "Due: 5", "Ref: 6"]],
            id="fields side by side",
        ),
        pytest.param(
            [
                ["John Smith", "High Street", "London"],
                ["Jane Doe", "Low Road", "Paris"],
                ["Ann Lee", "Mill Way", "Rome"],
            ],
            id="words without a head",
        ),
        pytest.param(
            [["Basic plan", "free", "free"], ["Pro plan", "10.00", "100.00"], ["Team plan", "20.00", "200.00"]],
            id="the same word twice",
        ),
        pytest.param(
            [
                ["Mon 3 June", "Opening", "Hall 1"],
                ["Tue 4 June", "Talk on bees", "Hall 2"],
                ["5 June", "Tour", "Hall 4"],
            ],
            id="words with numbers, without a head",
        ),
        pytest.param(
            [["North", "120", "131"], ["South", "98", "87"], ["East", "77", "64"]], id="values without a head"
        ),
    ],
)
def test_what_heads_do_not_explain_stays_the_same(rows):
    own = page(table(rows, EDGES[: len(rows[0])]))
    assert told_tables(own) is own


def test_codes_have_heads_too():
    rows = [["Column", "Type", "Says"], ["USER", "VARCHAR(10)", "who it is"], ["SIZE", "NUMBER(8)", "how much"]]
    assert texts(told_tables(page(table(rows, EDGES))))[1] == "USER  Type: VARCHAR(10)  Says: who it is"


def test_a_note_over_several_columns_belongs_to_none():
    edges = [0.05, 0.3, 0.5, 0.7]
    rows = [["Region", "2019", "2020", "2021"], ["North", "120", "131", "140"], ["South", "98", "87", "80"]]
    note = "not reported by the office since the merger of both in 2018 and May"
    top = 0.1 + 3 * 1.5 * HEIGHT
    told = texts(told_tables(page(table(rows, edges), put("East", 0.05, top), put(note, 0.52, top, "middle"))))
    assert told[-2:] == ["South  2019: 98  2020: 87  2021: 80", f"East  {note}"]


def test_scans_stay_as_they_were_read():
    own = replace(page(table(ROWS, EDGES)), source="ocr")
    assert told_tables(own) is own


def test_two_tables_and_the_words_between_them_keep_their_order():
    between = prose(["These are the members of the second half of all those years."], 0.1, 0.45)
    own = page(table(ROWS, EDGES, 0.1), between, table(ROWS, EDGES, 0.6))
    assert texts(told_tables(own)) == [*TOLD, "These are the members of the second half of all those years.", *TOLD]


def test_heads_right_below_values_begin_a_table_of_their_own():
    """An invoice of one item, and its taxes."""
    rows = [["Item", "Qty", "Price", "Amount"], ["Oak", "2", "10.00", "20.00"]]
    rows += [["VAT rate", "Net", "VAT", "Gross"], ["19 %", "27.00", "5.13", "32.13"]]
    told = texts(told_tables(page(table(rows, [0.1, 0.4, 0.6, 0.8], align="lrrr"))))
    assert "Item: 19 %" not in told[-1] and "Qty: 27.00" not in told[-1] and "Qty: Net" not in told[-2]


def test_totals_below_are_no_rows_of_the_columns_that_they_stand_in():
    rows = [["Net", "Rate", "VAT", "Gross"], ["90.00", "19 %", "17.10", "107.10"], ["10.00", "7 %", "0.70", "10.70"]]
    rows += [["", "", "Total before tax", "100.00 EUR"], ["", "", "Total", "117.80 EUR"]]
    told = told_tables(page(table(rows, [0.1, 0.3, 0.5, 0.8])))
    assert texts(told)[1:] == [
        "Net: 90.00  Rate: 19 %  VAT: 17.10  Gross: 107.10",
        "Net: 10.00  Rate: 7 %  VAT: 0.70  Gross: 10.70",
        "Total before tax  100.00 EUR",
        "Total  117.80 EUR",
    ]
    assert not any(line.needs_telling for line in told.lines[3:])


def test_a_row_without_a_label_among_others_keeps_its_heads():
    rows = [["Item", "Length", "Price"], ["Oak", "100", "12.00"], ["", "on request", "9.00"], ["Elm", "90", "8.00"]]
    assert texts(told_tables(page(table(rows, EDGES))))[2] == "Length: on request  Price: 9.00"
