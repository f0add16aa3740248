"""Earlier conversations: what is written, what is not, and what deleting leaves."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pymupdf
import pytest

from app.ui.history import History
from app.ui.session import Thinking, Turn
from tests.page.parts import draw, event, is_wide, sideways

LOCKED = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "user_pw": "x", "owner_pw": "y"}


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "deep" / "history.sqlite3")


def everything(history):
    """Every byte that the history has on the disk."""
    return b"".join(path.read_bytes() for path in history.path.parent.iterdir())


def test_nothing_is_on_the_disk_before_a_question_was_answered(page, history):
    made = page(history)
    assert history.conversations() == [] and not history.keeps_documents and not history.path.parent.exists()
    made.ask("A question?")
    assert [one.questions for one in history.conversations()] == [("A question?",)]


def test_a_conversation_comes_back_as_it_was(page, history):
    made = page(history, answer="much [2]", reasoning="hm")
    made.ask("How?", "think")
    made.ask("And?")
    turns = made.session.turns
    assert made.session.kept == history.conversations()[0].kept and len(history.conversations()) == 1
    came = history.turns(made.session.kept.id)
    for turn, back in zip(turns, came, strict=True):
        back.began = turn.began  # of this program's run
        assert back == turn


def test_the_document_is_not_kept_unless_somebody_ticks_that(page, file, history):
    data = draw(["A rare word: quokka"])
    made = page(history)
    made.opening.open(made.session, file(data))
    made.ask("What?")
    sha256 = made.session.document.sha256
    assert history.document(sha256) is None and b"quokka" not in everything(history)
    made.remembering.keep_documents(made.session, event(value=True))
    made.ask("And that?")
    assert history.document(sha256) == data, "also if it was open before"
    made.remembering.keep_documents(made.session, event(value=False))
    made.ask("And now?")
    assert history.document(sha256) is None


def test_an_earlier_conversation_opens_with_its_document_if_that_was_kept(page, file, history):
    made = page(history)
    made.remembering.keep_documents(made.session, event(value=True))
    made.opening.open(made.session, file(draw(["Total 7.00"]), "kept.pdf"))
    made.ask("Kept?")
    number = made.session.kept.id
    made.opening.open(made.session, file(draw(["else"])))
    updates = made.remembering.reopen(made.session, event(value=str(number)))
    assert made.session.document.name == "kept.pdf" and not updates["alert"]
    assert [turn.question for turn in made.session.turns] == ["Kept?"]


def test_a_citation_of_a_page_that_was_turned_is_marked_on_it_upright(page, file, history):
    made = page(history, answer="Description [3]")
    made.remembering.keep_documents(made.session, event(value=True))
    made.opening.open(made.session, file(sideways(), "sideways.pdf"))
    made.ask("What?")
    number = made.session.kept.id
    made.opening.open(made.session, file(draw(["else"])))
    made.remembering.reopen(made.session, event(value=str(number)))
    picture = made.paging.cite(made.session, event(value="#cite-0-0"))["picture"]
    assert is_wide(picture) and "<rect" in picture


def test_a_locked_document_that_was_kept_asks_for_its_password(page, file, history):
    made = page(history)
    made.remembering.keep_documents(made.session, event(value=True))
    made.opening.open(made.session, file(draw(["Total 7.00"], **LOCKED), "locked.pdf"))
    made.opening.unlock(made.session, "x")
    made.ask("Kept?")
    number = made.session.kept.id
    made.opening.open(made.session, file(draw(["else"])))
    updates = made.remembering.reopen(made.session, event(value=str(number)))
    assert updates["lock"]["visible"] and "locked.pdf" in updates["alert"]
    made.opening.unlock(made.session, "x")
    assert made.session.document.name == "locked.pdf" and [turn.question for turn in made.session.turns] == ["Kept?"]


def test_without_its_document_it_asks_for_that_and_goes_on_when_it_comes(page, file, history):
    made = page(history)
    data = draw(["Total 7.00"])
    made.opening.open(made.session, file(data, "lost.pdf"))
    made.ask("Lost?")
    number = made.session.kept.id
    made.opening.open(made.session, file(draw(["else"])))
    updates = made.remembering.reopen(made.session, event(value=str(number)))
    assert "lost.pdf" in updates["alert"] and made.session.document is None and updates["drop"]["visible"]
    made.opening.open(made.session, file(data, "lost.pdf"))
    made.ask("More?")
    assert [turn.question for turn in made.session.turns] == ["Lost?", "More?"]
    assert made.session.kept.id == number and len(history.conversations()) == 1


def test_what_is_deleted_cannot_be_found_in_the_file(page, history):
    made = page(history)
    made.ask("About the wombat?")
    first = made.session.kept.id
    made.remembering.anew(made.session)
    made.ask("About the quokka?")
    assert b"wombat" in everything(history)
    made.remembering.delete(made.session, event(value=str(first)))
    assert b"wombat" not in everything(history) and b"quokka" in everything(history)
    assert [turn.question for turn in made.session.turns] == ["About the quokka?"]
    read = made.reader.settings.cache / "ocr"
    read.mkdir(parents=True)
    made.remembering.forget_all(made.session)
    assert b"quokka" not in everything(history) and not made.session.turns and not read.exists()


def test_the_list_says_what_is_stored_and_escapes_what_was_asked(page, history):
    made = page(history)
    made.ask("<b>bold</b>?")
    updates = made.remembering.browse(made.session)
    assert updates["list"]["visible"] and not updates["chatbox"]["visible"]
    assert "Kept on this machine" in updates["list"]["value"] and "&lt;b&gt;bold" in updates["list"]["value"]
    assert not made.remembering.browse(made.session)["list"]["visible"]


@pytest.mark.parametrize("value", [None, "x", "-1", "999", "1; DROP TABLE conversations", ["1"]])
def test_nonsense_opens_and_deletes_nothing(page, history, value):
    made = page(history)
    made.ask()
    made.remembering.reopen(made.session, event(value=value))
    made.remembering.delete(made.session, event(value=value))
    assert len(history.conversations()) == 1 and len(made.session.turns) == 1


def test_a_history_that_cannot_be_used_costs_the_history_alone(page, history, caplog):
    history.path.parent.mkdir()
    history.path.write_bytes(b"this is no database" * 100)
    made = page(history)
    made.ask()
    assert made.session.turns[0].state == "done" and "--no-history" in caplog.text
    listed = made.remembering.browse(made.session)["list"]["value"]
    assert "cannot be read" in listed and "Nothing yet" not in listed


@pytest.mark.parametrize(
    "change",
    [
        "PRAGMA user_version = 99",
        """UPDATE conversations SET turns = '[{"question": "One?", "more": 1, "asked": []}]'""",
    ],
)
def test_what_a_later_version_wrote_does_no_harm(page, history, change):
    made = page(history)
    made.ask("One?")
    number = made.session.kept.id
    with closing(sqlite3.connect(history.path)) as base, base:
        base.execute(change)
    made.remembering.reopen(made.session, event(value=str(number)))
    assert [turn.question for turn in made.session.turns] == ["One?"]
    made.remembering.anew(made.session)
    made.remembering.reopen(made.session, event(value=str(number)))
    assert made.session.turns == []


def test_a_file_of_a_later_version_is_left_alone(page, history):
    made = page(history)
    made.ask("One?")
    with closing(sqlite3.connect(history.path)) as base, base:
        base.execute("PRAGMA user_version = 99")
    made.ask("Two?")
    assert "cannot be read" in made.remembering.browse(made.session)["list"]["value"]
    with closing(sqlite3.connect(history.path)) as base:
        ((turns,),) = base.execute("SELECT turns FROM conversations").fetchall()
    assert [turn["question"] for turn in json.loads(turns)] == ["One?"]


@pytest.mark.parametrize("all_of_them", [False, True])
def test_what_is_deleted_does_not_come_back_from_another_tab(page, history, all_of_them):
    made = page(history)
    made.ask("One?")
    other = made.desk.sessions.arrive("b" * 32, "visit")
    made.remembering.reopen(other, event(value=str(made.session.kept.id)))
    keep = made.desk.keeper(other)  # what the other tab works on is kept when it is done
    if all_of_them:
        made.remembering.forget_all(made.session)
    else:
        made.remembering.delete(made.session, event(value=str(made.session.kept.id)))
    keep()
    assert history.conversations() == [] and not other.turns and not made.session.turns


def test_how_much_was_thought_is_remembered_and_old_conversations_are_read(history):
    number = history.save(None, "a" * 64, "a.pdf", 1, [Turn("One?", Thinking(True, "low"), state="done")]).id
    assert history.turns(number)[0].thinking == Thinking(True, "low")
    base = sqlite3.connect(history.path)
    (plain,) = base.execute("SELECT turns FROM conversations").fetchone()
    old = [{name: value for name, value in turn.items() if name != "thinking"} for turn in json.loads(plain)]
    base.execute(
        "UPDATE conversations SET turns = ?", (json.dumps([turn | {"enable_thinking": False} for turn in old]),)
    )
    base.commit()
    assert history.turns(number)[0].thinking == Thinking(False)


def test_without_history_nothing_is_written(page, tmp_path):
    made = page()
    made.ask()
    assert made.session.kept is None and not list(tmp_path.rglob("*.sqlite3"))


def test_two_programs_share_one_file(history):
    other = History(history.path)
    first = history.save(None, "a" * 64, "a.pdf", 1, [Turn("One?", state="done")])
    second = other.save(None, "b" * 64, "b.pdf", 1, [Turn("Two?", state="done")])
    history.save(first, "a" * 64, "a.pdf", 1, [Turn("One?", state="done"), Turn("Three?", state="done")])
    assert [(one.id, one.questions) for one in other.conversations()] == [
        *((first.id, ("One?", "Three?")), (second.id, ("Two?",)))
    ]
    assert sqlite3.connect(history.path).execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert history.path.stat().st_mode & 0o077 == 0


def test_a_conversation_that_went_on_elsewhere_is_not_written_over(page, file, history):
    """Two tabs have it open, and each asks something."""
    made, data = page(history), draw(["Total 7.00"])
    made.opening.open(made.session, file(data))
    made.ask("One?")
    number = made.session.kept.id
    other = page(history)
    other.remembering.reopen(other.session, event(value=str(number)))
    other.opening.open(other.session, file(data))
    made.ask("Two?")
    other.ask("Three?")
    other.ask("Four?")
    asked = {one.id: one.questions for one in history.conversations()}
    assert asked == {number: ("One?", "Two?"), other.session.kept.id: ("One?", "Three?", "Four?")}


def test_an_answer_that_is_kept_late_leaves_the_next_conversation_alone(page, history):
    made = page(history)
    made.ask("One?")
    number, keep = made.session.kept.id, made.desk.keeper(made.session)
    made.remembering.anew(made.session)
    keep()
    assert made.session.kept is None
    made.ask("Two?")
    asked = [one.questions for one in history.conversations() if one.id == number]
    assert asked == [("One?",)] and made.session.kept.id != number


def test_a_document_that_cannot_be_kept_costs_no_conversation(page, file, history, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    made = page(history)
    made.remembering.keep_documents(made.session, event(value=True))
    made.opening.open(made.session, file(draw(["Total 7.00"])))
    monkeypatch.setattr(History, "keep_document", full)
    made.ask("One?")
    made.ask("Two?")
    assert [one.questions for one in history.conversations()] == [("One?", "Two?")]
