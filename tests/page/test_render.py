"""From values to what the page shows."""

from __future__ import annotations

from time import monotonic

import pytest

from app.answer import Answer, Timings
from app.ui.render import head, talk
from app.ui.session import Turn
from app.ui.words import words
from preprocess.document import Box
from prompts.grounding import Citation
from vlm.backends.base import ModelInfo
from vlm.outputs import Usage

EN = words("en")


def answer(**changes) -> Answer:
    values = {
        "text": "9.00",
        "normalised": "9.00",
        "reasoning": None,
        "citations": (Citation(2, (3,), (Box(0, 0, 1, 1),), "<i>9.00</i>", "repaired", "ocr"),),
        "usage": Usage(10, 0, 7, 0),
        "timings": Timings(0.1, 0.2, 1.25),
        "finish_reason": "length",
        "pages_read": (1, 2),
        "page_count": 5,
        "omitted_lines": 0,
        "model": "fake",
        "notices": ("Not <read>",),
    }
    return Answer(**(values | changes))


def test_a_thought_is_a_fold_that_closes_when_it_ends():
    turn = Turn("Q?", state="thinking", thought="hm", seconds=2)
    assert talk.chat([turn], EN)[1]["metadata"] == {"title": "Thinking…", "status": "pending"}
    assert len(talk.chat([turn], EN)) == 2
    turn.state, turn.text, turn.thought_seconds = "answering", "9.00 [1", 3.2
    assert talk.chat([turn], EN)[1]["metadata"] == {"title": "Thought for 3 s", "status": "done"}
    assert talk.chat([turn], EN)[2]["content"] == "9.00"


def test_an_ended_answer_shows_citations_notices_and_small_print():
    *_, small = talk.chat([Turn("Q?", state="done", text="9.00", answer=answer())], EN)
    html = small["content"]
    assert 'href="#cite-0-0"' in html and "Page 2" in html and "corrected" in html
    assert "&lt;i&gt;9.00&lt;/i&gt;" in html and "Not &lt;read&gt;" in html
    assert "read pages 1–2 of 5 · 7 tokens · 1.2 s" in html


def test_an_answer_that_was_worked_out_shows_the_sum():
    worked_out = answer(calculation="102.00 - 72.00 = 30.00")
    *_, small = talk.chat([Turn("Q?", state="done", text="30.00", answer=worked_out)], EN)
    assert "Worked out: 102.00 - 72.00 = 30.00" in small["content"]
    *_, small = talk.chat([Turn("Q?", state="done", text="9.00", answer=answer())], EN)
    assert "Worked out" not in small["content"]


def test_waiting_and_reading_say_so():
    assert "Waiting" in talk.chat([Turn("Q?")], EN)[1]["content"]
    assert "Reading… 4 s" in talk.chat([Turn("Q?", state="reading", began=monotonic() - 4.4)], EN)[1]["content"]


def test_stopped_keeps_the_text_and_says_so():
    messages = talk.chat([Turn("Q?", state="stopped", text="The tot", answer=answer(finish_reason="abort"))], EN)
    assert messages[1]["content"] == "The tot" and "Stopped" in messages[2]["content"]
    assert "cite" not in messages[2]["content"]
    assert "before there was an answer" in talk.chat([Turn("Q?", state="stopped")], EN)[1]["content"]
    thought = talk.chat([Turn("Q?", state="stopped", thought="hm")], EN)
    assert "while it was thinking" in thought[2]["content"]


def test_failed_and_not_found_are_sentences():
    assert "It broke." in talk.chat([Turn("Q?", state="failed", error="It broke.")], EN)[-1]["content"]
    done = Turn("Q?", state="done", text="Not found.", answer=answer(citations=()))
    assert talk.chat([done], EN)[1]["content"] == "The document does not say."


def test_a_models_tags_and_pictures_are_only_text():
    shown = talk.plain("a <b> & ![x](http://e/x.png) `<c>` **d**\n```\n<e>")
    assert shown == "a &lt;b&gt; &amp; !\\[x](http://e/x.png) `<c>` **d**\n```\n<e>"
    turn = Turn("<q>", state="done", text="<t>", thought="<h>", answer=answer())
    assert all("&lt;" in message["content"] for message in talk.chat([turn], EN)[:3])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("9:00~12:00, 13:00~17:00", "9:00\\~12:00, 13:00\\~17:00"),
        ("- 12.50", "\\- 12.50"),
        ("05. Mai 2024", "05\\. Mai 2024"),
        ("# 3", "\\# 3"),
        ("-", "\\-"),
        ("1.", "1\\."),
        ("---", "\\---"),
        ("A*12*B", "A\\*12\\*B"),
        ("C:\\_tmp_x", "C:\\\\\\_tmp\\_x"),
        ("-12.50", "-12.50"),
        ("12.50", "12.50"),
        ("**Total**: 5", "**Total**: 5"),
        ("- one\n- two", "- one\n- two"),
        ("`a~b`", "`a~b`"),
    ],
)
def test_a_value_is_shown_letter_by_letter(text, shown):
    """Lists and bold words of a longer answer stay what they are."""
    assert talk.plain(text) == shown


def test_masthead_names_the_model_and_its_limits():
    html = head.masthead(ModelInfo("<nano>", 1, False, ("It does not see.",)), EN)
    assert "&lt;nano&gt;" in html and "It does not see." in html
