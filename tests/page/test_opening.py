"""A tab arrives and a file is opened in it, or is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest

from app.ui.handlers import views
from app.ui.samples import SAMPLES
from app.ui.session import Session
from preprocess.document import DocumentError
from tests.page.parts import draw, event

LOCKED = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "user_pw": "x", "owner_pw": "y"}
KEY = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"hello", "notes.docx", "neither a PDF nor a picture"),
        (b"%PDF-1.7\n" + b"junk" * 99, "broken.pdf", "damaged"),
        (draw(["x"], **LOCKED), "locked.pdf", "password"),
        (b"", "empty.pdf", "nothing in it"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "broken.png", "damaged"),
    ],
)
def test_a_bad_file_is_told_and_the_last_one_stays(page, file, data, name, why):
    made = page()
    document = made.session.document
    alert = made.opening.open(made.session, file(data, name))["alert"]
    assert why in alert and name in alert and 'role="alert"' in alert and "Traceback" not in alert
    assert made.session.document is document


@pytest.mark.parametrize("name", ["invoice", "receipt", "chart"])
def test_a_sample_is_one_click_away_and_stays_where_it_is(page, name):
    made = page()
    assert not made.opening.sample(made.session, name)["alert"]
    document = made.session.document
    assert document is not None and document.name == SAMPLES[name].name
    assert document.pages[0].text().lines and SAMPLES[name].exists()


def test_an_unforeseen_failure_is_told_too(page, file, monkeypatch):
    made = page()

    def fail(path):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(made.reader, "open", fail)
    alert = made.opening.open(made.session, file(draw(["x"])))["alert"]
    assert "could not be opened" in alert and "secret" not in alert


def test_a_file_above_the_limit_is_told(page):
    made = page()
    alert = made.opening.heavy(made.session, event(name="<big>.pdf"))["alert"]
    assert "larger than 256 MB" in alert and "&lt;big&gt;.pdf" in alert


def test_uploads_do_not_stay_on_the_disk(page, file):
    made = page()
    path = file(draw(["x"]), "again.pdf")
    made.opening.open(made.session, path)
    assert made.session.document.name == "again.pdf" and not Path(path).exists()
    assert made.session.data is None


def test_another_document_begins_another_conversation_and_the_same_one_does_not(page, file):
    made = page()
    made.ask()
    first = draw(["first"])
    made.opening.open(made.session, file(first))
    assert not made.session.turns
    made.ask()
    made.opening.open(made.session, file(first))
    assert len(made.session.turns) == 1


def test_a_page_that_cannot_be_drawn_is_said(page):
    made = page()

    def fail():
        raise DocumentError("damaged", "no")

    first, second = made.session.document.pages
    made.session.document = replace(made.session.document, pages=(first, replace(second, render=fail)))
    assert "cannot be drawn" in made.paging.forth(made.session)["picture"]


def test_a_reloaded_tab_finds_its_document_and_conversation(page, file):
    made = page()
    made.opening.arrive({"key": KEY, "languages": ["en"]}, "first")
    session = made.desk.sessions.visited("first")
    made.opening.open(session, file(draw(["Hello"])))
    made.session = session
    made.ask()
    again = made.opening.arrive({"key": KEY, "languages": ["en"]}, "second")
    assert made.desk.sessions.visited("second") is session and "invoice.pdf" in again["title"]
    assert [message["content"] for message in again["chat"]["value"]][:1] == ["What?"]
    other = made.opening.arrive({"key": KEY[::-1], "languages": ["en"]}, "other")
    assert made.desk.sessions.visited("other") is not session and not other["title"]


def test_whatever_is_opened_takes_the_place_of_the_list_of_earlier_conversations(page, file):
    """It used to leave an empty list there."""
    made = page()
    ways = (
        lambda: made.opening.open(made.session, file(draw(["Hello"]))),
        lambda: made.opening.open(made.session, file(b"no document", "x.bin")),
        lambda: made.opening.sample(made.session, "chart"),
        lambda: made.opening.unlock(made.session, "secret"),
        lambda: made.opening.speak(made.session, event(value="de")),
    )
    for way in ways:
        made.session.browsing = True
        updates = way()
        assert updates["chatbox"]["visible"] and not updates["list"]["visible"]


@pytest.mark.parametrize("tab", [None, [], {"key": "../x"}, {"key": KEY.upper()}, {"languages": [3, None]}])
def test_a_tab_that_says_nonsense_gets_a_session_of_its_own(page, tab):
    made = page()
    made.opening.arrive(tab, "visit")
    session = made.desk.sessions.visited("visit")
    assert isinstance(session, Session) and made.desk.sessions.find(session.key) is session
    assert session.language == "en" and len(session.key) == 32


@pytest.mark.parametrize(
    ("languages", "button"),
    [(["de-AT", "en"], "Senden"), (["fr", "zh-CN"], "发送"), (["fr", "pt-BR"], "Send"), (["en-US"], "Send")],
)
def test_a_tab_speaks_the_browsers_language(page, languages, button):
    made = page()
    updates = made.opening.arrive({"key": KEY, "languages": languages}, "visit")
    session = made.desk.sessions.visited("visit")
    assert updates["send"]["value"] == button and updates["send"]["visible"] is True
    spoken = made.opening.speak(session, event(value="de"))
    assert spoken["send"]["value"] == "Senden" and 'data-language="de"' in spoken["head"]["value"]
    assert made.opening.speak(session, event(value="xx"))["send"]["value"] == "Senden"


def test_every_label_is_one_of_a_part_that_can_have_it(page):
    made = page()
    updates = made.opening.arrive({}, "visit")
    for part, name, key in views.LABELS:
        assert updates[part][name] == made.session.words(key), part


def test_how_many_pages_a_file_may_have_is_a_setting(page, file):
    made = page()
    for most, opens in ((2, False), (3, True)):
        object.__setattr__(made.reader, "settings", replace(made.reader.settings, max_pages=most))
        updates = made.opening.open(made.session, file(draw(["a", "b", "c"])))
        assert bool(updates["alert"]) is not opens and ("more than 2 pages" in updates["alert"]) is not opens


def test_an_upload_that_another_tab_took_away_is_told(page):
    made = page()
    assert "did not arrive" in made.opening.open(made.session, "/no/such/upload.pdf")["alert"]


def test_a_locked_file_opens_with_its_password(page, file):
    made = page()
    before = made.session.document
    updates = made.opening.open(made.session, file(draw(["x"], **LOCKED), "locked.pdf"))
    assert updates["lock"]["visible"] and made.session.document is before
    updates = made.opening.unlock(made.session, "wrong")
    assert "not its password" in updates["alert"] and updates["lock"]["visible"]
    updates = made.opening.unlock(made.session, "x")
    assert made.session.document.name == "locked.pdf" and not updates["alert"] and not updates["lock"]["visible"]
    assert made.session.locked is None and made.session.document.pages[0].text().lines
    made.opening.unlock(made.session, "x")  # nothing is locked any more
    assert made.session.document.name == "locked.pdf"
