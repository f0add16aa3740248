"""PDF pages as pictures and words, by the library that the user chose: `open_pdf(data, library="pypdfium2")`.

The library works in a process of its own (`preprocess.jail`), with limits of time and memory. A `PdfReader` needs no
closing: when the last page that refers to it is gone, its file is closed there too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from PIL import Image

from preprocess import pdf_mupdf, pdf_pdfium
from preprocess.document import DocumentError, Word, clipped
from preprocess.jail import DEFAULT_LIMITS, JailedFile, Limits
from preprocess.jail_process import ParserError
from preprocess.parser import Locked
from preprocess.pdf_library import PdfLibrary

T = TypeVar("T")

LIBRARIES: MappingProxyType[str, PdfLibrary] = MappingProxyType({"pymupdf": pdf_mupdf, "pypdfium2": pdf_pdfium})
DEFAULT_LIBRARY = "pymupdf"
DPI = 150
LONGEST = 3000  # pixels; an A4 page at 150 dpi has 1754
GARBAGE = 0.3


def open_pdf(
    data: bytes,
    *,
    name: str = "document",
    password: str | None = None,
    library: str = DEFAULT_LIBRARY,
    limits: Limits = DEFAULT_LIMITS,
) -> PdfReader:
    """A reader for the bytes of a PDF; `library` is one of `LIBRARIES`.

    Raises:
        DocumentError: it is damaged, locked, has no pages, or costs more than `limits` allow; or the library is not
            installed.
    """
    assert library in LIBRARIES, f"{library} is none of {', '.join(LIBRARIES)}"
    return PdfReader(data, name, password, library, limits)


class PdfReader:
    """An open PDF. Pages count from 0 and appear as displayed: rotated and cropped.

    Safe to use from any number of threads; they take turns. A page that cannot be read raises a `DocumentError`.
    """

    def __init__(self, data: bytes, name: str, password: str | None, library: str, limits: Limits) -> None:
        self._name, self._library = name, LIBRARIES[library]
        self._file = _opened(library, data, name, password, limits)
        self.page_count = self._file.page_count
        if self.page_count == 0:
            if b"/Page" not in data:
                raise DocumentError("damaged", f"{name}: no page could be found in the PDF.")
            raise DocumentError("empty", f"{name}: the PDF has no pages.")

    def page_size(self, index: int) -> tuple[float, float]:
        """Width and height in points (1/72 inch), at least 1."""
        width, height = self._on_page(index, self._library.page_size)
        return max(width, 1.0), max(height, 1.0)

    def render(self, index: int, *, dpi: float = DPI, longest: int = LONGEST) -> Image.Image:
        """The page in RGB at `dpi`, or less where the longer side would pass `longest` pixels."""
        room = 4 * (longest + 1) ** 2  # three bytes a pixel, a side rounded up, and rows filled up
        pixels = self._on_page(index, self._library.render, dpi / 72, longest, room=room)
        return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.data, "raw", "RGB", pixels.stride)

    def words(self, index: int) -> list[Word]:
        """The words of the text layer, boxes as fractions of the page; none if the layer is garbage."""
        found = self._on_page(index, self._library.words)
        return [] if is_garbage(found) else found

    def label(self, index: int) -> str:
        """What the file calls the page; empty where it has no name of its own, or its number."""
        found = self._on_page(index, self._library.label)
        return "" if found == str(index + 1) else found

    def picture_share(self, index: int) -> float:
        """How much of the page embedded pictures cover, 0 to 1.

        Sums what they cover, since scanners store a page in strips; strips do not overlap.
        """
        boxes = [clipped(*box) for box in self._on_page(index, self._library.picture_boxes)]
        return min(sum((box.x1 - box.x0) * (box.y1 - box.y0) for box in boxes if box is not None), 1.0)

    def is_text_hidden(self, index: int) -> bool:
        """Whether most of the text layer does not show: then it is what another program's OCR read."""
        return self._on_page(index, self._library.is_text_hidden)

    def _on_page(self, index: int, job: Callable[..., T], *args: Any, room: int = 0) -> T:
        try:
            return self._file.on_page(index, job, *args, room=room)
        except ParserError as error:
            raise DocumentError("damaged", f"{self._name}: page {index + 1} cannot be read ({error}).") from error


def is_garbage(words: Sequence[Word]) -> bool:
    """Whether a text layer lacks a sane map to Unicode: replacement, private, control or unassigned characters."""
    text = "".join(word.text for word in words)
    odd = sum(char == "\ufffd" or unicodedata.category(char) in ("Cc", "Co", "Cn") for char in text)
    return odd > GARBAGE * len(text)


def _opened(library: str, data: bytes, name: str, password: str | None, limits: Limits) -> JailedFile:
    try:
        return JailedFile(LIBRARIES[library], data, password or "", name=name, limits=limits)
    except Locked:
        wrong = "does not fit" if password else "is needed"
        raise DocumentError("password_required", f"{name}: a password {wrong}; give it as password=.") from None
    except ImportError:
        other = " or ".join(key for key in LIBRARIES if key != library)
        raise DocumentError(
            "library_missing", f"{name}: {library} is not installed; install it, or choose pdf_library={other}."
        ) from None
    except ParserError as error:
        raise DocumentError("damaged", f"{name}: the PDF is damaged ({error}).") from error
