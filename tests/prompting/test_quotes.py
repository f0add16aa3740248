"""What may be quoted, and where a quote begins and ends."""

from __future__ import annotations

import pytest

from preprocess.document import Line, PageText
from prompts.evidence import build
from prompts.quotes import edges, passages, quotable


def page(*lines):
    return PageText(tuple(Line(text, ()) for text in lines), "text")


def test_lines_without_their_numbers_pages_apart():
    evidence = build([(1, page("ACME\tLtd", "Total   9.00")), (2, page("Thanks"))], 2)
    assert quotable(evidence) == "ACME  Ltd\nTotal  9.00\n\nThanks"
    assert quotable(build([], 0)) == ""


def test_rows_with_others_left_out_between_them_are_no_neighbours():
    shown = page("ACME", "left out as it is so very long", "Total  9.00")
    evidence = build([(1, shown)], 1, 14, lambda text: len(text.split()), lambda _: [0, 2])
    assert list(evidence.lines) == [1, 3]
    assert quotable(evidence) == "ACME\n\nTotal  9.00"


def test_rows_read_on_and_columns_downwards():
    assert passages("Bill to  Ship to\nACME  Bob\nThanks\n\nPage two") == (
        "Bill to Ship to ACME Bob Thanks\nBill to ACME\nShip to Bob\nPage two"
    )
    assert passages(" Cafe\u0301\u00a0 du   Lac ") == "Café du Lac"


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("12.50", ["12.50"], ["12.50"]),
        ("on 31/12/2023", ["on", "31/12/2023"], ["on", "on 31/12/2023"]),
        ("RM9.00", ["RM9.00", "9.00"], ["RM9.00"]),
        ("€9.00,", ["€9.00,", "9.00,"], ["€9.00", "€9.00,"]),
        ("(25.31%)", ["(25.31%)", "25.31%)"], ["(25.31", "(25.31%", "(25.31%)"]),
        ("Tax...9", ["Tax...9", "9"], ["Tax", "Tax...9"]),
        ("中文", ["中文", "文"], ["中", "中文"]),
        ("12元", ["12元", "元"], ["12", "12元"]),
        ("naïve", ["naïve"], ["naïve"]),
    ],
)
def test_edges_are_those_of_words_and_numbers(text, begins, ends):
    starts, stops = edges(text)
    assert [text[at:].split(" ")[0] for at in starts if text[at] not in ".)%"] == begins
    assert [text[:at] for at in stops if text[at - 1] != "."] == ends
