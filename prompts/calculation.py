"""How an answer was worked out: the sum that its thought ends in, and where the document has that sum's numbers.

    found = calculation("Books: 102.00\\nPencils: 72.00\\n102.00 - 72.00 = 30.00\\n30.00", "30.00")
    found.text               # "102.00 - 72.00 = 30.00"
    cited(found, evidence)   # (Citation(quote="102.00", ...), Citation(quote="72.00", ...))

What was worked out stands nowhere, or only by chance; what can be checked is what it was worked out from. Sums that do
not come to what the thought says are none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation

from prompts.evidence import Evidence
from prompts.grounding import Citation, ground
from prompts.numbers import readings

_NUMBER = r"[$€£¥]?-?\d[\d,]*(?:\.\d+)?"
_SUM = re.compile(rf"(?<![\w.,])({_NUMBER}(?: [-+*/−–×÷] {_NUMBER})+) = ({_NUMBER})(?![\d,.]*\d)")
_SIGN = re.compile(r" ([-+*/−–×÷]) ")
_READ = re.compile(rf"^\W*(\S.*?): ({_NUMBER})\s*$", re.MULTILINE)
_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Read:
    """A number as the thought writes it, and what it calls it, if it says so."""

    label: str
    number: str


@dataclass(frozen=True, slots=True)
class Calculation:
    """A sum, or several that lead to one another, and the numbers it began with."""

    text: str
    numbers: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """One sum. Each of its numbers was read, or is the result of an earlier step, whose place among all is given."""

    text: str
    signs: tuple[str, ...]
    sources: tuple[Read | int, ...]
    result: Decimal


def calculation(reasoning: str, answer: str) -> Calculation | None:
    """The sum in `reasoning` that comes to `answer`, the last one if there are several; None where there is none."""
    wanted, steps = readings(answer), _linked(reasoning)
    for place in reversed(range(len(steps))):
        if steps[place].result in wanted:
            text = "; ".join(steps[used].text for used in _leading(steps, place))
            return Calculation(text, tuple(_begun(steps, place)))
    return None


def cited(found: Calculation, evidence: Evidence) -> tuple[Citation, ...]:
    """Where the document has the numbers of a sum. Those it does not have are said in one unverified citation; of a sum
    none of whose numbers stand there, there is none."""
    citations, missing = [], []
    for read in found.numbers:
        places = [
            place for place in ground(read.number, evidence, read.label).citations if place.status != "unverified"
        ]
        citations += places[:1]
        if not places:
            missing.append(read.number)
    if citations and missing:
        citations.append(replace(citations[0], quote=" … ".join(missing), status="unverified"))
    return tuple(dict.fromkeys(citations))


def _linked(reasoning: str) -> list[_Step]:
    """Sums of the thought that come to what it says they do. What was read, or came out, goes into one later sum."""
    steps: list[_Step] = []
    read: defaultdict[Decimal, list[str]] = defaultdict(list)
    came_out: defaultdict[Decimal, list[int]] = defaultdict(list)
    labels: dict[Decimal, str] = {}
    found = [*_READ.finditer(reasoning), *_SUM.finditer(reasoning)]
    for match in sorted(found, key=lambda match: match.start()):
        if match.re is _READ:
            value = _value(match[2])
            if not (steps and steps[-1].result == value):  # else it gives the result a name
                labels[value] = match[1]
                read[value].append(match[1])
            continue
        if any(step.text == match[0] for step in steps):  # the thought goes round in a circle
            continue
        first, *rest = _SIGN.split(match[1])
        signs, numbers, result = tuple(rest[::2]), (first, *rest[1::2]), _value(match[2])
        if not _comes_to(signs, [_value(number) for number in numbers], result):
            continue
        sources: list[Read | int] = []
        for number in numbers:
            value = _value(number)
            if read[value]:
                sources.append(Read(read[value].pop(0), number))
            elif came_out[value]:
                sources.append(came_out[value].pop())
            else:
                sources.append(Read(labels.get(value, ""), number))
        came_out[result].append(len(steps))
        steps.append(_Step(match[0], signs, tuple(sources), result))
    return steps


def _leading(steps: Sequence[_Step], place: int) -> list[int]:
    """The places of the steps that lead to one, and its own, in order."""
    used = [place]
    for at in used:  # grows as it is gone through; each step gave its result to one other
        used += [source for source in steps[at].sources if isinstance(source, int)]
    return sorted(used)


def _begun(steps: Sequence[_Step], place: int) -> list[Read]:
    """What was read for a step, or for those that lead to it. The 100 of per cent, and how many values an average is
    of, were not."""
    numbers: list[Read] = []
    for at, source in enumerate(steps[place].sources):
        if isinstance(source, int):
            numbers += _begun(steps, source)
            continue
        is_factor = at > 0 and not source.label and steps[place].signs[at - 1] in "*/×÷"
        if not (is_factor and _value(source.number) in (_PERCENT, len(numbers) if len(numbers) > 1 else None)):
            numbers.append(source)
    return numbers


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


def _value(number: str) -> Decimal:
    return Decimal(number.lstrip("$€£¥").replace(",", ""))
