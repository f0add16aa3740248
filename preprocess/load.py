"""Any source to a `Document`: `load("invoice.pdf")`, `load(some_bytes, name="scan.png")`, `load(a_pillow_picture)`.

What a file is, its first bytes say, not its name. Pages stay lazy: a page is rendered or read when somebody asks, and
read once however many threads ask. There is nothing to close; a file's handle goes with the last page that uses it.

PDF libraries and picture decoders see a file's bytes only in a process that is killed when it takes more time or memory
than `limits` say (`preprocess.jail`). A page that fails so raises a `DocumentError`; the others can still be read.
"""

from __future__ import annotations

import functools
import hashlib
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PIL import Image

from preprocess.document import Document, DocumentError, Page, PageText, TextSource, Word
from preprocess.image import MAX_MEGAPIXELS, is_image, to_rgb, upright
from preprocess.image_reader import ImageReader
from preprocess.jail import DEFAULT_LIMITS, Limits
from preprocess.leaf import Leaf, Reading, once
from preprocess.lines import to_lines
from preprocess.ocr import OcrEngine, default_engine
from preprocess.ocr_slips import mended
from preprocess.pdf import DEFAULT_LIBRARY, PdfReader, open_pdf
from preprocess.ranges import parse_ranges
from preprocess.told import told_text
from preprocess.turned import read_upright, set_upright

T = TypeVar("T")

MAX_FILE_MB = 256
MAX_PAGES = 500
OCR_DPI = 150  # at 200 the detector misses small words on nearly empty pages more often
OCR_LONGEST = 4000
SCAN_WORDS = 20  # a text layer of fewer words may be a footer, a stamp, or a caption ...
SPARSE = 0.2  # ... as may one whose words touch so little of the page ...
SCAN_SHARE = 0.6  # ... of a scan, if pictures cover this much of the page,
PICTURE_SHARE = 0.15  # ... or, if they cover this much, of a picture with words,
MORE = 1.5  # ... with so many letters for each of the layer


def load(
    source: str | os.PathLike[str] | bytes | Image.Image,
    *,
    name: str | None = None,
    ocr: OcrEngine | None = None,
    password: str | None = None,
    pages: str | None = None,
    max_file_mb: int = MAX_FILE_MB,
    max_pages: int = MAX_PAGES,
    max_megapixels: int = MAX_MEGAPIXELS,
    pdf_library: str = DEFAULT_LIBRARY,
    limits: Limits = DEFAULT_LIMITS,
) -> Document:
    """Open a PDF or a picture, given as a path, as bytes, or as a Pillow picture, which is the caller's own to decode.

    Args:
        pages: those to read, as `parse_ranges` takes them; None for all. `max_pages` counts these alone.
        pdf_library: what reads PDFs: `pymupdf` or `pypdfium2`. The other one is not imported.
        limits: seconds and megabytes that reading the file may take.

    Raises:
        DocumentError: it cannot be read, and why.
        ValueError: `pages` is not written as page numbers are.
    """
    engine = ocr if ocr is not None else default_engine()
    if isinstance(source, Image.Image):
        picture = to_rgb(upright(source))
        digest = hashlib.sha256(repr(picture.size).encode() + picture.tobytes()).hexdigest()
        shown = name or "image"
        _choose(pages, 1, shown, max_pages)
        return Document(shown, digest, (_picture_page(1, lambda: picture, engine),), 1)
    data, shown = _read_source(source, name, max_file_mb)
    digest = hashlib.sha256(data).hexdigest()
    if is_image(data):
        frames = ImageReader(data, shown, limits=limits, max_megapixels=max_megapixels)
        numbers = _choose(pages, frames.frame_count, shown, max_pages)
        return Document(shown, digest, _picture_pages(frames, numbers, engine), frames.frame_count)
    if b"%PDF-" in data[:1024]:
        reader = open_pdf(data, name=shown, password=password, library=pdf_library, limits=limits)
        numbers = _choose(pages, reader.page_count, shown, max_pages)
        return Document(shown, digest, _pdf_pages(reader, numbers, engine), reader.page_count)
    raise DocumentError(
        "unsupported_type",
        f"{shown}: neither a PDF nor a picture (PNG, JPEG, HEIC, WebP, AVIF, BMP, GIF, TIFF); convert it first.",
    )


def _read_source(source: str | os.PathLike[str] | bytes, name: str | None, max_file_mb: int) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        data, shown = source, name or "document"
        _check_bytes(len(data), shown, max_file_mb)
    else:
        path = Path(source)
        shown = name or path.name or str(path)
        try:
            if path.is_dir():
                raise DocumentError("unsupported_type", f"{shown}: this is a folder; name a file in it.")
            if path.exists() and not path.is_file():
                raise DocumentError("unsupported_type", f"{shown}: this is no file.")
            _check_bytes(path.stat().st_size, shown, max_file_mb)
            data = path.read_bytes()
        except (OSError, ValueError) as error:  # no file's name has a NUL in it, for one
            why = error.strerror if isinstance(error, OSError) else error
            raise DocumentError("not_found", f"{shown}: the file cannot be opened ({why}).") from error
    if not data:
        raise DocumentError("empty", f"{shown}: the file is empty.")
    return data, shown


