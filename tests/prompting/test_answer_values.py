"""Answers as models write them become values: bare, with marks, or in a sentence that has no other."""

from __future__ import annotations

import pytest

from prompts.extracted import value_of
from prompts.schema import Field

STATUS = Field(("x",), "string", "?", ("Paid", "Partially paid", "Open"))
RATE = Field(("x",), "integer", "?", (7, 19))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("RM9.00.", 9.0),
        ("RM9.00 [3].", 9.0),
        ("**9.00**", 9.0),
        ("The total is RM9.00 [3]", 9.0),
        ("The total is **RM9.00**.", 9.0),
        ("**Total:** 9.00 EUR", 9.0),
        ("9.00 in total", 9.0),
        ("9.00 is the total", 9.0),
        ("The total of invoice 2024-0017 is RM9.00", 9.0),
        ("There are 12 of them: 12", 12.0),
        ("The balance is -RM9.00 [2].", -9.0),
        ("The balance is (12.00)", -12.0),
        ("总额为9.00元。", 9.0),
        ("总额为12.5万元", 125000.0),
        ("9.00 or 10.00", None),
        ("The subtotal is 8.00 and the total is 9.00", None),
        ("The subtotal is 8.00. The total is 9.00.", None),
        ("The total is 8-9", None),
        ("The total is not 9.00", None),
        ("The balance is minus 9.00", None),
        ("The total is 5 million", None),
        ("The total is 1.2 million euros [3]", None),
        ("The total is 1.234", None),  # a thousand in Berlin
        ("Room 12", None),
        ("5 March", None),
        ("INV-2", None),
        ("The number is INV-2", None),
        ("A1.50", None),
        ("12/03/2024", None),
    ],
)
def test_the_one_number_of_an_answer(text, value):
    assert value_of(Field(("x",), "number", "?"), text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", 1200),
        ("1,200 [2].", 1200),
        ("1.234", 1234),
        ("There are 12 pages.", 12),
        ("1.5", None),
        ("2.000", None),  # two, or two thousand: both are whole
    ],
)
def test_of_the_readings_of_an_integer_the_whole_ones_count(text, value):
    assert value_of(Field(("x",), "integer", "?"), text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Paid.", "Paid"),
        ("**paid**", "Paid"),
        ("The status is Paid [6]", "Paid"),
        ("It is paid since May", "Paid"),
        ("The status is partially paid", "Partially paid"),
        ("Open, that is", "Open"),
        ("It is not paid", None),
        ("unpaid", None),
        ("pre-paid", None),
        ("Open or paid", None),
        ("The status (open or paid) is paid", None),
    ],
)
def test_the_one_choice_of_an_answer(text, value):
    assert value_of(STATUS, text) == value


def test_choices_of_numbers():
    assert value_of(RATE, "The rate is 19 % [2]") == 19 and value_of(RATE, "7.0") == 7
    assert value_of(RATE, "7 or 19") is None and value_of(RATE, "1") is None


def test_choices_that_differ_in_their_marks_or_are_short_are_only_taken_whole():
    coins, marks = Field(("x",), "string", "?", ("€", "$")), Field(("x",), "string", "?", ("A", "A*"))
    assert value_of(coins, "$") == "$" and value_of(coins, "€ [1]") == "€" and value_of(coins, "£") is None
    assert value_of(marks, "A*") == "A*" and value_of(marks, "The mark is A*") is None
    letters = Field(("x",), "string", "?", ("A", "B"))
    assert value_of(letters, "The grade is A.") == "A" and value_of(letters, "A good one") is None
    mixed = Field(("x",), "string", "?", ("", "€", "euro"))
    assert value_of(mixed, "in euro") == "euro" and value_of(mixed, "€") == "€" and value_of(mixed, "dollars") is None
    answers = Field(("x",), "string", "?", ("yes", "no"))
    assert value_of(answers, "No, it is open") == "no" and value_of(answers, "There is no sign of it") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Yes, it is paid.", True),
        ("**Yes**", True),
        ("Yes [3].", True),
        ("No. It is open", False),
        ("Paid: no", False),
        ("是，已支付", True),
        ("x", True),
        ("x, y", None),
        ("No. 5 is paid", None),
        ("No payment was made", None),
        ("It is not paid", None),
    ],
)
def test_yes_and_no_first_or_last(text, value):
    assert value_of(Field(("x",), "boolean", "?"), text) is value


def test_texts_stay_as_they_are():
    assert value_of(Field(("x",), "string", "?"), "*Yes*, 9.00.") == "*Yes*, 9.00."
