"""Pages that lie on their side or on their head."""

from __future__ import annotations

import pymupdf
import pytest
from PIL import Image

from preprocess.document import Box, DocumentError, Word
from preprocess.lines import to_lines
from preprocess.load import load
from preprocess.turned import read_upright, set_upright, turned, turned_box

TURNS = [0, 90, 180, 270]
ROWS = [f"Item number {k}" for k in range(8)]
TEXTS = [(60, 60 + 50 * k, row) for k, row in enumerate(ROWS)] + [(640, 60 + 50 * k, f"{k}1.50") for k in range(8)]


def lying(picture: Image.Image, turn: int) -> Image.Image:
    """So that it must be turned by `turn` to stand upright."""
    return turned(picture, (360 - turn) % 360)


@pytest.mark.parametrize("turn", TURNS)
def test_picture_and_words_of_a_scan_are_turned_alike(turn: int, make_picture, encode) -> None:
    upright = make_picture(TEXTS)
    (page,) = load(encode(lying(upright, turn))).pages
    before = page.render()
    assert before.size == lying(upright, turn).size and page.turn() == 0, "nobody has read it"
    assert [line.text for line in page.text().lines] == [f"{row}  {k}1.50" for k, row in enumerate(ROWS)]
    assert page.turn() == turn and page.render().tobytes() == upright.tobytes()
    assert page.text() == load(encode(upright)).pages[0].text(), "boxes and all"


def test_a_scan_in_a_pdf(make_picture, encode) -> None:
    picture = lying(make_picture(TEXTS), 90)
    document = pymupdf.open()
    document.new_page(width=picture.width, height=picture.height).insert_image(
        (0, 0, picture.width, picture.height), stream=encode(picture)
    )
    (page,) = load(document.tobytes()).pages
    assert page.text().lines[0].text == "Item number 0  01.50" and page.turn() == 90
    assert page.render().width > page.render().height


RED_AT = {(0, 0): 0, (1, 0): 90, (1, 1): 180, (0, 1): 270}  # where the upper left corner of a turned picture is


class Rehearsed:
    """Reads what was given for each of the ways in which a picture may lie, told by the place of its red corner."""

    identity = "rehearsed"

    def __init__(self, read: dict[int, list[Word]]) -> None:
        self._read, self.asked = read, []

    def read(self, image: Image.Image) -> list[Word]:
        edge = image.width - 1, image.height - 1
        corners = {turn: image.getpixel((x * edge[0], y * edge[1])) for (x, y), turn in RED_AT.items()}
        (turn,) = (turn for turn, colour in corners.items() if colour == (255, 0, 0))
        self.asked.append(turn)
        return self._read.get(turn, [])


def page(width: int = 100, height: int = 140) -> Image.Image:
    picture = Image.new("RGB", (width, height), "white")
    picture.putpixel((0, 0), (255, 0, 0))
    return picture


def words(confidence: float, stands: bool = False, text: str = "words") -> list[Word]:
    box = Box(0.1, 0.1, 0.13, 0.5) if stands else Box(0.1, 0.1, 0.5, 0.13)
    return [Word(text, box, confidence)]


@pytest.mark.parametrize(
    ("read", "turn", "asked"),
    [
        ({0: words(0.95)}, 0, [0]),  # sure at once
        ({0: words(0.7), 180: words(0.95)}, 180, [0, 180]),
        ({0: words(0.6), 180: words(0.85)}, 0, [0, 180]),  # surer, but not sure: a script that OCR does not know
        ({0: words(0.97, stands=True), 270: words(0.99)}, 270, [0, 270]),
        ({0: words(0.97, stands=True), 90: words(0.99), 270: words(0.6)}, 90, [0, 270, 90]),
        ({0: words(0.7, stands=True), 90: words(0.92)}, 90, [0, 90]),
        ({0: words(0.7, stands=True), 90: words(0.6), 270: words(0.7)}, 0, [0, 90, 270]),  # set from the top down
        ({0: words(0.97, stands=True), 270: words(0.99, stands=True)}, 0, [0, 270, 90]),
        ({0: words(0.97, stands=True, text="竖排的文字"), 270: words(0.99)}, 0, [0]),  # its signs stand upright
        ({0: [Word("7", Box(0.1, 0.1, 0.2, 0.2), 0.5)]}, 0, [0]),  # too short to tell
        ({}, 0, [0]),
    ],
)
def test_a_page_is_turned_where_ocr_is_sure_of_it_alone(read, turn: int, asked: list[int]) -> None:
    engine = Rehearsed(read)
    found, by = read_upright(engine, page())
    assert (by, engine.asked) == (turn, asked) and found == read.get(turn, [])


