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
from typing import NamedTuple

from preprocess.document import Line, PageText, TextSource

_GAP = re.compile(r"\s{2,}|\t")
_BREAK = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


class NumberedLine(NamedTuple):
    """A line that can be cited: where it stands."""

    page: int
    line: Line


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the prompt shows of a document, and how to get back from a line's number to the page.

    `lines` holds the lines that are shown; `pages` every page that was asked for, `pages_shown` those with a heading
    in `text`; `sources` says for each page where its words came from.
    """

    text: str
    lines: Mapping[int, NumberedLine]
    omitted_lines: int
    pages: tuple[int, ...]
    pages_shown: tuple[int, ...]
    sources: Mapping[int, TextSource]


class _Row(NamedTuple):
    """A row of the text: a heading (`number` 0), or a line."""

    text: str
    page: int
    number: int
    line: Line | None


def build(
    pages: Sequence[tuple[int, PageText]],
    page_count: int,
    budget: int | None = None,
    count_tokens: Callable[[str], int] | None = None,
) -> Evidence:
    """Number the lines of `pages` (page number, words), as many whole lines from the top as fit into `budget` tokens.

    Raises:
        ValueError: a budget without a way to count.
    """
    rows = _rows(pages, page_count)
    shown = len(rows)
    if budget is not None:
        if count_tokens is None:
            raise ValueError("A token budget needs count_tokens.")
        shown = _fit(rows, budget, count_tokens)
    total = sum(row.number > 0 for row in rows)
    text, kept = ("", 0) if shown < 0 else _compose(rows, shown, total)
    return Evidence(
        text=text,
        lines={row.number: NumberedLine(row.page, row.line) for row in rows[:kept] if row.line is not None},
        omitted_lines=total - sum(row.number > 0 for row in rows[:kept]),
        pages=tuple(number for number, _ in pages),
        pages_shown=tuple(dict.fromkeys(row.page for row in rows[:kept])),
        sources={number: page.source for number, page in pages},
    )


def tidy(text: str) -> str:
    """A line's text as evidence shows it: on one line, columns two spaces apart."""
    return _GAP.sub("  ", _BREAK.sub(" ", text)).strip()


def _rows(pages: Sequence[tuple[int, PageText]], page_count: int) -> list[_Row]:
    rows: list[_Row] = []
    number = 0
    for page, words in pages:
        heading = f"Page {page} of {page_count}"
        lines = [(line, text) for line in words.lines if (text := tidy(line.text))]
        rows.append(_Row(heading if lines else f"{heading}\n(no text)", page, 0, None))
        for line, text in lines:
            number += 1
            rows.append(_Row(f"[{number}] {text}", page, number, line))
    return rows


def _compose(rows: Sequence[_Row], shown: int, total: int) -> tuple[str, int]:
    """The text of the first `shown` rows, and how many rows that leaves: a page's heading does not stand alone."""
    while 0 < shown < len(rows) and rows[shown - 1].number == 0 and rows[shown].number > 0:
        shown -= 1
    texts = [row.text for row in rows[:shown]]
    omitted = total - max((row.number for row in rows[:shown]), default=0)
    if omitted:
        texts.append(f"({omitted} more line{'s' if omitted > 1 else ''} left out)")
    return "\n".join(texts), shown


def _fit(rows: Sequence[_Row], budget: int, count_tokens: Callable[[str], int]) -> int:
    """How many rows fit, -1 if not even the last line does.

    Rows are counted one by one, no further than the budget reaches, so the work is linear. Their sum is only near the
    count of the whole text (tokens join over line ends, some tokenizers add one of their own to each call): the text
    itself is measured, the sum scaled by what that shows, and rows dropped by eighths until the text truly fits.
    """
    total = max((row.number for row in rows), default=0)
    sums = [0]
    for row in rows:
        if sums[-1] > 2 * budget + 64:
            break
        sums.append(sums[-1] + count_tokens(row.text + "\n"))
    tail = count_tokens(f"({total} more lines left out)")

    def used(shown: int) -> int:
        return count_tokens(_compose(rows, shown, total)[0])

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
