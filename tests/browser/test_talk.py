"""Questions and answers, in the browser."""

from __future__ import annotations

import time

import pytest

from tests.browser.conftest import DOCS


def test_an_answer_streams_and_its_citation_shows_the_place(tab, backend):
    backend.answer, backend.delay = "Total due (GBP) 391.20 is what the invoice says at its very end", 0.15
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.send("What is the total?")
    seen = set()
    while mine.prints.count() == 0:
        seen.add(mine.page.inner_text("#chat"))
        time.sleep(0.05)
    assert len(seen) > 5  # it grew before our eyes
    backend.answer = "391.20 [14]"
    mine.ask("And again?")
    cite = mine.page.locator("#chat .cite").last
    assert "Page 1" in cite.inner_text() and "391.20" in cite.inner_text()
    mine.page.click("#tab-tables-button")
    cite.click()
    mine.page.wait_for_selector("#picture rect", state="attached")
    assert mine.page.locator("#picture").is_visible() and mine.in_view("#picture rect")
    assert not mine.errors


def test_a_photo_is_read_and_cited(tab, backend):
    mine = tab()
    mine.open(DOCS / "receipt.jpg")
    assert "from its picture first" in mine.page.inner_text("#forecast")
    mine.tab("words")
    mine.page.wait_for_selector("#words li")
    assert "Read from the picture" in mine.page.inner_text("#words")
    total = mine.page.locator("#words li", has_text="Payable").last.inner_text()
    backend.answer = total.split()[-1]
    mine.tab("page")
    mine.ask("What is the total?")
    mine.page.locator("#chat .cite").first.click()
    mine.page.wait_for_selector("#picture rect", state="attached")
    assert mine.in_view("#picture rect")
    assert "tokens of words" in mine.page.inner_text("#forecast")  # known, now that it has been read


def test_stop_ends_the_decoding(tab, backend):
    backend.answer, backend.delay = "word " * 2000, 0.02
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.send("Tell me all")
    mine.page.get_by_text("word word word").wait_for()
    mine.page.click("#stop")
    mine.prints.first.wait_for()
    steps = backend.num_steps
    mine.page.wait_for_timeout(500)
    assert backend.num_steps == steps < 2000
    assert "Stopped" in mine.prints.first.inner_text()


def test_stopped_early_it_says_so_and_can_be_asked_again(tab, backend):
    backend.answer, backend.delay = "9.00 " * 50, 5.0  # time to press Stop on a slow machine
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.send("What is the total?")
    mine.page.click("#stop")
    mine.page.get_by_text("before there was an answer").wait_for()
    backend.answer, backend.delay = "391.20", 0.0
    mine.page.get_by_text("Ask again").click()
    mine.page.locator("#chat .cite").wait_for()
    assert mine.page.locator("#chat .user.message").count() == 1


def test_a_hint_stays_until_it_is_followed(tab, backend):
    mine = tab()
    mine.send("What?")
    mine.page.get_by_text("Open a document first").wait_for()
    mine.page.wait_for_timeout(1000)
    assert mine.page.get_by_text("Open a document first").is_visible()
    assert mine.page.input_value("#question textarea") == "What?" and not backend.asked


def test_a_thought_is_a_fold_above_the_answer(tab, backend):
    backend.answer, backend.reasoning, backend.delay = "391.20", "let me look at the last line of it " * 3, 0.05
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.page.get_by_text("Think", exact=True).click()
    mine.send("What is the total?")
    mine.page.get_by_text("Thinking…").wait_for()
    mine.page.get_by_text("Thought for").wait_for()
    mine.prints.first.wait_for()
    assert backend.thinking == [True] and "Think" in mine.prints.first.inner_text()
    mine.page.get_by_text("let me look at").wait_for(state="hidden")  # the fold closes by and by
    mine.page.get_by_text("Thought for").click()
    assert mine.page.get_by_text("let me look at").first.is_visible()


