"""Words from a picture: the `OcrEngine` protocol and the adapter for rapidocr.

rapidocr's detection and recognition models (PP-OCRv6) lie inside its wheel; nothing is fetched. The engine is imported
and its models are loaded when the first picture is read.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from preprocess.document import Box, Word

LEAST_SIDE = 960  # a smaller picture is enlarged; on receipts 960 read a few more fields than rapidocr's 736
MOST_PIXELS = 3_000_000  # an A4 page at 175 dpi; an area, not a side, so that long receipts stay legible
LONGEST = 10_000
MOST_ENLARGED = 3.0
MARGIN = 40  # pixels kept around the ink
INK = 48  # grey levels away from the paper
LEAST_CONFIDENCE = 0.5
LEAST_GAP = 0.15  # of the text's height, between words that were read with a space between them
SPLIT_GAP = 0.6  # of the text's height; inside one fragment a wider gap ends a word

_DETECTION, _RECOGNITION = "*_det_*.onnx", "*_rec_*.onnx"

Point = tuple[float, float]


class OcrEngine(Protocol):
    """Reads the words of an RGB picture; boxes are fractions of it, the order does not matter.

    Two engines of one `identity` read the same words.
    """

    @property
    def identity(self) -> str: ...

    def read(self, image: Image.Image) -> list[Word]: ...


class RapidOcr:
    """rapidocr behind `OcrEngine`. Threads may share it: pictures are read one at a time, each on `threads` cores."""

    def __init__(self, *, threads: int | None = None, least_confidence: float = LEAST_CONFIDENCE) -> None:
        self._threads = threads if threads is not None else min(2, os.cpu_count() or 1)
        self._least_confidence = least_confidence
        self._lock = threading.Lock()
        self._engine: Any = None

    @property
    def identity(self) -> str:
        reading = (LEAST_SIDE, MOST_PIXELS, LONGEST, MOST_ENLARGED, MARGIN, INK, LEAST_GAP, SPLIT_GAP)
        return f"rapidocr {version('rapidocr')} {reading} {self._least_confidence}"

    def read(self, image: Image.Image) -> list[Word]:
        page = image.convert("RGB")
        left, top, right, bottom = inked(page)
        picture = page.crop((left, top, right, bottom))
        scale = reading_scale(*picture.size)
        # The detector looks at the picture as a whole and can miss a few small words on a wide empty page.
        words = self._read_at(picture, scale) or self._read_at(picture, scale / 2)
        shift = (left / page.width, top / page.height)
        stretch = (picture.width / page.width, picture.height / page.height)
        return [Word(word.text, _placed(word.box, shift, stretch), word.confidence) for word in words]

    def _read_at(self, picture: Image.Image, scale: float) -> list[Word]:
        if scale != 1.0:
            size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
            picture = picture.resize(size, Image.Resampling.BICUBIC)
        pixels = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])  # OpenCV's channel order
        with self._lock:
            if self._engine is None:
                self._engine = self._load()
            result = self._engine(pixels)
        if result.txts is None or result.boxes is None:
            return []
        letters = result.word_results or ()
        aligned = letters if len(letters) == len(result.txts) else [()] * len(result.txts)
        words: list[Word] = []
        for corners, text, score, fragment in zip(result.boxes, result.txts, result.scores, aligned, strict=True):
            if score >= self._least_confidence:
                cells = [quad for _, _, quad in fragment]
                words.extend(_fragment_words(text, corners.tolist(), cells, float(score), picture.size))
        return words

    def _load(self) -> Any:
        import onnxruntime
        import rapidocr

        onnxruntime.disable_telemetry_events()  # on Windows the environment does not (see this package's __init__)
        models = Path(rapidocr.__file__).parent / "models"
        params = {
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": 0.0,  # we filter: rapidocr's own filter may lose step with the word boxes
            "Global.return_word_box": True,
            "Global.return_single_char_box": True,
            "Global.max_side_len": LONGEST + 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": LONGEST + 1,
            # Named files, because by model name rapidocr would go to the network when a file does not match its list.
            "Det.model_path": _model(models, _DETECTION),
            "Rec.model_path": _model(models, _RECOGNITION),
            "EngineConfig.onnxruntime.intra_op_num_threads": self._threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        return rapidocr.RapidOCR(params=params)


@functools.cache
def default_engine() -> OcrEngine:
    """The engine shared by all documents that bring none; it loads its models when first used."""
    return RapidOcr()


def reading_scale(width: int, height: int) -> float:
    """How much to enlarge or shrink a picture for reading: small print legible, time and memory bounded."""
    wanted = min(max(1.0, LEAST_SIDE / min(width, height)), MOST_ENLARGED)
    return min(wanted, (MOST_PIXELS / (width * height)) ** 0.5, LONGEST / max(width, height))


def inked(picture: Image.Image) -> tuple[int, int, int, int]:
    """The part of a picture that differs from its paper, with a margin; the whole of an even one."""
    grey = picture.convert("L")
    levels = grey.histogram()
    paper = levels.index(max(levels))
    box = grey.point([255 * (abs(level - paper) > INK) for level in range(256)]).getbbox()
    if box is None:
        return 0, 0, picture.width, picture.height
    return (
        max(box[0] - MARGIN, 0),
        max(box[1] - MARGIN, 0),
        min(box[2] + MARGIN, picture.width),
        min(box[3] + MARGIN, picture.height),
    )


def _placed(box: Box, shift: Point, stretch: Point) -> Box:
    """A box of the inked part as a box of the page."""
    across = [min(shift[0] + x * stretch[0], 1.0) for x in (box.x0, box.x1)]
    down = [min(shift[1] + y * stretch[1], 1.0) for y in (box.y0, box.y1)]
    return Box(across[0], down[0], across[1], down[1])


def _model(folder: Path, pattern: str) -> str:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"rapidocr's wheel holds no {pattern}; install rapidocr>=3.10,<4")
    return str(found[0])


def _fragment_words(
    text: str, corners: Sequence[Point], cells: Sequence[Sequence[Point]], confidence: float, size: tuple[int, int]
) -> list[Word]:
    """Cut a fragment's text at its spaces and at wide gaps; each word gets the box around its letters."""
    letters = "".join(text.split())
    upright = _span(corners, 1) > 1.5 * _span(corners, 0)
    exact = len(cells) == len(letters)
    boxes = [_box(cell, size) for cell in (cells if exact else _even_cells(corners, len(letters), upright))]
    widest = SPLIT_GAP * _span(corners, 1) / size[0]
    words, start = [], 0
    for piece in text.split():
        end = start + len(piece)
        cuts = [start]
        if not upright:
            cuts += [place for place in range(start + 1, end) if boxes[place].x0 - boxes[place - 1].x1 > widest]
        for begin, stop in zip(cuts, [*cuts[1:], end], strict=True):
            words.append(Word(letters[begin:stop], Box.around(boxes[begin:stop]), confidence))
        if start and not upright:
            place = len(words) - len(cuts)
            least = LEAST_GAP * _span(corners, 1) / size[0]
            words[place - 1 : place + 1] = _apart(words[place - 1], words[place], least)
        start = end
    return words


