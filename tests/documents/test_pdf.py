"""The PDF reader, on either library: words where they are displayed, one thread, errors that say what is wrong."""

from __future__ import annotations

import gc
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pymupdf
import pytest
from PIL import Image

from preprocess import jail
from preprocess.document import Box, DocumentError, Word
from preprocess.load import load
from preprocess.pdf import LIBRARIES, PdfReader, is_garbage, open_pdf
from preprocess.worker import Worker, worker


@pytest.fixture(params=LIBRARIES)
def library(request) -> str:
    return request.param


def ink(reader: PdfReader, box: Box) -> float:
    """The darkest pixel inside the box on the rendered page."""
    page = np.asarray(reader.render(0).convert("L"))
    height, width = page.shape
    rows = slice(int(box.y0 * height), int(box.y1 * height) + 1)
    return float(page[rows, int(box.x0 * width) : int(box.x1 * width) + 1].min())


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_fit_the_page_as_displayed(library: str, make_pdf, rotation: int) -> None:
    reader = open_pdf(make_pdf([(60, 100, "Invoice")], rotation=rotation), library=library)
    (word,) = reader.words(0)
    turned = rotation in (90, 270)
    assert reader.page_size(0) == ((842, 595) if turned else (595, 842))
    assert word.text == "Invoice" and ink(reader, word.box) < 100
    corner = {0: (60, 100), 90: (842 - 100, 60), 180: (595 - 60, 842 - 100), 270: (100, 595 - 60)}[rotation]
    width, height = reader.page_size(0)
    near = (word.box.x0 - 0.02 <= corner[0] / width <= word.box.x1 + 0.02) and (
        word.box.y0 - 0.02 <= corner[1] / height <= word.box.y1 + 0.02
    )
    assert near


def test_what_a_file_calls_its_pages(library: str, make_pdf) -> None:
    document = pymupdf.open(stream=make_pdf([(60, 100, "Preface")]))
    for _ in range(5):
        document.new_page()
    roman = {"startpage": 0, "prefix": "", "style": "r", "firstpagenum": 3}
    appendix = {"startpage": 2, "prefix": "Annex A-", "style": "D", "firstpagenum": 1}
    plain = {"startpage": 4, "prefix": "", "style": "D", "firstpagenum": 5}
    document.set_page_labels([roman, appendix, plain])
    pages = load(document.tobytes(), pdf_library=library).pages
    assert [page.label() for page in pages] == ["iii", "iv", "Annex A-1", "Annex A-2", "", ""]
    assert load(make_pdf([(60, 100, "x")]), pdf_library=library).pages[0].label() == ""


def test_cropped_page(library: str, make_pdf) -> None:
    document = pymupdf.open(stream=make_pdf([(60, 100, "Inside"), (60, 700, "Outside"), (470, 100, "Straddles")]))
    document[0].set_cropbox(pymupdf.Rect(40, 50, 500, 400))
    reader = open_pdf(document.tobytes(), library=library)
    words = {word.text: word.box for word in reader.words(0)}
    assert "Outside" not in words and ink(reader, words["Inside"]) < 100
    assert all(0 <= v <= 1 for box in words.values() for v in (box.x0, box.y0, box.x1, box.y1))


def test_render_size_and_bound(library: str, make_pdf) -> None:
    reader = open_pdf(make_pdf([(60, 100, "x")]), library=library)
    assert reader.render(0, dpi=72).size == (595, 842)
    assert max(reader.render(0, dpi=600, longest=1000).size) in (999, 1000, 1001)


def test_picture_share(library: str, make_pdf, encode, make_picture) -> None:
    document = pymupdf.open(stream=make_pdf([], []))
    data = encode(make_picture([], size=(50, 50)))
    document[0].insert_image(pymupdf.Rect(0, 0, 595, 421), stream=data, keep_proportion=False)
    reader = open_pdf(document.tobytes(), library=library)
    assert reader.picture_share(0) == pytest.approx(0.5, abs=0.01)
    assert reader.picture_share(1) == 0