def test_answer_now_closes_the_thought(tab, backend):
    backend.answer, backend.reasoning, backend.delay = "391.20", "step " * 5000, 0.02
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    assert not mine.page.locator("#hurry").is_visible()
    mine.page.get_by_text("Think", exact=True).click()
    mine.send("What is the total?")
    mine.page.click("#hurry")
    mine.prints.first.wait_for()
    assert not mine.page.locator("#hurry").is_visible() and 0 < backend.num_steps < 5000
    assert mine.page.locator("#chat .cite").count() == 1
    mine.page.get_by_text("Thought for").click()
    assert mine.page.get_by_text("step step").first.is_visible() and not mine.errors


def test_a_question_is_edited_in_its_place(tab, backend):
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.ask("What is the totle?")
    mine.page.get_by_text("Change the question").click()
    mine.page.get_by_text("replaces the last question").wait_for()
    assert mine.page.input_value("#question textarea") == "What is the totle?"
    mine.send("What is the total?")
    mine.page.locator("#chat .user.message", has_text="total?").wait_for()
    mine.prints.first.wait_for()
    assert mine.page.locator("#chat .user.message").count() == 1 and len(backend.asked) == 2


@pytest.mark.parametrize("during", [True, False])
def test_a_reload_shows_the_same_document_and_conversation(tab, backend, during):
    backend.answer, backend.delay = "word " * 60, 0.05 if during else 0.0
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.send("Tell me all")
    (mine.page.get_by_text("word word") if during else mine.prints).first.wait_for()
    mine.load()
    mine.page.wait_for_selector("#picture img")
    assert "invoice.pdf" in mine.page.inner_text(".title")
    mine.prints.first.wait_for()
    assert mine.page.inner_text("#chat").count("word") == 60
    assert len(backend.asked) == 1, [asked[-1].text[-60:] for asked in backend.asked]


def test_a_copy_of_a_tab_is_somebody_else(tab):
    """A browser copies what the tab has stored, its key too."""
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    key = mine.page.evaluate("sessionStorage.getItem('lector-key')")
    copy = mine.page.context.new_page()
    copy.add_init_script(f"sessionStorage.setItem('lector-key', '{key}')")
    copy.goto(mine.address)
    copy.wait_for_selector("body.arrived")
    assert copy.locator("#drop").is_visible() and copy.evaluate("sessionStorage.getItem('lector-key')") != key
    mine.load()
    assert "invoice.pdf" in mine.page.inner_text(".title")


def test_a_tab_that_was_left_for_too_long_says_so(tab, served):
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    served[1].sessions._used.clear()
    mine.send("What?")
    mine.page.get_by_text("Load the page again").first.wait_for()
    mine.load()
    mine.page.wait_for_selector("#drop")


def test_another_tab_is_somebody_else(tab):
    mine, other = tab(), tab()
    mine.open(DOCS / "invoice.pdf")
    other.load()
    assert other.page.locator("#drop").is_visible() and not other.page.locator("#viewer").is_visible()


def test_earlier_conversations_are_opened_and_deleted(tab, backend):
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.ask("A question to find again?")
    mine.page.click("#new")
    mine.page.locator("#chat .print").wait_for(state="detached")
    mine.page.click("#past")
    mine.page.locator("#list").get_by_text("A question to find again?").click()
    mine.prints.first.wait_for()
    assert "9.00" in mine.page.inner_text("#chat")
    mine.page.click("#past")
    mine.page.locator("#list").get_by_text("A question to find again?").wait_for()
    count = mine.page.locator("#list li").count()
    mine.page.locator("#list li", has_text="A question to find again?").locator(".delete").click()
    mine.page.wait_for_function(f"document.querySelectorAll('#list li').length === {count - 1}")
    mine.page.get_by_role("button", name="Delete all").click()
    mine.page.get_by_role("button", name="for good").click()
    mine.page.get_by_text("Nothing yet").wait_for()
