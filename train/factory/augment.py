"""What happens to a page before a reader sees it: nothing, a JPEG, a scanner, or a phone's camera.

Everything is done at the final size on bytes, with one resampling for all warps. Wear is held back where letters are
small: a picture whose answer cannot be read teaches to guess. For the same reason a picture whose colours may carry
meaning keeps them, and stamps have no words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Literal

import cv2
import numpy as np

from train.factory import warp
from train.factory.draw import Drawn
from train.factory.warp import Picture

Way = Literal["clean", "jpeg", "scan", "photo"]
SHARES: Mapping[Way, float] = {"clean": 0.20, "jpeg": 0.30, "scan": 0.25, "photo": 0.25}
POOL = 1024  # pixels a side of the noise that all pictures share


def augment(drawn: Drawn, rng: Random, way: Way | None = None) -> Drawn:
    """`drawn` as it comes out of `way`, or of one chosen by `SHARES`; same size, words' boxes moved along."""
    chosen = way or rng.choices(list(SHARES), list(SHARES.values()))[0]
    return _WAYS[chosen](drawn, rng)


def _clean(drawn: Drawn, rng: Random) -> Drawn:
    return drawn


def _jpeg(drawn: Drawn, rng: Random) -> Drawn:
    small = _small(drawn)
    picture = _resampled(drawn.picture, rng, small) if rng.random() < 0.5 else drawn.picture
    return Drawn(_compressed(picture, rng, small), drawn.words)


def _scan(drawn: Drawn, rng: Random) -> Drawn:
    small, height, width = _small(drawn), *drawn.picture.shape[:2]
    bent = warp.scanned(width, height, rng)
    picture = bent.picture(_worn(drawn.picture, rng), rng.choice([(255, 255, 255), (250, 250, 246), (60, 60, 60)]))
    if rng.random() < 0.6 and not _is_coloured(picture):
        picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.3 and small > 10:  # toner that ran, or too little of it
        picture = rng.choice([cv2.erode, cv2.dilate])(picture, np.ones(rng.choice([(1, 2), (2, 1)]), np.uint8))
    picture = _blurred(picture, rng, small)
    if rng.random() < 0.5:
        picture = _shaded(picture, rng, 0.86)
    picture = _noisy(picture, rng.uniform(1, 7), rng)
    return Drawn(_compressed(picture, rng, small), bent.words(drawn.words))


def _photo(drawn: Drawn, rng: Random) -> Drawn:
    small, height, width = _small(drawn), *drawn.picture.shape[:2]
    bent = warp.photographed(width, height, rng)
    table = rng.randint(20, 200)
    around = tuple(min(255, max(0, table + rng.randint(-25, 25))) for _ in range(3))
    picture = bent.picture(_worn(drawn.picture, rng), (around[0], around[1], around[2]))
    picture = _shaded(picture, rng, rng.uniform(0.45, 0.9))
    picture = _blurred(picture, rng, small)
    picture = _noisy(picture, rng.uniform(2, 10), rng)
    return Drawn(_compressed(picture, rng, small), bent.words(drawn.words))


_WAYS: Mapping[Way, Callable[[Drawn, Random], Drawn]] = {
    "clean": _clean,
    "jpeg": _jpeg,
    "scan": _scan,
    "photo": _photo,
}