def test_text_that_does_not_show(library: str) -> None:
    document = pymupdf.open()
    for modes in ((3, 3, 0), (3, 0, 0), ()):
        page = document.new_page()
        for place, mode in enumerate(modes, 1):
            page.insert_text((60, 60 * place), "ten letters", render_mode=mode)
    reader = open_pdf(document.tobytes(), library=library)
    assert [reader.is_text_hidden(index) for index in range(3)] == [True, False, False]


def test_garbage_is_no_text_layer() -> None:
    def words(*texts: str) -> list[Word]:
        return [Word(text, Box(0, 0, 1, 1)) for text in texts]

    assert is_garbage(words("\ufffd\ufffd\ufffd", "ok"))
    assert is_garbage(words("\ue001\ue002", "\x01"))
    assert not is_garbage(words("Größe", "合計", "€ 9,00", "\uf0b7"))
    assert not is_garbage([])


def test_password(library: str, make_pdf) -> None:
    data = make_pdf([(60, 100, "secret")], encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open", owner_pw="own")
    for wrong in (None, "guess"):
        with pytest.raises(DocumentError, match="password") as caught:
            open_pdf(data, name="locked.pdf", password=wrong, library=library)
        assert caught.value.code == "password_required" and "locked.pdf" in str(caught.value)
    assert [word.text for word in open_pdf(data, password="open", library=library).words(0)] == ["secret"]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00\xffjunk" * 100])
def test_damaged(library: str, data: bytes, capfd) -> None:
    with pytest.raises(DocumentError) as caught:
        open_pdf(data, name="broken.pdf", library=library)
    assert caught.value.code == "damaged" and "broken.pdf" in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_cut_off_file_is_repaired_or_refused_but_never_crashes(library: str, make_pdf, capfd) -> None:
    data = make_pdf([(60, 100, "Invoice 7")], [(60, 100, "Page two")])
    for part in range(1, 10):
        try:
            reader = open_pdf(data[: len(data) * part // 10], library=library)
            for index in range(reader.page_count):
                reader.words(index)
        except DocumentError as error:
            assert error.code in ("damaged", "empty")
    assert capfd.readouterr().err == ""


def test_eight_threads_on_one_reader(library: str, make_pdf) -> None:
    reader = open_pdf(make_pdf(*[[(60, 100, f"page{k}")] for k in range(6)]), library=library)

    def work(k: int) -> tuple[str, tuple[int, int]]:
        return reader.words(k % 6)[0].text, reader.render(k % 6, dpi=50).size

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(96)))
    assert [text for text, _ in found] == [f"page{k % 6}" for k in range(96)]
    assert len({size for _, size in found}) == 1


def test_the_handle_is_closed_when_the_reader_goes(library: str, make_pdf) -> None:
    reader = open_pdf(make_pdf([(60, 100, "x")]), library=library)
    parser, key = LIBRARIES[library].__name__, reader._file._key
    process = jail._processes[parser]
    assert key in process.held
    del reader
    gc.collect()
    worker(parser).call(lambda: None)  # what was queued before this has run
    assert key not in process.held and process.is_usable()  # it has said that it did so


def test_an_error_of_a_job_reaches_the_caller_and_the_worker_lives_on() -> None:
    own = Worker("test")
    with pytest.raises(ZeroDivisionError):
        own.call(lambda: 1 // 0)
    assert own.call(threading.current_thread).name == "test"
    assert worker("test-shared") is worker("test-shared")


@pytest.mark.parametrize("seed", range(200))
def test_a_file_with_flipped_bytes_is_read_or_refused_and_never_crashes(library: str, seed: int) -> None:
    """Whatever the library says of damaged bytes, a caller sees a page or a `DocumentError`."""
    document = pymupdf.open()
    for number in range(3):
        document.new_page().insert_text((72, 90), f"Total {number} 57.30 EUR")
    data = bytearray(document.tobytes(garbage=3, deflate=True, use_objstms=1))
    rng = random.Random(seed)
    for _ in range(3):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        for page in load(bytes(data), ocr=NoOcr(), pdf_library=library).pages:
            page.render()
            page.text()
    except DocumentError as error:
        assert error.code and str(error)


class NoOcr:
    """Reads nothing: these tests are about the parser."""

    identity = "none"

    def read(self, image: Image.Image) -> list[Word]:
        return []
