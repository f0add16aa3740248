"""Where in a document words stand: page by page in the order of its lines, else downwards in a column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from preprocess.document import Line
from prompts import dates, numbers
from prompts.claims import beside
from prompts.downward import stacks
from prompts.evidence import Evidence
from prompts.folding import fold
from prompts.matching import Found, Passage, Span
from prompts.money import PERCENT, common, says_percent
from prompts.pairs import UNPARTED, pairs

Find = Callable[[Passage, str], list[Span]]

_DECIMALS = 4  # of a printed number that ends in zeros
_WORD = re.compile(rf"[^\W_{UNPARTED}]+(?:[.,'][^\W_{UNPARTED}]+)*")
WHERE = re.compile(r"\b(?:pages?|lines?|seiten?|zeilen?)\s*\d+(?:-\d+)?|第\s*\d+\s*[页頁行]")  # says where, not what


class Cells(Passage):
    """A passage that tells in which cell a number stands: what another column says is nothing about it."""

    def __init__(self, lines: Sequence[tuple[int, Line]], is_column: bool = False, knows_percent: bool = False) -> None:
        super().__init__(lines, is_column)
        self.knows_percent = knows_percent

    def cell(self, span: Span) -> tuple[str, int, int]:
        """The folded cell where the number of a span begins, and the part of it that the span has."""
        first = next((place for place in range(*span) if self.text[place].isdigit()), span.start)
        offset, cell = self.cell_at(first)
        return cell, max(span.start - offset, 0), min(span.end - offset, len(cell))


class Place(NamedTuple):
    """One place where words stand."""

    page: int
    passage: Cells
    span: Span

    @property
    def found(self) -> Found:
        return self.passage.locate(self.span)

    @property
    def currencies(self) -> frozenset[str]:
        """Those beside the number here, in signs or in words, or `%`."""
        cell = self.passage.cell(self.span)
        return numbers.currencies_at(*cell) or beside(*cell).currencies

    @property
    def is_debit(self) -> bool:
        cell, _, end = self.passage.cell(self.span)
        return numbers.DEBIT.match(cell, end) is not None

    def may_say(self, is_negative: bool, currencies: frozenset[str]) -> bool:
        """Whether nothing beside the number here says that its sign or its currency is another one.

        Where no currency stands beside it, the head of its column may name one; percent only where a head does.
        """
        cell = self.passage.cell(self.span)
        printed = self.currencies
        if printed and currencies:
            is_same = bool(common(printed, currencies))
        else:
            is_same = currencies != {PERCENT} or self.passage.knows_percent
        return is_same and (is_negative or not numbers.is_negative_at(*cell))


class Places:
    """Search in some of the lines of a document, or in all of them. Needles are folded (`prompts.folding`)."""

    def __init__(self, evidence: Evidence, shown: Sequence[int]) -> None:
        self._lines: dict[int, list[tuple[int, Line]]] = {}
        for number in sorted(set(shown)):
            page, line = evidence.lines[number]
            self._lines.setdefault(page, []).append((number, line))
        self._evidence = evidence
        self._currencies: dict[int, frozenset[str]] = {}

    @cached_property
    def pages(self) -> dict[int, Cells]:
        """The lines of each page as one text."""
        return {page: self._passage(page, lines) for page, lines in self._lines.items()}

    def currencies_on(self, page: int) -> frozenset[str]:
        """Those that a page names anywhere in the lines here."""
        if page not in self._currencies:
            self._currencies[page] = numbers.currencies(self.pages[page].text)
        return self._currencies[page]

    def exact(self, needle: str) -> list[Place]:
        """Where the words stand; a date and a number also where the same is printed otherwise."""
        return (
            _all(self.pages.items(), Passage.find, needle)
            or self._same_meaning(needle)
            or self._in_columns(Passage.find, needle)
        )

    def reordered(self, needle: str) -> list[Place]:
        """Where the same words stand in another order."""
        return _all(self.pages.items(), Passage.reordered, needle)

    def spelled(self, needle: str) -> list[Place]:
        """Where the same letters and digits stand, with other spaces and punctuation."""
        return (
            _all(self.pages.items(), Passage.spelled, needle)
            or [place for value in numbers.readings(needle) for place in self._valued(value, needle)]
            or self._in_columns(Passage.spelled, needle)
        )

    def nearest(self, needle: str) -> Place | None:
        """The one place that is most like the needle."""
        near = [
            (found[0], Place(page, passage, found[1]))
            for page, passage in self.pages.items()
            if (found := passage.nearest(needle))
        ]
        return max(near, key=lambda each: each[0])[1] if near else None

    def asked_for(self, question: str, places: Sequence[Place]) -> list[Place]:
        """Those of `places` whose lines share most words with a question, rare words counting more; maybe none."""
        asked = frozenset(_words(WHERE.sub(" ", fold(question))))
        lines = (line for passage in self.pages.values() for line in passage.lines)
        seen = Counter(word for line in lines for word in asked.intersection(_words(line)))
        around = [place.passage.around(place.span) for place in places]
        scores = {text: sum(1 / seen[word] for word in asked.intersection(_words(text))) for text in set(around)}
        shared = [scores[text] for text in around]
        most = max(shared, default=0.0)
        return [place for place, score in zip(places, shared, strict=True) if score == most > 0]

    @cached_property
    def _columns(self) -> list[tuple[int, Cells]]:
        return [
            (page, self._passage(page, stack, True)) for page, lines in self._lines.items() for stack in stacks(lines)
        ]

    @cached_property
    def _percent_pages(self) -> frozenset[int]:
        """The pages where something else than a number has a percent sign, such as a head above the lines here."""
        return frozenset(page for page, line in self._evidence.lines.values() if says_percent(line.text))

    def _passage(self, page: int, lines: Sequence[tuple[int, Line]], is_column: bool = False) -> Cells:
        return Cells(lines, is_column, page in self._percent_pages)

    def _in_columns(self, find: Find, needle: str) -> list[Place]:
        return _all(self._columns, find, needle) if " " in needle else []

    def _same_meaning(self, needle: str) -> list[Place]:
        values = () if numbers.CODE.match(needle) else numbers.readings(needle)
        if not values and (day := dates.alone(needle)) is not None:
            pages = self.pages.items()
            return [Place(page, passage, span) for page, passage in pages for span in passage.dated(day)]
        return self._valued(min(values), needle) if len(values) == 1 else []

    def _valued(self, value: Decimal, needle: str) -> list[Place]:
        """Where a number has the needle's digits; else where it has more or fewer zeros behind the point."""
        for its_digits in dict.fromkeys((numbers.digits(needle), *_forms(value))):
            spans = {page: passage.valued(value, its_digits) for page, passage in self.pages.items()}
            places = [Place(page, self.pages[page], span) for page, found in spans.items() for span in found]
            if places:
                return places
        return []


def _forms(value: Decimal) -> list[str]:
    """The digits of a number with as few decimals as it has, and with more: 12.5, 12.50, 12.500."""
    fewest = max(-int(value.normalize().as_tuple().exponent), 0)
    return [numbers.digits(f"{value:.{count}f}") for count in range(fewest, max(fewest, _DECIMALS) + 1)]


def _words(folded: str) -> list[str]:
    return [*_WORD.findall(folded), *pairs(folded)]


def _all(passages: Iterable[tuple[int, Cells]], find: Find, needle: str) -> list[Place]:
    return [Place(page, passage, span) for page, passage in passages for span in find(passage, needle)]
