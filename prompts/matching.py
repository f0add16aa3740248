"""Find words of an answer in lines of a document: exactly, up to how they are written, or nearly.

Both sides are folded first: NFKC, case, white space, quotation marks, dashes. A match starts and ends where a word or a
number does: `12` is not in `112`, nor in `12.50`.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from preprocess.document import Box, Line
from preprocess.spaceless import SPACELESS, between, is_spaceless, read_on
from prompts import dates, numbers
from prompts.boxes import box_of
from prompts.folding import fold, origin
from prompts.grouped_codes import is_in_groups
from prompts.numbers import NUMBER, digits, readings
from prompts.word_edges import ends_whole, starts_whole

NEAR = 0.85
_LONGEST_NEAR = 300  # difflib is quadratic; a longer quote is an essay, not a quote
_SHORTEST_SPELLED = 4  # letters and digits; fewer may stand anywhere
_CELL = re.compile(r"\S+(?:\s\S+)*")
_UNIT = re.compile(rf"[{SPACELESS}]|[^ \n{SPACELESS}]+")  # a word, or a character where scripts write none
_SIGNED = re.compile(rf"(?:(?<![\w)])-)?{NUMBER.pattern}")


class Span(NamedTuple):
    """A stretch of a passage's folded text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """Where a span stands in the document: its lines, a box on each, and the source's own words."""

    lines: tuple[int, ...]
    boxes: tuple[Box, ...]
    quote: str


class Passage:
    """Numbered lines of one page as one text. Lines that do not follow one another are not read as one.

    `is_column`: they are cells below one another, which follow one another whatever their lines' numbers.
    """

    def __init__(self, lines: Sequence[tuple[int, Line]], is_column: bool = False) -> None:
        self._lines = list(lines)
        self._is_column = is_column
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._origins: dict[int, list[tuple[int, int]]] = {}  # of the lines that were quoted
        parts: list[str] = []
        length, previous, above = 0, None, ""
        for number, line in self._lines:
            follows = is_column or previous is None or number == previous + 1
            separator = "" if previous is None else between(above, line.text) if follows else "\n"
            parts += [separator, fold(line.text)]
            self._starts.append(length + len(separator))
            self._ends.append(self._starts[-1] + len(parts[-1]))
            length, previous, above = self._ends[-1], number, line.text
        self.text = "".join(parts)

    def find(self, needle: str) -> list[Span]:
        """Every place where the folded `needle` stands as whole words and numbers. A column is not read from the middle
        of one cell to the middle of another one."""
        found = list(_whole(needle, self.text))
        if self._is_column:
            found = [span for span in found if span.start in self._starts or span.end in self._ends]
        found = [span for span in found if not (self._cuts_number(span) or self._joins_numbers(span, needle))]
        if not found and ", " in needle:  # what is printed line by line is said in one line, with commas
            found = [span for span in self.spelled(needle) if self._in_one_line(span).fullmatch(needle)]
        return found

    def spelled(self, needle: str) -> list[Span]:
        """Every place with the letters and digits of `needle` in their order, spaces and punctuation aside."""
        wanted = "".join(filter(str.isalnum, needle))
        if len(wanted) < _SHORTEST_SPELLED:
            return []
        text, places = self._letters
        found: list[Span] = []
        at = text.find(wanted)
        while at >= 0:
            span = Span(places[at], places[at + len(wanted) - 1] + 1)
            if self._is_whole(span) and (self._has_numbers(span, needle) or self._is_grouped(span, needle)):
                found.append(span)
            at = text.find(wanted, at + 1)
        return found

    def reordered(self, needle: str) -> list[Span]:
        """Every place with the words of `needle` in another order; its numbers in the same one."""
        wanted = sorted(_bare(needle.split(" ")))
        words = self._words
        found: list[Span] = []
        for first in range(len(words) - len(wanted) + 1 if len(wanted) > 1 else 0):
            window = words[first : first + len(wanted)]
            if window[0][0] in wanted and sorted(word for word, _ in window) == wanted:
                span = Span(window[0][1].start, window[-1][1].end)
                if "\n" not in self.text[span.start : span.end] and self._has_numbers(span, needle):
                    found.append(span)
        return found

    def dated(self, day: dt.date) -> list[Span]:
        """Every place where `day` is printed, in any form that means this day alone."""
        spans = {Span(start, end) for start, end, printed in dates.printed(self.text) if printed == day}
        return sorted(span for span in spans if "\n" not in self.text[span.start : span.end])

    def valued(self, value: Decimal, its_digits: str) -> list[Span]:
        """Every place where a number is printed, in any form with the same digits, that means `value` alone."""
        return [span for span, meant, said in self._printed if meant == {value} and said == its_digits]

    def nearest(self, needle: str) -> tuple[float, Span] | None:
        """The words most like the folded `needle`, if alike enough and with the same numbers."""
        if not needle or len(needle) > _LONGEST_NEAR:
            return None
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(needle)
        numerals = _numerals(needle)
        best: tuple[float, Span] | None = None
        for span in self._windows(needle):
            floor = best[0] if best else NEAR
            window = self.text[span.start : span.end]
            shorter, longer = sorted((len(window), len(needle)))
            if 2 * shorter < floor * (shorter + longer) or _numerals(window) != numerals:
                continue
            matcher.set_seq1(window)
            if matcher.quick_ratio() < floor or (ratio := matcher.ratio()) < floor:
                continue
            if (best is None or ratio > best[0]) and self._has_numbers(span, needle):
                best = ratio, span
        return best

    def locate(self, span: Span) -> Found:
        """The lines, boxes and words that a span of the folded text comes from."""
        numbers: list[int] = []
        boxes: list[Box] = []
        quotes: list[str] = []
        for place in range(bisect_right(self._starts, span.start) - 1, len(self._lines)):
            offset, (number, line) = self._starts[place], self._lines[place]
            if offset >= span.end:
                break
            letters = self._origins.get(place) or self._origins.setdefault(place, origin(line.text))
            inside = letters[max(span.start - offset, 0) : span.end - offset]
            if not inside:
                continue
            numbers.append(number)
            quotes.append(" ".join(line.text[inside[0][0] : inside[-1][1]].split()))
            if (box := box_of(line, inside[0][0], inside[-1][1])) is not None:
                boxes.append(box)
        return Found(tuple(numbers), tuple(boxes), read_on(quotes))

    def cell_at(self, at: int) -> tuple[int, str]:
        """The folded cell where a character of `text` stands, or the one before it, and where that begins."""
        place = bisect_right(self._cells, at, key=lambda cell: cell[0]) - 1
        return self._cells[place] if place >= 0 else (0, self.text)

    def around(self, span: Span) -> str:
        """The folded text of the lines that a span touches."""
        first, last = (bisect_right(self._starts, place) for place in (span.start, span.end - 1))
        return self.text[self._starts[first - 1] : self._starts[last] if last < len(self._starts) else None]

    @property
    def lines(self) -> list[str]:
        """The folded lines."""
        return [self.text[start:end].strip() for start, end in pairwise([*self._starts, len(self.text)])]

    def whole(self) -> Found:
        """All of it."""
        boxes = tuple(line.box for _, line in self._lines if line.words)
        quote = read_on(" ".join(line.text.split()) for _, line in self._lines)
        return Found(tuple(number for number, _ in self._lines), boxes, quote)

    @cached_property
    def _letters(self) -> tuple[str, list[int]]:
        """Letters and digits alone, and the place in `text` of each; an end of a passage stays."""
        places = [place for place, character in enumerate(self.text) if character.isalnum() or character == "\n"]
        return "".join(self.text[place] for place in places), places

    @cached_property
    def _words(self) -> list[tuple[str, Span]]:
        """The words without what stands at their edges, each with its place."""
        found = [(_bare([match.group()]), Span(*match.span())) for match in re.finditer(r"[^ \n]+", self.text)]
        return [(word[0], span) for word, span in found if word]

    @cached_property
    def _cells(self) -> list[tuple[int, str]]:
        """The folded text between the gaps of columns, each with its place in `text`."""
        found: list[tuple[int, str]] = []
        for start, (_, line) in zip(self._starts, self._lines, strict=True):
            for cell in _CELL.finditer(line.text):
                before = fold(line.text[: cell.start()])
                found.append((start + len(before) + bool(before), fold(cell.group())))
        return found

    @cached_property
    def _printed(self) -> list[tuple[Span, frozenset[Decimal], str]]:
        """The numbers, each with what it may mean and its digits."""
        return [
            (span, meant, digits(cell[start:end]))
            for offset, cell in self._cells
            for start, end, meant in numbers.printed(cell)
            if self._is_whole(span := Span(offset + start, offset + end))
        ]

    @cached_property
    def _grouped(self) -> list[tuple[int, int]]:
        return [(offset + start, offset + end) for offset, cell in self._cells for start, end in numbers.grouped(cell)]

    def _windows(self, needle: str) -> Iterator[Span]:
        """Runs of about as many words or ideographs as `needle` has. A long document makes many: only those that have
        a third of several very words, or most of the very ideographs, as some of those stand everywhere."""
        words = [Span(*match.span()) for match in _UNIT.finditer(self.text)]
        wanted = _UNIT.findall(needle)
        known, size = frozenset(wanted), len(wanted)
        is_spaced = sum(map(is_spaceless, needle)) < size / 2
        least = max(size // 3 if is_spaced else 7 * size // 10, 1)
        shared = [0]
        for word in words:
            shared.append(shared[-1] + (self.text[word.start : word.end] in known))
        for first in range(len(words)):
            for last in range(first + max(size - 2, 1), min(first + size + 2, len(words)) + 1):
                if size > 1 and shared[last] - shared[first] < least:
                    continue
                span = Span(words[first].start, words[last - 1].end)
                if "\n" not in self.text[span.start : span.end]:
                    yield span

    def _is_whole(self, span: Span) -> bool:
        return starts_whole(self.text, span.start) and ends_whole(self.text, span.end)

    def _has_numbers(self, span: Span, needle: str) -> bool:
        said = self.text[span.start : span.end]
        return not self._cuts_number(span) and _same_numbers(_SIGNED.findall(needle), _SIGNED.findall(said))

    def _is_grouped(self, span: Span, needle: str) -> bool:
        """Whether the span is all of a long code in groups, `DE89 3704 …`, in one cell."""
        offset, cell = self.cell_at(span.start)
        start, end = span.start - offset, span.end - offset
        return end <= len(cell) and is_in_groups(needle, cell[start:end], cell[:start], cell[end:])

    def _cuts_number(self, span: Span) -> bool:
        """Whether the span begins or ends inside of a number such as `12 345,67`."""
        return any(start < edge < end for start, end in self._grouped for edge in span)

    def _joins_numbers(self, span: Span, needle: str) -> bool:
        """Whether the span makes one number of the `12` and `345` of two cells."""
        is_in_one = self.cell_at(span.start) == self.cell_at(span.end - 1)
        return not is_in_one and needle[:1].isdigit() and bool(readings(needle))

    def _in_one_line(self, span: Span) -> re.Pattern[str]:
        """The span's text with or without a comma where a line ends."""
        ends = [span.start, *(start for start in self._starts if span.start < start < span.end), span.end]
        parts = (self.text[start:end].strip(" ,") for start, end in pairwise(ends))
        return re.compile(",? ".join(map(re.escape, parts)))


def numbers_in(folded: str) -> list[Span]:
    """Where the numbers of a folded text stand, each with its sign."""
    return [Span(*match.span()) for match in _SIGNED.finditer(folded)]


def _numerals(text: str) -> list[str]:
    """Digits, and ideographs that count."""
    return [character for character in text if character.isnumeric()]


def _bare(words: Sequence[str]) -> list[str]:
    return [bare for word in words if (bare := word.strip(".,;:!?\"'()[]"))]


def _whole(needle: str, text: str) -> Iterator[Span]:
    at = text.find(needle) if needle else -1
    while at >= 0:
        end = at + len(needle)
        if starts_whole(text, at) and ends_whole(text, end):
            yield Span(at, end)
        at = text.find(needle, at + 1)


def _same_numbers(wanted: Sequence[str], given: Sequence[str]) -> bool:
    """Digit for digit, and of the same value where they have one."""
    if len(wanted) != len(given):
        return False
    for a, b in zip(wanted, given, strict=True):
        values = readings(a), readings(b)
        if digits(a) != digits(b) or (any(values) and not values[0] & values[1]):
            return False
    return True
