"""Paper that was turned, seen at an angle and curled, in one resampling; words' boxes go along.

A warp says for every point of the new picture where it lay in the old one: through a homography, then a few long waves.
It is worked out on a coarse grid and stretched, for it is smooth; words go the other way, by fixed-point iteration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from preprocess.document import Box, Word

Points = NDArray[Any]
Picture = NDArray[Any]  # bytes (height, width, RGB); cv2's stubs do not keep the type
STEP = 16  # pixels from one node of the coarse grid to the next
ROUNDS = 5  # each shrinks the error of the inverse by the waves' steepness, which is below 0.1


@dataclass(frozen=True, slots=True)
class Warp:
    """`back` maps points of the new picture to the flat old page; `waves` (n, 5) hold dx, dy, kx, ky, phase."""

    width: int
    height: int
    back: Points
    waves: Points

    def picture(self, picture: Picture, around: tuple[int, int, int]) -> Picture:
        """The warped picture; what lies beyond the page is filled with `around`."""
        rows, columns = self.height // STEP + 3, self.width // STEP + 3
        y, x = np.mgrid[0:rows, 0:columns].reshape(2, -1) * float(STEP) - STEP / 2
        source = (self._source(np.stack([x, y], 1)) - 0.5).astype(np.float32).reshape(rows, columns, 2)
        x_map, y_map = (
            cv2.resize(np.ascontiguousarray(source[..., axis]), (columns * STEP, rows * STEP))[
                STEP : STEP + self.height, STEP : STEP + self.width
            ]
            for axis in (0, 1)
        )
        return cv2.remap(picture, x_map, y_map, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=around)

    def words(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """The same words, boxed around their moved corners."""
        if not words:
            return ()
        size = np.array([self.width, self.height])
        edges = np.array([(word.box.x0, word.box.y0, word.box.x1, word.box.y1) for word in words])
        corners = edges[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2) * size
        moved = (self._target(corners) / size).clip(0, 1).reshape(-1, 4, 2)
        boxes = np.concatenate([moved.min(1), moved.max(1)], 1).tolist()
        return tuple(Word(word.text, Box(*box), word.confidence) for word, box in zip(words, boxes, strict=True))

    def _source(self, points: Points) -> Points:
        flat = _through(self.back, points)
        return flat + self._shift(flat)

    def _target(self, points: Points) -> Points:
        flat = points
        for _ in range(ROUNDS):
            flat = points - self._shift(flat)
        return _through(np.linalg.inv(self.back), flat)

    def _shift(self, points: Points) -> Points:
        return np.sin(points @ self.waves[:, 2:4].T + self.waves[:, 4]) @ self.waves[:, :2]


def _through(matrix: Points, points: Points) -> Points:
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    return moved[:, :2] / moved[:, 2:]


def scanned(width: int, height: int, rng: Random) -> Warp:
    """A sheet that lies a little askew on the glass."""
    return Warp(width, height, _back(width, height, rng, turn=1.5, tilt=0.0, margin=0.0), np.zeros((0, 5)))


def photographed(width: int, height: int, rng: Random) -> Warp:
    """A sheet on a table, seen at an angle, not quite flat."""
    back = _back(width, height, rng, turn=4.0, tilt=0.035, margin=0.03)
    waves = []
    for _ in range(rng.randint(0, 3)):
        reach = rng.uniform(0.6, 1.6) * min(width, height)
        towards, turned = rng.uniform(0, 2 * pi), rng.uniform(0, 2 * pi)
        bend = reach / (2 * pi) * rng.uniform(0.01, 0.05)
        waves.append(
            [
                bend * cos(turned),
                bend * sin(turned),
                2 * pi / reach * cos(towards),
                2 * pi / reach * sin(towards),
                rng.uniform(0, 2 * pi),
            ]
        )
    return Warp(width, height, back, np.array(waves).reshape(-1, 5))


def _back(width: int, height: int, rng: Random, turn: float, tilt: float, margin: float) -> Points:
    """From a turned, tilted sheet that just fits into the frame back to the straight page."""
    page = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    angle = radians(rng.uniform(-turn, turn))
    turned = (page - page[2] / 2) @ np.array([(cos(angle), sin(angle)), (-sin(angle), cos(angle))])
    tilts = np.array([[rng.uniform(-tilt, tilt) for _ in range(2)] for _ in page]) * page[2]
    quad = turned + tilts
    low, high = quad.min(0), quad.max(0)
    room = (1 - rng.uniform(0, 2 * margin)) * page[2]
    quad = (quad - (low + high) / 2) * (room / (high - low)).min() + page[2] / 2
    return cv2.getPerspectiveTransform(quad.astype(np.float32), page.astype(np.float32))
