"""A number's sign and its currency are those that its cell has, and an answer with another one is not confirmed."""

from __future__ import annotations

import pytest

from preprocess.document import Box, Line, PageText, Word
from prompts.claims import strip
from prompts.evidence import Evidence, build
from prompts.folding import fold
from prompts.grounding import Citation, ground
from prompts.numbers import currencies, currencies_at, is_negative_at
from prompts.places import Places


def evidence(*lines: str) -> Evidence:
    """One page; columns of a line are two spaces apart."""
    rows = [
        Line(
            text,
            tuple(
                Word(word, Box(place / 20, row / 50, (place + 0.9) / 20, (row + 0.9) / 50))
                for place, word in enumerate(text.split())
            ),
        )
        for row, text in enumerate(lines)
    ]
    return build([(1, PageText(tuple(rows), "text"))], 1)


def statuses(answer: str, *lines: str) -> list[str]:
    return [citation.status for citation in ground(answer, evidence(*lines)).citations]


NEGATIVE = [
    *("$(1,234.50)", "RM(1,234.50)", "( 1,234.50 )", "1,234.50 -", "1,234.50 EUR-", "€- 1,234.50", "▲1,234.50"),
    *("△1,234.50", "-Fr. 1,234.50", "-Rp 1,234.50", "-zł 1,234.50", "- 1.234,50 €", "(1,234.50)", "1,234.50-"),
    *("-1,234.50", "EUR -1,234.50", "($1,234.50)", "(1,234.50) EUR", "- 1,234.50", "▲ ¥1,234.50", "−1,234.50"),
    "1,234.50- EUR",
]


@pytest.mark.parametrize("form", NEGATIVE)
def test_a_negative_number_confirms_no_positive_one(form: str) -> None:
    for answer in ("1,234.50", "1.234,50", "1234.50"):
        assert "verified" not in statuses(answer, f"Refund  {form}")
    assert statuses("-1,234.50", f"Refund  {form}") == ["verified"]
    assert statuses("-1,234.50", f"Refund  {form}  2,000.00") == ["verified"]


@pytest.mark.parametrize(
    "line",
    [
        *("Haircut - 1,234.50", "Refund  1,234.50", "- 1,234.50 EUR for the flat", "1,234.50 - 2,000.00", "A-1,234.50"),
        *("Price 1,234.50 - per unit", "Total  -  1,234.50", "1,234.50 EUR - 1,500.00 EUR", "A - EUR 1,234.50"),
        *(
            "x (about 1,234.50 or so)",
            "1,234.50  -5.00",
            "(5.00)  1,234.50",
            "Price in EUR - 1,234.50",
            "1,234.50- 1,500",
        ),
        "1,234.50 (net)",
    ],
)
def test_a_dash_or_a_bracket_of_something_else_is_no_sign(line: str) -> None:
    assert "verified" not in statuses("-1,234.50", line)


def test_brackets_in_prose_are_in_doubt() -> None:
    line = "the fee (1,234.50 EUR) is due"
    assert "verified" not in statuses("1,234.50", line) + statuses("-1,234.50", line)


def test_a_rise_in_percent_is_neither() -> None:
    assert "verified" not in statuses("11.25%", "Shares  ▲11.25%") + statuses("-11.25%", "Shares  ▲11.25%")


@pytest.mark.parametrize(
    ("lines", "answer", "is_verified"),
    [
        ("VAT 19.00 %  45.60", "19.00%", True),
        ("VAT 19.00 %  45.60", "€19.00", False),
        ("VAT 19.00 %  45.60", "45.60%", False),
        ("VAT 19.00 %  45.60", "€45.60", True),
        ("VAT 19.00 % 45.60", "45.60%", False),
        ("100.00 EUR  112.50 USD", "112.50 EUR", False),
        ("100.00 EUR  112.50 USD", "112.50 USD", True),
        ("100.00 EUR  112.50 USD", "EUR 100.00", True),
        ("EUR 300.00 USD 337.50", "300.00 USD", False),
        ("EUR 300.00 USD 337.50", "EUR 300.00", True),
        ("EUR 300.00 USD 337.50", "USD 337.50", True),
        ("300.00 EUR 337.50 USD", "EUR 337.50", False),
        ("Price 88.20 zł", "€88.20", False),
        ("Price 88.20 zł", "88.20 zł", True),
        ("Price 88.20 zł", "PLN 88.20", True),
        ("Price 88.20 ₿", "€88.20", False),  # a symbol that is not known is still no euro
        ("Price  88.20", "€88.20", True),  # the column's head may say so
        ("Price 88.20 apiece", "€88.20", True),
        ("$300.00 AUD", "USD 300.00", False),
        ("$300.00 AUD", "AUD 300.00", True),
        ("HK$ 300.00", "USD 300.00", False),
        ("Total  $300.00", "MXN 300.00", True),
        ("Total  TRY 300.00", "$300.00", False),
        ("Total  300.00 PEN", "$300.00", False),
        ("Rate  19.50", "19.50%", False),
        ("Rate in %\nRate  19.50", "19.50%", True),  # the head of a column
        ("Percentage\nRate  19.50", "19.50%", True),
        ("Rate 19.50 %", "19.50", True),
        ("Discount  %19.50", "19.50%", True),
    ],
)
def test_units_are_compared(lines: str, answer: str, is_verified: bool) -> None:
    """So without the rest of grounding, which makes other demands as well."""
    document = evidence(*lines.split("\n"))
    places = Places(document, list(document.lines)).exact(fold(strip(answer)))
    assert places
    assert any(place.may_say(False, currencies(fold(answer))) for place in places) is is_verified


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("VAT 19.00 %  45.60", "€19.00"),
        ("VAT 19.00 %  45.60", "45.60%"),
        ("100.00 EUR  112.50 USD", "112.50 EUR"),
        ("EUR 300.00 USD 337.50", "300.00 USD"),
        ("Price 88.20 zł", "€88.20"),
    ],
)
def test_another_unit_is_not_confirmed(line: str, answer: str) -> None:
    assert "verified" not in statuses(answer, line)


