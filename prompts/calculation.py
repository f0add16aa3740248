"""How an answer was worked out: the sum that its thought ends in, and where the document has that sum's numbers.

    found = calculation("Books: 102.00\\nPencils: 72.00\\n102.00 - 72.00 = 30.00\\n30.00", "30.00")
    found.text               # "102.00 - 72.00 = 30.00"
    cited(found, evidence)   # (Citation(quote="102.00", ...), Citation(quote="72.00", ...))

What was worked out stands nowhere, or only by chance; what can be checked is what it was worked out from. Sums that do
not come to what the thought says are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation

from prompts.evidence import Evidence
from prompts.grounding import Citation, ground
from prompts.numbers import readings

_NUMBER = r"[$€£¥]?-?\d[\d,]*(?:\.\d+)?"
_SUM = re.compile(rf"(?<![\w.,])({_NUMBER}(?: [-+*/−–×÷] {_NUMBER})+) = ({_NUMBER})(?![\d,.]*\d)")
_SIGN = re.compile(r" ([-+*/−–×÷]) ")
_READ = re.compile(rf"^\W*(\S.*?): ({_NUMBER})\s*$", re.MULTILINE)
_MOST_STEPS = 32  # of a sum; a longer thought goes round in a circle


@dataclass(frozen=True, slots=True)
class Calculation:
    """A sum, or several that lead to one another, and the numbers it began with: what the thought calls each, if it
    says so, and the number as it writes it."""

    text: str
    numbers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Step:
    text: str
    signs: tuple[str, ...]
    numbers: tuple[str, ...]
    result: Decimal


def calculation(reasoning: str, answer: str) -> Calculation | None:
    """The sum in `reasoning` that comes to `answer`, the last one if there are several; None where there is none."""
    wanted = readings(answer)
    steps = list(_steps(reasoning))[-_MOST_STEPS:]
    for place in reversed(range(len(steps))):
        if steps[place].result in wanted:
            labels = {_value(number): label for label, number in _READ.findall(reasoning)}
            used, numbers = _traced(steps[: place + 1], labels)
            return Calculation("; ".join(step.text for step in used), tuple(dict.fromkeys(numbers)))
    return None


def cited(found: Calculation, evidence: Evidence) -> tuple[Citation, ...]:
    """Where the document has the numbers of a sum. Those it does not have are said in one unverified citation; of a sum
    none of whose numbers stand there, there is none."""
    citations, missing = [], []
    for label, number in found.numbers:
        places = [place for place in ground(number, evidence, label).citations if place.status != "unverified"]
        citations += places[:1]
        if not places:
            missing.append(number)
    if citations and missing:
        citations.append(replace(citations[0], quote=" … ".join(missing), status="unverified"))
    return tuple(dict.fromkeys(citations))


def _steps(reasoning: str) -> Iterator[_Step]:
    """Sums of the thought that come to what it says they do."""
    for match in _SUM.finditer(reasoning):
        first, *rest = _SIGN.split(match[1])
        signs, numbers = tuple(rest[::2]), (first, *rest[1::2])
        result = _value(match[2])
        if _comes_to(signs, [_value(number) for number in numbers], result):
            yield _Step(match[0], signs, numbers, result)


def _comes_to(signs: Sequence[str], numbers: Sequence[Decimal], result: Decimal) -> bool:
    """From left to right, where that has one meaning: sums alone, or one product or quotient, rounded as is said."""
    if len(signs) > 1 and not set(signs) <= set("+-−–"):
        return False
    total = numbers[0]
    try:
        for sign, number in zip(signs, numbers[1:], strict=True):
            total = _done(sign, total, number)
        return total == result or (signs[-1] in "*/×÷" and total.quantize(result, ROUND_HALF_UP) == result)
    except (DivisionByZero, InvalidOperation):
        return False


def _done(sign: str, one: Decimal, other: Decimal) -> Decimal:
    if sign == "+":
        return one + other
    if sign in "-−–":
        return one - other
    return one * other if sign in "*×" else one / other


def _traced(steps: Sequence[_Step], labels: Mapping[Decimal, str]) -> tuple[list[_Step], list[tuple[str, str]]]:
    """The steps that lead to the last one, in order, and the numbers that none of them gave. How many values an average
    is of was counted, not read."""
    *earlier, last = steps
    used: list[_Step] = []
    numbers: list[tuple[str, str]] = []
    for place, number in enumerate(last.numbers):
        value = _value(number)
        giving = [at for at, step in enumerate(earlier) if step.result == value]
        if giving and value not in labels:
            before, begun = _traced(earlier[: giving[-1] + 1], labels)
            used += [step for step in before if step not in used]
            numbers += begun
        elif value in labels or place == 0 or last.signs[place - 1] not in "/÷" or value != value.to_integral_value():
            numbers.append((labels.get(value, ""), number))
    return [*used, last], numbers


def _value(number: str) -> Decimal:
    return Decimal(number.lstrip("$€£¥").replace(",", ""))
