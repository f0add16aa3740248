"""Pictures come in upright, on white, in RGB, and never larger than allowed."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pi_heif
import pytest
from PIL import Image

from preprocess import image
from preprocess.document import DocumentError


def marked(size: tuple[int, int] = (40, 20)) -> Image.Image:
    """White with a red square in the top left corner."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, 8, 8))
    return picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "BMP", "GIF", "TIFF"])
def test_formats(encode, kind: str) -> None:
    data = encode(marked(), kind)
    assert image.is_image(data)
    opened = image.open_image(data)
    assert (opened.mode, opened.size) == ("RGB", (40, 20))
    assert np.abs(np.asarray(opened)[15, 30].astype(int) - 255).max() < 8


@pytest.mark.parametrize(
    ("name", "size", "red", "blue"),
    [("shapes.heic", (64, 48), (16, 12), (52, 40)), ("shapes_turned.heic", (48, 64), (36, 16), (8, 52))],
)
def test_heic_upright_and_turned_by_the_camera(name: str, size: tuple[int, int], red, blue) -> None:
    """The second file says by EXIF and by its container to show it rotated clockwise: it is to be turned once."""
    data = (Path(__file__).parent / name).read_bytes()
    assert image.is_image(data) and image.count_frames(data) == 1
    opened = image.open_image(data)
    assert (opened.mode, opened.size) == ("RGB", size)
    for place, colour in ((red, (200, 30, 30)), (blue, (20, 40, 180)), ((blue[0], red[1]), (255, 255, 255))):
        assert np.abs(np.subtract(opened.getpixel(place), colour, dtype=int)).max() < 8


def test_heic_is_bounded_and_broken_ones_are_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    data = (Path(__file__).parent / "shapes.heic").read_bytes()
    for broken in (data[: len(data) // 2], data[:-60], data[:16] + b"\x00" * 40):
        with pytest.raises(DocumentError) as caught:
            image.open_image(broken)
        assert caught.value.code == "damaged"
    monkeypatch.setattr(pi_heif.HeifImageFile, "load", None)
    with pytest.raises(DocumentError) as caught:
        image.open_image(data, max_megapixels=0)
    assert caught.value.code == "image_too_large"


@pytest.mark.parametrize(
    ("brands", "ours"), [(b"heic" + b"mif1", True), (b"mif1" + b"heic", True), (b"isom" + b"mp41", False)]
)
def test_the_brand_tells_pictures_from_video(brands: bytes, ours: bool) -> None:
    assert image.is_image(b"\x00\x00\x00\x14ftyp" + brands[:4] + b"\x00" * 4 + brands[4:] + b"heic") is ours


def test_exif_rotation_is_applied(encode) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it rotated clockwise
    opened = image.open_image(encode(marked(), "JPEG", exif=exif, quality=95))
    assert opened.size == (20, 40)
    red, green, _ = opened.getpixel((16, 3))
    assert red > 200 and green < 80


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_on_white(encode, mode: str) -> None:
    clear = Image.new(mode, (5, 5), 0)
    assert image.open_image(encode(clear)).getpixel((2, 2)) == (255, 255, 255)


def test_palette_transparency_is_laid_on_white(encode) -> None:
    palette = Image.new("P", (5, 5), 0)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    assert image.open_image(encode(palette, transparency=0)).getpixel((2, 2)) == (255, 255, 255)


@pytest.mark.parametrize(("most", "expected"), [(65535, 128), (4095, 128)])
def test_deep_greys_keep_their_range(encode, most: int, expected: int) -> None:
    values = np.full((4, 4), most // 2 + 1, np.uint16)
    values[0, 0] = most
    opened = image.open_image(encode(Image.fromarray(values)))
    assert opened.getpixel((0, 0)) == (255, 255, 255)
    assert abs(opened.getpixel((2, 2))[0] - expected) <= 1


def test_size_is_checked_before_decoding(encode, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(marked())
    monkeypatch.setattr(zlib, "decompress", None)
    decoded = []
    monkeypatch.setattr(Image.Image, "load", lambda self: decoded.append(self))
    with pytest.raises(DocumentError, match="max_megapixels") as caught:
        image.open_image(data, name="big.png", max_megapixels=0)
    assert caught.value.code == "image_too_large" and "big.png" in str(caught.value) and not decoded


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_cut_off_and_scrambled_files_are_damaged(encode, kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))
    data = encode(noise, kind)
    for broken in (data[: len(data) // 2], data[:16] + b"\x00" * 40):
        with pytest.raises(DocumentError) as caught:
            image.open_image(broken, name="x")
        assert caught.value.code == "damaged"


def test_to_rgb_never_shares_pixels_with_its_source() -> None:
    source = marked()
    image.to_rgb(source).paste("blue", (0, 0, 40, 20))
    assert source.getpixel((30, 15)) == (255, 255, 255)
