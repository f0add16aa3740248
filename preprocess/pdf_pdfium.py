"""PDF pages by pdfium (BSD-3-Clause and Apache-2.0), through the raw functions that pypdfium2 brings.

Its friendlier classes are passed by, because they close handles when Python collects them, on any thread. Words are
made of characters in `preprocess.pdfium_words`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from preprocess.document import Word, clipped
from preprocess.parser import Locked, Pixels
from preprocess.pdf_library import bounded_zoom
from preprocess.pdfium_words import Rectangle, group, read_characters

DEEPEST = 15  # forms within forms that are looked into for pictures
UNIT_SQUARE = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))  # what a picture's matrix maps onto the page
Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Handle:
    """An open document. pdfium reads from `data` until it is closed; then `raw` is None."""

    raw: Any
    data: bytes


@dataclass(slots=True)
class OpenPage:
    """An open page of `document`, counted from 0."""

    raw: Any
    document: Handle
    index: int


def prepare() -> None:
    import pypdfium2_raw as pdfium

    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2))


def open_document(data: bytes, password: str) -> Handle:
    import pypdfium2_raw as pdfium

    raw = pdfium.FPDF_LoadMemDocument64(data, len(data), password.encode())
    if not raw:
        code = pdfium.FPDF_GetLastError()
        if code == pdfium.FPDF_ERR_PASSWORD:
            raise Locked
        raise ValueError("unknown encryption" if code == pdfium.FPDF_ERR_SECURITY else "its structure cannot be read")
    return Handle(raw, data)


def close_document(document: Handle) -> None:
    import pypdfium2_raw as pdfium

    pdfium.FPDF_CloseDocument(document.raw)
    document.raw = None


def count_pages(document: Handle) -> int:
    import pypdfium2_raw as pdfium

    return int(pdfium.FPDF_GetPageCount(document.raw))


@contextmanager
def opened_page(document: Handle, index: int) -> Iterator[OpenPage]:
    """The page with its annotations and filled-in fields made part of its content: only so their words are found."""
    import pypdfium2_raw as pdfium

    page = _load_page(document, index)
    try:
        if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
            pdfium.FPDF_ClosePage(page)
            page = None
            page = _load_page(document, index)
        yield OpenPage(page, document, index)
    finally:
        if page is not None:
            pdfium.FPDF_ClosePage(page)


def page_size(page: OpenPage) -> tuple[float, float]:
    import pypdfium2_raw as pdfium

    return float(pdfium.FPDF_GetPageWidthF(page.raw)), float(pdfium.FPDF_GetPageHeightF(page.raw))


def render(page: OpenPage, zoom: float, longest: int) -> Pixels:
    import pypdfium2_raw as pdfium

    zoom = bounded_zoom(zoom, longest, page_size(page))
    width, height = (max(round(side * zoom), 1) for side in page_size(page))
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise MemoryError(f"no room for {width} x {height} pixels")
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER  # reversed, BGR is RGB
        pdfium.FPDF_RenderPageBitmap(bitmap, page.raw, 0, 0, width, height, 0, flags)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        pixels = _bytes_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return Pixels(width, height, stride, pixels)


def words(page: OpenPage) -> list[Word]:
    import pypdfium2_raw as pdfium

    view = _view(page.raw)
    text_page = pdfium.FPDFText_LoadPage(page.raw)
    if not text_page:
        raise ValueError("its text cannot be read")
    try:
        characters = list(read_characters(text_page, view.bounds))
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    found = []
    for text, bounds in group(characters):
        box = clipped(*view.fractions(bounds))
        if box is not None:
            found.append(Word(text, box))
    return found


def label(page: OpenPage) -> str:
    import ctypes

    import pypdfium2_raw as pdfium

    size = pdfium.FPDF_GetPageLabel(page.document.raw, page.index, None, 0)  # bytes, two zeros at the end included
    room = ctypes.create_string_buffer(size)
    pdfium.FPDF_GetPageLabel(page.document.raw, page.index, room, size)
    return room.raw.decode("utf-16-le").rstrip("\0")


def picture_boxes(page: OpenPage) -> list[tuple[float, float, float, float]]:
    import pypdfium2_raw as pdfium

    view = _view(page.raw)
    objects = (pdfium.FPDFPage_GetObject(page.raw, k) for k in range(pdfium.FPDFPage_CountObjects(page.raw)))
    return [view.fractions(bounds) for bounds in _pictures(objects, (1, 0, 0, 1, 0, 0), DEEPEST)]


def is_text_hidden(page: OpenPage) -> bool:
    import pypdfium2_raw as pdfium

    text_page = pdfium.FPDFText_LoadPage(page.raw)
    if not text_page:
        raise ValueError("its text cannot be read")
    try:
        drawn = [pdfium.FPDFText_GetTextObject(text_page, k) for k in range(pdfium.FPDFText_CountChars(text_page))]
        ways = [pdfium.FPDFTextObj_GetTextRenderMode(thing) for thing in drawn if thing]
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    return 2 * ways.count(pdfium.FPDF_TEXTRENDERMODE_INVISIBLE) > len(ways)


@dataclass(frozen=True, slots=True)
class View:
    """What of the page's plane is displayed (origin bottom left), and by how many quarters it is turned clockwise."""

    bounds: Rectangle
    quarters: int

    def fractions(self, of: Rectangle) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 on the page as displayed, origin top left."""
        width = max(self.bounds.right - self.bounds.left, 1e-6)
        height = max(self.bounds.top - self.bounds.bottom, 1e-6)
        x0, x1 = (of.left - self.bounds.left) / width, (of.right - self.bounds.left) / width
        y0, y1 = (self.bounds.top - of.top) / height, (self.bounds.top - of.bottom) / height
        for _ in range(self.quarters):
            x0, y0, x1, y1 = 1 - y1, x0, 1 - y0, x1
        return x0, y0, x1, y1


def _view(page: Any) -> View:
    import pypdfium2_raw as pdfium

    bounds = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, bounds):
        raise ValueError("its size cannot be read")
    return View(Rectangle(bounds.left, bounds.bottom, bounds.right, bounds.top), pdfium.FPDFPage_GetRotation(page) % 4)


def _load_page(document: Handle, index: int) -> Any:
    import pypdfium2_raw as pdfium

    page = pdfium.FPDF_LoadPage(document.raw, index)
    if not page:
        raise ValueError("its description is damaged")
    return page


def _bytes_at(address: Any, count: int) -> bytes:
    import ctypes

    return ctypes.string_at(address, count)


def _pictures(objects: Iterator[Any], outer: Matrix, depth: int) -> Iterator[Rectangle]:
    """Where pictures lie, also those within forms; `outer` maps the plane of `objects` onto the page's."""
    import pypdfium2_raw as pdfium

    for thing in objects:
        kind = pdfium.FPDFPageObj_GetType(thing)
        matrix = pdfium.FS_MATRIX()
        if kind not in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
            continue
        if not pdfium.FPDFPageObj_GetMatrix(thing, matrix):
            continue
        own = _product((matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f), outer)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            xs, ys = zip(*(_mapped(own, x, y) for x, y in UNIT_SQUARE), strict=True)
            yield Rectangle(min(xs), min(ys), max(xs), max(ys))
        elif depth:
            count = pdfium.FPDFFormObj_CountObjects(thing)
            inner = (pdfium.FPDFFormObj_GetObject(thing, k) for k in range(count))
            yield from _pictures(inner, own, depth - 1)


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    x, y = _mapped(then, e, f)
    return (
        a * then[0] + b * then[2],
        a * then[1] + b * then[3],
        c * then[0] + d * then[2],
        c * then[1] + d * then[3],
        x,
        y,
    )


def _mapped(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