def test_a_percentage_below_its_head_is_sure_where_its_line_is_cited() -> None:
    assert statuses("19.50% [2]", "Rate in %", "Widgets  19.50") == ["verified"]


@pytest.mark.parametrize(
    ("cell", "number", "codes"),
    [
        ("eur 300.00 usd 337.50", "300.00", {"eur"}),
        ("eur 300.00 usd 337.50", "337.50", {"usd"}),
        ("300.00 eur 337.50 usd", "337.50", {"usd"}),
        ("9.00 eur - usd 10.00", "9.00", {"eur"}),
        ("19 % 45.60 €", "45.60", {"eur"}),
        ("19 % 45.60 €", "19", {"%"}),
        ("vat 19.00 % 45.60", "45.60", set()),
        ("try 300.00", "300.00", {"try"}),
        ("try again 300.00", "300.00", set()),
        ("pen 3.00", "3.00", set()),  # that is what is sold
        ("acme sdn bhd 9.00", "9.00", set()),
        ("5 kg", "5", set()),
        ("vat %", "5", set()),
    ],
)
def test_whose_unit_it_is(cell: str, number: str, codes: set[str]) -> None:
    start = max(cell.find(number), 0)
    assert currencies_at(cell, start, start + len(number)) == codes


def test_percent_is_named_by_the_last_number() -> None:
    assert currencies("the rate is 19 %") == {"%"}
    assert currencies("19 % of 300.00 is 57.00") == frozenset()


def test_a_sign_that_is_said_is_no_contradiction() -> None:
    assert not is_negative_at("-€9.00", 0, 6)
    assert is_negative_at("-€9.00", 2, 6)
    assert is_negative_at("rm(9.00)", 0, 7)
    assert not is_negative_at("rm", 0, 2)


DATED = "Invoice date  05.03.2024"


@pytest.mark.parametrize(
    "answer", ["March 5, 2024", "5 March 2024", "5. März 2024", "5.3.2024", "5 Mar 2024", "05-Mar-24"]
)
def test_a_date_in_any_form_is_found_where_it_is_printed(answer: str) -> None:
    assert statuses(answer, DATED) == statuses("2024-03-05", DATED) == ["verified"]
    assert statuses(f"The date is {answer}", DATED) == ["verified"]
    assert statuses(answer, "Dated  2024-03-05") == ["verified"]


@pytest.mark.parametrize("answer", ["March 6, 2024", "5 May 2024", "03/04/2024", "March 5", "March 5, 10 am"])
def test_another_date_is_not(answer: str) -> None:
    assert "verified" not in statuses(answer, DATED, "Due 04.03.2024")


@pytest.mark.parametrize(
    ("answer", "line", "quote"),
    [
        ("1234.5", "Sum  1.234,50 EUR", "1.234,50"),
        ("1234.50", "Sum  1.234,5 EUR", "1.234,5"),
        ("12345", "Sum  12,345.00", "12,345.00"),
        ("1200.00", "Sum  ¥1,200", "1,200"),
        ("0.125", "Sum  0.1250", "0.1250"),
        ("-1234.5", "Sum  (1.234,50)", "(1.234,50)"),
    ],
)
def test_zeros_behind_the_point_are_nothing(answer: str, line: str, quote: str) -> None:
    citations: tuple[Citation, ...] = ground(answer, evidence(line)).citations
    assert [(citation.quote, citation.status) for citation in citations] == [(quote, "verified")]


@pytest.mark.parametrize("answer", ["1234", "1234.05", "12345", "123450", "1234.501"])
def test_other_zeros_are_something(answer: str) -> None:
    assert "verified" not in statuses(answer, "Sum  1.234,50 EUR")
