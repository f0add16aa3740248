"""Find words of an answer in lines of a document: exactly, up to how they are written, or nearly.

Both sides are folded first: NFKC, case, white space, quotation marks, dashes. A match starts and ends where a word or a
number does: `12` is not in `112`, nor in `12.50`.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from preprocess.document import Box, Line
from prompts import dates
from prompts.numbers import CURRENCIES, NUMBER, UNITS, digits, readings

NEAR = 0.85
_LONGEST_NEAR = 300  # difflib is quadratic; a longer quote is an essay, not a quote
_SIGNED = re.compile(rf"(?:(?<![\w)])-)?{NUMBER.pattern}")
_JOINS_DIGITS = ".,':/-"
_ALIKE = {ord(mark): '"' for mark in "“”„‟«»″"} | {ord(mark): "'" for mark in "‘’‚‛‹›′"}
_ALIKE |= {ord(mark): "-" for mark in "‐‑‒–—―−"}


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
    """Numbered lines of one page as one text. Lines that do not follow one another are not read as one."""

    def __init__(self, lines: Sequence[tuple[int, Line]]) -> None:
        self._lines = list(lines)
        self._starts: list[int] = []
        self.text = ""
        parts: list[str] = []
        length, previous = 0, None
        for number, line in self._lines:
            separator = "" if previous is None else " " if number == previous + 1 else "\n"
            parts += [separator, fold(line.text)]
            self._starts.append(length + len(separator))
            length += len(separator) + len(parts[-1])
            previous = number
        self.text = "".join(parts)

    def find(self, needle: str) -> list[Span]:
        """Every place where the folded `needle` stands as whole words and numbers."""
        return list(_whole(needle, self.text))

    def nearest(self, needle: str) -> tuple[float, Span] | None:
        """The words most like the folded `needle`, if alike enough and with the same numbers."""
        if not needle or len(needle) > _LONGEST_NEAR:
            return None
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(needle)
        wanted = _SIGNED.findall(needle)
        best: tuple[float, Span] | None = None
        for span in self._windows(needle):
            floor = best[0] if best else NEAR
            window = self.text[span.start : span.end]
            shorter, longer = sorted((len(window), len(needle)))
            if 2 * shorter < floor * (shorter + longer) or digits(window) != digits(needle):
                continue
            matcher.set_seq1(window)
            if matcher.quick_ratio() < floor or (ratio := matcher.ratio()) < floor:
                continue
            if (best is None or ratio > best[0]) and _same_numbers(wanted, _SIGNED.findall(window)):
                best = ratio, span
        return best

    def _windows(self, needle: str) -> Iterator[Span]:
        """Runs of about as many words as `needle` has. A long document makes many: of those for several words, only
        the runs that have some of the very words, a third or more."""
        words = [Span(*match.span()) for match in re.finditer(r"[^ \n]+", self.text)]
        known = frozenset(needle.split(" "))
        size = needle.count(" ") + 1
        shared = [0]
        for word in words:
            shared.append(shared[-1] + (self.text[word.start : word.end] in known))
        for first in range(len(words)):
            for last in range(first + max(size - 2, 1), min(first + size + 2, len(words)) + 1):
                if size > 1 and shared[last] - shared[first] < max(size // 3, 1):
                    continue
                span = Span(words[first].start, words[last - 1].end)
                if "\n" not in self.text[span.start : span.end]:
                    yield span

    def dated(self, day: dt.date) -> list[Span]:
        """Every place where `day` is printed, in any form that means this day alone."""
        spans = {Span(start, end) for start, end, printed in dates.printed(self.text) if printed == day}
        return sorted(span for span in spans if "\n" not in self.text[span.start : span.end])

    def locate(self, span: Span) -> Found:
        """The lines, boxes and words that a span of the folded text comes from."""
        numbers: list[int] = []
        boxes: list[Box] = []
        quotes: list[str] = []
        for place in range(bisect_right(self._starts, span.start) - 1, len(self._lines)):
            offset, (number, line) = self._starts[place], self._lines[place]
            if offset >= span.end:
                break
            origin = _origin(line.text)
            inside = origin[max(span.start - offset, 0) : span.end - offset]
            if not inside:
                continue
            numbers.append(number)
            quotes.append(" ".join(line.text[inside[0][0] : inside[-1][1]].split()))
            if (box := _box(line, inside[0][0], inside[-1][1])) is not None:
                boxes.append(box)
        return Found(tuple(numbers), tuple(boxes), " ".join(quotes))

    def whole(self) -> Found:
        """All of it."""
        boxes = tuple(line.box for _, line in self._lines if line.words)
        quote = " ".join(" ".join(line.text.split()) for _, line in self._lines)
        return Found(tuple(number for number, _ in self._lines), boxes, quote)


def fold(text: str) -> str:
    """`text` as it is compared."""
    if text.isascii():
        return " ".join(text.lower().split())
    return "".join(folded for folded, _, _ in _folded(text))


def numbers_in(folded: str) -> list[str]:
    """The numbers of a folded text, each with its sign."""
    return _SIGNED.findall(folded)


def _folded(text: str) -> Iterator[tuple[str, int, int]]:
    """The folded characters, each with the stretch of `text` it comes from."""
    space: tuple[int, int] | None = None
    begun = False
    for start, end in _clusters(text):
        folded = unicodedata.normalize("NFKC", text[start:end]).casefold().translate(_ALIKE)
        for character in folded:
            if character.isspace():
                space = space or (start, end)
            elif unicodedata.category(character) != "Cf":
                if space is not None and begun:
                    yield " ", *space
                yield character, start, end
                space, begun = None, True


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Each character together with the accents that follow it."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.combining(text[end]):
            yield start, end
            start = end


def _origin(text: str) -> list[tuple[int, int]]:
    return [(start, end) for _, start, end in _folded(text)]


def _box(line: Line, start: int, end: int) -> Box | None:
    """Around the words that touch `line.text[start:end]`; around the line if its words cannot be told apart."""
    boxes: list[Box] = []
    place = 0
    for word in line.words:
        at = line.text.find(word.text, place)
        if at < 0:
            return line.box
        place = at + len(word.text)
        if at < end and place > start:
            boxes.append(word.box)
    if not boxes:
        return line.box if line.words else None
    return Box.around(boxes)


def _whole(needle: str, text: str) -> Iterator[Span]:
    at = text.find(needle) if needle else -1
    while at >= 0:
        end = at + len(needle)
        if starts_whole(text, at) and ends_whole(text, end):
            yield Span(at, end)
        at = text.find(needle, at + 1)


def starts_whole(text: str, at: int) -> bool:
    """Whether no word or number goes on to the left of `at`."""
    before, first = text[at - 1 : at], text[at]
    if first in "-.," and text[at + 1 : at + 2].isdigit():
        return not before.isalnum()
    if not before or not first.isalnum():
        return True
    if not first.isdigit():
        return not _one_word(before, first)
    if before in ".,":
        return at > 1 and text[at - 2].isalpha()
    if before in _JOINS_DIGITS:
        # A hyphen right before a number is its sign, unless it hangs on a word: `INV-12`.
        return text[at - 2 : at - 1].isalpha() or (before != "-" and not text[at - 2 : at - 1].isdigit())
    if before.isalpha():
        letters = re.search(r"[^\W\d_]+$", text[max(at - 8, 0) : at])
        return not _one_word(before, "a") or bool(letters and letters.group() in CURRENCIES)
    return not before.isdigit()


def ends_whole(text: str, end: int) -> bool:
    """Whether no word or number goes on to the right of `end`."""
    after, last = text[end : end + 1], text[end - 1]
    if not after or not last.isalnum():
        return True
    if not last.isdigit():
        return not _one_word(last, after)
    if after in _JOINS_DIGITS:
        return not text[end + 1 : end + 2].isdigit()
    if after.isalpha():
        letters = re.match(r"[^\W\d_]+", text[end : end + 8])
        return not _one_word("a", after) or bool(letters and letters.group() in CURRENCIES | UNITS)
    return not after.isdigit()


def _one_word(a: str, b: str) -> bool:
    """Whether two neighbours are in one word. Scripts written without spaces have no such thing."""
    return all(c.isalnum() and (c < "\u2e80" or "\uac00" <= c <= "\ud7a3") for c in (a, b))


def _same_numbers(wanted: Sequence[str], given: Sequence[str]) -> bool:
    """Digit for digit, and of the same value where they have one."""
    if len(wanted) != len(given):
        return False
    for a, b in zip(wanted, given, strict=True):
        values = readings(a), readings(b)
        if digits(a) != digits(b) or (any(values) and not values[0] & values[1]):
            return False
    return True
