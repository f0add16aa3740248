"""The one door: any source to a document, whatever its name says."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image

from preprocess.document import Box, DocumentError, Page, Word
from preprocess.load import load


def lines(page: Page) -> list[str]:
    return [line.text for line in page.text().lines]


FULL = [(60, 100 + 20 * k, f"Item {k} on the list") for k in range(5)] + [
    (450, 100 + 20 * k, f"{k}.00") for k in range(5)
]


def test_text_layer(make_pdf, counting_ocr, tmp_path: Path) -> None:
    data = make_pdf(FULL, [(60, 100, "Page two")])
    path = tmp_path / "list.txt"  # the name is no evidence
    path.write_bytes(data)
    document = load(path, ocr=counting_ocr)
    assert (document.name, document.sha256) == ("list.txt", hashlib.sha256(data).hexdigest())
    assert [page.number for page in document.pages] == [1, 2]
    assert lines(document.pages[0]) == [f"Item {k} on the list  {k}.00" for k in range(5)]
    assert document.pages[0].text().source == "text" and counting_ocr.calls == 0
    width, height = document.pages[0].render().size
    assert abs(width - 1240) <= 1 and abs(height - 1754) <= 1


def scanned(data: bytes, footer: str = "") -> bytes:
    """The first page as a picture only, with a few words of true text below it."""
    source, out = pymupdf.open(stream=data), pymupdf.open()
    page = out.new_page(width=595, height=842)
    page.insert_image(page.rect, pixmap=source[0].get_pixmap(dpi=150))
    page.insert_text((60, 820), footer)
    return bytes(out.tobytes())


def test_scan_is_read_by_ocr(make_pdf, rapid) -> None:
    page = load(scanned(make_pdf([(60, 100, "Total due"), (450, 100, "29.80")], size=14)), ocr=rapid).pages[0]
    assert lines(page) == ["Total due  29.80"] and page.text().source == "ocr"


def test_scan_with_a_footer_is_read_by_ocr(make_pdf, counting_ocr) -> None:
    page = load(scanned(make_pdf(FULL), footer="page 1 of 1"), ocr=counting_ocr).pages[0]
    assert page.text().source == "ocr" and lines(page) == ["seen", "by", "ocr"]


COURT = (
    "Case 1:24-cv-00123 Document 45-2 Filed 03/15/24 Page 7 of 31 PageID 1234\n"
    "NYSCEF DOC. NO. 12 RECEIVED 03/16/2024 at 15:02 by the clerk"
)


@pytest.mark.parametrize(("read", "source"), [("seen by ocr " * 40, "ocr"), ("too little", "text")])
def test_a_scan_with_a_long_stamp_is_read_if_it_says_more(make_pdf, counting_ocr, read, source) -> None:
    """Twenty words at the edge are not what the page is about."""
    counting_ocr.texts = (read,)
    page = load(scanned(make_pdf(FULL), footer=COURT), ocr=counting_ocr).pages[0]
    assert page.text().source == source and counting_ocr.calls == 1


@pytest.mark.parametrize(("mode", "source"), [(3, "ocr"), (0, "text")])
def test_a_scan_with_words_behind_it_was_read_by_ocr_too(make_pdf, counting_ocr, mode, source) -> None:
    """By somebody else's, and no more surely; words that show on a large picture are a slide's."""
    document = pymupdf.open(stream=scanned(make_pdf(FULL)))
    for k in range(40):
        document[0].insert_text((60 + 100 * (k % 5), 60 + 90 * (k // 5)), f"word {k}", render_mode=mode)
    page = load(document.tobytes(), ocr=counting_ocr).pages[0]
    assert page.text().source == source and counting_ocr.calls == 0 and "word 39" in lines(page)[-1]


def test_scan_that_ocr_cannot_read_keeps_its_few_words(make_pdf, counting_ocr) -> None:
    counting_ocr.texts = ()
    page = load(scanned(make_pdf(FULL), footer="page 1"), ocr=counting_ocr).pages[0]
    assert page.text().source == "text" and lines(page) == ["page 1"]


def test_blank_page_is_not_given_to_ocr(make_pdf, counting_ocr) -> None:
    text = load(make_pdf([]), ocr=counting_ocr).pages[0].text()
    assert (text.lines, text.source, counting_ocr.calls) == ((), "none", 0)


def test_picture_sources(make_picture, encode, counting_ocr, tmp_path: Path) -> None:
    picture = make_picture([(10, 10, "x")], size=(60, 40))
    path = tmp_path / "scan.pdf"
    path.write_bytes(encode(picture))
    for source in (path, str(path), encode(picture), picture):
        (page,) = load(source, ocr=counting_ocr).pages
        assert page.text().source == "ocr" and page.render().size == (60, 40)
    assert load(picture).name == "image" and load(picture, name="mine").name == "mine"


def test_a_rendered_picture_belongs_to_the_caller(make_picture) -> None:
    (page,) = load(make_picture([], size=(20, 20))).pages
    page.render().paste("black", (0, 0, 20, 20))
    assert page.render().getpixel((5, 5)) == (255, 255, 255)


def test_a_tiff_has_pages(encode, counting_ocr) -> None:
    frames = [Image.new("RGB", (20 + k, 10), "white") for k in range(3)]
    document = load(encode(frames[0], "TIFF", save_all=True, append_images=frames[1:]), ocr=counting_ocr)
    assert [page.render().width for page in document.pages] == [20, 21, 22]


def test_of_a_tiff_that_is_cut_off_the_whole_pages_are_read(encode, counting_ocr) -> None:
    frames = [Image.fromarray(np.random.default_rng(k).integers(0, 255, (40, 40, 3), np.uint8)) for k in range(4)]
    whole = encode(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    document = load(whole[: len(whole) * 5 // 8], ocr=counting_ocr)
    readable = 0
    for page in document.pages:
        try:
            readable += page.render().size == (40, 40)
        except DocumentError as error:
            assert error.code == "damaged"
    assert 2 <= readable < 4


def test_a_pillow_picture_is_turned_as_its_file_would_be(encode, counting_ocr) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    data = encode(Image.new("RGB", (40, 20), "white"), "JPEG", exif=exif)
    for source in (data, Image.open(io.BytesIO(data))):
        assert load(source, ocr=counting_ocr).pages[0].render().size == (20, 40)


def test_a_photo_under_a_caption_is_read_where_it_says_more(make_pdf, make_picture, encode, counting_ocr) -> None:
    out = pymupdf.open()
    page = out.new_page(width=595, height=842)
    page.insert_text((60, 60), "Taxi")
    page.insert_image(pymupdf.Rect(60, 200, 500, 500), stream=encode(make_picture([], size=(440, 300))))
    data = bytes(out.tobytes())
    assert load(data, ocr=counting_ocr).pages[0].text().source == "ocr"
    counting_ocr.texts = ("Taxi",)
    assert lines(load(data, ocr=counting_ocr).pages[0]) == ["Taxi"]
    assert load(data, ocr=counting_ocr).pages[0].text().source == "text"


@pytest.mark.parametrize(
    ("data", "options", "code"),
    [
        (b"", {}, "empty"),
        (b"just some text\n", {}, "unsupported_type"),
        (b"%PDF-1.4 nothing", {}, "damaged"),
        (b"\x89PNG\r\n\x1a\nnothing", {}, "damaged"),
        (b"x" * (2**20 + 1), {"max_file_mb": 1}, "too_large"),
    ],
)
def test_errors_name_the_file(tmp_path: Path, data: bytes, options: dict[str, int], code: str) -> None:
    path = tmp_path / "thing.pdf"
    path.write_bytes(data)
    for source, name in ((path, None), (data, "thing.pdf")):
        with pytest.raises(DocumentError, match=r"thing\.pdf") as caught:
            load(source, name=name, **options)
        assert caught.value.code == code


def test_missing_files_folders_and_limits(tmp_path: Path, make_pdf, make_picture, encode) -> None:
    cases = [
        (tmp_path / "gone.pdf", {}, "not_found", "gone.pdf"),
        (tmp_path, {}, "unsupported_type", "folder"),
        ("a text, not a path" * 20, {}, "not_found", "cannot be opened"),
        ("a\0b.pdf", {}, "not_found", "cannot be opened"),
        (make_pdf([], [], []), {"max_pages": 2}, "too_many_pages", "max_pages"),
        (encode(make_picture([], size=(1001, 1000))), {"max_megapixels": 1}, "image_too_large", "max_megapixels"),
    ]
    for source, options, code, word in cases:
        with pytest.raises(DocumentError, match=word) as caught:
            load(source, **options)
        assert caught.value.code == code


def test_chosen_pages_keep_their_numbers(make_pdf, encode) -> None:
    data = make_pdf(*[[(60, 100, f"page {k}")] for k in range(1, 7)])
    document = load(data, pages="-1,2-3", max_pages=3)
    assert [(page.number, lines(page)) for page in document.pages] == [(k, [f"page {k}"]) for k in (2, 3, 6)]
    assert document.page_count == 6
    frames = [Image.new("RGB", (20 + k, 10), "white") for k in range(3)]
    document = load(encode(frames[0], "TIFF", save_all=True, append_images=frames[1:]), pages="2-9")
    assert [(page.number, page.render().width) for page in document.pages] == [(2, 21), (3, 22)]
    for source in (data, frames[0]):
        with pytest.raises(DocumentError, match="no page 7-9") as caught:
            load(source, pages="7-9")
        assert caught.value.code == "no_such_page"


def test_a_page_is_read_once_however_many_ask(make_picture) -> None:
    class SlowOcr:
        calls = 0

        def read(self, image: Image.Image) -> list[Word]:
            SlowOcr.calls += 1
            time.sleep(0.05)
            return [Word("slow", Box(0, 0, 0.5, 0.5))]

    (page,) = load(make_picture([(10, 10, "x")]), ocr=SlowOcr()).pages
    gate = threading.Barrier(8)

    def ask(_: int) -> list[str]:
        gate.wait()
        return lines(page)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [["slow"]] * 8
    assert SlowOcr.calls == 1


def test_a_failed_reading_is_tried_again(make_picture) -> None:
    class FlakyOcr:
        calls = 0

        def read(self, image: Image.Image) -> list[Word]:
            FlakyOcr.calls += 1
            if FlakyOcr.calls == 1:
                raise RuntimeError("out of memory")
            return [Word("fine", Box(0, 0, 0.5, 0.5))]

    (page,) = load(make_picture([(10, 10, "x")]), ocr=FlakyOcr()).pages
    with pytest.raises(RuntimeError):
        page.text()
    assert lines(page) == ["fine"]


def test_eight_threads_on_one_document(make_pdf) -> None:
    document = load(make_pdf(*[[(60, 100, f"page {k} has its own words")] for k in range(5)]))

    def work(k: int) -> tuple[list[str], int]:
        page = document.pages[k % 5]
        return lines(page), page.render().width

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(40)))
    assert found == [([f"page {k % 5} has its own words"], 1240) for k in range(40)]


def test_two_column_pdf_reads_column_by_column(make_pdf) -> None:
    left = [f"left column line {k} runs on with words enough" for k in range(12)]
    right = [f"other side line {k} tells a different story" for k in range(12)]
    texts = [(50, 100 + 14 * k, line) for k, line in enumerate(left)]
    texts += [(320, 107 + 14 * k, line) for k, line in enumerate(right)]
    assert lines(load(make_pdf(texts)).pages[0]) == left + right
