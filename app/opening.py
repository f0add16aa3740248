"""A file as the settings want it read: by which PDF library, and with what OCR remembers."""

from __future__ import annotations

import functools
import os
import shutil
from pathlib import Path

from PIL import Image

from app.settings import Settings
from preprocess.document import Document
from preprocess.load import load
from preprocess.ocr import OcrEngine, default_engine
from preprocess.ocr_cache import CachedOcr
from vlm.load import PICTURES
from vlm.nano.ensure import default_cache

MEGABYTE = 2**20
OCR = "ocr"  # a folder in the cache


def open_file(
    source: str | os.PathLike[str] | bytes | Image.Image,
    settings: Settings,
    name: str | None = None,
    password: str | None = None,
    pages: str | None = None,
    ocr: OcrEngine | None = None,
) -> Document:
    """`preprocess.load.load` by `settings`; `ocr` reads in place of what they say.

    Raises:
        DocumentError: it cannot be read, and why.
        ValueError: `pages` is not written as page numbers are.
    """
    return load(
        source,
        name=name,
        ocr=ocr if ocr is not None else _engine(settings.cache or default_cache(), settings.ocr_cache_mb),
        password=password,
        pages=pages,
        pdf_library=settings.pdf_library,
        limits=settings.limits,
        max_pages=settings.max_pages,
        max_file_mb=settings.max_file_mb,
        max_megapixels=settings.max_megapixels,
    )


def forget_read(settings: Settings) -> None:
    """Delete what is kept of documents that were read: the words that OCR found, and pictures as a model sees them."""
    for name in (OCR, PICTURES):
        shutil.rmtree((settings.cache or default_cache()) / name, ignore_errors=True)


@functools.cache
def _engine(cache: Path, megabytes: int) -> OcrEngine:
    """One for all documents, so that it looks through its folder now and then, not with each of them."""
    return CachedOcr(default_engine(), cache / OCR, megabytes * MEGABYTE) if megabytes else default_engine()
