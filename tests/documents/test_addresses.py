"""Addresses that stand side by side are told one below the other; other columns are read across."""

from __future__ import annotations

from collections import Counter

import pytest

from preprocess.addresses import told_addresses
from preprocess.document import PageText
from prompts.evidence import build
from prompts.grounding import ground
from tests.documents.typeset import page, prose, table

EDGES = (0.05, 0.35, 0.65, 0.85)

PARTIES = [
    ["Bill to:", "Ship to:"],
    ["Orla Palmer", "Ed Chen & Sons"],
    ["12 High Street", "3 Low Road"],
    ["Derby TH3 9RQ", "04109 Leipzig"],
    ["Phone: 55 12", ""],
]
FACTS = [
    ["Buyer", "Number", "2024-7"],
    ["Orla Palmer", "Date", "12 May 2024"],
    ["12 High Street", "Due", "26 May 2024"],
    ["Derby TH3 9RQ", "Order", "77-12"],
    ["", "Client", "K-12"],
]


def shown(text: PageText) -> list[str]:
    return [line.shown for line in text.lines]


def filled(rows: list[list[str]]) -> list[list[str]]:
    return [row + [""] * (len(EDGES) - len(row)) for row in rows]


def across(rows: list[list[str]]) -> PageText:
    return page(table(filled(rows), EDGES))


def test_one_party_after_the_other():
    head, foot = prose(["Invoice no. 12"], 0.05, 0.02), prose(["We charge as agreed."], 0.05, 0.3)
    own = page(head, table(filled(PARTIES), EDGES), foot)
    told = told_addresses(own)
    assert shown(told) == [
        "Invoice no. 12",
        *[row[0] for row in PARTIES],
        *[row[1] for row in PARTIES[:4]],
        "We charge as agreed.",
    ]
    assert Counter(word for line in told.lines for word in line.words) == Counter(
        word for line in own.lines for word in line.words
    )


def test_whose_an_address_is_stands_in_front_of_it():
    """Where the words left of it stand over nothing; names of other facts stay where they are."""
    rows = [["Number", "2024-7", "Bill to", "Orla Palmer"], ["Date", "12 May", "", "12 High Street"]]
    rows += [["Due", "26 May", "", "Derby TH3 9RQ"]]
    told = shown(told_addresses(page(table(rows, (0.05, 0.2, 0.4, 0.55)))))
    assert told[3:] == ["Bill to  Orla Palmer", "12 High Street", "Derby TH3 9RQ"]
    assert told[:3] == ["Number  2024-7", "Date  12 May", "Due  26 May"]


def test_facts_beside_an_address_stay_lines():
    told = told_addresses(across(FACTS))
    assert shown(told)[:4] == [row[0] for row in FACTS[:4]]
    assert shown(told)[4:] == ["  ".join(row[1:]) for row in FACTS]


def test_facts_left_of_an_address_and_right_of_it():
    rows = [["No. 7", *row[:1], "Paid"] for row in FACTS[:4]]
    assert shown(told_addresses(across(rows))) == ["No. 7"] * 4 + [row[0] for row in FACTS[:4]] + ["Paid"] * 4


@pytest.mark.parametrize(
    ("street", "town"),
    [
        ("Ring 1", "1010 Wien"),
        ("Weg 12", "CH-8001 Zug"),
        ("Calle Alta 4", "40600, Soria"),
        ("1200 Main Street", "Austin, TX 73301"),
        ("Bank Street", "Ottawa K1A 0B1"),
    ],
)
def test_towns(street, town):
    rows = [["Buyer", *FACTS[0][1:]], ["Orla", *FACTS[1][1:]], [street, *FACTS[2][1:]], [town, *FACTS[3][1:]]]
    assert shown(told_addresses(across(rows)))[:4] == ["Buyer", "Orla", street, town]


def test_what_follows_an_address_without_a_name_of_its_own_is_read_across():
    rows = [*PARTIES, ["Oak board", "12.00"], ["Bolt", "3.00"]]
    assert shown(told_addresses(across(rows)))[-2:] == ["Oak board  12.00", "Bolt  3.00"]


def test_a_line_lower_down_in_the_column_of_an_address_stays_below_it():
    rows = [*PARTIES[:3], ["Derby TH3 9RQ", "Unit B"], ["Attn: Accounts", "04109 Leipzig"]]
    assert shown(told_addresses(across(rows)))[:5] == [row[0] for row in rows]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([[row[0]] for row in PARTIES], id="alone"),
        pytest.param(
            [["Name", "Town"], ["Orla Palmer", "04109 Leipzig"], ["Ed Chen", "04229 Leipzig"], ["Al", "80331 Ulm"]],
            id="a list of towns",
        ),
        pytest.param(
            [["Part", "", "Price"], ["Oak board", "", "12.00"], ["Bolt 12", "", "3.00"], ["Nut 4711", "", "4.00"]],
            id="a table with values",
        ),
        pytest.param(
            [["Name:", "Orla Palmer"], ["Street:", "12 High Street"], ["Town:", "Derby TH3 9RQ"], ["Land:", "UK"]],
            id="named line by line",
        ),
        pytest.param(
            [["Name", "Orla Palmer"], ["Street", "12 High Street"], ["Town", "Derby TH3 9RQ"], ["Land", "UK"]],
            id="labels without colons",
        ),
        pytest.param(
            [["Film", "By"], ["The Matrix", "Wachowski"], ["Blade Runner 2049", "Villeneuve"], ["Solaris", "Lem"]],
            id="a number in a table of words",
        ),
        pytest.param(
            [["Name", "Address", "Mail"], ["Ed", "12 High Street", "a@b.uk"], ["", "Derby TH3 9RQ", ""], ["", "UK", ""],
             ["Al", "3 Low Road", "c@d.uk"], ["", "Leeds L18 4SS", ""], ["", "UK", ""]],
            id="a directory",
        ),
        pytest.param([["Oak", "Elm"], ["Ash", "Fir"], ["Yew", "Box"], ["Bay", "Fig"]], id="no post code"),
    ],
)  # fmt: skip
def test_what_is_read_across(rows):
    own = across(rows)
    assert told_addresses(own) is own


@pytest.mark.parametrize("answer", ["Ed Chen & Sons", "Derby TH3 9RQ"])
def test_answers_cite_the_same_words_as_before(answer):
    own = across(PARTIES)
    plain, told = (ground(answer, build([(1, text)], 1), "Who?").citations for text in (own, told_addresses(own)))
    assert plain and [(each.boxes, each.quote) for each in told] == [(each.boxes, each.quote) for each in plain]
