import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.factory import traces
from train.factory.sample import reading
from train.factory.traces import MAX_READS, Read, worked

VALUES = st.decimals("-99999.99", "99999.99", places=2)
STEP = re.compile(r"(\d+)([+-])(\d+)(?:[+-](\d+))?=(\d+)")
PART = re.compile(r"(\d+)/(\d+)=(\d+)(?: r(\d+))?")


def lines_of(thought):
    return thought.thinking.splitlines()


@pytest.mark.parametrize(
    ("thought", "lines"),
    [
        (
            traces.total([Read("rent", Decimal("92.50")), Read("food", Decimal("8.75"))]),
            ["rent: 92.50", "food: 8.75", "0+5=5, 5+7=12, 2+8+1=11, 9+0+1=10, 1", "92.50 + 8.75 = 101.25", "101.25"],
        ),
        (
            traces.difference(Read("end", Decimal("-3645")), Read("start", Decimal("137"))),
            ["end: -3645", "start: 137", "5+7=12, 4+3+1=8, 6+1=7, 3+0=3", "-3645 - 137 = -3782", "-3782"],
        ),
        (
            traces.difference(Read("end", Decimal("12")), Read("start", Decimal("30"))),
            ["end: 12", "start: 30", "10-2=8, 3-1-1=1", "12 - 30 = -18", "-18"],
        ),
        (
            traces.mean([Read("a", Decimal(1)), Read("b", Decimal(2)), Read("c", Decimal(2))], 1),
            [
                *("a: 1", "b: 2", "c: 2", "1+2=3", "1 + 2 = 3", "3+2=5", "3 + 2 = 5"),
                *("5/3=1 r2, 20/3=6 r2, 20/3=6 r2", "5 / 3 = 1.7", "1.7"),
            ],
        ),
    ],
)
def test_by_hand(thought, lines):
    assert lines_of(thought) == lines


def test_what_computes_is_known_where_it_is_worked_out():
    """A column that is headed `(n = 45)` is looked up, not reckoned with."""
    reads = [Read("Rent (n = 45)", Decimal(9)), Read("Food", Decimal(2))]
    reckoned = (traces.total(reads), traces.difference(*reads), traces.mean(reads, 1), traces.ratio(*reads))
    assert all(worked("?", thought, "x").computes for thought in reckoned)
    compared = (traces.largest(reads), traces.extreme(reads), traces.total(reads[:1]))
    assert not any(worked("?", thought, "x").computes for thought in compared)
    assert not reading("?", "Rent (n = 45)", "9", "x").computes


@given(st.lists(VALUES, min_size=2, max_size=MAX_READS))
def test_sums_are_the_columns_they_are_worked_out_by(values):
    thought = traces.total([Read(str(place), value) for place, value in enumerate(values)])
    assert Decimal(thought.answer) == sum(values)
    _check_columns(lines_of(thought)[len(values) : -1])


@given(VALUES, VALUES)
def test_differences_are_the_columns_they_are_worked_out_by(first, second):
    thought = traces.difference(Read("a", first), Read("b", second))
    assert Decimal(thought.answer) == first - second
    _check_columns(lines_of(thought)[2:-1])


@given(st.lists(VALUES, min_size=2, max_size=MAX_READS), st.integers(1, 2))
def test_means_are_divided_digit_by_digit(values, places):
    thought = traces.mean([Read(str(place), value) for place, value in enumerate(values)], places)
    *_, division, _, answer = lines_of(thought)
    left, quotient = 0, ""
    for part, divisor, digit, rest in PART.findall(division):
        assert int(part) // 10 == left and int(divisor) == len(values)
        assert divmod(int(part), len(values)) == (int(digit), int(rest or 0))
        left, quotient = int(rest or 0), quotient + digit
    found = traces.rounded(Decimal(quotient).scaleb(-max(places + 1, 2)), places)
    assert abs(Decimal(answer)) == found


def _check_columns(lines):
    """Every other line is columns, right to left; their last digits are those of the result in the line below."""
    for columns, whole in zip(lines[::2], lines[1::2], strict=True):
        digits = ""
        for first, sign, second, carried, result in STEP.findall(columns):
            carry = int(carried or 0)
            assert int(result) == (
                int(first) + int(second) + carry if sign == "+" else int(first) - int(second) - carry
            )
            digits = result[-1] + digits
        if "-" not in columns and columns.split(", ")[-1] == "1":
            digits = "1" + digits
        assert int(digits) == abs(int(Decimal(whole.rpartition("= ")[2]).scaleb(2)))