def _check_bytes(count: int, name: str, most: int) -> None:
    """`most` in megabytes."""
    if count > most * 2**20:
        raise DocumentError(
            "too_large",
            f"{name}: {math.ceil(count / 2**20):,} megabytes are more than {most:,}; raise max_file_mb to read it.",
            most,
        )


def _choose(pages: str | None, count: int, name: str, most: int) -> Sequence[int]:
    """The numbers of the pages to read."""
    numbers = range(1, count + 1) if pages is None else parse_ranges(pages, count)
    if not numbers:
        raise DocumentError("no_such_page", f"{name}: it has no page {pages}; there are {count}.")
    if len(numbers) > most:
        raise DocumentError(
            "too_many_pages",
            f"{name}: {len(numbers)} pages are more than {most}; choose some with pages= or raise max_pages.",
            most,
        )
    return numbers


def _picture_pages(frames: ImageReader, numbers: Sequence[int], engine: OcrEngine) -> tuple[Page, ...]:
    if frames.frame_count == 1:  # a damaged file is told now
        first = frames.frame(0)
        return (_picture_page(1, lambda: first, engine),)
    return tuple(_picture_page(number, functools.partial(frames.frame, number - 1), engine) for number in numbers)


def _picture_page(number: int, show: Callable[[], Image.Image], engine: OcrEngine) -> Page:
    def read() -> Reading:
        return _read_picture(show(), engine)

    return _page(number, lambda: show().copy(), read)


def _pdf_pages(reader: PdfReader, numbers: Sequence[int], engine: OcrEngine) -> tuple[Page, ...]:
    pages = []
    for number in numbers:
        read = functools.partial(_read_pdf, reader, number - 1, engine)
        render, label = functools.partial(reader.render, number - 1), functools.partial(reader.label, number - 1)
        pages.append(_page(number, render, read, label))
    return tuple(pages)


def _page(
    number: int, show: Callable[[], Image.Image], read: Callable[[], Reading], label: Callable[[], str] = str
) -> Page:
    leaf = Leaf(show, read)
    page = Page(number, leaf.render, leaf.text, label, turn=leaf.turn)
    return replace(page, told=once(functools.partial(told_text, page)))


def _read_pdf(reader: PdfReader, index: int, engine: OcrEngine) -> Reading:
    words = reader.words(index)
    is_short = len(words) < SCAN_WORDS
    share = _known(functools.partial(reader.picture_share, index), 0.0) if words else 0.0
    is_sparse = is_short or (share > SCAN_SHARE and _covered(words) < SPARSE)
    if not words or (is_sparse and share > PICTURE_SHARE):
        scanned = _read_picture(reader.render(index, dpi=OCR_DPI, longest=OCR_LONGEST), engine)
        read, there = (sum(len(word.text) for word in found) for found in (_words(scanned.text), words))
        if not words or (is_short and share > SCAN_SHARE and scanned.text.lines) or read > MORE * there:
            return scanned
    width, height = reader.page_size(index)
    # With what another program's OCR read of it.
    is_scan = share > SCAN_SHARE and _known(functools.partial(reader.is_text_hidden, index), False)
    return _reading(*set_upright(words, width / height), width / height, "ocr" if is_scan else "text")


def _known(question: Callable[[], T], otherwise: T) -> T:
    """What cannot be found out about a page costs none of its words."""
    try:
        return question()
    except DocumentError:
        return otherwise


def _covered(words: Sequence[Word]) -> float:
    """How much of the page has words: of its hundred squares, those in which one begins or ends."""
    corners = [(x, y) for word in words for x, y in ((word.box.x0, word.box.y0), (word.box.x1, word.box.y1))]
    return len({(int(10 * x), int(10 * y)) for x, y in corners}) / 100


def _words(text: PageText) -> list[Word]:
    return [word for line in text.lines for word in line.words]


def _read_picture(image: Image.Image, engine: OcrEngine) -> Reading:
    low, high = image.convert("L").getextrema()
    if low == high:  # a blank page has nothing to read
        return Reading(PageText((), "none"), 0)
    words, turn = read_upright(engine, image)
    return _reading([mended(word) for word in words], turn, image.width / image.height, "ocr")


def _reading(words: Sequence[Word], turn: int, aspect: float, source: TextSource) -> Reading:
    """`aspect`: of the page before it was turned."""
    lines = to_lines(words, 1 / aspect if turn % 180 else aspect)
    return Reading(PageText(lines, source if lines else "none"), turn)
