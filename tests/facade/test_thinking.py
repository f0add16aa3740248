"""Whether a question is thought about: as one says, else by the Auto rule."""

from __future__ import annotations

import pytest

from app import Reader
from app.notices import NO_THOUGHT
from tests.fakes import FakeBackend


@pytest.mark.parametrize("think", [True, False, None])
def test_the_mode_reaches_the_backend(make_pdf, think):
    backend = FakeBackend()
    Reader(backend=backend).ask(make_pdf(), "What?", enable_thinking=think)
    assert backend.thinking == [think]


@pytest.mark.parametrize(
    ("think", "grounded", "thinks"),
    [(None, False, True), (True, False, True), (False, False, False), (None, True, None)],
)
def test_where_nobody_said_it_thinks_about_what_must_be_worked_out(make_pdf, think, grounded, thinks):
    backend = FakeBackend()
    sum_of_two = "What do the first and the second item cost together?"
    answer = Reader(backend=backend).ask(make_pdf(), sum_of_two, enable_thinking=think, grounded=grounded)
    assert backend.thinking == [thinks]
    assert (NO_THOUGHT in answer.notices) == (think is True), "only who asked for a thought misses it"


@pytest.mark.parametrize(("think", "thinks"), [(None, True), (True, True), (False, False)])
def test_who_says_how_much_to_think_wants_a_thought(make_pdf, think, thinks):
    backend = FakeBackend()
    Reader(backend=backend).ask(make_pdf(), "What?", enable_thinking=think, effort="low")
    assert backend.thinking == [thinks] and backend.params[-1].effort == "low"


def test_asked_to_think_and_did_not(make_pdf):
    answer = Reader(backend=FakeBackend("9")).ask(make_pdf(), "What?", enable_thinking=True)
    assert answer.reasoning is None and "did not" in answer.notices[0]


def test_an_answer_that_was_worked_out_says_from_what(make_pdf):
    document = make_pdf(pages=[["Books  120  102.00", "Pencils  30  72.00"]])
    thought = "Books: 102.00\nPencils: 72.00\n102.00 - 72.00 = 30.00\n30.00"
    answer = Reader(backend=FakeBackend("30.00", reasoning=thought)).ask(document, "How much more are books?")
    assert answer.text == "30.00" and answer.calculation == "102.00 - 72.00 = 30.00"
    assert [(cited.quote, cited.status) for cited in answer.citations] == [
        ("102.00", "verified"),
        ("72.00", "verified"),
    ]
    assert answer.to_dict()["calculation"] == answer.calculation


def test_an_answer_that_was_read_says_where_it_stands(make_pdf):
    document = make_pdf(pages=[["Books  120  102.00", "Pencils  30  72.00"]])
    answer = Reader(backend=FakeBackend("72.00", reasoning="Pencils: 72.00\n72.00")).ask(document, "Pencils?")
    assert answer.calculation is None and [cited.quote for cited in answer.citations] == ["72.00"]
