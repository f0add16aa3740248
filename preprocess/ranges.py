"""Page numbers as people write them: `1-5,8,-3--1`. They count from 1; below zero, from the end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# `1、3～5` and `1–3`, as keyboards in other languages have it
_AS_TYPED = str.maketrans({"、": ",", "~": "-", "〜": "-", "‐": "-", "–": "-", "—": "-", "−": "-"})
_PART = re.compile(r"(-?\d+)(?:(-)(-?\d+)?)?")


def parse_ranges(text: str, count: int) -> tuple[int, ...]:
    """Which of `count` pages `text` names, in ascending order, each once.

    `8` is a page, `2-5` a range with both its ends, `5-` all from 5 on, `-1` the last page, `-3--1` the last three.
    Pages that a document does not have are passed over, so that one text serves many documents.

    Raises:
        ValueError: `text` is none of that.
    """
    found: set[int] = set()
    plain = unicodedata.normalize("NFKC", text).translate(_AS_TYPED)
    for part in plain.split(","):
        match = _PART.fullmatch(re.sub(r"\s*-\s*", "-", part.strip()))
        if match is None or 0 in (ends := [int(end) for end in match.group(1, 3) if end]):
            raise ValueError(f"{part.strip()!r} names no pages; write them as 1-5,8,-3--1, counted from 1")
        if len(ends) > 1 and ends[0] * ends[1] > 0 and ends[0] > ends[1]:
            raise ValueError(f"{part.strip()!r} runs backwards; write the smaller page first")
        first, *last = (end if end > 0 else count + 1 + end for end in ends)
        final = last[0] if last else count if match[2] else first
        found.update(range(max(first, 1), min(final, count) + 1))
    return tuple(sorted(found))


def write_ranges(numbers: Sequence[int]) -> str:
    """`1–3, 8` for 1, 2, 3 and 8."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
