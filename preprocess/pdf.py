"""PDF pages as pictures and words, by the library that the user chose: `open_pdf(data, library="pypdfium2")`.

PDF libraries bear no more than one thread, so each has a worker, and all of its calls run there. A `PdfReader` needs no
closing: when the last page that refers to it is gone, its handle is closed on that thread too.
"""

from __future__ import annotations

import unicodedata
import weakref
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from PIL import Image

from preprocess import pdf_mupdf, pdf_pdfium
from preprocess.document import DocumentError, Word, clipped
from preprocess.pdf_library import Locked, PdfLibrary
from preprocess.worker import Worker, worker

T = TypeVar("T")

LIBRARIES: MappingProxyType[str, PdfLibrary] = MappingProxyType({"pymupdf": pdf_mupdf, "pypdfium2": pdf_pdfium})
DEFAULT_LIBRARY = "pymupdf"
DPI = 150
LONGEST = 3000  # pixels; an A4 page at 150 dpi has 1754
GARBAGE = 0.3


def open_pdf(
    data: bytes, *, name: str = "document", password: str | None = None, library: str = DEFAULT_LIBRARY
) -> PdfReader:
    """A reader for the bytes of a PDF; `library` is one of `LIBRARIES`.

    Raises:
        DocumentError: it is damaged, locked, or has no pages; or the library is not installed.
    """
    assert library in LIBRARIES, f"{library} is none of {', '.join(LIBRARIES)}"
    return PdfReader(data, name, password, library)


class PdfReader:
    """An open PDF. Pages count from 0 and appear as displayed: rotated and cropped.

    Safe to use from any number of threads; they take turns. A page that cannot be read raises a `DocumentError`.
    """

    def __init__(self, data: bytes, name: str, password: str | None, library: str) -> None:
        self._name, self._library, self._worker = name, LIBRARIES[library], worker(library)
        self._document: Any = self._worker.call(lambda: _open(library, data, name, password))
        finalizer = weakref.finalize(self, _close_later, self._worker, self._library, self._document)
        finalizer.atexit = False
        self.page_count: int = self._worker.call(lambda: _count(self._library, self._document, name))
        if self.page_count == 0:
            if b"/Page" not in data:
                raise DocumentError("damaged", f"{name}: no page could be found in the PDF.")
            raise DocumentError("empty", f"{name}: the PDF has no pages.")

    def page_size(self, index: int) -> tuple[float, float]:
        """Width and height in points (1/72 inch), at least 1."""
        return self._on_page(index, self._size)

    def render(self, index: int, *, dpi: float = DPI, longest: int = LONGEST) -> Image.Image:
        """The page in RGB at `dpi`, or less where the longer side would pass `longest` pixels."""

        def draw(page: Any) -> Image.Image:
            return self._library.render(page, min(dpi / 72, longest / max(self._size(page))))

        return self._on_page(index, draw)

    def words(self, index: int) -> list[Word]:
        """The words of the text layer, boxes as fractions of the page; none if the layer is garbage."""
        found = self._on_page(index, self._library.words)
        return [] if is_garbage(found) else found

    def picture_share(self, index: int) -> float:
        """How much of the page embedded pictures cover, 0 to 1.

        Sums what they cover, since scanners store a page in strips; strips do not overlap.
        """
        boxes = [clipped(*box) for box in self._on_page(index, self._library.picture_boxes)]
        return min(sum((box.x1 - box.x0) * (box.y1 - box.y0) for box in boxes if box is not None), 1.0)

    def _size(self, page: Any) -> tuple[float, float]:
        width, height = self._library.page_size(page)
        return max(width, 1.0), max(height, 1.0)

    def _on_page(self, index: int, action: Callable[[Any], T]) -> T:
        library, document, name = self._library, self._document, self._name

        def job() -> T:
            try:
                with library.opened_page(document, index) as page:
                    return action(page)
            except Exception as error:  # libraries raise a dozen kinds for damaged files, not all of them RuntimeErrors
                raise DocumentError("damaged", f"{name}: page {index + 1} cannot be read ({error}).") from error

        return self._worker.call(job)


def is_garbage(words: Sequence[Word]) -> bool:
    """Whether a text layer lacks a sane map to Unicode: replacement, private, control or unassigned characters."""
    text = "".join(word.text for word in words)
    odd = sum(char == "\ufffd" or unicodedata.category(char) in ("Cc", "Co", "Cn") for char in text)
    return odd > GARBAGE * len(text)


def _open(library: str, data: bytes, name: str, password: str | None) -> Any:
    try:
        return LIBRARIES[library].open_document(data, password or "")
    except Locked:
        wrong = "does not fit" if password else "is needed"
        raise DocumentError("password_required", f"{name}: a password {wrong}; give it as password=.") from None
    except ImportError:
        other = " or ".join(key for key in LIBRARIES if key != library)
        raise DocumentError(
            "unsupported_type", f"{name}: {library} is not installed; install it, or choose pdf_library={other}."
        ) from None
    except Exception as error:  # as above: whatever a parser says of untrusted bytes
        raise _damaged(name, error) from error


def _count(library: PdfLibrary, document: Any, name: str) -> int:
    try:
        return library.count_pages(document)
    except Exception as error:
        raise _damaged(name, error) from error


def _close_later(thread: Worker, library: PdfLibrary, document: Any) -> None:
    thread.post(lambda: library.close_document(document))


def _damaged(name: str, error: BaseException) -> DocumentError:
    return DocumentError("damaged", f"{name}: the PDF is damaged ({error}).")
