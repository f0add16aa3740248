"""Documents drawn in the test, so that the truth is known."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

import pymupdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from preprocess.document import Box, Word
from preprocess.ocr import RapidOcr

Placed = tuple[float, float, str]


class CountingOcr:
    """An engine that always reads the same words, and counts how often it is asked."""

    identity = "counting"

    def __init__(self, *texts: str) -> None:
        self.texts, self.calls = texts, 0

    def read(self, image: Image.Image) -> list[Word]:
        self.calls += 1
        return [Word(text, Box(0.1, 0.1 * k + 0.1, 0.5, 0.1 * k + 0.15), 0.9) for k, text in enumerate(self.texts)]


@pytest.fixture
def counting_ocr() -> CountingOcr:
    return CountingOcr("seen", "by", "ocr")


@pytest.fixture(scope="session")
def rapid() -> RapidOcr:
    return RapidOcr()


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    def make(*pages: Iterable[Placed], rotation: int = 0, size: float = 11, **save: object) -> bytes:
        document = pymupdf.open()
        for texts in pages:
            page = document.new_page(width=595, height=842)
            for x, y, text in texts:
                page.insert_text((x, y), text, fontsize=size)
            page.set_rotation(rotation)
        return bytes(document.tobytes(**save))

    return make


@pytest.fixture(scope="session")
def make_picture() -> Callable[..., Image.Image]:
    def make(texts: Iterable[Placed], size: tuple[int, int] = (900, 500), font_size: int = 28) -> Image.Image:
        picture = Image.new("RGB", size, "white")
        draw, font = ImageDraw.Draw(picture), ImageFont.load_default(font_size)
        for x, y, text in texts:
            draw.text((x, y), text, fill="black", font=font)
        return picture

    return make


@pytest.fixture(scope="session")
def encode() -> Callable[..., bytes]:
    def to_bytes(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
        buffer = io.BytesIO()
        picture.save(buffer, kind, **options)
        return buffer.getvalue()

    return to_bytes
