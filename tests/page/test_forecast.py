"""What a question will cost, before it is sent: held against what the model then gets."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from app.reader import Reader
from app.settings import Settings
from app.ui.forecast import Known, budget, forecast
from app.ui.render import sheet
from app.ui.words import words
from preprocess.document import PageText
from tests.fakes import FakeBackend
from tests.page.parts import draw
from vlm.backends.base import ModelInfo


def known(data, reader):
    return Known.of(data, reader.settings, reader.backend.count_tokens)


@pytest.fixture
def reader():
    return Reader(backend=FakeBackend(), settings=Settings(search_pages=3))


def test_tokens_are_those_that_the_prompt_will_have(reader):
    data = draw(["Total due 9.00 EUR", "Thank you"])
    document = reader.open(data)
    outlook = forecast(reader, known(data, reader), (1, 2))
    reader.ask(document, "What?")
    evidence = reader.backend.asked[0][-1].text.partition("\n\nQuestion")[0]
    assert outlook.tokens == len(evidence.split()) and outlook.pictures == 0 and outlook.pages == 2


def test_a_table_is_counted_as_it_will_be_shown(reader):
    """Told row by row where there is room for that, else as it stands."""
    data = draw(["North 1 2"])
    document, about = reader.open(data), known(data, reader)
    (line,) = document.pages[0].text().lines
    told = PageText((replace(line, told="North 2019: 1 2020: 2"),), "text")
    about.watched(replace(document, pages=(replace(document.pages[0], told=lambda: told),))).pages[0].shown()
    heading, number = 4, 1
    assert forecast(reader, about, (1,)).tokens == heading + number + 5
    tight = Reader(backend=reader.backend, settings=replace(reader.settings, max_evidence_tokens=9))
    assert forecast(tight, about, (1,)).tokens == heading + number + 3


@pytest.mark.parametrize("read", [lambda page: page.text(), lambda page: page.shown()], ids=["words", "asked"])
def test_a_page_without_text_is_a_picture_until_it_has_been_read(reader, read):
    picture = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(picture).text((20, 60), "TOTAL 9.00", fill="black", font_size=50)
    file = io.BytesIO()
    picture.save(file, "PNG")
    about = known(file.getvalue(), reader)
    assert forecast(reader, about, (1,)).pictures == 1
    lines = read(about.watched(reader.open(file.getvalue())).pages[0]).lines
    outlook = forecast(reader, about, (1,))
    assert lines and outlook.pictures == 0 and outlook.tokens > 0


def test_no_more_pages_are_looked_at_than_are_searched(reader):
    about = known(draw(list("abcdef")), reader)
    outlook = forecast(reader, about, tuple(range(1, 7)))
    assert (outlook.pages, outlook.searched) == (6, 3)
    said = sheet.forecast(outlook, words("en"))
    assert "Only the first 3 pages" in said and words("en")("forecast.fits") not in said


@pytest.mark.parametrize(
    ("context", "images", "settings", "most"),
    [
        (8192, False, {}, 3000),
        (4096, False, {}, 4096 - 1024 - 128),
        (4096, False, {"max_evidence_tokens": 500}, 500),
        (1024, False, {"max_tokens": 256}, 1024 - 256 - 128),
        (1024, True, {"max_tokens": 256}, (1024 - 256 - 128) // 2),
    ],
)
def test_the_budget_is_the_readers(context, images, settings, most):
    backend = FakeBackend(info=ModelInfo("fake", context, images))
    assert budget(Reader(backend=backend, settings=Settings(**settings))) == most


def test_what_does_not_fit_is_said_before_and_after(reader):
    data = draw([f"line {number} of a long page" for number in range(1)] + ["word " * 60])
    tight = Reader(backend=reader.backend, settings=replace(reader.settings, max_evidence_tokens=20))
    outlook = forecast(tight, known(data, tight), (1, 2))
    assert outlook.tokens > outlook.budget == 20
    assert "The model reads 20 at a time" in sheet.forecast(outlook, words("en"))
    assert tight.ask(data, "What?").omitted_lines > 0
