"""Thoughts with arithmetic: read every value as `label: value`, then one operation a line, then the answer.

Values are decimals; lines carry them bare, without thousands separators and currency, for digits are the model's
tokens and nothing else should stand between them. The form follows what is known of small models (one operation a
line, running totals, never more than `MAX_READS` values).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

MAX_READS = 8


class Thought(NamedTuple):
    """The trace, the answer it ends in, and how many operations it took."""

    thinking: str
    answer: str
    steps: int


class Read(NamedTuple):
    label: str
    value: Decimal


def plain(value: Decimal) -> str:
    """`-1234.50` as a trace writes it: no exponent, no separators, as many decimals as the value has."""
    return f"{value:f}"


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def difference(first: Read, second: Read) -> Thought:
    """first - second"""
    result = first.value - second.value
    operation = f"{plain(first.value)} - {plain(second.value)} = {plain(result)}"
    return _thought((first, second), [operation], plain(result), 1)


def total(reads: Sequence[Read]) -> Thought:
    lines, result = _running(reads)
    return _thought(reads, lines, plain(result), len(reads) - 1)


def mean(reads: Sequence[Read], places: int) -> Thought:
    lines, result = _running(reads)
    answer = plain(rounded(result / len(reads), places))
    return _thought(reads, [*lines, f"{plain(result)} / {len(reads)} = {answer}"], answer, len(reads))


def ratio(first: Read, second: Read, places: int = 2) -> Thought:
    answer = plain(rounded(first.value / second.value, places))
    return _thought((first, second), [f"{plain(first.value)} / {plain(second.value)} = {answer}"], answer, 1)


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
        lines.append(f"{plain(result)} + {plain(read.value)} = {plain(result + read.value)}")
        result += read.value
    return lines, result


def _thought(reads: Sequence[Read], lines: Sequence[str], answer: str, steps: int) -> Thought:
    assert len(reads) <= MAX_READS, f"{len(reads)} values are too many for one thought"
    return Thought(
        "\n".join([*(f"{read.label}: {plain(read.value)}" for read in reads), *lines, answer]), answer, steps
    )
