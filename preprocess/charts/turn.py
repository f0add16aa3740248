"""Bars stand or lie: both are read in the same coordinates, along the categories and up the values.

`a` runs along the categories, `v` grows with the value, both in pixels: of standing bars a = x and v = -y, of lying
ones a = y and v = x.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from preprocess.charts.pieces import Area


class Span(NamedTuple):
    """A rectangle along the categories (a) and up the values (v)."""

    a0: float
    a1: float
    v0: float
    v1: float

    @property
    def a(self) -> float:
        return (self.a0 + self.a1) / 2

    @property
    def v(self) -> float:
        return (self.v0 + self.v1) / 2

    @property
    def thick(self) -> float:
        return self.a1 - self.a0

    @property
    def long(self) -> float:
        return self.v1 - self.v0


class Turn(NamedTuple):
    """Which way the values run: to the right where `lying`, else upwards."""

    lying: bool

    def span(self, area: Area) -> Span:
        if self.lying:
            return Span(area.y0, area.y1, area.x0, area.x1)
        return Span(area.x0, area.x1, -area.y1, -area.y0)

    def area(self, span: Span) -> Area:
        if self.lying:
            return Area(span.v0, span.a0, span.v1, span.a1)
        return Area(span.a0, -span.v1, span.a1, -span.v0)

    def pixels(self, picture: np.ndarray) -> np.ndarray:
        """A view of (rows, columns, ...) whose first axis is a and whose second is y or x, not yet v."""
        return picture if self.lying else picture.swapaxes(0, 1)
