"""A page as it is looked at: pixels of a bounded size, its paper, its flat colours, and its words and numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from preprocess.charts import colours
from preprocess.charts.panels import without_panels
from preprocess.charts.pieces import Piece, atoms, text_height
from preprocess.charts.points import numbers
from preprocess.document import Page

LONGEST = 1600  # pixels: a larger picture is made smaller, which costs a fifth of a pixel and saves seconds


class Look(NamedTuple):
    """`colour_of` numbers each pixel's colour among the flat ones, -1 for none; `height` is that of text in pixels."""

    page: int
    size: tuple[int, int]
    pixels: np.ndarray
    ground: np.ndarray
    flat: list[np.ndarray]
    colour_of: np.ndarray
    words: list[Piece]
    numbers: list[Piece]
    height: float


def look_at(page: Page) -> Look:
    """Read a page's words, and render it as they lie.

    Raises:
        DocumentError: the page cannot be read.
    """
    text = page.text()
    picture = page.render().convert("RGB")
    if max(picture.size) > LONGEST:
        picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    pixels = np.asarray(picture).astype(np.int16)
    ground = colours.paper(pixels)
    words = atoms(text, picture.size)
    height = text_height(words)
    flat = colours.flat(pixels, ground)
    bare = without_panels(pixels, ground, flat, words)
    if bare is not pixels:
        pixels, flat = bare, colours.flat(bare, ground)
    return Look(
        page=page.number,
        size=picture.size,
        pixels=pixels,
        ground=ground,
        flat=flat,
        colour_of=colours.colour_numbers(pixels, flat, ground),
        words=words,
        numbers=numbers(words, height),
        height=height,
    )
