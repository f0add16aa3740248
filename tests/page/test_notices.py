"""What was left unread is said with the answer, in the page's language, whatever the reader calls it."""

from __future__ import annotations

import pytest
from PIL import Image

from app.reader import Reader
from app.settings import Settings
from app.ui.render import sheet, talk
from app.ui.render.head import translated
from app.ui.session import Turn
from app.ui.words import LANGUAGES, words
from preprocess.document import Box, Document, Line, Page, PageText, Word
from tests.fakes import FakeBackend
from tests.page.parts import draw
from vlm.engine.config import EngineConfig
from vlm.family import MEMBERS
from vlm.room import Room, shortened


@pytest.fixture(scope="module")
def answer():
    """An answer to which everything was too much: lines, and pages."""
    settings = Settings(search_pages=1, max_evidence_tokens=40)
    data = draw(["\n".join(f"line {number} of many" for number in range(20)), "two", "three"])
    reader = Reader(backend=FakeBackend(), settings=settings)
    return reader.ask(data, "Which line?", enable_thinking=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_in_the_readers_own_words(answer, language):
    said = talk.notices(answer, words(language))
    assert len(answer.notices) == len(said) == 2
    count, unsearched = str(answer.omitted_lines), words(language).count("answer.unsearched", 2, of="3")
    assert count in said[0] and unsearched in said[0] and "max_evidence_tokens" not in said[0]
    assert said[1] == (answer.notices[1] if language == "en" else words(language).texts[f"said.{answer.notices[1]}"])


@pytest.mark.parametrize("language", ["de", "zh"])
@pytest.mark.parametrize("count", [1, 2])
def test_pages_that_were_hard_to_read_are_named(language, count):
    word = Word("Cчeт", Box(0.1, 0.1, 0.3, 0.12), 0.82)
    text = PageText((Line("Cчeт", (word,)),), "ocr")
    pages = tuple(Page(number, lambda: Image.new("RGB", (9, 9)), lambda: text) for number in range(1, count + 1))
    document = Document("a.png", "0", pages, count)
    (notice,) = Reader(backend=FakeBackend()).ask(document, "What?").notices
    assert notice.startswith("Page 1 was hard" if count == 1 else "Pages 1\u20132 were hard")
    said = translated(notice, words(language))
    assert said != notice and ("1\u20132" in said) is (count == 2)
    assert words(language)("words.doubtful") in sheet.page_words(text, words(language))


def test_a_new_sentence_is_shown_as_it_is(answer):
    other = type(answer)(**{name: getattr(answer, name) for name in answer.__slots__} | {"notices": ("Brand new.",)})
    assert talk.notices(other, words("de")) == ["Brand new."]


@pytest.mark.parametrize(
    ("asked", "said"), [((1,), "asked about page 1 of 3 only"), ((1, 2), "asked about pages 1–2 of 3 only")]
)
def test_the_chosen_pages_are_named(answer, asked, said):
    turn = Turn("Q?", asked=asked, state="done", text="x", answer=answer)
    small = talk.chat([turn], words("en"))[-1]["content"]
    assert said in small and ("read page 1 of 3" in small) is (asked != answer.pages_read)


@pytest.mark.parametrize("language", ["de", "zh"])
def test_a_context_that_memory_made_short_is_told(language):
    text = MEMBERS[0].config.text
    knobs = EngineConfig(max_model_len=5000, max_kv_tokens=5000)
    (notice,) = shortened(text, knobs, Room())
    said = translated(notice, words(language))
    assert said != notice and "5,000" in said and "32,768" in said
