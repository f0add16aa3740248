"""True libraries in a jail: they read what they read outside, and hostile files are told for what they are."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from preprocess import image_parser, jail, jail_wire
from preprocess.document import Box, DocumentError, Word
from preprocess.image import count_frames, open_image
from preprocess.image_reader import ImageReader
from preprocess.jail import Limits
from preprocess.load import load
from preprocess.parser import Pixels
from preprocess.pdf import LIBRARIES, open_pdf

ROOT = Path(__file__).resolve().parents[2]
PICTURES = sorted(
    path
    for folder in (ROOT / "docs", Path(__file__).parent)
    for path in folder.iterdir()
    if path.suffix in (".png", ".jpg", ".heic")
)
NEVER = 10**6


@pytest.fixture(params=LIBRARIES)
def library(request) -> str:
    return request.param


def drawn() -> bytes:
    """Pages of odd sizes: turned, cropped, with a picture, and one with nothing on it."""
    document = pymupdf.open()
    for number, (width, height) in enumerate([(595, 842), (101, 99), (300, 200), (50, 700)]):
        page = document.new_page(width=width, height=height)
        page.insert_text((10, 40), f"Größe {number} € 9,00 ﬁn", fontsize=8)
        page.draw_rect(pymupdf.Rect(5, 50, 45, 90), fill=(1, 0, number / 4))
        page.set_rotation(90 * number)
    document[2].set_cropbox(pymupdf.Rect(10, 20, 200, 150))
    document[3].insert_image(pymupdf.Rect(0, 100, 50, 150), pixmap=document[0].get_pixmap(dpi=20))
    document.new_page()
    return bytes(document.tobytes())


@pytest.mark.parametrize("data", [(ROOT / "docs" / "invoice.pdf").read_bytes(), drawn()], ids=["invoice", "drawn"])
def test_a_pdf_reads_the_same_as_outside(library: str, data: bytes) -> None:
    direct = LIBRARIES[library]
    direct.prepare()
    document, reader = direct.open_document(data, ""), open_pdf(data, library=library)
    assert reader.page_count == direct.count_pages(document) > 0
    for index in range(reader.page_count):
        with direct.opened_page(document, index) as page:
            assert reader._on_page(index, direct.words) == direct.words(page)
            assert tuple(reader._on_page(index, direct.page_size)) == direct.page_size(page)
            boxes = [tuple(box) for box in reader._on_page(index, direct.picture_boxes)]
            assert boxes == direct.picture_boxes(page)
            for zoom, longest in ((150 / 72, 3000), (3.0, 400)):
                pixels = direct.render(page, zoom, longest)
                assert reader._on_page(index, direct.render, zoom, longest, room=4 * (longest + 1) ** 2) == pixels
                assert max(pixels.width, pixels.height) <= longest + 1
    direct.close_document(document)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_reads_the_same_as_outside(path: Path) -> None:
    data = path.read_bytes()
    reader = ImageReader(data, path.name)
    assert reader.frame_count == count_frames(data) == 1
    outside, inside = open_image(data), reader.frame(0)
    assert (inside.mode, inside.size, inside.tobytes()) == (outside.mode, outside.size, outside.tobytes())


WORDS = st.builds(
    Word,
    st.text(max_size=20),
    st.builds(Box, *[st.floats(0, 1)] * 4),
    st.floats(0, 1),
)


@given(st.lists(WORDS, max_size=20))
def test_words_come_through_the_pipe_as_they_are(words: list[Word]) -> None:
    assert through(words) == words


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 3), st.binary(max_size=50))
def test_pixels_come_through_the_pipe_as_they_are(width: int, height: int, spare: int, data: bytes) -> None:
    pixels = Pixels(width, height, 3 * width + spare, data)
    assert through(pixels) == pixels


def through(value: object) -> object:
    pipe = io.BytesIO()
    jail_wire.send(pipe, *jail_wire.packed(value))
    pipe.seek(0)
    return jail_wire.unpacked(*jail_wire.receive(pipe, 0))


def written(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1, the first of them its catalogue."""
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table))
    return out.getvalue()


def stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(data), data)


def two_pages(contents: bytes, *more: bytes) -> bytes:
    """A page that says `Total`, then one of `contents`; `more` are objects from 7."""
    return written(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2/MediaBox[0 0 595 842]"
        b"/Resources<</Font<</T<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</F 7 0 R>>>>>>",
        b"<</Type/Page/Parent 2 0 R/Contents 5 0 R>>",
        b"<</Type/Page/Parent 2 0 R/Contents 6 0 R>>",
        stream(b"", b"BT /T 12 Tf 72 700 Td (Total) Tj ET"),
        contents,
        *more,
    )


def endless() -> bytes:
    """Forms that show the next one ten times, twelve deep."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"
    inner = [
        stream(b"%b/Resources<</XObject<</F %d 0 R>>>>" % (form, number + 1), b"/F Do " * 10) for number in range(7, 19)
    ]
    return two_pages(stream(b"", b"/F Do"), *inner, stream(form, b"0 0 10 10 re f"))


def swelling() -> bytes:
    """A few kilobytes that are half a gigabyte of words."""
    text = b"BT /T 5 Tf 9 9 Td (abc def) Tj ET\n" * 30_000
    press = zlib.compressobj(9)
    packed = b"".join(press.compress(text) for _ in range(500)) + press.flush()
    return two_pages(stream(b"/Filter/FlateDecode", packed), stream(b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]", b""))


@pytest.mark.parametrize(
    ("make", "limits", "code"),
    [
        (endless, Limits(page_seconds=3), "too_slow"),
        (swelling, Limits(page_seconds=NEVER, memory_mb=400), "out_of_memory"),
    ],
    ids=["endless", "swelling"],
)
def test_a_hostile_page_is_told_and_the_others_are_read(
    library: str, make: Callable[[], bytes], limits: Limits, code: str
) -> None:
    first, second = load(make(), pdf_library=library, limits=limits).pages
    with pytest.raises(DocumentError, match="page 2") as caught:
        second.render()
    assert caught.value.code == code
    assert [line.text for line in first.text().lines] == ["Total"] and first.render().width == 1240


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "BMP"])
def test_a_picture_that_takes_too_much_is_told_and_the_next_is_read(encode, kind: str) -> None:
    large = encode(Image.new("RGB", (3000, 2000)), kind)
    if (process := jail._processes.get(image_parser.__name__)) is not None:
        process.end()  # one that has had more memory keeps some of it, and gets by on that
    for limits, code in (
        (Limits(memory_mb=12), "out_of_memory"),
        (Limits(page_seconds=0.0001), "too_slow"),
    ):
        with pytest.raises(DocumentError, match=r"large: page 1 .*(memory_mb|page_seconds)") as caught:
            load(large, name="large", limits=limits)
        assert caught.value.code == code
    assert load(large).pages[0].render().size == (3000, 2000)
