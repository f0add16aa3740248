"""A chart as it was read: its axis, a table of series, checks, and what could not be read.

Everything is a plain value. Boxes and places are fractions of the page, as those of its words are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from preprocess.document import Box, DocumentError

ChartKind = Literal["bar", "line", "area", "pie"]
ValueKind = Literal["printed", "estimated"]
Colour = tuple[int, int, int]


class NoChart(DocumentError):
    """A page on which no chart can be read, and why. Its code is `no_chart`."""

    def __init__(self, message: str) -> None:
        super().__init__("no_chart", message)


@dataclass(frozen=True, slots=True)
class Value:
    """One cell of the table.

    `printed`: `text` stands on the page, in `box`, and `number` is what it says. `estimated`: `number` was measured
    from pixels, `text` is it, rounded to what a pixel can tell, and `box` is its mark. `mark` is where its bar, point
    or slice lies; None where only the text was found.
    """

    text: str
    number: float
    kind: ValueKind
    box: Box
    mark: Box | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one name, one for each category; None where there is none that could be read.

    `name` is empty where the chart gives none; `colour` is that of its marks (of the first one, where they differ).
    """

    name: str
    values: tuple[Value | None, ...]
    colour: Colour


@dataclass(frozen=True, slots=True)
class Tick:
    """A number printed at an axis, and the place it stands for: a fraction of the page's height or width."""

    text: str
    number: float
    at: float
    box: Box


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of the values. `number = (place - offset) / slope`, places as fractions from the left or the top.

    `along` is `y` where values run upwards, `x` where they run to the right. `name` is empty where the chart gives
    none. `ticks` are those that lie evenly; an axis without any was learned from printed values.
    """

    name: str
    along: Literal["x", "y"]
    slope: float
    offset: float
    ticks: tuple[Tick, ...]

    @property
    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest tick; None for an axis without ticks."""
        numbers = [tick.number for tick in self.ticks]
        return (min(numbers), max(numbers)) if numbers else None

    def place(self, number: float) -> float:
        """Where `number` belongs, as a fraction of the page."""
        return self.offset + self.slope * number


@dataclass(frozen=True, slots=True)
class Disc:
    """A pie's or a ring's outline. Radii are fractions of the page's width; `start` is where the first slice begins, in
    degrees clockwise from twelve o'clock."""

    x: float
    y: float
    radius: float
    inner: float
    start: float


@dataclass(frozen=True, slots=True)
class Check:
    """Something that holds of a chart that was read well. `sentence` says what was found."""

    name: str
    passed: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `categories` and each series' values go together, in the order in which they stand.

    `labels` is where the categories' names stand, None where there is no name; `words` are the boxes of all words that
    have a meaning in the chart: ticks, labels, names of series, values. `unit` is that of the values, empty where the
    chart gives none. `axis` is None for a pie, `disc` for everything else. `notices` say what could not be read.
    """

    page: int
    kind: ChartKind
    lying: bool
    stacked: bool
    title: str
    category_name: str
    categories: tuple[str, ...]
    labels: tuple[Box | None, ...]
    words: tuple[Box, ...]
    series: tuple[Series, ...]
    unit: str
    axis: Axis | None
    disc: Disc | None
    checks: tuple[Check, ...]
    notices: tuple[str, ...]

    @property
    def has_estimates(self) -> bool:
        return any(value is not None and value.kind == "estimated" for each in self.series for value in each.values)
