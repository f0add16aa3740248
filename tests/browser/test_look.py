"""The page for everybody: narrow, dark, by keyboard, for a screen reader, in three languages."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DOCS

NARROW = {"viewport": {"width": 390, "height": 844}}
LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "narrow": NARROW}


def told(tab):
    """What axe finds, one line each."""
    found = Axe().run(tab.page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(tab, backend, look):
    mine = tab(**LOOKS[look])
    assert told(mine) == []
    backend.answer, backend.reasoning = "391.20", "let me see"
    mine.open(DOCS / "invoice.pdf")
    mine.ask("What is the total?")
    assert told(mine) == []
    mine.tab("tables")
    mine.page.locator("#tab-tables button").first.click()
    mine.page.wait_for_selector("#tables .outward")
    assert told(mine) == []
    mine.tab("chart")
    mine.page.locator("#tab-chart button").first.click()
    mine.page.wait_for_selector("#chart .quiet")
    assert told(mine) == []
    mine.tab("fields")
    mine.page.locator("#tab-fields .actions button").first.click()
    mine.page.wait_for_selector("#fields .outward")
    mine.page.click("#past")
    mine.page.wait_for_selector("#list .past")
    assert told(mine) == []


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_nothing_sticks_out_of_a_narrow_window(tab, backend, language):
    mine = tab(**NARROW, locale=language)
    backend.answer = "391.20"
    width = "document.documentElement.scrollWidth"
    assert mine.page.evaluate(width) <= 390
    mine.open(DOCS / "invoice.pdf")
    mine.ask("What is the total?")
    for name in ("words", "tables", "chart", "fields", "page"):
        mine.tab(name)
        assert mine.page.evaluate(width) <= 390
    mine.page.locator("#chat .cite").click()
    mine.page.wait_for_selector("#picture rect", state="attached")
    assert mine.page.evaluate("document.documentElement.lang") == language


def test_dark_is_dark(tab):
    mine = tab(color_scheme="dark")
    colour = mine.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(",")) < 3 * 60


def test_the_language_is_switched_and_stays(tab):
    mine = tab(locale="de-DE")
    assert mine.page.inner_text("#send") == "Senden"
    mine.page.select_option("#language", "zh")
    mine.page.wait_for_function("document.querySelector('#send').innerText === '发送'")
    mine.load()
    assert mine.page.inner_text("#send") == "发送"
    assert mine.page.input_value("#language") == "zh"


def test_by_keyboard_alone(tab, backend):
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    backend.answer = "391.20"
    mine.page.focus("#question textarea")
    mine.page.keyboard.type("What is the total?")
    mine.page.keyboard.press("Enter")
    mine.page.locator("#chat .cite").wait_for()
    mine.page.locator("#chat .cite").focus()
    ring = mine.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    mine.page.keyboard.press("Enter")
    mine.page.wait_for_selector("#picture rect", state="attached")
    assert ring == "solid"


def test_nothing_is_fetched_from_elsewhere(tab, backend):
    """Not even what a model writes: pictures by address stay text, and links are not followed."""
    backend.answer = "![x](http://example.com/x.png) <img src='http://example.com/y.png'>"
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.ask("What?")
    assert "![x]" in mine.page.inner_text("#chat") and mine.strays == [] and mine.fetched
