"""Metrics, by cases computed by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts import dates
from prompts.numbers import only_number, readings
from prompts.scoring import METRICS, score, wilson_interval


@pytest.mark.parametrize(
    ("prediction", "answer", "expected"),
    [
        ("100", "100", 1),
        ("105", "100", 1),  # the limit itself counts
        ("105.01", "100", 0),
        ("95", "100", 1),
        ("94.9", "100", 0),
        ("-100", "100", 0),
        ("2019", "2020", 1),  # the published rule knows no years
        ("15.7%", "15.7", 1),
        ("15.7", "15.7%", 1),
        ("0.157", "15.7%", 1),
        ("0.157", "15.7", 0),
        ("$1,234", "1234", 1),
        ("1,234", "1.234", 0),  # English labels: a comma before three digits parts thousands
        ("1.2", "1,234", 0),
        ("4 608 848", "4608848", 1),
        ("EUR 71.31", "71.31", 1),
        ("~4640000", "4642848", 1),  # a measured value
        ("~ 8.5%", "8.5", 1),
        ("~100", "90", 0),
        ("0", "0.0", 1),
        ("0.01", "0", 0),
        ("united arab emirates ", "United Arab Emirates", 1),
        ("Emirates", "United Arab Emirates", 0),
        ("44 million", "44", 0),  # not a number: text must be equal
        ("", "44", 0),
        ("nan", "44", 0),
        ("inf", "44", 0),
    ],
)
def test_relaxed_accuracy(prediction: str, answer: str, expected: float) -> None:
    assert score("relaxed_accuracy", prediction, [answer]) == expected


@pytest.mark.parametrize(
    ("prediction", "answer", "expected"),
    [
        ("hello", "hello", 1.0),
        ("Hello  World", "hello world", 1.0),
        ("hallo", "hello", 0.8),
        ("kitten", "sitting", 1 - 3 / 7),
        ("ab", "ax", 0.5),  # 0 below a half, not at it
        ("abc", "axy", 0.0),
        ("", "abc", 0.0),
        ("", "", 1.0),
        ("ca", "abc", 0.0),  # distance 3: a transposition is two edits
    ],
)
def test_anls(prediction: str, answer: str, expected: float) -> None:
    assert score("anls", prediction, [answer]) == pytest.approx(expected)


def test_exact_field() -> None:
    assert score("exact_field", "Ａcme\u00a0 LTD", ["ACMELtd"]) == 1
    assert score("exact_field", "51.6%", ["51.6 %"]) == 1
    assert score("exact_field", "51.6", ["51.6%"]) == 0


@pytest.mark.parametrize(
    ("prediction", "answer", "expected"),
    [
        ("RM 9.00", "9.00", 1),
        ("RM9", "9.00", 1),
        ("9.005", "9.00", 1),
        ("9.006", "9.00", 0),
        ("1.234,50 €", "1234.50", 1),
        ("1,234.50", "1234.50", 1),
        ("1'234.50 CHF", "1234.50", 1),
        ("1 234,50", "1234.50", 1),
        ("1.234", "1234", 1),
        ("1.234", "1.234", 1),
        ("1.23", "1,234", 0),  # a label is read the English way only
        ("(8.79)", "-8.79", 1),
        ("8.79-", "-8.79", 1),
        ("−8.79 EUR", "-8.79", 1),
        ("8.79", "-8.79", 0),
        ("The total is RM 9.00.", "9.00", 1),
        ("9.00 of 10.00", "9.00", 0),  # a guess at both is no answer
        ("nine", "9.00", 0),
        ("", "9.00", 0),
        (".50", "0.5", 1),
        ("S$ 5.20", "5.20", 1),
    ],
)
def test_amount(prediction: str, answer: str, expected: float) -> None:
    assert score("amount", prediction, [answer]) == expected


def test_numbers_have_all_their_readings() -> None:
    assert readings("1.234") == {Decimal("1.234"), Decimal("1234")}
    assert readings("1.234", english=True) == {Decimal("1.234")}
    assert readings("12") == {Decimal("12")}
    assert readings("(12.00)") == {Decimal("-12")}
    assert readings("1,23,456.00") == {Decimal("123456")}
    assert readings("12a") == readings("") == readings(".") == readings("1.2.3") == frozenset()
    assert only_number("INV-2") == "2"
    assert only_number("about -2 degrees") == "-2"
    assert only_number("(2.50)") == "-2.50"
    assert only_number("1 and 2") is None


@given(st.decimals(min_value=-(10**7), max_value=10**7, places=2))
def test_amounts_survive_their_forms(value: Decimal) -> None:
    label = str(value)
    german = f"{value:,}".translate(str.maketrans(",.", ".,"))
    for form in (label, f"{value:,}", german, f"EUR {value:,}", f"The sum is {value} €."):
        assert score("amount", form, [label]) == 1, form
    assert score("amount", str(value + 1), [label]) == 0


@pytest.mark.parametrize(
    "text",
    [
        "2018-03-05", "05.03.2018", "5.3.18", "05/03/2018", "03/05/2018", "5 March 2018", "March 5th, 2018",
        "05-MAR-18", "5. März 2018", "le 5 mars 2018", "5 de marzo de 2018", "05MAR2018", "20180305", "2018/3/5",
        "2018年3月5日", "Date: 05/03/2018 8:13:39 PM", "5 Mar '18", "2018 Mar 5", "18-03-05",
        "Mon, 5th of March 2018 (05.03.2018)",
    ],
)  # fmt: skip
def test_dates_in_many_forms(text: str) -> None:
    assert dt.date(2018, 3, 5) in dates.readings(text)
    assert score("date", text, ["2018-03-05"]) == 1
    assert score("date", text, ["2019-03-05"]) == 0


def test_dates_that_are_none() -> None:
    assert dates.readings("13/13/2018") == dates.readings("31.02.2018") == dates.readings("March 2018") == frozenset()
    assert dates.readings("5 March 2018 to 6 March 2018") == frozenset()
    assert score("date", "", ["2018-03-05"]) == 0
    assert score("date", "2018-05-03", ["2018-03-05"]) == 0  # year first is never ambiguous
    assert dates.readings("30.12.69") == {dt.date(1969, 12, 30)}
    assert dates.readings("30.12.68") == {dt.date(2068, 12, 30)}


@given(st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)))
def test_printed_dates_are_read_back(day: dt.date) -> None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d %B %Y", "%b %d, %Y", "%d-%b-%y", "%Y%m%d", "%d/%m/%y"):
        assert day in dates.readings(day.strftime(form)), form


def test_any_answer_counts_and_errors_are_named() -> None:
    assert score("amount", "8.79", ["-8.79", "8.79"]) == 1
    with pytest.raises(ValueError, match="known are relaxed_accuracy, anls, exact_field, amount, date"):
        score("bleu", "a", ["a"])
    with pytest.raises(ValueError, match="no right answers"):
        score("anls", "a", [])


@given(st.sampled_from(sorted(METRICS)), st.text(max_size=30), st.text(max_size=30))
def test_any_text_scores_between_0_and_1(metric: str, prediction: str, answer: str) -> None:
    assert 0.0 <= score(metric, prediction, [answer]) <= 1.0


def test_wilson_interval() -> None:
    # by hand, z = 1.96: centre (0.5 + 3.8416/200) / 1.038416 = 0.5,
    # half-width 1.96 sqrt(0.0025 + 3.8416/40000) / 1.038416 = 0.0962
    assert wilson_interval(50, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert wilson_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson_interval(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert wilson_interval(2.5, 5) == pytest.approx((0.1705, 0.8295), abs=1e-3)
    assert wilson_interval(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="no rate"):
        wilson_interval(3, 2)
