"""Tables and fields are found in a thread of their own: seen growing, stopped, watched again, kept."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import pytest

from app.ui.finding import read_fields
from app.ui.jobs import Job
from app.ui.results import columns
from app.ui.session import Session, Turn
from app.ui.sessions import KEPT_SECONDS, MOST, Gone, Sessions
from preprocess.document import DocumentError
from prompts.schema import SchemaError
from tests.page.parts import event

KEYS = [f"{number:032x}" for number in range(1, MOST + 40)]


def test_fields_grow_one_by_one_and_lead_to_the_page(page):
    made = page(answer="9.00 [1]", delay=0.15)
    own = '{"properties": {"total": {"type": "number"}, "net": {"type": "number"}, "day": {"format": "date"}}}'
    shown = [updates["fields"] for updates in made.searching.fill(made.session, "own", own)]
    assert len(shown) >= 3 and "0 of 3 values" in shown[0] and "3 of 3 found" in shown[-1]
    assert made.session.fields.extraction.data == {"total": 9.0, "net": 9.0, "day": None}
    updates = made.paging.field(made.session, event(value="0"))
    assert made.session.page == 1 and "<rect" in updates["picture"]


def test_stop_keeps_the_fields_that_are_there(page):
    made = page(answer="9.00 [1]", delay=0.1)
    filling = made.searching.fill(made.session, "invoice", "")
    for _ in filling:
        if made.session.fields.found:
            made.searching.stop_fill(made.session)
    assert made.session.fields.state == "stopped" and 0 < len(made.session.fields.found) < 11
    steps = made.backend.num_steps
    assert made.session.fields.job.finished.is_set() and made.backend.num_steps == steps


def test_only_the_chosen_pages_are_looked_at(page):
    made = page(answer="much")
    made.session.asked = (2,)
    list(made.searching.fill(made.session, "own", '{"properties": {"thanks": {}}}'))
    assert made.session.fields.found["thanks"].pages_read == (2,)
    list(made.searching.find(made.session))
    assert made.session.tables.pages == made.session.tables.read == 1


def test_pages_that_cannot_be_read_are_told_beside_the_values_of_the_others(page):
    made = page(answer="much")
    first, second = made.session.document.pages

    def fail():
        raise DocumentError("damaged", "cannot be read")

    made.session.document = replace(made.session.document, pages=(first, replace(second, text=fail, told=None)))
    *_, last = made.searching.fill(made.session, "own", '{"properties": {"thanks": {}}}')
    assert made.session.fields.state == "done" and "cannot be read: pages 2" in last["fields"]


def test_tables_are_stopped_between_two_pages(page):
    made = page()
    reading, go_on = Event(), Event()

    def slow():
        reading.set()
        go_on.wait(10)
        return second.text()

    first, second = made.session.document.pages
    made.session.document = replace(made.session.document, pages=(replace(first, text=slow), second))
    finding = made.searching.find(made.session)
    assert "Reading page 1 of 2" in next(finding)["tables"]
    assert reading.wait(5)
    assert "Stopping after page 1 of 2" in made.searching.stop_find(made.session)["tables"]
    go_on.set()
    assert "Stopped after 1 of 2 pages" in list(finding)[-1]["tables"]


def test_a_page_that_cannot_be_read_is_left_out_and_named(page):
    made = page()

    def fail():
        raise DocumentError("damaged", "no")

    first, second = made.session.document.pages
    made.session.document = replace(made.session.document, pages=(first, replace(second, text=fail)))
    assert "pages 2" in list(made.searching.find(made.session))[-1]["tables"]


def test_a_failure_is_a_sentence(page, monkeypatch):
    made = page()

    def fail(*args, **kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr(made.reader, "extract", fail)
    monkeypatch.setattr(made.reader, "tables", fail)
    for last in (list(made.searching.fill(made.session, "invoice", ""))[-1]["fields"],
                 list(made.searching.find(made.session))[-1]["tables"]):  # fmt: skip
        assert "Something went wrong" in last and "secret" not in last


@pytest.mark.parametrize("own", ["", "{", "[]", "3", '{"properties": []}', '{"properties": {"a": 3}}', "{}", "null"])
def test_what_is_no_schema_is_told(page, own):
    made = page()
    with pytest.raises(SchemaError):
        read_fields("own", own)
    assert "cannot be filled in" in list(made.searching.fill(made.session, "own", own))[-1]["fields"]


def test_a_lists_entries_lead_to_their_cells(page):
    made = page(answer="x")
    made.opening.sample(made.session, "invoice")
    own = '{"properties": {"items": {"type": "array", "items": {"type": "object"}}}}'
    shown = list(made.searching.fill(made.session, "own", own))[-1]["fields"]
    assert "Pencils HB, box of 12" in shown
    assert columns(made.session.fields.lists["items"])[0] == "Item"
    entries = made.session.fields.lists["items"].rows
    row = next(n for n, entry in enumerate(entries) if "Pencils" in str([one.text for one in entry.values()]))
    made.paging.field(made.session, event(value=f"0-{row}-0"))
    assert made.session.marked == entries[row]["Item"].citations[0].boxes
    made.session.marked = ()
    for value in ("0-99-0", "0-0-99", "0", "0--1-0"):
        made.paging.field(made.session, event(value=value))
        assert made.session.marked == ()


def test_sessions_go_a_day_after_their_last_use_and_their_tabs_are_told():
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    first, second = sessions.arrive(KEYS[0], "first"), sessions.arrive(KEYS[1], "second")
    now[0] = KEPT_SECONDS - 1
    assert sessions.visited("first") is first and sessions.visited("never seen") is None
    now[0] = KEPT_SECONDS + 1
    sessions.arrive(KEYS[2], "third")
    assert sessions.find(KEYS[0]) is first and sessions.find(KEYS[1]) is None
    with pytest.raises(Gone):
        sessions.visited("second")
    assert sessions.arrive(KEYS[1], "again") is not second


def test_no_more_sessions_are_kept_than_there_is_room_for_and_working_ones_stay():
    sessions = Sessions()
    working = sessions.arrive(KEYS[0], "")
    working.turns, working.asking = [Turn("?", state="reading")], Job()
    for key in KEYS[1 : MOST + 20]:
        sessions.arrive(key, key)
    assert sessions.find(KEYS[0]) is working and sessions.find(KEYS[1]) is None
    assert sum(sessions.find(key) is not None for key in KEYS) == MOST
    assert isinstance(sessions.find(KEYS[MOST + 19]), Session)
