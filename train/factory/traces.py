"""Thoughts with arithmetic: read every value as `label: value`, then one operation a line, then the answer.

    rent: 92.50
    food: 8.75
    0+5=5, 5+7=12, 2+8+1=11, 9+0+1=10, 1
    92.50 + 8.75 = 101.25
    101.25

Values are decimals; lines carry them bare, without thousands separators and currency, for digits are the model's
tokens and nothing else should stand between them. The form follows what is known of small models: one operation a
line, running totals, never more than `MAX_READS` values, and sums and differences worked out digit by digit from the
right first, since the leftmost digit of a sum depends on all the others. A mean is divided from the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from train.factory.sample import Question

MAX_READS = 8


class Thought(NamedTuple):
    """The trace, the answer it ends in, how many operations it took, and whether one of them was arithmetic."""

    thinking: str
    answer: str
    steps: int
    computes: bool = False


class Read(NamedTuple):
    label: str
    value: Decimal


def worked(text: str, thought: Thought, task: str, metric: str = "amount") -> Question:
    """A question whose answer takes the steps of `thought`."""
    return Question(text, thought.answer, thought.thinking, task, metric, thought.steps, thought.computes)


def plain(value: Decimal) -> str:
    """`-1234.50` as a trace writes it: no exponent, no separators, as many decimals as the value has."""
    return f"{value:f}"


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def difference(first: Read, second: Read) -> Thought:
    """first - second"""
    result = first.value - second.value
    lines = [_columns_of(first.value, -second.value), f"{plain(first.value)} - {plain(second.value)} = {plain(result)}"]
    return _thought((first, second), lines, plain(result), 1, True)


def total(reads: Sequence[Read]) -> Thought:
    lines, result = _running(reads)
    return _thought(reads, lines, plain(result), len(reads) - 1, len(reads) > 1)


def mean(reads: Sequence[Read], places: int) -> Thought:
    lines, result = _running(reads)
    answer = plain(rounded(result / len(reads), places))
    divided = [_division(abs(result), len(reads), places), f"{plain(result)} / {len(reads)} = {answer}"]
    return _thought(reads, lines + divided, answer, len(reads), True)


def ratio(first: Read, second: Read, places: int = 2) -> Thought:
    answer = plain(rounded(first.value / second.value, places))
    return _thought((first, second), [f"{plain(first.value)} / {plain(second.value)} = {answer}"], answer, 1, True)


def largest(reads: Sequence[Read], smallest: bool = False) -> Thought:
    """Whose value is the largest (or smallest): the answer is the label. Ties are the maker's to avoid."""
    pick = (min if smallest else max)(reads, key=lambda read: read.value)
    return _thought(reads, [f"{'min' if smallest else 'max'}: {plain(pick.value)}"], pick.label, 1)


def extreme(reads: Sequence[Read], smallest: bool = False) -> Thought:
    """The largest (or smallest) value itself."""
    pick = (min if smallest else max)(reads, key=lambda read: read.value)
    return _thought(reads, [f"{'min' if smallest else 'max'}: {plain(pick.value)}"], plain(pick.value), 1)


def _running(reads: Sequence[Read]) -> tuple[list[str], Decimal]:
    lines, result = [], reads[0].value
    for read in reads[1:]:
        added = result + read.value
        lines += [_columns_of(result, read.value), f"{plain(result)} + {plain(read.value)} = {plain(added)}"]
        result = added
    return lines, result


def _columns_of(first: Decimal, second: Decimal) -> str:
    """first + second by columns: added up where both have the same sign, else the smaller taken from the larger."""
    if (first < 0) == (second < 0):
        return _addition(abs(first), abs(second))
    return _subtraction(max(abs(first), abs(second)), min(abs(first), abs(second)))


def _addition(first: Decimal, second: Decimal) -> str:
    """`0+5=5, 5+7=12, 2+8+1=11, ...`: a column with what is carried into it; a last carry stands alone."""
    columns, carry = [], 0
    for upper, lower in _columns(first, second):
        total = upper + lower + carry
        columns.append(f"{upper}+{lower}{f'+{carry}' if carry else ''}={total}")
        carry = total // 10
    return ", ".join([*columns, str(carry)] if carry else columns)


def _subtraction(first: Decimal, second: Decimal) -> str:
    """`10-5=5, 12-7-1=4, ...`: a column takes ten where it is too small, and the next one gives it back."""
    columns, borrow = [], 0
    for upper, lower in _columns(first, second):
        short = upper < lower + borrow
        upper += 10 * short
        columns.append(f"{upper}-{lower}{f'-{borrow}' if borrow else ''}={upper - lower - borrow}")
        borrow = int(short)
    return ", ".join(columns)


def _division(value: Decimal, divisor: int, places: int) -> str:
    """`8/3=2 r2, 21/3=7, 4/3=1 r1, ...`: digits from the left, each behind what is left of the one before it.

    One digit more than the answer has, for it decides which way the answer is rounded.
    """
    digits = str(int(value.scaleb(max(places + 1, _places(value)))))
    columns, left = [], 0
    for digit in digits:
        part = 10 * left + int(digit)
        left = part % divisor
        columns.append(f"{part}/{divisor}={part // divisor}{f' r{left}' if left else ''}")
    return ", ".join(columns)


def _columns(first: Decimal, second: Decimal) -> list[tuple[int, int]]:
    """Pairs of digits that stand one above the other, from the right."""
    places = max(_places(first), _places(second))
    upper, lower = (str(int(value.scaleb(places))) for value in (first, second))
    width = max(len(upper), len(lower))
    return [(int(a), int(b)) for a, b in zip(upper.zfill(width)[::-1], lower.zfill(width)[::-1], strict=True)]


def _places(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))


def _thought(reads: Sequence[Read], lines: Sequence[str], answer: str, steps: int, computes: bool = False) -> Thought:
    assert len(reads) <= MAX_READS, f"{len(reads)} values are too many for one thought"
    values = (f"{read.label}: {plain(read.value)}" for read in reads)
    return Thought("\n".join([*values, *lines, answer]), answer, steps, computes)
