"""Pages that lie on their side or on their head: words and picture are turned alike, before anything else is made of
them.

Angles are degrees clockwise by which a page is turned to stand upright, in quarters, as PDF's `/Rotate` has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from PIL import Image

from preprocess.document import DOUBTFUL, Box, Word
from preprocess.ocr import OcrEngine
from preprocess.sideways import is_tall, may_run_down, sideways

# On 37 receipts, pages and charts, laid all four ways, at most 0.24 of the letters of long words stood where lines ran
# across, and at least 0.45 where they ran up or down; OCR's median confidence was 0.98 at least where it read what was
# there (of eleven receipts made small, or blurred, 0.96), and 0.82 at most where that stood on its head. Of Greek,
# Russian, Hebrew and Arabic, which it does not know, it was 0.86 at most, however they lay.
ON_SIDE = 0.4
LONG = 3  # letters; a shorter word says little of how it lies, or how well it was read

_TRANSPOSED = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def read_upright(engine: OcrEngine, picture: Image.Image) -> tuple[list[Word], int]:
    """What OCR reads of a picture as it lies or, where it is not sure of that, of the turned one, if of that it is.

    Returns:
        Words, boxes in fractions of the picture turned, and by how much it was turned for them.
    """
    words = engine.read(picture)
    sure = _confidence(words)
    turns: tuple[int, ...] = ()
    if _is_on_side(words, picture):
        turns = (90, 270)
        if sure >= DOUBTFUL:  # lines that run down are read, if with poor boxes
            turns = () if may_run_down(words) else (270, 90)
    elif 0 < sure < DOUBTFUL:
        turns = (180,)
    for turn in turns:
        laid = turned(picture, turn)
        found = engine.read(laid)
        if _confidence(found) >= DOUBTFUL and not _is_on_side(found, laid):
            return found, turn
    return words, 0


def turned(picture: Image.Image, turn: int) -> Image.Image:
    return picture.transpose(_TRANSPOSED[turn]) if turn else picture


def set_upright(words: Sequence[Word], aspect: float) -> tuple[list[Word], int]:
    """The words of a text layer, those of a page that was set sideways turned to lie, and by how much they were.

    Args:
        aspect: width of the page as it lies, divided by its height.
    """
    turn = 0 if may_run_down(words) else sideways(words, aspect)
    return [replace(word, box=turned_box(word.box, turn)) for word in words], turn


def turned_box(box: Box, turn: int) -> Box:
    """Where a box lies when its page was turned."""
    for _ in range(turn // 90):
        box = Box(1 - box.y1, box.x0, 1 - box.y0, box.x1)
    return box


def _confidence(words: Sequence[Word]) -> float:
    """The median; 0 where no word says anything."""
    return median([word.confidence for word in words if len(word.text) >= LONG] or [0.0])


def _is_on_side(words: Sequence[Word], picture: Image.Image) -> bool:
    long = [word for word in words if len(word.text) >= LONG]
    standing = sum(len(word.text) for word in long if is_tall(word.box, picture.width / picture.height))
    return standing > ON_SIDE * sum(len(word.text) for word in long)
