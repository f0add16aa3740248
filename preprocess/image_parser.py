"""Pictures as a jail takes its parsers: a handle is the file's bytes and its name, a page is a frame."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from preprocess.image import count_frames, open_image
from preprocess.parser import Pixels


@dataclass(frozen=True, slots=True)
class File:
    """Pillow goes through the bytes anew for each frame, as it does not get over a broken one."""

    data: bytes
    name: str


def prepare() -> None:
    Image.init()  # all its formats
    with contextlib.suppress(ImportError):  # then there is no HEIC, which opening one will say
        import pi_heif  # noqa: F401


def open_document(data: bytes, name: str) -> File:
    return File(data, name)


def close_document(document: File) -> None:
    """It holds nothing but memory."""


def count_pages(document: File) -> int:
    return count_frames(document.data, document.name)


@contextlib.contextmanager
def opened_page(document: File, index: int) -> Iterator[tuple[File, int]]:
    yield document, index


def decode(page: tuple[File, int], max_megapixels: int) -> Pixels:
    """Upright RGB, of at most `max_megapixels`."""
    file, index = page
    picture = open_image(file.data, name=file.name, frame=index, max_megapixels=max_megapixels)
    return Pixels(picture.width, picture.height, 3 * picture.width, picture.tobytes())
