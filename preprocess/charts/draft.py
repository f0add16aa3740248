"""What a reader of one kind of chart found, in pixels, before it becomes a `Chart`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import NamedTuple

import numpy as np

from preprocess.charts.axes import Scale
from preprocess.charts.chart import ChartKind, Disc
from preprocess.charts.pieces import Area, Piece
from preprocess.charts.turn import Turn


class Cell(NamedTuple):
    """One value: its mark, what was measured of it, and what is printed at it; each may be missing.

    `pixels` is how long the mark is, or how high it stands over the lowest place, for comparing marks with one another.
    """

    mark: Area | None
    measured: float | None
    piece: Piece | None
    pixels: float | None = None


class Total(NamedTuple):
    """A number printed over a stack, and the number of the stack's category."""

    category: int
    piece: Piece


@dataclass(frozen=True, slots=True)
class Draft:
    """`cells[series][category]`. `used` are words with a known meaning; `plot` is where the marks are, in pixels.

    `corners`: in how many of how many stretches between two labels a line is not straight.
    """

    kind: ChartKind
    turn: Turn
    stacked: bool
    categories: tuple[str, ...]
    labels: tuple[Area | None, ...]  # where the names of the categories stand
    names: tuple[str, ...]
    inks: tuple[np.ndarray, ...]
    cells: tuple[tuple[Cell, ...], ...]
    scale: Scale | None
    plot: Area
    used: tuple[Piece, ...]
    disc: Disc | None = None
    totals: tuple[Total, ...] = ()
    corners: tuple[int, int] = (0, 0)
    notices: tuple[str, ...] = ()


def rounded(number: float, resolution: float) -> float:
    """`number` to the last digit that a step of `resolution` can tell."""
    digits = -floor(log10(resolution)) if resolution > 0 else 6
    return float(round(number, digits)) + 0.0


def learned(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pixels for one, of (length, printed number) pairs, if most of at least three agree; None if they do not."""
    ratios = sorted(length / number for length, number in pairs if number and length / number > 0)
    if len(ratios) < 3:
        return None
    middle = ratios[len(ratios) // 2]
    agreeing = [ratio for ratio in ratios if abs(ratio / middle - 1) <= 0.04]
    return sum(agreeing) / len(agreeing) if len(agreeing) > len(pairs) / 2 else None


def lost(names: Iterable[str]) -> tuple[str, ...]:
    """A notice for each series that the legend has and of which no marks were found."""
    return tuple(f"The legend has {name}, of which no marks were found." for name in names)
