"""A question's life: waiting, thinking, answering, done; stopped or failed."""

from __future__ import annotations

import time
from itertools import pairwise
from threading import Event

import pytest

from app.reader import Reader
from app.ui.asking import GRACE, begin, without_marks, work
from app.ui.session import HISTORY_TURNS, Session, Turn, history
from preprocess.document import Document, Page, PageText
from tests.fakes import FakeBackend
from vlm.errors import ContextError


def asked(page, thinking=None, question="What is the total?", **options):
    handlers, session, backend = page(**options)
    assert begin(session, question, thinking) == ""
    return handlers.reader, session, backend


def test_streams_thought_then_answer(page):
    reader, session, _ = asked(page, answer="9.00 [1] says the page", reasoning="let me look at it", delay=0.06)
    seen = [(turn.state, turn.thought, turn.text) for turn in work(reader, session)]
    states = [state for state, _, _ in seen]
    assert list(dict.fromkeys(states)) == ["thinking", "answering", "done"]
    assert all(a[1] == b[1] or b[1].startswith(a[1]) for a, b in pairwise(seen))
    turn = session.turns[-1]
    assert turn.thought == "let me look at it" and turn.text == "9.00 says the page"
    assert turn.answer.citations[0].status == "verified"
    assert 0 < turn.thought_seconds < turn.seconds
    assert session.cancel.is_set() and not session.busy


def test_updates_are_batched(page):
    reader, session, backend = asked(page, answer="word " * 100, delay=0.003)
    assert sum(1 for _ in work(reader, session)) < 20 < backend.num_steps


@pytest.mark.parametrize("thinking", [None, True, False])
def test_thinking_choice_reaches_the_model(page, thinking):
    reader, session, backend = asked(page, thinking=thinking, reasoning="hm")
    list(work(reader, session))
    assert backend.thinking == [thinking]
    assert bool(session.turns[0].thought) is (thinking is not False)


def test_stop_ends_the_model_and_keeps_what_it_said(page):
    reader, session, backend = asked(page, answer="word " * 1000, delay=0.01)
    for turn in work(reader, session):
        if turn.text:
            session.stop()
    assert turn.state == "stopped" and turn.text.startswith("word word")
    steps = backend.num_steps
    time.sleep(0.1)
    assert backend.num_steps == steps < 1000


def test_stop_before_the_model_had_a_turn(page):
    reader, session, backend = asked(page)
    session.stop()
    assert session.turns[0].state == "stopped" and list(work(reader, session)) == []
    assert not backend.asked


def test_stop_while_pages_are_read_does_not_wait_for_them():
    go_on = Event()

    def read() -> PageText:
        go_on.wait(10)
        return PageText((), "none")

    session = Session(document=Document("slow.png", "", (Page(1, lambda: None, read),), 1))
    begin(session, "What?", None)
    working = work(Reader(backend=FakeBackend()), session)
    next(working)  # a second has passed
    session.stop()
    started = time.monotonic()
    assert [turn.state for turn in working] == ["stopped"]
    assert time.monotonic() - started < GRACE
    go_on.set()


def test_a_closed_tab_stops_the_model(page):
    reader, session, backend = asked(page, answer="word " * 1000, delay=0.01)
    working = work(reader, session)
    next(working)
    working.close()
    assert session.turns[0].state == "stopped" and session.cancel.is_set()
    time.sleep(0.05)
    steps = backend.num_steps
    time.sleep(0.1)
    assert backend.num_steps == steps


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(ContextError("too long"), "Start a new conversation."), (RuntimeError("boom"), "Something went wrong")],
)
def test_a_failure_becomes_a_sentence_and_the_page_goes_on(page, monkeypatch, error, sentence):
    reader, session, backend = asked(page)

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(backend, "stream", fail)
    list(work(reader, session))
    assert session.turns[0].state == "failed" and sentence in session.turns[0].error
    assert "boom" not in session.turns[0].error
    monkeypatch.undo()
    assert begin(session, "And now?", None) == ""
    list(work(reader, session))
    assert session.turns[1].state == "done" and len(backend.asked[0]) == 2  # the failed question is no history


def test_what_begin_refuses(page):
    _, session, _ = page()
    assert "document first" in begin(Session(), "What?", None)
    assert "question first" in begin(session, "  \n", None)
    assert not session.turns
    begin(session, "What?", None)
    assert "still on its way" in begin(session, "And?", None) and len(session.turns) == 1


def test_history_holds_the_last_answers_only(page):
    reader, session, backend = asked(page, question="One?")
    list(work(reader, session))
    begin(session, "Two?", None)
    list(work(reader, session))
    assert [m.role for m in backend.asked[1]] == ["system", "user", "assistant", "user"]
    assert "One?" in backend.asked[1][1].text and backend.asked[1][2].text == "9.00"
    turns = [Turn(str(n), state="done", text="a") for n in range(9)] + [Turn("x", state="stopped"), Turn("y")]
    assert [m.text for m in history(turns)][0::2] == [str(n) for n in range(9 - HISTORY_TURNS, 9)]


@pytest.mark.parametrize("text", ["9.00 [12]", "9.00 [1", "9.00 [", "9.00 [1, 2] [3]", "9.00"])
def test_marks_do_not_flicker(text):
    assert without_marks(text) == "9.00"


def test_other_brackets_stay():
    assert without_marks("[draft] 9.00 [EUR]") == "[draft] 9.00 [EUR]"
