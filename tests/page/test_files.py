"""Small pictures and downloads: for the tab that has the key, and for nobody else."""

from __future__ import annotations

import asyncio
import csv
import io
import json

import openpyxl
import pytest
from PIL import Image

from app.ui.files import Files
from tests.page.parts import draw


def wait(updates):
    return list(updates)[-1]


@pytest.fixture
def served(page):
    """A page with tables and fields found, and the files of its session."""
    made = page(answer="391.20")
    made.desk.sessions.keep(made.session)
    made.opening.sample(made.session, "invoice")
    wait(made.searching.find(made.session))
    wait(made.searching.fill(made.session, "invoice", ""))
    return made, Files(None, made.desk.sessions)


def test_a_small_picture_of_a_page(served):
    made, files = served
    address = f"/lector/{made.session.key}/{made.session.document.sha256[:16]}/1.jpg"
    response = files.answer(address)
    picture = Image.open(io.BytesIO(response.body))
    assert response.status_code == 200 and picture.format == "JPEG" and max(picture.size) <= 220
    assert "private" in response.headers["cache-control"]


@pytest.mark.parametrize("number", ["0", "2", "999999", "-1", "1x"])
def test_a_page_that_is_none(served, number):
    made, files = served
    address = f"/lector/{made.session.key}/{made.session.document.sha256[:16]}/{number}.jpg"
    assert files.answer(address).status_code == 404


def test_without_the_key_there_is_nothing(served):
    made, files = served
    for key in ("0" * 32, made.session.key[:-1], made.session.key.upper(), "../" + made.session.key):
        assert files.answer(f"/lector/{key}/tables.csv").status_code == 404
    other = made.session.document.sha256[::-1][:16]
    assert files.answer(f"/lector/{made.session.key}/{other}/1.jpg").status_code == 404


def test_tables_in_every_format_agree(served):
    made, files = served
    got = {form: files.answer(f"/lector/{made.session.key}/tables.{form}") for form in ("csv", "json", "md", "xlsx")}
    assert all(response.status_code == 200 for response in got.values())
    truth = [row for table in made.session.tables.tables for row in table.texts]
    rows = [row for row in csv.reader(io.StringIO(got["csv"].body.decode("utf-8-sig"))) if row]
    assert rows == truth and len(truth) > 5
    assert [row for table in json.loads(got["json"].body) for row in table["rows"]] == truth
    book = openpyxl.load_workbook(io.BytesIO(got["xlsx"].body))
    looks = {"0": "{:.0f}", "0.00": "{:.2f}", "#,##0.00": "{:,.2f}", "General": "{}"}
    shown = [[looks[cell.number_format].format(cell.value or "") for cell in row] for sheet in book for row in sheet]
    assert shown == truth
    assert "invoice%20tables.xlsx" in got["xlsx"].headers["content-disposition"]


def test_fields_in_every_format_agree(served):
    made, files = served
    got = {form: files.answer(f"/lector/{made.session.key}/fields.{form}") for form in ("csv", "json", "xlsx")}
    data = json.loads(got["json"].body)
    assert data["data"]["total"] == 391.2 and data["fields"]["total"]["citations"][0]["page"] == 1
    assert data["data"]["date"] is None and data["fields"]["date"]["grade"] == "low"
    rows = list(csv.DictReader(io.StringIO(got["csv"].body.decode("utf-8-sig"))))
    assert {row["field"] for row in rows} >= {"total", "date"} and rows[0]["field"] == next(iter(data["fields"]))
    sheet = openpyxl.load_workbook(io.BytesIO(got["xlsx"].body)).active
    assert [cell.value for cell in sheet[1]] == list(rows[0])
    assert files.answer(f"/lector/{made.session.key}/fields.md").status_code == 404


def test_before_anything_was_found_there_is_nothing_to_have(page):
    made = page()
    made.desk.sessions.keep(made.session)
    files = Files(None, made.desk.sessions)
    assert files.answer(f"/lector/{made.session.key}/tables.csv").status_code == 404
    assert files.answer(f"/lector/{made.session.key}/fields.json").status_code == 404


def test_other_addresses_go_on_to_the_page(page):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["path"])

    files = Files(app, page().desk.sessions)
    asyncio.run(files({"type": "http", "path": "/gradio_api/info"}, None, None))
    assert seen == ["/gradio_api/info"]


def test_a_document_without_tables_gives_no_workbook(page, file):
    made = page()
    made.desk.sessions.keep(made.session)
    made.opening.open(made.session, file(draw(["nothing here"])))
    updates = wait(made.searching.find(made.session))
    assert "No table found" in updates["tables"]
    assert Files(None, made.desk.sessions).answer(f"/lector/{made.session.key}/tables.xlsx").status_code == 404
