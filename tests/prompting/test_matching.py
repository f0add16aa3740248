"""Words in a page's lines: with other spaces, in another order, in a column; numbers in another form."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preprocess.document import Box, Line, Word
from prompts import numbers
from prompts.claims import Claim
from prompts.downward import stacks
from prompts.matching import Passage, fold
from prompts.word_edges import ends_whole, starts_whole


def row(y: float, *cells: tuple[float, str], height: float = 0.02, letter: float = 0.01) -> Line:
    """Cells that begin at x, in words one letter apart; columns are two spaces apart, as in a page's lines."""
    words: list[Word] = []
    for x, cell in cells:
        for text in cell.split(" "):
            words.append(Word(text, Box(x, y, x + letter * len(text), y + height)))
            x += letter * (len(text) + 1)
    return Line("  ".join(text for _, text in cells), tuple(words))


def numbered(*lines: str) -> Passage:
    return Passage([(number, row(number / 100, (0.1, text))) for number, text in enumerate(lines, 1)])


def words_at(passage: Passage, spans: list) -> list[str]:
    return [passage.text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("line", "needle", "found"),
    [
        ("ACME Trading SdnBhd", "acme trading sdn. bhd.", ["acme trading sdnbhd"]),
        ("Invoice No: INV-12", "invoice no inv-12", ["invoice no: inv-12"]),
        ("INV 12 34", "inv 1234", []),  # two numbers are not one
        ("Sum 12.50", "sum 1250", []),
        ("Sum -12.50", "sum 12.50", []),
        ("Birmingham", "ming", []),
        ("a b c", "abc", []),  # too short to be looked for by its letters
    ],
)
def test_the_same_letters_with_other_spaces(line: str, needle: str, found: list[str]) -> None:
    passage = numbered(line)
    assert words_at(passage, passage.spelled(needle)) == found


@pytest.mark.parametrize(
    ("line", "needle", "found"),
    [
        ("Nicole C. Gruber", "gruber, nicole c", ["nicole c. gruber"]),
        ("A.S. Quigley L.P.", "a.s. l.p. quigley", ["a.s. quigley l.p."]),
        ("Tel +44 7645 342969", "+44 342969 7645", []),  # numbers keep their order
        ("one two two", "two one", ["one two"]),
        ("one", "one", []),
    ],
)
def test_the_same_words_in_another_order(line: str, needle: str, found: list[str]) -> None:
    passage = numbered(line)
    assert words_at(passage, passage.reordered(needle)) == found


def test_a_printed_list_is_said_with_commas() -> None:
    passage = numbered("15 Church Lane", "Memphis, MD 13777")
    assert words_at(passage, passage.find("15 church lane, memphis, md 13777")) == ["15 church lane memphis, md 13777"]
    assert passage.find("15 church, lane memphis, md 13777") == [], "no line ends there"


@pytest.mark.parametrize(
    ("printed", "found", "value"),
    [
        ("Summe 1.234,50 EUR", "1.234,50", "1234.50"),
        ("RM1,234.50", "1,234.50", "1234.50"),
        ("1'210.18", "1'210.18", "1210.18"),
        ("11 466 t", "11 466", "11466"),
        ("Saldo 554,11-", "554,11-", "-554.11"),
        ("(1547.87)", "(1547.87)", "-1547.87"),
        ("-USD 5.00", "-usd 5.00", "-5.00"),
        ("- 1.180,42", "- 1.180,42", "-1180.42"),
        ("Betrag - 1.180,42", "1.180,42", "1180.42"),  # a dash, not a sign
        ("72 - 247", "247", "247"),
        ("1,23,456.00", "1,23,456.00", "123456.00"),
    ],
)
def test_a_number_in_another_form(printed: str, found: str, value: str) -> None:
    passage = numbered(printed)
    assert words_at(passage, passage.valued(Decimal(value), numbers.digits(value))) == [found]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("1.234", "1234"),  # or little more than one
        ("12/03/2024", "12"),
        ("1,234.567.8", "234"),
        ("9.00", "9"),  # the same value, other digits
        ("112", "12"),
        ("Saldo 554,11-", "554.11"),
    ],
)
def test_what_does_not_mean_a_number_alone(printed: str, value: str) -> None:
    assert numbered(printed).valued(Decimal(value), numbers.digits(value)) == []


