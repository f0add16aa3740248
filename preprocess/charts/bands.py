"""Areas filled down to the axis, one over the other: the edges of each colour, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from preprocess.charts.bars import without_words
from preprocess.charts.curves import Curve
from preprocess.charts.pieces import Piece

LEAST_WIDE = 0.3  # of the picture's width
LEAST_HIGH = 2.0  # heights of text
SOLID = 0.85  # of what lies between its edges is filled
THINNEST = 2.5  # pixels: a thinner one is the soft edge between two areas
TRIM = 2  # columns at each end, which are half an area's and half the paper's
SHADED = (0.1, 0.95)  # of its shade shows an area through another one before it
LIKE_MIX = 14  # grey levels: how far a mixed colour may be off
LEAST_FULL = 0.97  # of the columns between its ends: an area has no gaps


class Band(NamedTuple):
    """One area: the number of its colour, its upper and its lower edge."""

    colour: int
    upper: Curve
    lower: Curve


def find_bands(
    colour_of: np.ndarray, colours: Sequence[np.ndarray], words: Sequence[Piece], height: float
) -> list[Band]:
    """Areas that stand on one straight line or on one another, the lowest first; none where there is no such line.

    `height` is that of text: all together are higher, or they are only the line itself.
    """
    found: list[Band] = []
    for number, colour in enumerate(colours):
        mask = without_words(colour_of == number, words)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
        if count < 2:
            continue
        largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
        part = labels == largest
        columns = np.flatnonzero(part.any(axis=0))
        span = columns[-1] - columns[0] + 1
        band = _band(number, colour, part, columns)
        filled = float(np.nansum(band.lower.middle - band.upper.middle))
        if part.sum() < SOLID * filled:
            continue  # a frame
        if span >= LEAST_WIDE * mask.shape[1] and len(columns) >= LEAST_FULL * span:
            found.append(band)
    kept = [band for band in _standing(found) if _thickness(band) >= THINNEST]
    if not kept or np.nanmedian(kept[0].lower.middle - kept[-1].upper.middle) < LEAST_HIGH * height:
        return []
    return kept


def uncovered(bands: Sequence[Band], keys: Sequence[np.ndarray], ground: np.ndarray) -> list[np.ndarray]:
    """The own colours of areas that lie over one another and let one another through, the lowest first; empty where
    they may as well stand on one another. The legend's `keys` know a colour that is nowhere seen alone."""
    found = [bands[-1].upper.colour]
    for band, behind in zip(bands[-2::-1], bands[:0:-1], strict=True):
        shade = (ground - behind.upper.colour).astype(float)
        for key in keys:
            darker = key - band.upper.colour
            share = float(darker @ shade / max(shade @ shade, 1.0))
            if SHADED[0] < share < SHADED[1] and np.abs(darker - share * shade).max() < LIKE_MIX:
                found.insert(0, key)
                break
        else:
            return []
    return found


def _band(number: int, colour: np.ndarray, part: np.ndarray, columns: np.ndarray) -> Band:
    upper, lower = np.full(part.shape[1], np.nan), np.full(part.shape[1], np.nan)
    columns = columns[TRIM:-TRIM]
    upper[columns] = part[:, columns].argmax(axis=0)
    lower[columns] = len(part) - part[::-1, columns].argmax(axis=0)
    return Band(number, Curve(colour, upper), Curve(colour, lower))


def _thickness(band: Band) -> float:
    return float(np.nanmedian(band.lower.middle - band.upper.middle))


def _standing(found: Sequence[Band]) -> list[Band]:
    """In their order from the line upwards; the lowest one has a straight lower edge, the others lie on one below."""
    ordered = sorted(found, key=lambda band: -float(np.nanmedian(band.lower.middle)))
    kept: list[Band] = []
    for band in ordered:
        below = band.lower.middle
        if not kept:
            straight = np.ptp(np.nanpercentile(below, (2, 98))) <= 4
            kept += [band] if straight else []
        elif float(np.nanmedian(np.abs(below - kept[-1].upper.middle))) <= 3:
            kept.append(band)
    return kept
