"""What Lector needs of a PDF library: eight functions, which a module of its own has for each library.

`preprocess.pdf` calls them on one thread only, and makes sentences of what they raise. Pages appear as displayed:
rotated and cropped.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

from PIL import Image

from preprocess.document import Word


class Locked(Exception):
    """The PDF wants a password, or another one."""


class PdfLibrary(Protocol):
    """A module such as `preprocess.pdf_mupdf`. It imports its library when the first PDF is opened."""

    def open_document(self, data: bytes, password: str) -> Any:
        """The library's handle.

        Raises:
            Locked: the password does not fit (an empty one opens what is not locked).
            Exception: whatever the library says of a damaged file.
        """

    def close_document(self, document: Any) -> None: ...

    def count_pages(self, document: Any) -> int: ...

    def opened_page(self, document: Any, index: int) -> AbstractContextManager[Any]:
        """A page, counted from 0, for as long as it is worked with."""

    def page_size(self, page: Any) -> tuple[float, float]:
        """Width and height in points (1/72 inch), as the file has them: they may be 0."""

    def render(self, page: Any, zoom: float) -> Image.Image:
        """The page in RGB on white, `zoom` pixels a point."""

    def words(self, page: Any) -> list[Word]:
        """The words of the text layer that show on the page, boxes as fractions of it; U+FFFD where unmapped."""

    def picture_boxes(self, page: Any) -> list[tuple[float, float, float, float]]:
        """Where embedded pictures lie: x0, y0, x1, y1 as fractions of the page; they may reach over its edges."""
