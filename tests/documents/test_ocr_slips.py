"""Noughts that can only be letters are read as such, and no others."""

from __future__ import annotations

import pytest
from PIL import Image

from preprocess.document import Box, Word
from preprocess.load import load
from preprocess.ocr_slips import mended


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("0ct", "Oct"),
        ("(0rder", "(Order"),
        ("26/0kt/2012", "26/Okt/2012"),
        ("0.5", "0.5"),
        ("0kg", "0kg"),
        ("10kg", "10kg"),
        ("0th", "0th"),
        ("0kcal", "0kcal"),
        ("10.0rder", "10.0rder"),
        ("#0ther", "#0ther"),
        ("0x1f", "0x1f"),
        ("0m", "0m"),
        ("0CT", "0CT"),
        ("A0b", "A0b"),
    ],
)
def test_a_nought_before_small_letters(read, said):
    assert mended(Word(read, Box(0, 0, 1, 1))).text == said


class _Engine:
    identity = "reads one word"

    def read(self, image: Image.Image) -> list[Word]:
        return [Word("0ct", Box(0.1, 0.1, 0.2, 0.2), 0.9)]


def test_a_scanned_page_is_mended(tmp_path):
    picture = Image.linear_gradient("L").resize((64, 64))
    picture.save(tmp_path / "page.png")
    (page,) = load(tmp_path / "page.png", ocr=_Engine()).pages
    assert [line.text for line in page.text().lines] == ["Oct"]
