"""The panel that some charts are drawn on: a second paper, of another colour than the page's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from preprocess.charts.colours import CLEAR, Mask, Pixels, distance
from preprocess.charts.pieces import Piece

SAME = 8  # grey levels between pixels of one panel
LINE = 5  # pixels: lines of a grid that part a panel are thinner
LEAST_WIDE, LEAST_HIGH = 0.25, 0.15  # of the picture
LEAST_SIDE = 0.8  # of a side is the panel's colour; bars may cover one of the four
LEAST_MARKED = 0.005  # of a panel is drawn on, words aside
MOST_PAPER = 0.3  # of a panel has the page's colour, as lines of a grid may


def without_panels(pixels: Pixels, ground: np.ndarray, flat: Sequence[np.ndarray], words: Sequence[Piece]) -> Pixels:
    """`pixels` with panels painted in the colour of the paper `ground`; `flat` are the colours that one may have."""
    for colour in flat:
        like = distance(pixels, colour) <= SAME
        if any(_is_panel(frame, like, pixels, colour, ground, words) for frame in _frames(like)):
            pixels = np.where(like[..., None], ground, pixels)
    return pixels


def _frames(mask: Mask) -> Iterator[tuple[int, int, int, int]]:
    """Large parts of a mask, (x0, y0, x1, y1), what thin lines part taken as one."""
    high, wide = mask.shape
    whole = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((LINE, LINE), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=4)
    for x, y, width, height, _ in stats[1:count].tolist():
        if width >= LEAST_WIDE * wide and height >= LEAST_HIGH * high:
            yield x, y, x + width, y + height


def _is_panel(
    frame: tuple[int, int, int, int], like: Mask, pixels: Pixels, colour: np.ndarray, ground: np.ndarray,
    words: Sequence[Piece],
) -> bool:  # fmt: skip
    """Whether a frame is full of its colour up to its sides, but for what is drawn on it."""
    x0, y0, x1, y1 = frame
    part = like[y0:y1, x0:x1]
    inner = part[LINE:-LINE, LINE:-LINE]
    sides = (part[:LINE].any(axis=0), part[-LINE:].any(axis=0), part[:, :LINE].any(axis=1), part[:, -LINE:].any(axis=1))
    if not inner.size or sum(float(side.mean()) >= LEAST_SIDE for side in sides) < 3:
        return False
    own = pixels[y0:y1, x0:x1]
    paper = distance(own, ground) <= SAME
    drawn = (distance(own, colour) > CLEAR) & (distance(own, ground) > CLEAR)
    for word in words:
        left, top = max(round(word.area.x0) - x0, 0), max(round(word.area.y0) - y0, 0)
        drawn[top : max(round(word.area.y1) - y0, 0), left : max(round(word.area.x1) - x0, 0)] = False
    return float((paper & ~part).mean()) <= MOST_PAPER and float(drawn.mean()) >= LEAST_MARKED
