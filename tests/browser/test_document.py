"""The document's side, in the browser: pages, tables, fields, and files that cannot be opened."""

from __future__ import annotations

import csv
import json

import openpyxl
import pymupdf
import pytest

from tests.browser.conftest import DOCS
from tests.page.parts import draw

LOCKED = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "user_pw": "x", "owner_pw": "y"}


@pytest.fixture
def long(tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(draw([f"This is page number {number} of many" for number in range(1, 501)]))
    return path


def download(tab, form, part):
    with tab.page.expect_download() as waiting:
        tab.page.click(f'{part} a[href$=".{form}"]')
    return waiting.value


def test_tables_are_shown_and_downloaded(tab, tmp_path):
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.tab("tables")
    mine.page.get_by_role("button", name="Find the tables").click()
    table = mine.page.locator("#tables table", has_text="Pencils")
    table.wait_for()
    assert table.locator("thead th").all_inner_texts() == ["Item", "Quantity", "Unit price", "Amount"]
    assert table.locator("tbody tr").nth(1).locator("td").all_inner_texts() == [
        *("Pencils HB, box of 12", "30", "2.40", "72.00")
    ]
    for form in ("csv", "xlsx", "json", "md"):
        download(mine, form, "#tables").save_as(tmp_path / f"t.{form}")
    rows = list(csv.reader((tmp_path / "t.csv").open(encoding="utf-8-sig")))
    assert ["Pencils HB, box of 12", "30", "2.40", "72.00"] in rows
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    cells = [[cell.value for cell in row] for sheet in book for row in sheet]
    assert ["Pencils HB, box of 12", "30", "2.40", "72.00"] in cells
    found = json.loads((tmp_path / "t.json").read_text("utf-8"))
    assert len(found) == len(book.sheetnames) and "| Pencils HB" in (tmp_path / "t.md").read_text("utf-8")
    mine.page.locator("#tables .place").first.click()
    mine.page.wait_for_selector("#picture rect", state="attached")
    assert mine.in_view("#picture rect")


def test_a_schema_is_filled_in_field_by_field(tab, backend, tmp_path):
    backend.answer = "BW-2026-0417"
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.tab("fields")
    mine.page.locator("#tab-fields").get_by_role("button", name="Extract").click()
    mine.page.wait_for_selector("#fields .outward")
    row = mine.page.locator("#fields tbody tr", has_text="invoice number")
    assert row.locator(".value").inner_text() == "BW-2026-0417" and "high" in row.locator(".grade").inner_text()
    total = mine.page.locator("#fields tbody tr").filter(has=mine.page.get_by_text("total", exact=True))
    assert "low" in total.locator(".grade").inner_text() and "form of the field" in total.inner_text()
    download(mine, "json", "#fields").save_as(tmp_path / "f.json")
    data = json.loads((tmp_path / "f.json").read_text("utf-8"))
    assert data["data"]["invoice_number"] == "BW-2026-0417" and data["data"]["total"] is None
    assert data["fields"]["invoice_number"]["citations"][0]["status"] == "verified"
    download(mine, "csv", "#fields").save_as(tmp_path / "f.csv")
    assert next(csv.reader((tmp_path / "f.csv").open(encoding="utf-8-sig")))[0] == "field"
    row.locator(".place").click()
    mine.page.wait_for_selector("#picture rect", state="attached")
    assert mine.in_view("#picture rect")


def test_a_chart_is_read_seen_and_downloaded(tab, tmp_path):
    mine = tab()
    mine.open(DOCS / "chart.png")
    mine.tab("chart")
    mine.page.locator("#tab-chart .actions button").first.click()
    mine.page.wait_for_selector("#chart .outward")
    rows = [row.split("\t") for row in mine.page.inner_text("#chart table").splitlines()]
    assert [row for row in rows if "Webcam quality" in row[0]] == [["Webcam quality", "48%"]]
    assert mine.page.locator("#chart .checks .passed").count() >= 3
    mine.page.locator("#forecast", has_text="tokens of words").wait_for()  # known, now that it has been read
    mine.page.wait_for_function("document.querySelector('#chart img').naturalWidth === 1120")
    download(mine, "csv", "#chart").save_as(tmp_path / "c.csv")
    assert "Storage capacity" in (tmp_path / "c.csv").read_text("utf-8-sig")
    mine.load()
    mine.tab("chart")
    assert mine.page.locator("#chart table").is_visible() and not mine.errors


def test_ones_own_schema(tab, backend):
    backend.answer = "391.20"
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.tab("fields")
    mine.page.click("#schema input")
    mine.page.get_by_role("option", name="My own schema").click()
    mine.page.fill("#own textarea", "{ no json")
    fill = mine.page.locator("#tab-fields").get_by_role("button", name="Extract")
    fill.click()
    mine.page.get_by_text("cannot be filled in").wait_for()
    mine.page.fill("#own textarea", '{"properties": {"grand_total": {"type": "number"}}}')
    fill.click()
    mine.page.locator("#fields tr", has_text="grand total").locator(".value").wait_for()
    assert "391.20" in mine.page.inner_text("#fields tbody")


def test_an_extraction_is_stopped_and_keeps_what_it_has(tab, backend):
    backend.answer, backend.delay = "BW-2026-0417", 0.7
    mine = tab()
    mine.open(DOCS / "invoice.pdf")
    mine.tab("fields")
    mine.page.locator("#tab-fields").get_by_role("button", name="Extract").click()
    mine.page.locator("#fields .value").first.wait_for()
    mine.page.locator("#tab-fields").get_by_role("button", name="Stop").click()
    mine.page.get_by_text("Stopped after").wait_for()
    steps = backend.num_steps
    mine.page.wait_for_timeout(1500)
    assert backend.num_steps == steps and 0 < mine.page.locator("#fields .value").count() < 11


def test_five_hundred_pages_do_not_draw_five_hundred(tab, long):
    mine = tab()
    mine.open(long)
    assert mine.page.locator(".thumbs li").count() == 500
    mine.page.wait_for_timeout(1500)
    small = [url for url in mine.fetched if url.endswith(".jpg")]
    assert 0 < len(small) < 60
    assert "first 64 pages" in mine.page.inner_text("#forecast")


def test_pages_are_chosen_by_ticks_and_by_ranges(tab, backend, long):
    mine = tab()
    mine.open(long)
    mine.page.check('.thumbs input[value="3"]')
    mine.page.check('.thumbs input[value="2"]')
    mine.page.wait_for_function("document.querySelector('#ranges input').value === '2-3'")
    mine.ask("Which page is it?")
    assert "Page 2 of 500" in backend.asked[-1][-1].text and "page number 4" not in backend.asked[-1][-1].text
    assert "asked about pages 2–3 of 500 only" in mine.prints.last.inner_text()
    mine.page.fill("#ranges input", "1,-1")
    mine.page.press("#ranges input", "Enter")
    mine.page.wait_for_function("document.querySelector('.thumbs input[value=\"500\"]').checked")
    assert not mine.page.is_checked('.thumbs input[value="3"]')
    mine.page.fill("#ranges input", "none")
    mine.page.press("#ranges input", "Enter")
    mine.page.get_by_text("names no pages").wait_for()
    mine.page.locator('.thumbs li[data-page="2"] button').click()
    mine.page.wait_for_selector('#picture .sheet[data-page="2"]')
    assert mine.page.locator(".thumbs li:has([aria-current=page])").get_attribute("data-page") == "2"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [("notes.pdf", b"hello", "neither a PDF nor a picture"), ("locked.pdf", draw(["x"], **LOCKED), "password")],
)
def test_a_file_that_cannot_be_opened_is_told(tab, tmp_path, name, data, why):
    path = tmp_path / name
    path.write_bytes(data)
    mine = tab()
    mine.choose(path)
    alert = mine.page.locator("#document [role=alert]")
    alert.wait_for()
    assert why in alert.inner_text() and name in alert.inner_text()
    mine.open(DOCS / "invoice.pdf")
    assert alert.count() == 0
    mine.choose(path)
    alert.wait_for()
    assert "invoice.pdf" in mine.page.inner_text(".title")  # the last one stays


def test_a_locked_file_is_unlocked(tab, tmp_path):
    path = tmp_path / "locked.pdf"
    path.write_bytes(draw(["Total 9.00"], **LOCKED))
    mine = tab()
    mine.choose(path)
    mine.page.fill("#password input", "y is not it")
    mine.page.press("#password input", "Enter")
    mine.page.get_by_text("not its password").wait_for()
    mine.page.fill("#password input", "x")
    mine.page.locator("#lock button").last.click()
    mine.page.wait_for_selector("#picture img")
    assert not mine.page.locator("#lock").is_visible() and "locked.pdf" in mine.page.inner_text(".title")
