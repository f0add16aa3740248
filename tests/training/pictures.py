"""Pictures of a few letters, and rows that ask for them."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from preprocess.document import PageText
from prompts.evidence import build
from train.packing import Turn


def blank():
    return build([(1, PageText((), "ocr"))], 1)


def picture(text: str, size: tuple[int, int] = (112, 56)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((6, 8), text, "black", ImageFont.load_default(36))
    return image


def row_of(packer, text, size=(112, 56)):
    row = packer.row(blank(), [Turn("Text?", text, task="read")], 2000, [picture(text, size)])
    assert row is not None
    return row
