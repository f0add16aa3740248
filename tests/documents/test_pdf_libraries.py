"""Two PDF libraries, one reading: the same words in the same lines, and only the chosen one is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

from preprocess import pdf, pdf_pdfium
from preprocess.document import Box, DocumentError
from preprocess.jail import JailedFile
from preprocess.lines import to_lines
from preprocess.pdf import LIBRARIES, open_pdf
from tests.documents import stand_in, watched_pdfium

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
LETTERS = "Oﬃce ﬁnancing, ﬂoor Größe € 9,00 naïve"
PROSE = ["A hyphen at the end stays with its syl-", "lable, and twenty-one keeps its own.", "-3,50"]


def lines(data: bytes, library: str) -> list[list[str]]:
    reader = open_pdf(data, library=library)
    found = []
    for index in range(reader.page_count):
        width, height = reader.page_size(index)
        found.append([line.text for line in to_lines(reader.words(index), width / height)])
    return found


def put(
    page: pymupdf.Page, x: float, y: float, text: str, *, size: float = 11, font: str = "helv", turn: int = 0
) -> None:
    """Text at a place of the page as displayed, level or turned by so many degrees, however the page is turned."""
    place, turn = pymupdf.Point(x, y) * page.derotation_matrix, (page.rotation + turn) % 360
    page.insert_text(place, text, fontsize=size, fontname=font, rotate=turn)


def assorted() -> bytes:
    """Pages with what text layers are odd about, each turned another way."""
    document = pymupdf.open()
    for _ in range(4):
        document.new_page()
    table, prose, upright, letters = document
    for page, rotation in zip(document, (0, 90, 180, 270), strict=True):
        page.set_rotation(rotation)
    for row in range(8):
        for column, text in enumerate((f"Position {row}, grau", f"{row} Stk.", f"{12 * row},50", f"{99 * row}.00 EUR")):
            put(table, 60 + 130 * column, 90 + 16 * row, text, size=10)
    for row, text in enumerate(PROSE):
        put(prose, 60, 90 + 14 * row, text)
    for row in range(4):
        put(upright, 350, 300 + 20 * row, f"level {row}")
    put(upright, 300, 500, "Percentage growing", turn=90)
    letters.insert_font(fontname="F0", fontbuffer=pymupdf.Font("helv").buffer)  # it lies in the file, mapped to Unicode
    put(letters, 60, 90, LETTERS, font="F0")
    return bytes(document.tobytes())


def filled_in() -> bytes:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((60, 100), "Name", fontsize=11)
    field = pymupdf.Widget()
    field.field_type, field.field_name, field.field_value = pymupdf.PDF_WIDGET_TYPE_TEXT, "name", "Erika"
    field.rect, field.text_fontsize = pymupdf.Rect(150, 88, 300, 106), 11
    page.add_widget(field)
    return bytes(document.tobytes())


def test_both_read_the_same_lines(pytestconfig) -> None:
    for data in ((pytestconfig.rootpath / "docs" / "invoice.pdf").read_bytes(), assorted(), filled_in()):
        found = {library: lines(data, library) for library in LIBRARIES}
        assert found["pypdfium2"] == found["pymupdf"] and all(found["pymupdf"])


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_the_lines_say(library: str) -> None:
    table, prose, upright, letters = lines(assorted(), library)
    assert table[2] == "Position 2, grau  2 Stk.  24,50  198.00 EUR"
    assert prose == PROSE
    assert upright == ["level 0", "level 1", "level 2", "level 3", "Percentage growing"]
    assert letters[0] == "Office financing, floor Größe € 9,00 naïve"
    assert lines(filled_in(), library) == [["Name  Erika"]]


@pytest.mark.parametrize("library", LIBRARIES)
def test_colours_and_annotations_are_rendered(library: str) -> None:
    document = pymupdf.open()
    page = document.new_page(width=101, height=99)
    page.draw_rect(pymupdf.Rect(0, 0, 50, 50), color=None, fill=(1, 0, 0))
    page.add_rect_annot(pymupdf.Rect(60, 60, 90, 90)).update(fill_color=(0, 0, 1))
    picture = open_pdf(document.tobytes(), library=library).render(0, dpi=72)
    assert (picture.mode, picture.size) == ("RGB", (101, 99))
    assert [picture.getpixel(place) for place in ((20, 20), (75, 75), (20, 75))] == [RED, BLUE, WHITE]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("rotation", [0, 90])
def test_pictures_within_forms_count_where_they_show(library: str, rotation: int, encode, make_picture) -> None:
    inner, outer = pymupdf.open(), pymupdf.open()
    picture = encode(make_picture([], size=(50, 50)))
    half = inner.new_page(width=200, height=200)
    half.insert_image(pymupdf.Rect(0, 0, 200, 100), stream=picture, keep_proportion=False)
    page = outer.new_page(width=400, height=400)
    page.show_pdf_page(pymupdf.Rect(200, 0, 400, 400), inner, keep_proportion=False)
    page.set_rotation(rotation)
    reader = open_pdf(outer.tobytes(), library=library)
    assert reader.picture_share(0) == pytest.approx(0.25, abs=0.01)
    (box,) = reader._on_page(0, reader._library.picture_boxes)
    assert box == pytest.approx({0: (0.5, 0, 1, 0.5), 90: (0.5, 0.5, 1, 1)}[rotation], abs=0.01)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_crop_that_begins_elsewhere_and_a_turned_page(library: str, make_pdf) -> None:
    document = pymupdf.open(stream=make_pdf([(160, 300, "Here"), (20, 20, "Outside")], rotation=90))
    document[0].set_cropbox(pymupdf.Rect(100, 200, 300, 600))
    reader = open_pdf(document.tobytes(), library=library)
    (word,) = reader.words(0)
    assert reader.page_size(0) == (400, 200) and word.text == "Here"
    assert word.box.x0 <= 1 - 100 / 400 <= word.box.x1 and word.box.y0 == pytest.approx(60 / 200, abs=0.01)
    assert isinstance(word.box, Box)


def run(code: str, folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, check=True)
    return done.stdout.strip() + done.stderr.strip()


def test_heavy_libraries_are_imported_only_on_use(pytestconfig) -> None:
    code = (
        "import sys, preprocess.load, preprocess.lines; heavy = ('pymupdf', 'pypdfium2', 'pypdfium2_raw', 'pi_heif', "
        "'rapidocr', 'onnxruntime', 'torch'); print([name for name in heavy if name in sys.modules])"
    )
    assert run(code, pytestconfig.rootpath) == "[]"


def test_no_library_is_imported_where_lector_itself_runs(pytestconfig) -> None:
    code = (
        "import sys; from app import Reader; from app.settings import Settings; from tests.fakes import FakeBackend; "
        "reader = Reader(backend=FakeBackend(), settings=Settings(pdf_library='pypdfium2')); "
        "page = reader.open('docs/invoice.pdf').pages[0]; page.render(); "
        "print(len(page.text().lines), {'pymupdf', 'fitz', 'pypdfium2_raw'} & set(sys.modules))"
    )
    assert run(code, pytestconfig.rootpath) == "18 set()"


def test_the_library_not_chosen_is_not_imported(make_pdf) -> None:
    """Nor anything else of weight, in the process that parses."""
    modules = set(JailedFile(watched_pdfium, make_pdf([]), "", name="x").on_page(0, watched_pdfium.modules))
    assert modules & {"pypdfium2_raw", "pymupdf", "fitz", "torch", "numpy", "gradio", "app"} == {"pypdfium2_raw"}


def test_a_library_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LIBRARIES", {"pymupdf": stand_in, "pypdfium2": pdf_pdfium})
    with pytest.raises(DocumentError, match=r"pymupdf is not installed.*pdf_library=pypdfium2") as caught:
        open_pdf(stand_in.script(opening="miss"))
    assert caught.value.code == "library_missing"