def test_numbers_of_two_columns_are_not_one() -> None:
    passage = Passage([(1, row(0.1, (0.1, "Kühlschrank"), (0.4, "12"), (0.6, "345")))])
    assert passage.valued(Decimal(12345), "12345") == []
    assert words_at(passage, passage.valued(Decimal(345), "345")) == ["345"]


@pytest.mark.parametrize(
    ("line", "needle", "found"),
    [
        ("Total à payer 12 345,67 EUR", "345,67", []),
        ("Summa 1\N{NO-BREAK SPACE}234,50", "234,50", []),
        ("Summa 1 234,50", "1 234,50", ["1 234,50"]),
        ("2  345,67", "345,67", ["345,67"]),
        ("Grade  12  345", "12 345", []),
        ("Grade  12  345", "345", ["345"]),
        ("Pack of 12 345 ml", "345 ml", ["345 ml"]),
        ("Total 12 345,67", "12", []),
        ("Total 12 345,67", "total 12", []),
        ("Total 1 234 567", "1", []),
        ("Total 1 234 567", "234 567", []),
        ("Total 1 234 567", "1 234 567", ["1 234 567"]),
    ],
)
def test_an_amount_is_neither_cut_nor_made_of_two(line: str, needle: str, found: list[str]) -> None:
    passage = numbered(line)
    assert words_at(passage, passage.find(needle)) == found


def test_numbers_of_two_lines_are_not_one() -> None:
    assert numbered("Total 12", "345 Main Street").find("12 345") == []


STYLES = {"en": (",", "."), "de": (".", ","), "ch": ("'", "."), "fr": (" ", ","), "plain": ("", ".")}


@given(st.decimals(0, 10**9, places=2), st.sampled_from(sorted(STYLES)), st.booleans(), st.decimals(0, 10**9, places=2))
def test_any_amount_is_found_in_any_style_and_no_other_is(
    amount: Decimal, style: str, is_negative: bool, other: Decimal
) -> None:
    thousands, point = STYLES[style]
    text = f"{amount:,.2f}".replace(",", "T").replace(".", point).replace("T", thousands)
    passage = numbered(f"Saldo {'-' if is_negative else ''}{text} EUR")
    value = -amount if is_negative and amount else amount
    assert bool(passage.valued(value, numbers.digits(f"{amount:.2f}")))
    if other != value:
        assert passage.valued(other, numbers.digits(f"{other:.2f}")) == []


ADDRESSES = [
    (1, row(0.10, (0.1, "Seller"), (0.5, "Buyer"))),
    (2, row(0.13, (0.1, "15 Church Lane"), (0.5, "9 Mill Road"))),
    (3, row(0.16, (0.1, "Memphis"), (0.5, "Derby DE1 2AB"))),
    (4, row(0.30, (0.1, "far below"))),
]


def test_cells_are_stacked_from_the_top_down() -> None:
    found = [[(number, cell.text) for number, cell in stack] for stack in stacks(ADDRESSES)]
    assert found == [
        [(1, "Seller"), (2, "15 Church Lane"), (3, "Memphis")],
        [(1, "Buyer"), (2, "9 Mill Road"), (3, "Derby DE1 2AB")],
    ]


def test_rows_that_stand_between_one_another_are_parted() -> None:
    """Two columns whose rows are not at the same height are lines of their own."""
    lines = [(1, row(0.10, (0.1, "a1"))), (2, row(0.115, (0.5, "b1"))), (3, row(0.13, (0.1, "a2")))]
    assert [[cell.text for _, cell in stack] for stack in stacks(lines)] == [["a1", "a2"]]


def test_a_line_whose_words_are_of_no_use_has_no_cells() -> None:
    strange = Line("Total  9.00", (Word("T0tal", Box(0, 0, 0.1, 0.1)),))
    assert stacks([(1, strange), (2, strange)]) == []


def test_a_column_is_read_from_or_to_the_edge_of_a_cell() -> None:
    column = Passage([(1, row(0.1, (0.1, "Grade 4"))), (5, row(0.13, (0.1, "Grade 5")))], is_column=True)
    assert column.find("4 grade") == []
    assert words_at(column, column.find("grade 4 grade")) == ["grade 4 grade"]
    assert words_at(column, column.find("4 grade 5")) == ["4 grade 5"]
    assert column.locate(column.find("4 grade 5")[0]).lines == (1, 5)


