"""Picture files in, upright RGB out.

Sizes are checked before anything is decoded, so that a small file cannot unfold into a picture that fills the memory.
Files of others are decoded in a process of their own, by `preprocess.image_reader`, which calls this one there.
"""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from preprocess.document import DocumentError

MAX_MEGAPIXELS = 80  # below the size at which Pillow itself starts to warn; beyond 178 it opens none
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "BMP", "GIF", "TIFF")  # those that Pillow reads by itself; HEIC it does not

_MAGIC = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"BM",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
)
# The brands by which AVIF and HEIC tell themselves from one another, and from video, in the container they share.
_AVIF = frozenset((b"avif", b"avis"))
_HEIC = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))
# What decoders raise on broken bytes; SyntaxError is Pillow's word for a malformed header, RuntimeError is libheif's.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    RuntimeError,
    struct.error,
)


def is_image(data: bytes) -> bool:
    """Whether the bytes begin like one of the picture formats that `open_image` reads."""
    if data[4:8] == b"ftyp":
        return bool(_brands(data) & (_AVIF | _HEIC))
    return data.startswith(_MAGIC) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def count_frames(data: bytes, name: str = "image") -> int:
    """How many pages the file has: the frames of a TIFF (fax, scanner), else one."""
    with _opened(data, name) as image:
        if image.format != "TIFF":
            return 1
        count = 1
        try:
            while True:
                image.seek(count)
                count += 1
        except EOFError:
            return count
        except _BROKEN:  # it is cut off there: what was whole before can be read, and that page says what it is
            return count + 1


def open_image(
    data: bytes, *, name: str = "image", frame: int = 0, max_megapixels: int = MAX_MEGAPIXELS
) -> Image.Image:
    """Decode one frame: EXIF turned upright, transparency on white, 8-bit RGB. Of a HEIC the main picture."""
    with _opened(data, name) as image:
        try:
            if frame:
                image.seek(frame)
            _check_size(image, name, max_megapixels)
            image.load()
        except _BROKEN as error:
            raise _damaged(name, error) from error
        return to_rgb(upright(image))


def to_rgb(image: Image.Image) -> Image.Image:
    """Any Pillow picture as RGB: deep greys brought to 8 bits, transparency laid on white. Always a new picture."""
    if image.mode.startswith(("I", "F")):
        return _eight_bits(image).convert("RGB")
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    return image.copy() if image.mode == "RGB" else image.convert("RGB")


def _brands(data: bytes) -> set[bytes]:
    """What an ISO container says it is: its major brand, then those it is compatible with."""
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12], *(data[place : place + 4] for place in range(16, end, 4))}


def _opened(data: bytes, name: str) -> Image.Image:
    try:
        if data[4:8] == b"ftyp" and _brands(data) & _HEIC:
            return _heic(data)
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise DocumentError("image_too_large", f"{name}: the picture is too large to open safely ({error}).") from error
    except UnidentifiedImageError as error:
        raise DocumentError("damaged", f"{name}: the picture is damaged; its header cannot be read.") from error
    except _BROKEN as error:
        raise _damaged(name, error) from error


def _heic(data: bytes) -> Image.Image:
    """A picture that libheif decodes when it is loaded; it turns it upright itself and resets EXIF's word on that."""
    from pi_heif import HeifImageFile

    return HeifImageFile(io.BytesIO(data))


def _check_size(image: Image.Image, name: str, max_megapixels: int) -> None:
    width, height = image.size
    if width * height > max_megapixels * 1_000_000:
        raise DocumentError(
            "image_too_large",
            f"{name}: {width} x {height} pixels are more than {max_megapixels} million; scale it down or raise "
            "max_megapixels.",
        )


def upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF block says, if it has one."""
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:
        return image  # a broken EXIF block says nothing about the picture itself


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit greys keep their range, 12-bit ones (scanners, cameras) are stretched, others go from least to most."""
    values = np.asarray(image).astype(np.float32)
    values = np.where(np.isfinite(values), values, 0)
    low, high = 0.0, 65535.0
    if image.mode.startswith("I;16"):
        if values.max(initial=0) <= 4095:
            high = 4095.0
    else:
        low, high = float(values.min(initial=0)), float(values.max(initial=1))
    scaled = (values - low) * (255.0 / max(high - low, 1e-9))
    return Image.fromarray(scaled.clip(0, 255).round().astype(np.uint8))


def _damaged(name: str, error: BaseException) -> DocumentError:
    return DocumentError("damaged", f"{name}: the picture is damaged or cut off ({error}).")
