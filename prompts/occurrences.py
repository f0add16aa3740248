"""Where a value stands among words, told without `prompts.matching`, which this is there to judge.

    Words([["Total", "RM", "1,234.50"]]).find("1234.50")   # [range(1, 3), range(2, 3)]

A number stands where the same number is printed, a date where the same date is, other words where they are printed one
after the other; case, spaces and punctuation at a word's edges aside.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from prompts import dates
from prompts.numbers import readings

LONGEST_NUMBER = 4  # words: `1 234 567.00 EUR`
LONGEST_DATE = 6  # words: `le lundi 5 de mars 2018`


class Words:
    """The words of a page, in groups: numbers and dates do not go on from one into the next."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._words = [_bare(word) for group in groups for word in group]
        self._numbers: dict[Decimal, list[range]] = defaultdict(list)
        self._days: dict[dt.date, list[range]] = defaultdict(list)
        start = 0
        for group in groups:
            for first, last in _windows(len(group), LONGEST_NUMBER):
                for number in readings(" ".join(group[first:last])):
                    self._numbers[number].append(range(start + first, start + last))
            for first, last in _windows(len(group), LONGEST_DATE):
                window = " ".join(group[first:last])
                if any(character.isdigit() for character in window) and (day := dates.meaning(window)) is not None:
                    self._days[day].append(range(start + first, start + last))
            start += len(group)

    def find(self, value: str) -> list[range]:
        """Runs of words that say `value`. They may overlap."""
        numbers = readings(value)
        if numbers:
            return [run for number in numbers for run in self._numbers.get(number, ())]
        day = dates.meaning(value)
        dated = self._days.get(day, []) if day is not None else []
        return [*self._spelled(value), *_smallest(dated)]

    def _spelled(self, value: str) -> Iterator[range]:
        wanted = _joined([_bare(word) for word in value.split()])
        for first in range(len(self._words) if wanted else 0):
            if not self._words[first]:
                continue
            for last in range(first + 1, len(self._words) + 1):
                run = _joined(self._words[first:last])
                if run == wanted:
                    yield range(first, last)
                if len(run) >= len(wanted) or not wanted.startswith(run):
                    break


def _windows(count: int, longest: int) -> Iterator[tuple[int, int]]:
    for first in range(count):
        for last in range(first + 1, min(first + longest, count) + 1):
            yield first, last


def _smallest(runs: Sequence[range]) -> list[range]:
    """Those that hold no other one: `5 March 2018`, not `on 5 March 2018`."""
    return [a for a in runs if not any(b != a and b.start >= a.start and b.stop <= a.stop for b in runs)]


def _bare(word: str) -> str:
    """Without case and what stands at its edges."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    inside = [place for place, character in enumerate(folded) if character.isalnum()]
    return folded[inside[0] : inside[-1] + 1] if inside else ""


def _joined(words: Sequence[str]) -> str:
    """One after the other; two numbers stay two."""
    text = ""
    for word in words:
        text += f" {word}" if text[-1:].isdigit() and word[:1].isdigit() else word
    return text
