"""The colours of a chart: its paper, and those that fill flat parts of it or are drawn as lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LEVELS = 8  # grey levels that count as one where colours are counted
SIDE = 256 // LEVELS
MOST = 64  # colours of a picture that are looked at
MOST_FLAT = 20  # of them, flat ones: a chart has fewer
MARGIN = 0.04  # of the picture's shorter side
FLAT = 5  # grey levels between neighbours of one flat part
PALE = 14  # grey levels from the paper: bands and shadows, no marks
CLEAR = 48  # grey levels from the paper: lines, which are darker than a grid
APART = 30  # grey levels between two colours of marks
LEAST_FLAT = 30  # pixels: the inside of a legend's key
NEAR = 26  # grey levels: how far pixels of a mark may be from its colour

Pixels = np.ndarray  # (height, width, 3), int16
Mask = np.ndarray  # (height, width), bool


def paper(pixels: Pixels) -> np.ndarray:
    """The colour of most of the picture's margin, (3,): bars may fill more of it than is left free."""
    wide = max(round(MARGIN * min(pixels.shape[:2])), 1)
    sides = [pixels[:wide], pixels[-wide:], pixels[:, :wide], pixels[:, -wide:]]
    return _peaks(np.concatenate([side.reshape(-1, 3) for side in sides]))[0][0]


def flat(pixels: Pixels, ground: np.ndarray) -> list[np.ndarray]:
    """Colours that fill parts of the picture, those of the largest parts first, without the paper `ground`."""
    same = np.ones(pixels.shape[:2], bool)
    for axis in (0, 1):
        step = _widest(np.diff(pixels, axis=axis)) <= FLAT
        for cut in (np.s_[:-1], np.s_[1:]):
            place = (cut, np.s_[:]) if axis == 0 else (np.s_[:], cut)
            same[place] &= step
    same &= distance(pixels, ground) > PALE
    found = pixels[same]
    peaks = [(colour, count) for colour, count in _peaks(found) if count >= LEAST_FLAT] if len(found) else []
    return _apart(peaks)[:MOST_FLAT]


def drawn(pixels: Pixels, ground: np.ndarray, least: int) -> list[np.ndarray]:
    """Colours of at least `least` pixels, thin lines too, the most frequent first, without paper and what is pale."""
    found = pixels[distance(pixels, ground) > CLEAR]
    return _apart([(colour, count) for colour, count in _peaks(found) if count >= least]) if len(found) else []


def distance(pixels: Pixels, colour: np.ndarray) -> np.ndarray:
    """The largest difference of a channel, of every pixel."""
    return _widest(pixels - colour.astype(np.int16))


def nearest(pixels: Pixels, colours: Sequence[np.ndarray], near: int = NEAR) -> np.ndarray:
    """The number of the nearest of `colours` for every pixel; -1 where none is `near`."""
    apart = np.stack([distance(pixels, colour) for colour in colours])
    best = apart.argmin(axis=0)
    return np.where(apart.min(axis=0) <= near, best, -1)


def colour_numbers(pixels: Pixels, colours: Sequence[np.ndarray], ground: np.ndarray, near: int = NEAR) -> np.ndarray:
    """The number of each pixel's colour; -1 for the paper `ground` and what is near to none."""
    best = nearest(pixels, [*colours, ground], near)
    return np.where(best == len(colours), -1, best)


def is_blend(colour: np.ndarray, ground: np.ndarray, of: np.ndarray) -> bool:
    """Whether `colour` lies between the paper and `of`, as the edge of a line in `of` does."""
    way = of.astype(float) - ground
    share = float((colour - ground) @ way / max(way @ way, 1.0))
    return 0.1 < share < 0.95 and float(np.abs(ground + share * way - colour).max()) < 14


def _widest(steps: np.ndarray) -> np.ndarray:
    """The largest of the three channels' absolute values."""
    red, green, blue = (np.abs(steps[..., channel]) for channel in range(3))
    return np.maximum(np.maximum(red, green), blue)


def _peaks(found: np.ndarray) -> list[tuple[np.ndarray, int]]:
    """Colours of (count, 3) pixels with how many there are of each, the most frequent first."""
    steps = found.astype(np.int32) // LEVELS
    codes = (steps[:, 0] * SIDE + steps[:, 1]) * SIDE + steps[:, 2]
    counts = np.bincount(codes, minlength=SIDE**3)
    order = np.argsort(-counts, kind="stable")[:MOST]
    order = order[counts[order] > 0]
    sums = np.stack([np.bincount(codes, found[:, channel], SIDE**3)[order] for channel in range(3)], axis=1)
    means = (sums / counts[order, None]).round().astype(np.int16)
    return [(mean, int(count)) for mean, count in zip(means, counts[order], strict=True)]


def _apart(peaks: Sequence[tuple[np.ndarray, int]]) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    for colour, _ in peaks:
        if all(np.abs(colour - other).max() > APART for other in found):
            found.append(colour)
    return found
