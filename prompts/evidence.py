"""Evidence: the words of a document as a prompt shows them, each line with a number that an answer can cite.

    Page 1 of 3
    [1] ACME Ltd
    [2] Total  9.00
    (57 more lines left out)

This is the only place that makes the format; training data is made here too, so it imports nothing heavy. Columns stay
two spaces apart; there are no coordinates, which cost tokens and mislead small models.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from preprocess.document import COLUMN, Line, PageText, TextSource

_GAP = re.compile(r"\s{2,}|\t")
_BREAK = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


class NumberedLine(NamedTuple):
    """A line that can be cited: where it stands."""

    page: int
    line: Line


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the prompt shows of a document, and how to get back from a line's number to the page.

    `lines` holds the lines that are shown; `pages` every page that was read, `pages_shown` those with a heading in
    `text`; `sources` says for each page where its words came from.
    """

    text: str
    lines: Mapping[int, NumberedLine]
    omitted_lines: int
    pages: tuple[int, ...]
    pages_shown: tuple[int, ...]
    sources: Mapping[int, TextSource]


Rank = Callable[[Sequence[tuple[int, str]]], Sequence[int]]
"""From lines (page, text) in reading order to places in that list, the most important first; others are left out."""


class _Row(NamedTuple):
    """What stands below a page's heading: a line, or that there is none (`number` 0)."""

    heading: str
    text: str
    page: int
    number: int
    line: Line | None


def build(
    pages: Sequence[tuple[int, PageText]],
    page_count: int,
    budget: int | None = None,
    count_tokens: Callable[[str], int] | None = None,
    rank: Rank | None = None,
    named: Sequence[int] = (),
) -> Evidence:
    """Number the lines of `pages` (page number, words), and show as many whole lines as fit into `budget` tokens.

    They are shown in reading order. Where they do not fit as they are told (`preprocess.told`) but do by themselves,
    they stand by themselves, but for those that need telling: all of a document says more than a part of it with the
    heads of its tables on every row. Where not all of them fit either way, `rank` says which come first, and which not
    at all; without it, those at the top come first. Of pages without words only those are shown then that are `named`:
    they are asked about, and a picture may be all they have. A line keeps its number whatever is left out before it.

    Raises:
        ValueError: a budget without a way to count.
    """
    if budget is not None and count_tokens is None:
        raise ValueError("A token budget needs count_tokens.")
    rows = _rows(pages, page_count, lambda line: line.shown)
    total = sum(row.number > 0 for row in rows)
    shown = len(rows)
    if budget is not None and count_tokens is not None and not _fits(rows, total, budget, count_tokens):
        plain = _rows(pages, page_count, by_itself)
        if plain != rows and _fits(plain, total, budget, count_tokens):
            rows = plain
        else:
            rows = rows if rank is None else _ranked(rows, rank, named)
            shown = _fit(rows, total, budget, count_tokens)
    kept = sorted(rows[: max(shown, 0)], key=lambda row: (row.page, row.number))
    return Evidence(
        text="" if shown < 0 else _compose(kept, total),
        lines={row.number: NumberedLine(row.page, row.line) for row in kept if row.line is not None},
        omitted_lines=total - sum(row.number > 0 for row in kept),
        pages=tuple(number for number, _ in pages),
        pages_shown=tuple(dict.fromkeys(row.page for row in kept)),
        sources={number: page.source for number, page in pages},
    )


def by_itself(line: Line) -> str:
    """A line as it is shown where there is no room to tell what others say, too."""
    return line.shown if line.needs_telling else line.text


def tidy(text: str) -> str:
    """A line's text as evidence shows it: on one line, columns two spaces apart."""
    return _GAP.sub(COLUMN, _BREAK.sub(" ", text)).strip()


def _rows(pages: Sequence[tuple[int, PageText]], page_count: int, said: Callable[[Line], str]) -> list[_Row]:
    rows: list[_Row] = []
    number = 0
    for page, words in pages:
        heading = f"Page {page} of {page_count}"
        lines = [(line, text) for line in words.lines if (text := tidy(said(line)))]
        if not lines:
            rows.append(_Row(heading, "(no text)", page, 0, None))
        for line, text in lines:
            number += 1
            rows.append(_Row(heading, f"[{number}] {text}", page, number, line))
    return rows


def _ranked(rows: Sequence[_Row], rank: Rank, named: Sequence[int]) -> list[_Row]:
    """The rows by importance; a page without text says nothing on any question but one that names it."""
    lines = [row for row in rows if row.line is not None]
    empty = [row for row in rows if row.line is None and row.page in named]
    return [*empty, *(lines[place] for place in rank([(row.page, row.text) for row in lines]))]


def _compose(kept: Sequence[_Row], total: int) -> str:
    """The text of rows in reading order, each page's below its heading."""
    texts: list[str] = []
    page = 0
    for row in kept:
        if row.page != page:
            texts.append(row.heading)
            page = row.page
        texts.append(row.text)
    omitted = total - sum(row.number > 0 for row in kept)
    if omitted:
        texts.append(f"({omitted} more line{'s' if omitted > 1 else ''} left out)")
    return "\n".join(texts)


def _fits(rows: Sequence[_Row], total: int, budget: int, count_tokens: Callable[[str], int]) -> bool:
    """Whether all of them do. The whole text is measured only where the sum of its rows does not rule that out."""
    sums = _sums(rows, budget, count_tokens)
    return len(sums) > len(rows) and count_tokens(_compose(rows, total)) <= budget


def _fit(rows: Sequence[_Row], total: int, budget: int, count_tokens: Callable[[str], int]) -> int:
    """How many of `rows`, from the first on, fit; -1 if not even the last line of the text does.

    The sum of rows is only near the count of the whole text (tokens join over line ends, some tokenizers add one of
    their own to each call): the text itself is measured, the sum scaled by what that shows, and rows dropped by eighths
    until the text truly fits.
    """
    sums = _sums(rows, budget, count_tokens)
    tail = count_tokens(f"({total} more lines left out)")

    @cache
    def used(shown: int) -> int:
        return count_tokens(_compose(sorted(rows[:shown], key=lambda row: (row.page, row.number)), total))

    def reach(scale: float) -> int:
        if len(sums) > len(rows) and sums[-1] * scale <= budget:
            return len(rows)
        return max(bisect_right(sums, (budget - tail) / scale) - 1, 0)

    shown = reach(1.0)
    if shown:
        measured = used(shown)
        rescaled = reach(max(measured - tail, 1) / max(sums[shown], 1))
        if measured > budget or (rescaled > shown and used(rescaled) <= budget):
            shown = rescaled
    while used(shown) > budget:
        if shown == 0:
            return -1
        shown -= max(1, shown // 8)
    return shown


def _sums(rows: Sequence[_Row], budget: int, count_tokens: Callable[[str], int]) -> list[int]:
    """The tokens of no row, the first, the first two and so on, counted one by one, no further than the budget reaches:
    so the work is linear."""
    sums = [0]
    seen: set[int] = set()
    for row in rows:
        if sums[-1] > 2 * budget + 64:
            break
        text = row.text if row.page in seen else f"{row.heading}\n{row.text}"
        seen.add(row.page)
        sums.append(sums[-1] + count_tokens(f"{text}\n"))
    return sums