def test_a_turned_box_is_where_its_pixels_are() -> None:
    picture = page(60, 40)
    picture.putpixel((0, 0), (255, 255, 255))
    picture.paste("blue", (6, 4, 18, 8))
    for turn in TURNS:
        laid = turned(picture, turn)
        box = turned_box(Box(6 / 60, 4 / 40, 18 / 60, 8 / 40), turn)
        pixels = [round(edge, 3) for edge in (box.x0 * laid.width, box.y0 * laid.height, box.x1 * laid.width)]
        assert pixels == list(laid.point(lambda level: 255 - level).getbbox()[:3])


def set_down(turn: int) -> list[Word]:
    """The words of a wide table in the order in which they are read, on a page to turn by `turn`."""
    rows = [[("Description", 0.1), ("Amount", 0.8)]]
    rows += [[(f"Article-{n}", 0.1), (f"{n * 137}.50", 0.8)] for n in range(9)]
    straight = [
        Word(word, Box(x, 0.05 + 0.04 * row, x + 0.012 * len(word), 0.07 + 0.04 * row))
        for row, cells in enumerate(rows)
        for word, x in cells
    ]
    return [Word(word.text, turned_box(word.box, (360 - turn) % 360)) for word in straight]


@pytest.mark.parametrize("turn", [0, 90, 270])
def test_a_page_set_sideways_is_read_as_it_was_meant(turn: int) -> None:
    found, by = set_upright(set_down(turn), 1.4 if turn == 0 else 1 / 1.4)
    lines = [line.text for line in to_lines(found, 1.4)]
    assert by == turn
    assert lines == ["Description  Amount", *(f"Article-{n}  {n * 137}.50" for n in range(9))]


def test_a_page_written_from_the_top_down_is_not_turned() -> None:
    columns = [Word(f"第{n}行是竖排的文字", Box(0.8 - 0.05 * n, 0.1, 0.83 - 0.05 * n, 0.6)) for n in range(9)]
    assert set_upright(columns, 1.0) == (columns, 0)


@pytest.mark.parametrize("library", ["pymupdf", "pypdfium2"])
@pytest.mark.parametrize(("rotate", "turn"), [(90, 90), (270, 270)])
def test_a_pdf_set_sideways_is_shown_as_it_is_read(rotate: int, turn: int, library: str) -> None:
    """Text that runs up or down a page of which the file says nothing."""
    document = pymupdf.open()
    sheet = document.new_page(width=595, height=842)
    for k in range(12):
        place = 100 + 30 * k
        start = (place, 700) if rotate == 90 else (595 - place, 100)
        sheet.insert_text(start, f"Description of article {k}", fontsize=12, rotate=rotate)
    (page,) = load(document.tobytes(), pdf_library=library).pages
    lines = page.text().lines
    assert [line.text for line in lines] == [f"Description of article {k}" for k in range(12)]
    assert page.turn() == turn and page.render().width > page.render().height
    assert all(line.box.x1 - line.box.x0 > 3 * (line.box.y1 - line.box.y0) for line in lines)


def test_a_page_that_cannot_be_read_lies_as_it_lay(make_picture, encode) -> None:
    class Broken:
        identity = "broken"

        def read(self, image: Image.Image) -> list[Word]:
            raise DocumentError("damaged", "broken")

    (page,) = load(encode(make_picture(TEXTS)), ocr=Broken()).pages
    with pytest.raises(DocumentError):
        page.text()
    assert page.turn() == 0 and page.render().size == (900, 500)
