"""What is said of several rounds: a figure's median, and from which to which it went; and of tokens, how many a second.

f"{Spread.of([3.9, 4.2, 4.0]):.1f}"   # "4.0 (3.9 to 4.2)"
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from typing import NamedTuple


class Spread(NamedTuple):
    """Of one figure, over the rounds. A format is that of each of the three."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values: Iterable[float]) -> Spread:
        found = sorted(values)
        return Spread(statistics.median(found), found[0], found[-1])

    def __format__(self, spec: str) -> str:
        return f"{self.median:{spec}} ({self.low:{spec}} to {self.high:{spec}})"


def rate_behind_first(streams: int, tokens: int, first: float, whole: float) -> float:
    """Tokens a second over `streams` answers of `tokens` each, less the seconds until the `first` of each; `whole` are
    those until the last."""
    return streams * (tokens - 1) / (whole - first)