@pytest.mark.parametrize(
    ("text", "word", "is_whole"),
    [
        ("mail khan@firm.de", "khan", False),
        ("mail info@khan.de", "khan", False),
        ("3@5.00", "5.00", True),
        ("meyer-khan", "khan", True),
        ("khans", "khan", False),
        ("john.smith@firm.de", "smith@firm.de", False),
        ("mail info@firm.de.", "info@firm.de", True),
        ("info@firm.com.au", "info@firm.com", False),
        ("inv-12-a", "inv-12", False),
        ("inv-12-a", "12-a", False),
        ("inv-2024-001", "2024-001", False),
        ("inv-12", "12", True),
        ("covid-19-related", "covid-19", True),
        ("10-kg", "10", True),
        ("15-mar-24", "15", True),
        ("1.29-a", "1.29", True),
    ],
)
def test_words_of_their_own(text: str, word: str, is_whole: bool) -> None:
    start = text.index(word)
    assert (starts_whole(text, start) and ends_whole(text, start + len(word))) is is_whole


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. von Arnim & Kollegen", ["Dr. von Arnim & Kollegen"]),
        ("RVL SDN. BHD. KG. MELUR", ["RVL SDN. BHD. KG. MELUR"]),
        ("17. Dez. 2020", ["17. Dez. 2020"]),
        ("P.O. Box 4, Memphis", ["P.O. Box 4, Memphis"]),
        ("Brennan Bros. Traders", ["Brennan Bros. Traders"]),
        ("The total is 9.00. The date is 2018.", ["The total is 9.00.", "The date is 2018."]),
        ("It was paid by card. The seller is ACME.", ["It was paid by card.", "The seller is ACME."]),
        ("Yes. It was paid by card.", ["Yes. It was paid by card."]),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    assert Claim(text, None).sentences == sentences


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The total is RM9.00.", ("the total", "rm9.00")),
        ("Note: the colour is pearl white", ("note: the colour", "pearl white")),
        ("Die Summe beträgt 9,00 €", ("die summe", "9,00")),
        ("Every bank was collected by mail before publication", None),  # half a sentence is no value
        ("ACME Ltd", None),
        ("The total is:", None),
    ],
)
def test_what_leads_in_to_a_value(text: str, value: tuple[str, str] | None) -> None:
    assert Claim(text, None).value == value


@pytest.mark.parametrize(
    ("text", "number", "currencies", "is_negative"),
    [
        ("total €9.00", "9.00", {"eur"}, False),
        ("total 9.00 eur", "9.00", {"eur"}, False),
        ("rm 9.00", "9.00", {"myr"}, False),
        ("$9.00", "9.00", {"usd", "sgd", "aud", "cad", "hkd", "nzd"}, False),
        ("-€9.00", "-€9.00", {"eur"}, False),
        ("farms 9.00", "9.00", set(), False),
        ("(9.00)", "9.00", set(), True),
        ("(eur 9.00)", "9.00", {"eur"}, True),
        ("(at 9.00 or so)", "9.00", set(), False),
        ("(9.00 kg)", "9.00", set(), False),
        ("9.00-", "9.00", set(), True),
        ("(1,234)", "1,234", set(), True),
        ("-$12,345", "12,345", {"usd", "sgd", "aud", "cad", "hkd", "nzd"}, True),
        ("12,345-", "12,345", set(), True),
        ("9.00-10.00", "9.00", set(), False),
        ("(2019)", "2019", set(), False),
        ("(500)", "500", set(), True),
        ("customer (48213) of may", "48213", set(), False),
        ("eggs (12) pack", "12", set(), False),
        ("clause (5)", "5", set(), False),
        ("loss (€500)", "500", {"eur"}, True),
        ("loss (1,234)", "1,234", set(), True),
        ("500-", "500", set(), True),
        ("▲2019", "2019", set(), True),
        ("（500）", "500", set(), True),
        ("(555) 123", "555", set(), False),
        ("(0)30", "0", set(), False),
        ("¥3,000-", "3,000", {"jpy", "cny"}, False),
        ("¥30.00-", "30.00", {"jpy", "cny"}, True),
    ],
)
def test_what_stands_beside_a_number(text: str, number: str, currencies: set[str], is_negative: bool) -> None:
    span = text.index(number), text.index(number) + len(number)
    assert numbers.currencies_at(fold(text), *span) == currencies
    assert numbers.is_negative_at(fold(text), *span) is is_negative
