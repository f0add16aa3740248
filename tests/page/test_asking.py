"""A question's life: waiting, thinking, answering, done; stopped or failed; asked again."""

from __future__ import annotations

import time
from itertools import pairwise
from threading import Event

import pytest

from app.reader import Reader
from app.ui.asking import GRACE, again, begin, watch, without_marks, work
from app.ui.handlers.views import THINKING
from app.ui.jobs import Job
from app.ui.session import AUTO, HISTORY_TURNS, Session, Thinking, Turn, history
from preprocess.document import Document, Page, PageText
from tests.fakes import FakeBackend
from vlm.errors import ContextError


def asked(page, thinking=AUTO, question="What is the total?", **options):
    made = page(**options)
    assert begin(made.session, question, thinking) == ""
    return made.reader, made.session, made.backend


def test_streams_thought_then_answer(page):
    reader, session, _ = asked(page, answer="9.00 [1] says the page", reasoning="let me look at it", delay=0.06)
    seen = [(turn.state, turn.thought, turn.text) for turn in work(reader, session)]
    states = [state for state, _, _ in seen]
    assert list(dict.fromkeys(states)) == ["reading", "thinking", "answering", "done"]
    assert all(a[1] == b[1] or b[1].startswith(a[1]) for a, b in pairwise(seen))
    turn = session.turns[-1]
    assert turn.thought == "let me look at it" and turn.text == "9.00 says the page"
    assert turn.answer.citations[0].status == "verified"
    assert 0 < turn.thought_seconds < turn.seconds
    assert session.asking.finished.wait(5) and not session.busy


def test_asking_again_without_a_document_leaves_what_was_said(page):
    """The document of an earlier conversation may not be here; the next question must not take the last one's place."""
    reader, session, _ = asked(page)
    list(work(reader, session))
    document, session.document = session.document, None
    assert again(session, AUTO) == session.words("ask.no_document")
    session.document = document
    assert begin(session, "Another?") == ""
    assert [turn.question for turn in session.turns] == ["What is the total?", "Another?"]


def test_updates_are_batched(page):
    reader, session, backend = asked(page, answer="word " * 100, delay=0.003)
    assert sum(1 for _ in work(reader, session)) < 20 < backend.num_steps


@pytest.mark.parametrize("thinking", THINKING.values())
def test_thinking_choice_reaches_the_model(page, thinking):
    reader, session, backend = asked(page, thinking=thinking, reasoning="hm")
    list(work(reader, session))
    assert backend.thinking == [thinking.enabled]
    assert backend.params[0].effort == thinking.effort
    assert bool(session.turns[0].thought) is (thinking.enabled is not False)


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
    begin(session, "What?")
    working = work(Reader(backend=FakeBackend()), session)
    next(working)
    session.stop()
    started = time.monotonic()
    assert [turn.state for turn in working] == ["stopped"]
    assert time.monotonic() - started < GRACE
    go_on.set()
    assert session.asking.finished.wait(5)
    assert session.turns[0].state == "stopped" and not session.turns[0].error


def test_stopped_while_the_model_is_slow_it_keeps_no_half_marks(page, monkeypatch):
    """A pass over a long prompt may take longer than anybody waits."""
    monkeypatch.setattr("app.ui.asking.GRACE", 0.0)
    reader, session, _ = asked(page, answer="9.00 [2] word word word", delay=0.3)
    for turn in work(reader, session):
        if "[2" in turn.text:
            session.stop()
    assert turn.state == "stopped" and turn.text == without_marks(turn.text) and turn.text.startswith("9.00")


def test_a_tab_that_is_loaded_again_finds_the_answer_on_its_way(page):
    reader, session, backend = asked(page, answer="word " * 40, delay=0.02)
    working = work(reader, session)
    next(working), next(working)
    working.close()
    assert session.busy
    assert [turn.state for turn in watch(session)][-1] == "done"
    assert session.turns[0].text.split() == ["word"] * 40 and len(backend.asked) == 1


def test_watching_leaves_a_question_that_waits_for_its_turn(page):
    reader, session, backend = asked(page)
    assert not list(watch(session)) and session.turns[0].state == "waiting" and not backend.asked
    assert [turn.state for turn in work(reader, session)][-1] == "done"
    assert not list(watch(session))


def test_a_tab_that_nobody_comes_back_to_stops_the_model(page):
    reader, session, backend = asked(page, answer="word " * 1000, delay=0.01)
    session.asking = Job(patience=0.1)
    working = work(reader, session)
    next(working)
    working.close()
    assert session.asking.finished.wait(5)
    assert session.turns[0].state == "stopped" and backend.num_steps < 1000


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
    assert begin(session, "And now?") == ""
    list(work(reader, session))
    assert session.turns[1].state == "done" and len(backend.asked[0]) == 2  # the failed question is no history


def test_what_begin_refuses(page):
    session = page().session
    assert "document first" in begin(Session(), "What?")
    assert "question first" in begin(session, "  \n")
    assert not session.turns
    begin(session, "What?")
    assert "still on its way" in begin(session, "And?") and len(session.turns) == 1
    assert "still on its way" in again(session, AUTO) and len(session.turns) == 1


def test_history_holds_the_last_answers_only(page):
    reader, session, backend = asked(page, question="One?")
    list(work(reader, session))
    begin(session, "Two?")
    list(work(reader, session))
    assert [m.role for m in backend.asked[1]] == ["system", "user", "assistant", "user"]
    assert "One?" in backend.asked[1][1].text and backend.asked[1][2].text == "9.00"
    turns = [Turn(str(n), state="done", text="a") for n in range(9)] + [Turn("x", state="stopped"), Turn("y")]
    assert [m.text for m in history(turns)][0::2] == [str(n) for n in range(9 - HISTORY_TURNS, 9)]


def test_the_last_question_is_asked_again_in_its_own_place(page):
    reader, session, backend = asked(page, question="One?")
    list(work(reader, session))
    assert again(session, Thinking(True)) == ""
    list(work(reader, session))
    assert [turn.question for turn in session.turns] == ["One?"]
    assert backend.thinking == [None, True] and len(backend.asked[1]) == 2  # without its own old answer


def test_a_question_is_about_the_chosen_pages_alone(page):
    reader, session, backend = asked(page)
    session.stop()
    session.turns.clear()
    session.asked = (2,)
    begin(session, "What?")
    list(work(reader, session))
    prompt = backend.asked[0][-1].text
    assert "Page 2 of 2" in prompt and "Total due" not in prompt
    assert session.turns[0].asked == (2,) and session.turns[0].answer.pages_read == (2,)


@pytest.mark.parametrize("text", ["9.00 [12]", "9.00 [1", "9.00 [", "9.00 [1, 2] [3]", "9.00"])
def test_marks_do_not_flicker(text):
    assert without_marks(text) == "9.00"


def test_other_brackets_stay():
    assert without_marks("[draft] 9.00 [EUR]") == "[draft] 9.00 [EUR]"


def test_an_answer_that_comes_while_the_page_is_drawn_is_shown_too(page):
    reader, session, _ = asked(page)
    shown = []
    for turn in work(reader, session):
        shown.append(turn.state)
        session.asking.finished.wait(5)
    assert shown[-1] == "done" and len(shown) > 1
