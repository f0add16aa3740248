"""The page that is asked about is read and seen, whatever stands on it and however many pages there are."""

from __future__ import annotations

import pytest
from PIL import Image

from app.reader import Reader
from app.settings import Settings
from app.ui.render.head import translated
from app.ui.words import words
from preprocess.document import Box, Document, Line, Page, PageText, Word
from prompts.messages import ImagePart
from tests.fakes import FakeBackend
from vlm.backends.base import ModelInfo


def document(*pages: str) -> Document:
    """A page of words for each text; its picture is as wide as its number."""

    def page(number: int, text: str) -> Page:
        lines = tuple(Line(line, (Word(line, Box(0, 0, 0.5, 0.1)),)) for line in text.split("\n") if line)
        read = PageText(lines, "text" if lines else "none")
        return Page(number, lambda: Image.new("RGB", (number, 1)), lambda: read)

    return Document("a.pdf", "0", tuple(page(number, text) for number, text in enumerate(pages, 1)), len(pages))


def seeing(context: int) -> FakeBackend:
    return FakeBackend("not found", info=ModelInfo("seeing", context, True))


def pictured(backend: FakeBackend) -> list[int]:
    """The pages whose pictures the last prompt holds; their labels are checked."""
    parts = backend.asked[-1][-1].parts
    found = [(parts[at - 1].text, part.image.width) for at, part in enumerate(parts) if isinstance(part, ImagePart)]
    assert all(label == f"Page {number}: " for label, number in found)
    return [number for _, number in found]


TWELVE = document(*(f"sheet {number}" for number in range(1, 9)), "a box", *("sheet",) * 3)


def test_a_named_page_is_seen_first_and_pages_not_seen_are_told():
    backend = seeing(1688)  # of twelve pictures six fit
    answer = Reader(backend=backend).ask(TWELVE, "What colour is the thing on page 10?")
    assert pictured(backend) == [1, 2, 3, 4, 5, 10]
    assert answer.pages_read == tuple(range(1, 13)), "all words were read"
    (notice,) = answer.notices
    assert notice.startswith("Pages 6\u20139, 11\u201312 were not seen")
    assert all(translated(notice, words(language)) != notice for language in ("de", "zh"))


def test_without_a_name_the_page_that_the_question_is_about_is_seen():
    backend = seeing(1688)
    Reader(backend=backend).ask(TWELVE, "What colour is the box?")
    assert pictured(backend) == [1, 2, 3, 4, 5, 9]


def test_one_page_that_is_not_seen_is_told_and_none_where_all_are():
    two = document("one", "two")
    (notice,) = Reader(backend=seeing(560)).ask(two, "What?").notices
    assert notice == "Page 2 was not seen, only its words were read: there was no room for its picture."
    assert all(translated(notice, words(language)) != notice for language in ("de", "zh"))
    backend = seeing(4864)
    assert Reader(backend=backend).ask(two, "What?").notices == () and pictured(backend) == [1, 2]
    assert Reader(backend=FakeBackend("not found")).ask(two, "What?").notices == (), "it sees nothing at all"


FULL = "\n".join(f"line {number} of many" for number in range(20))
DRAWING = document(*(FULL,) * 3, "", *(FULL,) * 2)
FEW = Settings(max_evidence_tokens=60)


def test_a_named_page_without_words_is_shown_and_seen_alone():
    backend = seeing(4864)
    answer = Reader(backend=backend, settings=FEW).ask(DRAWING, "What does the picture on page 4 show?")
    assert answer.pages_read == (4,) and pictured(backend) == [4]
    assert "Page 4 of 6\n(no text)\n(100 more lines left out)" in backend.asked[0][-1].text
    Reader(backend=backend, settings=FEW).ask(DRAWING, "What do pages 4 and 5 show?")
    assert pictured(backend) == [4, 5]


def test_a_page_without_words_that_is_not_named_is_not_shown():
    backend = seeing(4864)
    assert Reader(backend=backend, settings=FEW).ask(DRAWING, "What does line 3 say?").pages_read[0] == 1
    assert 4 not in pictured(backend)


def test_a_model_that_does_not_see_is_told_that_a_named_page_has_no_words():
    backend = FakeBackend("not found")
    assert Reader(backend=backend, settings=FEW).ask(DRAWING, "What is on page 4?").pages_read == (4,)
    assert "(no text)" in backend.asked[0][-1].text


@pytest.mark.parametrize(
    ("question", "pages"),
    [("Compare pages 2, 3, and 5", (2, 3, 5)), ("the first and the last page", (1, 15)), ("第2至第3页", (2, 3))],
)
def test_every_named_page_is_shown(question, pages):
    answer = Reader(backend=FakeBackend("not found"), settings=Settings(max_evidence_tokens=250)).ask(
        document(*("some words\nof a page",) * 6, *(FULL,) * 9), f"{question}?"
    )
    assert set(pages) <= set(answer.pages_read)
