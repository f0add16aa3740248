"""The page with the embedded model, as somebody who has just installed it sees it. With `LECTOR_SCREENSHOTS=1` these
tests write the pictures of the page in `docs/`.
"""

from __future__ import annotations

import os

import pytest

from app.reader import Reader
from app.ui.history import History
from tests.browser.conftest import DOCS, PATIENCE, serve
from tests.browser.tab import Tab

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def nano(folder):
    """A page with the embedded model: its address, and a list that grows by one with every step of its decoder."""
    reader = Reader()
    engine, steps = reader.backend.worker.engine, []
    step = engine.step

    def counted():
        steps.append(1)
        return step()

    engine.step = counted
    address, _, close = serve(reader, folder, History(folder / "nano.sqlite3"))
    yield address, steps
    close(verbose=False)
    reader.close()


@pytest.fixture
def mine(chromium, nano):
    strays = []
    context = chromium.new_context(viewport={"width": 1280, "height": 820}, locale="en-GB")
    context.set_default_timeout(2 * PATIENCE)
    yield Tab(context, nano[0], strays)
    context.close()
    assert not strays


def picture(tab, name):
    if os.environ.get("LECTOR_SCREENSHOTS"):
        tab.page.mouse.move(0, 0)
        tab.page.wait_for_timeout(500)
        tab.page.screenshot(path=DOCS / name)


def test_a_receipt_is_asked_and_the_place_is_shown(mine):
    mine.open(DOCS / "receipt.jpg")
    mine.ask("What is the date?")
    mine.ask("What is the total payable?")
    mine.page.locator("#chat .cite").last.click()
    mine.page.wait_for_selector("#picture rect", state="attached")
    assert mine.in_view("#picture rect") and "105.65" in mine.page.inner_text("#chat")
    picture(mine, "page.png")


def test_an_invoice_is_extracted(mine):
    mine.open(DOCS / "invoice.pdf")
    mine.tab("fields")
    mine.page.locator("#tab-fields").get_by_role("button", name="Extract").click()
    mine.page.wait_for_selector("#fields .outward")
    assert "BW-2026-0417" in mine.page.inner_text("#fields")
    picture(mine, "extract.png")


def test_a_chart_is_read(mine):
    mine.open(DOCS / "chart.png")
    mine.tab("chart")
    mine.page.locator("#tab-chart").get_by_role("button", name="Read the chart").click()
    mine.page.wait_for_selector("#chart .outward")
    assert "Touchscreen\t58%" in mine.page.inner_text("#chart table")
    picture(mine, "chart-tab.png")


def test_no_step_runs_after_stop(mine, nano):
    mine.open(DOCS / "invoice.pdf")
    mine.page.get_by_text("Think", exact=True).click()
    mine.send("Describe everything that this invoice says, line by line.")
    mine.page.wait_for_function("document.querySelectorAll('#chat .bot.message').length > 0")
    mine.page.click("#stop")
    mine.prints.first.wait_for()
    mine.page.wait_for_timeout(1000)
    steps = len(nano[1])
    mine.page.wait_for_timeout(1500)
    assert len(nano[1]) == steps > 0
