"""A citation says what the document itself calls the page."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from app.places import placed, placer, written
from app.reader import Reader
from app.ui.render.head import place
from app.ui.words import words
from preprocess.document import Document, DocumentError, Page
from prompts.grounding import Citation
from tests.fakes import FakeBackend

CITATION = Citation(4, (1,), (), "9.00", "verified", "text")


def paper(label):
    return Document("a.pdf", "0", (Page(4, lambda: None, lambda: None, label),), 9)


def test_a_label_is_told_beside_the_number():
    (cited,) = placed([CITATION], paper(lambda: "iv"))
    assert cited.label == "iv" and written(cited) == "page iv (4)" and written(CITATION) == "page 4"
    assert place(cited, words("de")) == "Seite iv (4)" and place(CITATION, words("de")) == "Seite 4"


def test_a_page_that_has_none_or_cannot_say_is_cited_all_the_same():
    def broken():
        raise DocumentError("damaged", "page 4 cannot be read")

    for label in (str, broken):
        assert placed([CITATION], paper(label)) == (CITATION,)


def test_a_scan_on_its_head_is_cited_as_it_was_turned(tmp_path):
    picture, font = Image.new("RGB", (600, 240), "white"), ImageFont.load_default(28)
    for row, text in enumerate(("Corner Shop Ltd", "Bread and butter", "Total amount due", "57.30 EUR")):
        ImageDraw.Draw(picture).text((40, 20 + 50 * row), text, fill="black", font=font)
    picture.transpose(Image.Transpose.ROTATE_180).save(tmp_path / "down.png")
    picture.save(tmp_path / "up.png")
    reader = Reader(backend=FakeBackend("57.30 EUR [4]"))
    up, down = (reader.ask(tmp_path / name, "What is the total?").to_dict() for name in ("up.png", "down.png"))
    assert [cited["turn"] for cited in down["citations"]] == [180]
    assert [cited | {"turn": 180} for cited in up["citations"]] == list(down["citations"])


def test_the_cells_of_a_list_carry_it_and_a_page_is_asked_once():
    asked = []
    place = placer(paper(lambda: asked.append(4) or "iv"))
    assert [place(CITATION).label for _ in range(3)] == ["iv"] * 3 and asked == [4]


def test_lists_carry_it(make_pdf):
    import pymupdf

    rows = ["Item  Qty  Amount", "Steel bolt  2  3.00", "Copper nut  10  2.00", "Brass pin  4  1.00 DR"]
    document = pymupdf.open(str(make_pdf(pages=[rows])))
    document.set_page_labels([{"startpage": 0, "prefix": "A-", "style": "D", "firstpagenum": 7}])
    items = {"type": "array", "items": {"properties": {"item": {}, "qty": {}, "amount": {"type": "number"}}}}
    found = Reader(backend=FakeBackend("")).extract(document.tobytes(), {"properties": {"items": items}})
    amounts = [row["amount"] for row in found.lists["items"].rows]
    assert {citation.label for amount in amounts for citation in amount.citations} == {"A-7"}
    assert [amount.grade for amount in amounts] == ["high", "high", "medium"], "whose account it takes from is open"


@pytest.mark.parametrize("label", ["A-7", ""])
def test_answers_carry_it(make_pdf, label):
    import pymupdf

    document = pymupdf.open(str(make_pdf()))
    if label:
        document.set_page_labels([{"startpage": 0, "prefix": "A-", "style": "D", "firstpagenum": 7}])
    answer = Reader(backend=FakeBackend("57.30 EUR [4]")).ask(document.tobytes(), "What is the total?")
    assert [citation.label for citation in answer.citations] == [label]
    assert answer.to_dict()["citations"][0]["label"] == label
