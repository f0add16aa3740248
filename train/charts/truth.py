"""A generated chart as a reader gets it, and what there is to be known about it.

The picture is drawn with the fonts of the split. Words are those that were drawn; of charts that pass for scans they
are read with the factory's errors of OCR, values too. The picture itself stays straight and clean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from PIL import Image

from preprocess.charts.numbers import Point, figure
from preprocess.document import Page, PageText
from preprocess.lines import to_lines
from train.factory import noise
from train.factory.draw import draw
from train.factory.fonts import Fonts
from train.factory.sample import Sample

SCALES = (1.0, 2.0)  # pixels to a point
COMMA = ("de", "fr", "es")  # languages whose decimals stand behind a comma
LEAST_PRINTED = 0.9  # of a chart's values stand on it: it counts as one that prints them
LEAST_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Truth:
    """`numbers[category][series]`; `printed` says whether the chart prints its values, `measurable` whether anything on
    it tells what a mark is worth."""

    kind: str
    categories: tuple[str, ...]
    series: tuple[str, ...]
    numbers: tuple[tuple[float, ...], ...]
    printed: bool
    measurable: bool

    @staticmethod
    def of(sample: Sample) -> Truth:
        assert sample.table is not None
        table = sample.table
        cells = [cell for row in table.cells for cell in row]
        point = _point(cells, sample.language)
        drawn = [text.text for text in sample.scenes[0].texts]
        words = {word for text in drawn for word in (text, *text.split())}
        printed = sum(cell in words or cell.split()[-1] in words for cell in cells) >= LEAST_PRINTED * len(cells)
        others = [text for text in drawn if figure(text, point) and text not in (*table.rows, *table.columns)]
        return Truth(
            kind=_kind(sample),
            categories=table.rows,
            series=table.columns,
            numbers=tuple(tuple(_number(cell, point) for cell in row) for row in table.cells),
            printed=printed,
            measurable=printed or sample.kind == "chart/pie" or len(others) >= LEAST_NUMBERS,
        )


def page_of(sample: Sample, fonts: Fonts, rng: Random) -> Page:
    """The page that a reader gets.

    Raises:
        UncoveredText: no font can draw one of the texts.
    """
    drawn = draw(sample.scenes[0], fonts, rng, rng.uniform(*SCALES))
    height, width = drawn.picture.shape[:2]
    words = drawn.words
    if sample.medium != "digital":
        words = noise.read(words, replace(noise.Ocr.of(rng), tilt=0.0), width / height, (), rng)
    text = PageText(to_lines(words, width / height), "text" if sample.medium == "digital" else "ocr")
    picture = Image.fromarray(drawn.picture)
    return Page(1, lambda: picture, lambda: text)


def _point(cells: Sequence[str], language: str) -> Point:
    """What parts decimals: what the cells themselves show, else what is usual where the language is spoken."""
    usual: Point = "," if language in COMMA else "."
    other: Point = "." if usual == "," else ","
    return usual if all(figure(cell, usual) for cell in cells) else other


def _kind(sample: Sample) -> str:
    name = sample.kind.partition("/")[2]
    grouped = sample.table is not None and len(sample.table.columns) > 1 and name in ("bar", "hbar")
    return f"{name}, grouped" if grouped else name


def _number(cell: str, point: Point) -> float:
    found = figure(cell, point)
    assert found is not None, cell
    return found.number
