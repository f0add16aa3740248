"""A page before it is drawn: texts with places, and marks.

Units are points, origin top left. The same scene gives words with boxes (here, with widths estimated, or measured by
`train.factory.draw` when it is drawn) and a picture. Words become evidence through `preprocess.lines`, as those of a
real page do, so training sees exactly what a reader will.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from preprocess.document import Box, Word

Font = Literal["sans", "serif", "mono", "receipt", "hand"]
Anchor = Literal["left", "middle", "right"]
Colour = tuple[int, int, int]
BLACK: Colour = (20, 20, 20)
ASCENT, DESCENT = 0.76, 0.24  # of the size: where a word's box begins above and ends below the baseline
SPACE = 0.28


@dataclass(frozen=True, slots=True)
class Text:
    """One run of text. (x, y) is its baseline at `anchor`; `upright` turns it by a quarter, to be read bottom up."""

    x: float
    y: float
    text: str
    size: float = 10.0
    anchor: Anchor = "left"
    font: Font = "sans"
    bold: bool = False
    colour: Colour = BLACK
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    fill: Colour | None = None
    stroke: Colour | None = None
    line_width: float = 1.0
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points; closed and filled where `fill` is given; `dash` in points, 0 for a full line."""

    points: tuple[tuple[float, float], ...]
    stroke: Colour | None = BLACK
    fill: Colour | None = None
    line_width: float = 1.0
    dash: float = 0.0
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    radius: float
    fill: Colour | None = None
    stroke: Colour | None = None
    line_width: float = 1.0


@dataclass(frozen=True, slots=True)
class Wedge:
    """A piece of a pie: degrees clockwise from twelve o'clock; `inner` > 0 makes it a piece of a ring."""

    x: float
    y: float
    radius: float
    start: float
    sweep: float
    fill: Colour
    inner: float = 0.0


Mark = Rect | Path | Circle | Wedge


@dataclass(frozen=True, slots=True)
class Scene:
    """A page: marks are drawn first, in order, then texts."""

    width: float
    height: float
    texts: tuple[Text, ...]
    marks: tuple[Mark, ...] = ()
    paper: Colour = (255, 255, 255)


Measure = Callable[[str, Text], float]


def estimated_width(run: str, text: Text) -> float:
    """Width of `run` in points, as a plain sans has it to a few per cent; no font file is needed."""
    if text.font in ("mono", "receipt"):
        return 0.6 * text.size * sum(2 if _is_wide(char) else 1 for char in run)
    return text.size * sum(map(_advance, run)) * (1.06 if text.bold else 1.0)


def words(scene: Scene, measure: Measure = estimated_width) -> tuple[Word, ...]:
    """Every run of `scene` cut at its spaces, with boxes as fractions of the page."""
    return tuple(word for text in scene.texts for word in _words(scene, text, measure))


def _words(scene: Scene, text: Text, measure: Measure) -> Iterator[Word]:
    space = measure(" ", text)
    parts = text.text.split(" ")
    widths = [measure(part, text) if part else 0.0 for part in parts]
    total = sum(widths) + space * (len(parts) - 1)
    offset = {"left": 0.0, "middle": -total / 2, "right": -total}[text.anchor]
    for part, width in zip(parts, widths, strict=True):
        if part:
            yield Word(part, _box(scene, text, offset, width))
        offset += width + space


def _box(scene: Scene, text: Text, offset: float, width: float) -> Box:
    above, below = ASCENT * text.size, DESCENT * text.size
    if text.upright:
        x0, y0, x1, y1 = text.x - above, text.y - offset - width, text.x + below, text.y - offset
    else:
        x0, y0, x1, y1 = text.x + offset, text.y - above, text.x + offset + width, text.y + below
    return Box(_clip(x0 / scene.width), _clip(y0 / scene.height), _clip(x1 / scene.width), _clip(y1 / scene.height))


def _clip(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _is_wide(char: str) -> bool:
    return "\u2e80" <= char <= "\uffef"


_NARROW = dict.fromkeys("iljI.,:;'|!()[]/ ", 0.25) | dict.fromkeys('frt-"*', 0.34)
_BROAD = dict.fromkeys("mwMW%@", 0.85) | dict.fromkeys("ABCDEGHKNOPQRSUVXYZ&", 0.68)


@cache
def _advance(char: str) -> float:
    if char == " ":
        return SPACE
    if _is_wide(char):
        return 1.0
    return _NARROW.get(char) or _BROAD.get(char) or 0.55
