"""PDF pages by PyMuPDF (AGPL): quick, and it mends nearly every damaged file."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from preprocess.document import Word, clipped
from preprocess.parser import Locked, Pixels
from preprocess.pdf_library import bounded_zoom

HIDDEN = 3  # of ways to draw text (PDF 32000-1, 9.3.6)
_NO_MEMORY = re.compile(r"alloc \(.*\) failed")  # how MuPDF tells it


def prepare() -> None:
    for extra in ("pymupdf.layout", "pymupdf4llm"):  # it would import them, and so onnxruntime: most of a second
        sys.modules.setdefault(extra, None)  # type: ignore[arg-type]
    import pymupdf

    # MuPDF would report every oddity of a file on stderr; what matters comes back as an exception.
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)


def open_document(data: bytes, password: str) -> Any:
    import pymupdf

    with _memory_errors():
        document = pymupdf.open(stream=data, filetype="pdf")
        if document.needs_pass and not document.authenticate(password):
            document.close()
            raise Locked
        return document


def close_document(document: Any) -> None:
    document.close()


def count_pages(document: Any) -> int:
    return int(document.page_count)


@contextmanager
def opened_page(document: Any, index: int) -> Iterator[Any]:
    with _memory_errors():
        yield document[index]


def page_size(page: Any) -> tuple[float, float]:
    return float(page.rect.width), float(page.rect.height)


def render(page: Any, zoom: float, longest: int) -> Pixels:
    import pymupdf

    zoom = bounded_zoom(zoom, longest, page_size(page))
    pixels = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False, colorspace=pymupdf.csRGB)
    return Pixels(pixels.width, pixels.height, pixels.stride, pixels.samples)


def words(page: Any) -> list[Word]:
    import pymupdf

    # Without PRESERVE_LIGATURES "ﬁ" comes as "fi"; without CID_FOR_UNKNOWN an unmapped glyph comes as U+FFFD.
    flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
    found = []
    for x0, y0, x1, y1, text, *_ in page.get_text("words", flags=flags):
        box = clipped(*_fractions(page, pymupdf.Rect(x0, y0, x1, y1)))
        if box is not None:
            found.append(Word(text, box))
    return found


def label(page: Any) -> str:
    return str(page.get_label())


def picture_boxes(page: Any) -> list[tuple[float, float, float, float]]:
    import pymupdf

    return [_fractions(page, pymupdf.Rect(info["bbox"])) for info in page.get_image_info()]


def is_text_hidden(page: Any) -> bool:
    spans = [(len(span["chars"]), span["type"] == HIDDEN) for span in page.get_texttrace()]
    return 2 * sum(count for count, hidden in spans if hidden) > sum(count for count, _ in spans)


def _fractions(page: Any, rectangle: Any) -> tuple[float, float, float, float]:
    """A rectangle of MuPDF's, which knows nothing of the page's rotation, as shares of the page as displayed."""
    shown = rectangle * page.rotation_matrix
    width, height = max(page.rect.width, 1.0), max(page.rect.height, 1.0)
    return shown.x0 / width, shown.y0 / height, shown.x1 / width, shown.y1 / height


@contextmanager
def _memory_errors() -> Iterator[None]:
    """Where memory ends, MuPDF's own errors become Python's."""
    try:
        yield
    except Exception as error:
        if _NO_MEMORY.search(str(error)):
            raise MemoryError(str(error)) from error
        raise
