"""The page's verbs, called as gradio calls them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gradio as gr
import pymupdf
import pytest

from app.ui.samples import SAMPLES
from app.ui.session import Session
from preprocess.document import Document, DocumentError
from preprocess.document import Page as DocumentPage


def pdf(pages: int = 1, **saving) -> bytes:
    document = pymupdf.open()
    for number in range(1, pages + 1):
        document.new_page().insert_text((72, 90), f"Page {number} {{{{x}}}} ${{y}}")
    return document.tobytes(**saving)


LOCKED = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "user_pw": "x", "owner_pw": "y"}


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"hello", "notes.docx", "neither a PDF nor a picture"),
        (b"%PDF-1.7\n" + b"junk" * 99, "broken.pdf", "damaged"),
        (pdf(**LOCKED), "locked.pdf", "password"),
        (b"", "empty.pdf", "nothing in it"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "broken.png", "damaged"),
    ],
)
def test_a_bad_file_is_told_and_the_last_one_stays(page, file, data, name, why):
    handlers, session, _ = page()
    document = session.document
    alert, *_ = handlers.open(session, file(data, name))
    assert why in alert and name in alert and 'role="alert"' in alert and "Traceback" not in alert
    assert session.document is document


@pytest.mark.parametrize("name", ["An invoice", "A receipt", "A chart"])
def test_a_sample_is_one_click_away_and_stays_where_it_is(page, name):
    handlers, session, _ = page()
    alert, *_ = handlers.sample(session, name)
    assert not alert and session.document is not None and session.document.name == SAMPLES[name].name
    assert session.document.pages[0].text().lines and SAMPLES[name].exists()


def test_an_unforeseen_failure_is_told_too(page, file, monkeypatch):
    handlers, session, _ = page()

    def fail(path):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(handlers.reader, "open", fail)
    alert = handlers.open(session, file(b"x"))[0]
    assert "could not be opened" in alert and "secret" not in alert


def test_a_file_above_the_limit_is_told(page):
    handlers, _, _ = page()
    alert = handlers.heavy(gr.EventData(None, {"name": "<big>.pdf"}))
    assert "larger than" in alert and "&lt;big&gt;.pdf" in alert


def test_uploads_do_not_stay_on_the_disk(page, file):
    handlers, session, _ = page()
    path = file(pdf(), "again.pdf")
    handlers.open(session, path)
    assert session.document.name == "again.pdf" and not Path(path).exists()


def test_another_document_begins_another_conversation(page, file):
    handlers, session, _ = page()
    handlers.ask(session, "What?", "Auto")
    list(handlers.work(session))
    assert session.turns
    handlers.open(session, file(pdf()))
    assert not session.turns


def test_pages_turn_within_the_document_and_draw_one_at_a_time(page, file):
    handlers, session, _ = page()
    handlers.open(session, file(pdf(300)))
    drawn = []
    session.document = _watched(session.document, drawn)
    assert 'alt="Page 2"' in handlers.forth(session)[0]
    assert 'alt="Page 300"' in handlers.turn(session, 999)[0]
    _, number, count, back, forth = handlers.turn(session, 300)
    assert number["value"] == 300 and "of 300" in count and back["interactive"] and not forth["interactive"]
    assert 'alt="Page 1"' in handlers.turn(session, -5)[0]
    assert drawn == [2, 300, 300, 1]


def _watched(document: Document, drawn: list[int]) -> Document:
    def watch(page: DocumentPage) -> DocumentPage:
        def render():
            drawn.append(page.number)
            return page.render()

        return DocumentPage(page.number, render, page.text)

    return Document(document.name, document.sha256, tuple(watch(page) for page in document.pages), document.page_count)


def test_a_page_that_cannot_be_drawn_is_said(page):
    handlers, session, _ = page()

    def fail():
        raise DocumentError("damaged", "no")

    first, second, *rest = session.document.pages
    session.document = replace(session.document, pages=(first, replace(second, render=fail), *rest))
    assert "cannot be drawn" in handlers.forth(session)[0]


def test_words_are_read_only_when_unfolded_and_are_escaped(page):
    handlers, session, _ = page()
    handlers.forth(session)
    assert handlers.words(session) == ""
    shown = handlers.unfold(session)
    assert "&lt;b&gt;very&lt;/b&gt;" in shown and "own text" in shown
    handlers.back(session)
    assert "Total due" in handlers.words(session)
    handlers.fold(session)
    assert handlers.words(session) == ""


def test_a_question_shows_stop_and_its_answer_brings_send_back(page):
    handlers, session, _ = page(delay=0.05)
    hint, question, chat, send, stop = handlers.ask(session, "What?", "Fast")
    assert hint == "" and question == "" and not send["visible"] and stop["visible"]
    assert [message["content"] for message in chat][:1] == ["What?"]
    *_, (chat, send, stop) = handlers.work(session)
    assert send["visible"] and not stop["visible"] and chat[1]["content"] == "9.00"


def test_a_refused_question_stays_in_its_box_and_nothing_is_emptied(page):
    handlers, session, _ = page()
    hint, question, *_ = handlers.ask(Session(), "What?", "Auto")
    assert "document first" in hint and question["__type__"] == "update" and "value" not in question
    assert list(handlers.work(session)) != []  # nothing at all would make gradio empty the buttons


def test_new_conversation_stops_and_forgets(page):
    handlers, session, _ = page(answer="word " * 1000, delay=0.01)
    handlers.ask(session, "What?", "Auto")
    working = handlers.work(session)
    next(working), next(working)
    handlers.forget(session)
    assert [chat for chat, *_ in working][-1] == [] and not session.busy


def test_a_citation_turns_to_its_page_and_marks_it(page):
    handlers, session, _ = page(answer="much [2]")
    handlers.ask(session, "How?", "Auto")
    list(handlers.work(session))
    handlers.show_citation(session, "#cite-0-0")
    assert session.page == 2 and session.marked
    assert "<rect" in handlers._page(session)[0] and "<rect" not in handlers.back(session)[0]


@pytest.mark.parametrize("target", ["", "#cite-0-9", "#cite-x-0", "#cite-9-0", "../etc", "#cite-0"])
def test_nonsense_from_a_browser_is_ignored(page, target):
    handlers, session, _ = page()
    handlers.ask(session, "What?", "Auto")
    handlers.show_citation(session, target)
    assert session.page == 1 and not session.marked