def _apart(left: Word, right: Word, gap: float) -> tuple[Word, Word]:
    """Trim two words that the engine read with a space between them until their boxes show it too."""
    missing = (gap - (right.box.x0 - left.box.x1)) / 2
    if missing <= 0:
        return left, right
    first, second = left.box, right.box
    first = Box(first.x0, first.y0, first.x1 - min(missing, 0.4 * (first.x1 - first.x0)), first.y1)
    second = Box(second.x0 + min(missing, 0.4 * (second.x1 - second.x0)), second.y0, second.x1, second.y1)
    return Word(left.text, first, left.confidence), Word(right.text, second, right.confidence)


def _even_cells(corners: Sequence[Point], count: int, upright: bool) -> list[list[Point]]:
    """Split a fragment evenly, for when the engine gives no place for each letter."""
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    cells: list[list[Point]] = []
    for place in range(count):
        start, stop = place / count, (place + 1) / count
        if upright:
            cells.append([(left, top + start * (bottom - top)), (right, top + stop * (bottom - top))])
        else:
            cells.append([(left + start * (right - left), top), (left + stop * (right - left), bottom)])
    return cells


def _span(points: Sequence[Point], axis: int) -> float:
    return max(point[axis] for point in points) - min(point[axis] for point in points)


def _box(points: Sequence[Point], size: tuple[int, int]) -> Box:
    across = [min(max(float(x) / size[0], 0.0), 1.0) for x, _ in points]
    down = [min(max(float(y) / size[1], 0.0), 1.0) for _, y in points]
    return Box(min(across), min(down), max(across), max(down))
