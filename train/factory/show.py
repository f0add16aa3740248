"""A contact sheet of what the makers make: each page as drawn and as a reader may get it, with a question below."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import cv2
import numpy as np

from train.factory.augment import augment
from train.factory.draw import Drawn, draw
from train.factory.fonts import FAMILIES, Fonts, write_whole
from train.factory.sample import Maker, Sample, Split
from train.factory.scene import Scene, Text
from train.factory.warp import Picture

WIDTH, HEIGHT, CAPTION = 560, 620, 74  # of one page's place, and of the text below a pair
SCALE = 1.5  # pixels to a point
ACROSS = 2
EDGE = (225, 225, 225)


def sheet(makers: Mapping[str, Maker], fonts: Fonts, seed: int, split: Split = "train") -> Picture:
    """One sample of each maker, `ACROSS` in a row."""
    tiles = [_tile(name, make(Random(f"{seed} {name}"), split), fonts, seed) for name, make in makers.items()]
    blank = np.full_like(tiles[0], 255)
    rows = [tiles[start : start + ACROSS] for start in range(0, len(tiles), ACROSS)]
    return np.vstack([_beside(row + [blank] * (ACROSS - len(row))) for row in rows])


def write(path: Path, makers: Mapping[str, Maker], folder: Path, seed: int, split: Split = "train") -> None:
    """Save a sheet as `path`, drawn with the fonts in `folder`."""
    picture = sheet(makers, Fonts.load(folder, FAMILIES[split]), seed, split)
    write_whole(path, cv2.imencode(path.suffix, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes())


def _tile(name: str, sample: Sample, fonts: Fonts, seed: int) -> Picture:
    rng = Random(f"{seed} {name} drawn")
    caption = draw(Scene(2 * WIDTH, CAPTION, tuple(_caption(name, sample, rng))), fonts, rng).picture
    drawn = draw(sample.scenes[0], fonts, rng, SCALE)
    way = None if sample.medium == "digital" else sample.medium
    return np.vstack([_beside([_framed(drawn), _framed(augment(drawn, rng, way))]), caption])


def _caption(name: str, sample: Sample, rng: Random) -> Iterator[Text]:
    lines = [f"{name}: {sample.kind}, {len(sample.scenes)} page(s), {sample.medium}, {len(sample.questions)} questions"]
    if sample.questions:
        question = rng.choice(sample.questions)
        lines += [f"Q: {question.text}", f"A: {question.answer}   ({question.task})"]
    for number, line in enumerate(lines):
        yield Text(10, 20 + 19 * number, textwrap.shorten(line, 130, placeholder=" ..."), 14, bold=number == 0)


def _framed(drawn: Drawn) -> Picture:
    """The page down to its last word, made to fit its place."""
    picture = drawn.picture
    height, width = picture.shape[:2]
    height = min(height, round(height * (max(word.box.y1 for word in drawn.words) + 0.06)))
    picture = picture[:height]
    factor = min((WIDTH - 8) / width, (HEIGHT - 8) / height)
    small = cv2.resize(picture, (round(width * factor), round(height * factor)), interpolation=cv2.INTER_AREA)
    place = np.full((small.shape[0] + 8, WIDTH, 3), EDGE, np.uint8)
    place[4 : 4 + small.shape[0], 4 : 4 + small.shape[1]] = small
    return place


def _beside(pictures: Sequence[Picture]) -> Picture:
    """Side by side, each with an empty strip below it where another is taller."""
    height = max(len(picture) for picture in pictures)
    return np.hstack([np.pad(p, ((0, height - len(p)), (0, 0), (0, 0)), constant_values=255) for p in pictures])
