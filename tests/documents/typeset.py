"""Pages of words with places known, for tests of tables: texts are set in a typewriter's letters, all equally wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from preprocess.document import Box, PageText, Word
from preprocess.lines import to_lines

LETTER, HEIGHT, ASPECT = 0.007, 0.012, 0.7  # a letter's width and height as fractions of the page
SPACE = 0.5  # of a letter, between two words
Align = Literal["left", "right", "middle"]


def put(text: str, x: float, y: float, align: Align = "left", scale: float = 1.0) -> list[Word]:
    """The words of a line of text that begins, ends, or has its middle at `x`; `y` is its top, `scale` its letters'."""
    width, letter = width_of(text) * scale, LETTER * scale
    start = {"left": x, "right": x - width, "middle": x - width / 2}[align]
    found = []
    for word in text.split(" "):
        found.append(Word(word, Box(start, y, start + len(word) * letter, y + HEIGHT * scale)))
        start += (len(word) + SPACE) * letter
    return found


def width_of(text: str) -> float:
    return (len(text) - text.count(" ") * (1 - SPACE)) * LETTER


def table(
    rows: Sequence[Sequence[str]], edges: Sequence[float], top: float = 0.1, step: float = 1.5, align: str = ""
) -> list[Word]:
    """Rows of cells; a letter of `align` for each column, l, r or m, says how cells stand at its edge."""
    ways: dict[str, Align] = {"l": "left", "r": "right", "m": "middle"}
    words: list[Word] = []
    for number, row in enumerate(rows):
        for text, x, way in zip(row, edges, align or "l" * len(edges), strict=True):
            if text:
                words += put(text, x, top + number * step * HEIGHT, ways[way])
    return words


def prose(lines: Iterable[str], x: float, top: float) -> list[Word]:
    return [word for number, line in enumerate(lines) for word in put(line, x, top + number * 1.4 * HEIGHT)]


def page(*parts: Iterable[Word]) -> PageText:
    """The words of all parts, read as those of any page."""
    return PageText(to_lines([word for part in parts for word in part], ASPECT), "text")
