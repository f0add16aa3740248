"""Pages are turned, pointed at, read, and chosen to be asked about."""

from __future__ import annotations

import pytest

from app.ui.session import Session
from preprocess.document import Document
from preprocess.document import Page as DocumentPage
from tests.page.parts import draw, event, is_wide, sideways


def test_pages_turn_within_the_document_and_draw_one_at_a_time(page, file):
    made = page()
    made.opening.open(made.session, file(draw([f"Page {number}" for number in range(1, 301)])))
    session, drawn = made.session, []
    session.document = _watched(session.document, drawn)
    assert 'alt="Page 2"' in made.paging.forth(session)["picture"]
    assert 'alt="Page 300"' in made.paging.turn(session, 999)["picture"]
    updates = made.paging.turn(session, 300)
    assert updates["number"] == 300 and "of 300" in updates["count"]
    assert updates["back"]["interactive"] and not updates["forth"]["interactive"]
    assert 'alt="Page 1"' in made.paging.turn(session, -5)["picture"]
    assert made.paging.turn(session, 0)["number"] == 1 and made.paging.turn(session, None)["number"] == 1
    assert 'alt="Page 7"' in made.paging.leaf(session, event(value="7"))["picture"]
    assert drawn == [2, 300, 300, 1, 1, 1, 7]


def _watched(document: Document, drawn: list[int]) -> Document:
    def watch(page: DocumentPage) -> DocumentPage:
        def render():
            drawn.append(page.number)
            return page.render()

        return DocumentPage(page.number, render, page.text)

    return Document(document.name, document.sha256, tuple(watch(page) for page in document.pages), document.page_count)


def test_words_are_read_only_when_looked_at_and_are_escaped(page):
    made = page()
    made.paging.forth(made.session)
    assert made.paging.words(made.session) == {"page_words": ""}
    made.paging.choose_tab(made.session, "words")
    shown = made.paging.words(made.session)["page_words"]
    assert "&lt;b&gt;very&lt;/b&gt;" in shown and "own text" in shown
    made.paging.back(made.session)
    assert "Total due" in made.paging.words(made.session)["page_words"]


def test_a_page_that_lies_on_its_side_stands_up_once_somebody_has_read_it(page, file):
    made = page(answer="Description [3]")
    opened = made.opening.open(made.session, file(sideways(), "sideways.pdf"))
    assert not is_wide(opened["picture"]) and "picture" not in made.paging.outlook(made.session)
    made.ask("What?")
    assert is_wide(made.paging.outlook(made.session)["picture"])
    assert "picture" not in made.paging.outlook(made.session), "it is drawn once"
    opened = made.opening.open(made.session, file(sideways(), "sideways.pdf"))
    made.paging.choose_tab(made.session, "words")
    assert not is_wide(opened["picture"]) and is_wide(made.paging.words(made.session)["picture"])


def test_a_citation_turns_to_its_page_and_marks_it(page):
    made = page(answer="much [2]")
    made.ask("How?")
    made.session.tab = "tables"
    updates = made.paging.cite(made.session, event(value="#cite-0-0"))
    assert made.session.page == 2 and "<rect" in updates["picture"] and updates["tabs"]["selected"] == "page"
    assert "<rect" not in made.paging.back(made.session)["picture"]


@pytest.mark.parametrize("value", ["", "#cite-0-9", "#cite-x-0", "#cite-9-0", "../etc", "#cite-0", None, "#cite-²-0"])
def test_nonsense_from_a_browser_is_ignored(page, value):
    made = page(answer="much [2]")
    made.ask("How?")
    for handler in (made.paging.cite, made.paging.field, made.paging.table, made.paging.leaf):
        handler(made.session, event(value=value))
    assert made.session.page == 1 and not made.session.marked


@pytest.mark.parametrize(
    ("text", "numbers", "shown"),
    [
        ("2", (2,), "2"),
        ("1-2", (), ""),  # that is all of them
        (" -1 ", (2,), "2"),
        ("", (), ""),
        ("2,", (2,), "2"),
        ("1–2", (), ""),
    ],
)
def test_pages_are_written_down(page, text, numbers, shown):
    made = page()
    made.session.asked = (1,)
    updates = made.paging.type_ranges(made.session, text)
    assert made.session.asked == numbers and updates["ranges"]["value"] == shown and not updates["alert"]


@pytest.mark.parametrize(("text", "why"), [("two", "names no pages"), ("0", "names no pages"), ("7-9", "has 2")])
def test_pages_that_are_none_are_told_and_the_choice_stays(page, text, why):
    made = page()
    made.session.asked = (1,)
    updates = made.paging.type_ranges(made.session, text)
    assert why in updates["alert"] and made.session.asked == (1,) and "value" not in updates["ranges"]


def test_ticked_pages_are_written_down(page, file):
    made = page()
    made.opening.open(made.session, file(draw(list("abcdefghij"))))
    updates = made.paging.tick(made.session, event(value=["3", "1", "2", "8", "99", "x"]))
    assert made.session.asked == (1, 2, 3, 8) and updates["ranges"]["value"] == "1-3,8"
    assert 'data-ticked="1,2,3,8"' in updates["ticks"] and "4 pages" in updates["forecast"]


def test_without_a_document_nothing_breaks(page):
    made, nothing = page(), Session()
    made.paging.forth(nothing)
    made.paging.words(nothing)
    made.paging.tick(nothing, event(value=["1"]))
    made.paging.type_ranges(nothing, "1")
    assert list(made.searching.find(nothing)) and list(made.searching.fill(nothing, "invoice", ""))
    assert nothing.page == 1 and nothing.tables is None and nothing.fields is None