def _small(drawn: Drawn) -> float:
    """Height in pixels of the page's smaller words (upright ones by their width); decides how much wear it bears."""
    height, width = drawn.picture.shape[:2]
    sizes = sorted(
        min((word.box.y1 - word.box.y0) * height, (word.box.x1 - word.box.x0) * width)
        for word in drawn.words
        if len(word.text) > 1
    )
    return sizes[len(sizes) // 10] if sizes else 20.0


def _is_coloured(picture: Picture) -> bool:
    sample = picture[::3, ::3]
    return float((sample.max(2) - sample.min(2) > 50).mean()) > 0.002


def _worn(picture: Picture, rng: Random) -> Picture:
    """Paper with a life: a faded print, a stamp."""
    if rng.random() < 0.2:
        picture = _faded(picture, rng)
    if rng.random() < 0.15:
        picture = _stamped(picture, rng)
    return picture


def _faded(picture: Picture, rng: Random) -> Picture:
    """A thermal print: pale, and paler in stripes along the paper."""
    height, width = picture.shape[:2]
    strength = rng.uniform(0.5, 0.85)
    stripes = np.array([[strength + rng.uniform(-0.08, 0.08) for _ in range(24)]], np.float32)
    field = cv2.resize(stripes * 255, (width, 1), interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    return ~_multiplied(~picture, np.broadcast_to(field[..., None], (height, width, 3)))


def _stamped(picture: Picture, rng: Random) -> Picture:
    """A stamp's rings and a scrawl, in ink that lets what is below show through."""
    height, width = picture.shape[:2]
    size = round(rng.uniform(0.08, 0.16) * min(height, width))
    x, y = rng.randrange(size, width - size), rng.randrange(size, height - size)
    ink = rng.choice([(235, 120, 120), (130, 140, 235), (140, 200, 150)])
    layer = np.full((2 * size, 2 * size, 3), 255, np.uint8)
    axes, angle, line = (size - 4, round(size * rng.uniform(0.4, 0.95))), rng.uniform(-40, 40), max(1, size // 25)
    for shrink in (1.0, 0.85):
        grown = (max(1, round(axes[0] * shrink)), max(1, round(axes[1] * shrink)))
        cv2.ellipse(layer, (size, size), grown, angle, 0, 360, ink, line, cv2.LINE_AA)
    scrawl = [(rng.uniform(0.5, 1.5) * size, rng.uniform(0.7, 1.3) * size) for _ in range(rng.randint(4, 9))]
    cv2.polylines(layer, [np.array(scrawl, np.int32)], False, ink, line, cv2.LINE_AA)
    stamped = picture.copy()
    place = stamped[y - size : y + size, x - size : x + size]
    place[:] = _multiplied(place, layer)
    return stamped


def _multiplied(picture: Picture, by: Picture) -> Picture:
    return cv2.multiply(picture, by, scale=1 / 255)


def _shaded(picture: Picture, rng: Random, darkest: float) -> Picture:
    """Uneven light with a tint, from a field of 4 x 4 lamps."""
    tint = [rng.uniform(0.93, 1.0) for _ in range(3)]
    lamps = np.array([[[rng.uniform(darkest, 1.0)] for _ in range(4)] for _ in range(4)]) * tint * 255
    height, width = picture.shape[:2]
    smooth = cv2.resize(lamps.clip(0, 255).astype(np.uint8), (64, 64), interpolation=cv2.INTER_CUBIC)
    return _multiplied(picture, cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR))


def _blurred(picture: Picture, rng: Random, small: float) -> Picture:
    """Out of focus, or a shaken hand."""
    most = min(max(0.05 * small, 0.3), 1.4)
    if rng.random() < 0.8:
        return cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.25, most))
    return cv2.blur(picture, rng.choice([(2, 1), (1, 2), (3, 1), (1, 3)] if small > 12 else [(2, 1), (1, 2)]))


def _resampled(picture: Picture, rng: Random, small: float) -> Picture:
    """Sent as a smaller picture and shown at its old size again."""
    height, width = picture.shape[:2]
    factor = rng.uniform(min(max(10 / small, 0.5), 0.95), 1.0)
    less = cv2.resize(picture, (round(width * factor), round(height * factor)), interpolation=cv2.INTER_AREA)
    return cv2.resize(less, (width, height), interpolation=rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC]))


def _noisy(picture: Picture, strength: float, rng: Random) -> Picture:
    height, width = picture.shape[:2]
    pool = _noise()
    if height > POOL or width > POOL:
        pool = np.tile(pool, (-(-height // POOL), -(-width // POOL), 1))
    x, y = rng.randint(0, pool.shape[1] - width), rng.randint(0, pool.shape[0] - height)
    weight = strength / 32
    return cv2.addWeighted(picture, 1.0, pool[y : y + height, x : x + width], weight, -128 * weight)


@cache
def _noise() -> Picture:
    """Grain of deviation 32 around 128: making it anew would cost more than everything else."""
    grain = np.random.default_rng(0).normal(128, 32, (POOL, POOL, 3)).clip(0, 255).astype(np.uint8)
    grain.flags.writeable = False
    return grain


def _compressed(picture: Picture, rng: Random, small: float) -> Picture:
    quality = rng.randint(60 if small < 11 else 38, 95)
    _, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB))
