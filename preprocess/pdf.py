"""PDF pages as pictures and words, behind a protocol small enough for a second library.

`PyMuPdfReader` keeps the file's bytes open in MuPDF and needs no closing: when the last page that refers to it is
gone, the handle is closed on MuPDF's own thread. PyMuPDF is imported when the first PDF is opened.
"""

from __future__ import annotations

import unicodedata
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from PIL import Image

from preprocess.document import Box, DocumentError, Word
from preprocess.worker import Worker, worker

T = TypeVar("T")

DPI = 150
LONGEST = 3000  # pixels; an A4 page at 150 dpi has 1754
GARBAGE = 0.3


class PdfReader(Protocol):
    """What Lector needs of a PDF library. Pages count from 0 and appear as displayed: rotated and cropped."""

    @property
    def page_count(self) -> int: ...

    def page_size(self, index: int) -> tuple[float, float]:
        """Width and height in points (1/72 inch)."""

    def render(self, index: int, *, dpi: float = DPI, longest: int = LONGEST) -> Image.Image:
        """The page in RGB at `dpi`, or less where the longer side would pass `longest` pixels."""

    def words(self, index: int) -> list[Word]:
        """The words of the text layer, boxes as fractions of the page; none if the layer is garbage."""

    def picture_share(self, index: int) -> float:
        """How much of the page embedded pictures cover, 0 to 1."""


class PyMuPdfReader:
    """`PdfReader` on PyMuPDF. Safe to use from any number of threads; they take turns."""

    def __init__(self, data: bytes, *, name: str = "document", password: str | None = None) -> None:
        self._name = name
        self._worker: Worker = worker("mupdf")
        self._document: Any = self._worker.call(lambda: _open(data, name, password))
        self._page_count: int = self._worker.call(lambda: int(self._document.page_count))
        finalizer = weakref.finalize(self, _close_later, self._worker, self._document)
        finalizer.atexit = False
        if self._page_count == 0:
            raise DocumentError("empty", f"{name}: the PDF has no pages.")

    @property
    def page_count(self) -> int:
        return self._page_count

    def page_size(self, index: int) -> tuple[float, float]:
        return self._on_page(index, _size)

    def render(self, index: int, *, dpi: float = DPI, longest: int = LONGEST) -> Image.Image:
        return self._on_page(index, lambda page: _render(page, dpi, longest))

    def words(self, index: int) -> list[Word]:
        found = self._on_page(index, _words)
        return [] if is_garbage(found) else found

    def picture_share(self, index: int) -> float:
        return self._on_page(index, _picture_share)

    def _on_page(self, index: int, action: Callable[[Any], T]) -> T:
        document, name = self._document, self._name

        def job() -> T:
            try:
                return action(document[index])
            except Exception as error:  # MuPDF raises a dozen kinds for damaged files, not all of them RuntimeErrors
                raise DocumentError("damaged", f"{name}: page {index + 1} cannot be read ({error}).") from error

        return self._worker.call(job)


def is_garbage(words: Sequence[Word]) -> bool:
    """Whether a text layer lacks a sane map to Unicode: replacement, private, control or unassigned characters."""
    text = "".join(word.text for word in words)
    odd = sum(char == "\ufffd" or unicodedata.category(char) in ("Cc", "Co", "Cn") for char in text)
    return odd > GARBAGE * len(text)


def _open(data: bytes, name: str, password: str | None) -> Any:
    import pymupdf

    # MuPDF would report every oddity of a file on stderr; what matters comes back as an exception.
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    try:
        document = pymupdf.open(stream=data, filetype="pdf")
        locked = bool(document.needs_pass) and not document.authenticate(password or "")
        pages = 0 if locked else document.page_count
    except Exception as error:  # as above: whatever a parser says of untrusted bytes
        raise DocumentError("damaged", f"{name}: the PDF is damaged ({error}).") from error
    if locked:
        document.close()
        wrong = "does not fit" if password else "is needed"
        raise DocumentError("password_required", f"{name}: a password {wrong}; give it as password=.")
    if pages == 0 and b"/Page" not in data:
        document.close()
        raise DocumentError("damaged", f"{name}: no page could be found in the PDF.")
    return document


def _close_later(thread: Worker, document: Any) -> None:
    thread.post(document.close)


def _size(page: Any) -> tuple[float, float]:
    return max(float(page.rect.width), 1.0), max(float(page.rect.height), 1.0)


def _render(page: Any, dpi: float, longest: int) -> Image.Image:
    width, height = _size(page)
    zoom = min(dpi / 72, longest / max(width, height))
    import pymupdf

    pixels = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False, colorspace=pymupdf.csRGB)
    return Image.frombytes("RGB", (pixels.width, pixels.height), bytes(pixels.samples))


def _words(page: Any) -> list[Word]:
    import pymupdf

    width, height = _size(page)
    # Without PRESERVE_LIGATURES "ﬁ" comes as "fi"; without CID_FOR_UNKNOWN an unmapped glyph comes as U+FFFD.
    flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
    found = []
    for x0, y0, x1, y1, text, *_ in page.get_text("words", flags=flags):
        shown = pymupdf.Rect(x0, y0, x1, y1) * page.rotation_matrix
        across = sorted(min(max(x / width, 0.0), 1.0) for x in (shown.x0, shown.x1))
        down = sorted(min(max(y / height, 0.0), 1.0) for y in (shown.y0, shown.y1))
        box = Box(across[0], down[0], across[1], down[1])
        if box.x1 > box.x0 and box.y1 > box.y0:  # nothing of a word outside the page is left after clipping
            found.append(Word(text, box))
    return found


def _picture_share(page: Any) -> float:
    """Sums what the pictures cover, since scanners store a page in strips; strips do not overlap."""
    width, height = _size(page)
    covered = 0.0
    for info in page.get_image_info():
        x0, y0, x1, y1 = info["bbox"]
        across = min(max(x1, 0.0), page.rect.width) - min(max(x0, 0.0), page.rect.width)
        down = min(max(y1, 0.0), page.rect.height) - min(max(y0, 0.0), page.rect.height)
        covered += across * down
    return min(covered / (width * height), 1.0)
