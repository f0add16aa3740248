"""What Lector needs of a PDF library: eleven functions, which a module of its own has for each library.

`preprocess.jail` calls them in a process of its own, and `preprocess.pdf` makes sentences of what they raise. Pages
appear as displayed: rotated and cropped.
"""

from __future__ import annotations

from typing import Any, Protocol

from preprocess.document import Word
from preprocess.parser import Parser, Pixels


class PdfLibrary(Parser, Protocol):
    """A module such as `preprocess.pdf_mupdf`."""

    def open_document(self, data: bytes, password: str) -> Any:
        """The library's handle.

        Raises:
            Locked: the password does not fit (an empty one opens what is not locked).
            Exception: whatever the library says of a damaged file.
        """

    def page_size(self, page: Any) -> tuple[float, float]:
        """Width and height in points (1/72 inch), as the file has them: they may be 0."""

    def render(self, page: Any, zoom: float, longest: int) -> Pixels:
        """The page on white, `zoom` pixels a point, or fewer where the longer side would pass `longest` pixels."""

    def words(self, page: Any) -> list[Word]:
        """The words of the text layer that show on the page, boxes as fractions of it; U+FFFD where unmapped."""

    def label(self, page: Any) -> str:
        """What the file calls the page; empty where it says nothing of it."""

    def picture_boxes(self, page: Any) -> list[tuple[float, float, float, float]]:
        """Where embedded pictures lie: x0, y0, x1, y1 as fractions of the page; they may reach over its edges."""

    def is_text_hidden(self, page: Any) -> bool:
        """Whether most letters of the text layer are not drawn (text rendering mode 3): somebody's OCR of a picture."""


def bounded_zoom(zoom: float, longest: int, size: tuple[float, float]) -> float:
    """`zoom`, or less, so that the longer side of a page of `size` points has at most `longest` pixels."""
    return min(zoom, longest / max(*size, 1.0))
