"""Small plain PNGs are read without a process of their own; anything that could unfold is not one of them."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from preprocess import image_reader
from preprocess.bare_png import is_bare_png
from preprocess.document import DocumentError
from preprocess.image_reader import ImageReader
from preprocess.jail import Limits
from preprocess.load import load


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes) -> bytes:
    """Grey, black, with further chunks before its pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes((width + 1) * height)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + pixels + chunk(b"IEND", b"")


def exif(tags: int) -> bytes:
    """So many tags, each of which is the whole of the block."""
    entries = b"".join(struct.pack("<HHII", tag, 7, 12 * tags, 0) for tag in range(1, tags + 1))
    return chunk(b"eXIf", b"II*\x00" + struct.pack("<IH", 8, tags) + entries + bytes(4))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_what_a_drawing_program_writes_is_bare(encode, mode: str) -> None:
    assert is_bare_png(encode(Image.new(mode, (30, 20))))


def test_size_bytes_and_whatever_else_is_in_it(encode) -> None:
    assert is_bare_png(png(8, 8)) and is_bare_png(png(8, 8, chunk(b"pHYs", bytes(9)), chunk(b"tEXt", b"Software\0x")))
    assert is_bare_png(png(1024, 1024)) and not is_bare_png(png(1024, 1025))
    assert not is_bare_png(encode(Image.fromarray(np.random.default_rng(0).integers(0, 255, (800, 800, 3), np.uint8))))
    for kind in (b"eXIf", b"zTXt", b"iTXt", b"iCCP", b"acTL", b"IHDR", b"abcd"):
        assert not is_bare_png(png(8, 8, chunk(kind, b"x")))
    assert not is_bare_png(png(8, 8)[:-12]) and not is_bare_png(encode(Image.new("RGB", (8, 8)), "JPEG"))


def test_text_that_is_compressed_is_not_bare(encode) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 1000, zip=True)
    assert not is_bare_png(encode(Image.new("RGB", (8, 8)), pnginfo=info))


@given(st.binary(max_size=60), st.integers(0, 80))
def test_any_bytes_can_be_asked_about(junk: bytes, place: int) -> None:
    whole = png(8, 8)
    assert is_bare_png(junk) is False
    assert is_bare_png(whole[:place] + junk) in (True, False)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_both_ways_give_the_same_picture(encode, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).integers(0, 255, (20, 30, 4), np.uint8)
    data = encode(Image.fromarray(values).convert("L" if mode == "I;16" else mode).convert(mode))
    here = ImageReader(data, "x")
    monkeypatch.setattr(image_reader, "is_bare_png", lambda data: False)
    there = ImageReader(data, "x")
    assert here._file is None and there._file is not None and here.frame_count == there.frame_count == 1
    assert here.frame(0).tobytes() == there.frame(0).tobytes() and here.frame(0).size == there.frame(0).size


def test_a_few_kilobytes_that_become_gigabytes() -> None:
    """Pillow copies the whole block for each of its tags when it is asked which side is up."""
    data = png(8, 8, exif(20_000))
    assert len(data) < 250_000
    with pytest.raises(DocumentError, match=r"bomb\.png: page 1 takes more than 300 MB") as caught:
        load(data, name="bomb.png", limits=Limits(memory_mb=300))
    assert caught.value.code == "out_of_memory"


def test_a_damaged_one_is_told() -> None:
    data = png(8, 8, chunk(b"tEXt", b"")).replace(zlib.compress(bytes(72)), b"\xff" * len(zlib.compress(bytes(72))))
    assert is_bare_png(data)
    with pytest.raises(DocumentError, match=r"x\.png") as caught:
        load(data, name="x.png")
    assert caught.value.code == "damaged"
