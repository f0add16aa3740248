"""Pies and rings: a disc of several colours, cut into slices whose angles are the values."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi
from typing import NamedTuple

import cv2
import numpy as np

from preprocess.charts.colours import Mask, Pixels, colour_numbers, distance
from preprocess.charts.pieces import Area, Piece

LEAST_SIZE = 0.18  # of the picture's shorter side: a disc's diameter
ROUND = 0.06  # how far its width may be from its height, and its filling from a circle's
STEPS = 1440  # directions looked at, a quarter of a degree each
LEAST_SLICE = 1.0  # degrees
SECOND = 0.25  # of the first disc's area: another chart
RINGS = (0.78, 0.86, 0.93)  # of the radius, where a slice's colour is looked at


class Slice(NamedTuple):
    """A slice from `start` on, `sweep` degrees clockwise from twelve o'clock; `colour` is the number of its colour."""

    start: float
    sweep: float
    colour: int

    @property
    def middle(self) -> float:
        return (self.start + self.sweep / 2) % 360


class Pie(NamedTuple):
    """A disc in pixels, a ring where `inner` is not 0, its slices clockwise, and whether another one is beside it."""

    x: float
    y: float
    radius: float
    inner: float
    slices: tuple[Slice, ...]
    has_second: bool = False

    def point(self, angle: float, share: float) -> tuple[float, float]:
        """Where `angle` (degrees) meets a circle of `share` of the radius, in pixels."""
        turn = np.radians(angle)
        return self.x + share * self.radius * float(np.sin(turn)), self.y - share * self.radius * float(np.cos(turn))

    def angle(self, area: Area) -> float:
        """The direction in which the middle of `area` lies, in degrees."""
        return float(np.degrees(np.arctan2(area.x - self.x, self.y - area.y))) % 360

    def away(self, area: Area) -> float:
        """How far the middle of `area` lies from the middle of the disc, in radii."""
        return float(np.hypot(area.x - self.x, area.y - self.y)) / self.radius


def find_pie(pixels: Pixels, ground: np.ndarray, colours: Sequence[np.ndarray], words: Sequence[Piece]) -> Pie | None:
    """The pie of at least two slices in the picture, if there is one."""
    if len(colours) < 2:
        return None
    filled = colour_numbers(pixels, colours, ground) >= 0
    for word in words:
        area = word.area
        filled[max(int(area.y0), 0) : int(area.y1) + 1, max(int(area.x0), 0) : int(area.x1) + 1] |= _inside_one(
            pixels, ground, area
        )
    kernel = np.ones((5, 5), np.uint8)  # slices may be parted by white lines
    whole = cv2.morphologyEx(filled.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=4)
    if count < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    disc = _disc(labels == largest, stats[largest])
    if disc is None:
        return None
    slices = _slices(pixels, ground, colours, words, disc)
    others = (n for n in range(1, count) if n != largest and stats[n, cv2.CC_STAT_AREA] > SECOND * stats[largest, -1])
    second = any(_disc(labels == n, stats[n]) is not None for n in others)
    return disc._replace(slices=slices, has_second=second) if len(slices) > 1 else None


def _inside_one(pixels: Pixels, ground: np.ndarray, area: Area) -> bool:
    """Whether a word is printed on a coloured ground."""
    part = pixels[max(int(area.y0), 0) : int(area.y1) + 1, max(int(area.x0), 0) : int(area.x1) + 1]
    return part.size > 0 and float((distance(part, ground) > 22).mean()) > 0.75


def _disc(mask: Mask, stats: np.ndarray) -> Pie | None:
    x, y, width, height, size = (int(value) for value in stats)
    if min(width, height) < LEAST_SIZE * min(mask.shape) or abs(width - height) > ROUND * max(width, height):
        return None
    radius, middle = (width + height) / 4, (x + width / 2, y + height / 2)
    rows, columns = np.mgrid[y : y + height, x : x + width]
    away = np.hypot(columns + 0.5 - middle[0], rows + 0.5 - middle[1]) / radius
    part = mask[y : y + height, x : x + width]
    outer = part[(away > 0.7) & (away < 0.96)].mean()
    outside = part[away > 1.04].mean() if (away > 1.04).any() else 0.0
    if outer < 1 - ROUND or outside > ROUND:
        return None
    hole = 1 - size / (pi * radius * radius)
    return Pie(*middle, radius, radius * hole**0.5 if hole > 0.04 else 0.0, ())


def _slices(
    pixels: Pixels, ground: np.ndarray, colours: Sequence[np.ndarray], words: Sequence[Piece], disc: Pie
) -> tuple[Slice, ...]:
    angles = np.arange(STEPS) * 2 * pi / STEPS
    votes = np.zeros((len(colours), STEPS))
    for share in RINGS:
        x = np.clip((disc.x + share * disc.radius * np.sin(angles)).astype(int), 0, pixels.shape[1] - 1)
        y = np.clip((disc.y - share * disc.radius * np.cos(angles)).astype(int), 0, pixels.shape[0] - 1)
        seen = colour_numbers(pixels[y, x], colours, ground)
        for word in words:
            hidden = (x >= word.area.x0) & (x <= word.area.x1) & (y >= word.area.y0) & (y <= word.area.y1)
            seen[hidden] = -1
        for colour in range(len(colours)):
            votes[colour] += seen == colour
    best = np.where(votes.max(axis=0) > 0, votes.argmax(axis=0), -1)
    return _runs(_filled(best))


def _filled(best: np.ndarray) -> np.ndarray:
    """Directions in which nothing was seen go to the nearest one in which something was."""
    known = np.flatnonzero(best >= 0)
    if not len(known):
        return best
    around = np.concatenate((known - STEPS, known, known + STEPS))
    places = np.arange(STEPS)
    right = np.searchsorted(around, places)
    nearer = np.where(around[right] - places < places - around[right - 1], around[right], around[right - 1])
    return best[nearer % STEPS]


def _runs(best: np.ndarray) -> tuple[Slice, ...]:
    """Stretches of one colour; those too short for a slice are the edges between two."""
    if best[0] < 0:
        return ()
    step = 360 / STEPS
    for _ in range(2):
        cuts = np.flatnonzero(best != np.roll(best, 1))
        if len(cuts) < 2:
            return ()
        sweeps = np.diff(np.append(cuts, cuts[0] + STEPS))
        for cut, sweep in zip(cuts, sweeps, strict=True):
            if sweep * step < LEAST_SLICE:
                half = int(sweep) // 2
                best[np.arange(cut, cut + half) % STEPS] = best[(cut - 1) % STEPS]
                best[np.arange(cut + half, cut + sweep) % STEPS] = best[(cut + sweep) % STEPS]
    return tuple(
        Slice(float(cut * step), float(sweep * step), int(best[cut])) for cut, sweep in zip(cuts, sweeps, strict=True)
    )
