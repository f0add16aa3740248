"""A chart is read in a thread of its own: shown with its checks, stopped, taken home, calmly missed."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from threading import Event

import openpyxl
import pytest
from PIL import Image, ImageChops

from app.ui.files import Files
from app.ui.render import plot
from app.ui.words import words
from preprocess.document import DocumentError

PRINTED = Path(__file__).parents[2] / "docs" / "chart.png"  # its words, as a person reads them off
ROWS = [["Touchscreen", 58], ["Webcam quality", 48], ["Storage capacity", 47]]
TITLE = "Leading results: most important criteria when buying a laptop in 2022"


def read(made):
    return list(made.searching.read_chart(made.session))[-1]


@pytest.fixture
def charted(page):
    """A page whose chart has been read, and the files of its session."""
    made = page()
    made.desk.sessions.keep(made.session)
    made.opening.sample(made.session, "chart")
    made.shown = read(made)
    return made, Files(None, made.desk.sessions)


def address(made, number=1):
    return f"/lector/{made.session.key}/{made.session.document.sha256[:16]}/{number}-chart.jpg"


def slowly(page, reading, go_on):
    """`page`, whose words come when `go_on` is set; `reading` is set when somebody waits for them."""

    def text():
        reading.set()
        go_on.wait(10)
        return page.text()

    return replace(page, text=text)


def test_a_chart_is_shown_with_its_checks_and_ways_out(charted):
    made, _ = charted
    shown = made.shown["chart"]
    assert TITLE in shown and "Percentage of respondents" in shown and "Values in %" in shown
    for name, number in ROWS:
        assert f'<th scope="row">{name}</th><td class="figure">{number}%</td>' in shown
    checks = made.session.chart.chart.checks
    assert checks and all(check.passed for check in checks)
    assert shown.count('<li class="passed">') == len(checks) and "estimated" not in shown
    assert address(made)[1:] in shown and all(f"chart.{form}" in shown for form in ("xlsx", "csv", "json", "md"))
    assert made.shown["read_chart"]["visible"] and not made.shown["stop_chart"]["visible"]


def test_what_was_measured_has_a_sign_that_is_explained_and_a_failed_check_says_so(charted):
    made, _ = charted
    chart = made.session.chart.chart
    first, second, _ = chart.series[0].values
    values = (replace(first, kind="estimated", text="57.9"), second, None)
    series = (replace(chart.series[0], values=values),)
    checks = (replace(chart.checks[0], passed=False, sentence="1 < 2 fails."),)
    made.session.chart.chart = replace(chart, series=series, checks=checks, notices=("1 value is missing.",))
    for language in ("en", "de", "zh"):
        said = words(language)
        shown = plot.chart(made.session.key, made.session.document, made.session.chart, said)
        assert f'title="{said("chart.estimated")}">~57.9</td>' in shown and said("chart.estimates") in shown
        assert '<td class="figure"></td>' in shown and "~48" not in shown
        assert f'<li class="failed"><strong>{said("chart.failed")}</strong> 1 &lt; 2 fails.</li>' in shown
        assert "<li>1 value is missing.</li>" in shown


def test_a_chart_in_every_format_agrees(charted):
    made, files = charted
    got = {form: files.answer(f"/lector/{made.session.key}/chart.{form}") for form in ("csv", "json", "md", "xlsx")}
    assert all(response.status_code == 200 for response in got.values())
    rows = list(csv.DictReader(io.StringIO(got["csv"].body.decode("utf-8-sig"))))
    assert [[row["category"], float(row["value"])] for row in rows] == ROWS
    assert {(row["unit"], row["how"]) for row in rows} == {("%", "printed")}
    (plain,) = json.loads(got["json"].body)
    assert [value["number"] for value in plain["series"][0]["values"]] == [number for _, number in ROWS]
    assert all(f"| {name} | {number}% |" in got["md"].body.decode() for name, number in ROWS)
    sheet = openpyxl.load_workbook(io.BytesIO(got["xlsx"].body)).active
    assert [[row[0], row[2]] for row in sheet.iter_rows(2, values_only=True)] == ROWS
    assert "chart%20chart.xlsx" in got["xlsx"].headers["content-disposition"]


def test_the_picture_is_the_page_with_something_drawn_over_it(charted):
    made, files = charted
    response = files.answer(address(made))
    drawn, bare = Image.open(io.BytesIO(response.body)), Image.open(PRINTED).convert("RGB")
    assert response.status_code == 200 and drawn.size == bare.size == made.session.chart.size
    differing = ImageChops.difference(drawn, bare).convert("L").point(lambda level: 255 * (level > 80))
    left, top, right, bottom = differing.getbbox()
    assert 195 <= left <= 207 and 915 <= right <= 935  # from the axis to the end of the longest bar
    assert 143 <= top <= 155 and 590 <= bottom <= 665  # all three bars
    other = address(made).replace(made.session.document.sha256[:16], "0" * 16)
    for elsewhere in (address(made, 2), other, address(made).replace(made.session.key, "0" * 32)):
        assert files.answer(elsewhere).status_code == 404
    made.session.chart = None
    assert files.answer(address(made)).status_code == 404
    assert files.answer(f"/lector/{made.session.key}/chart.csv").status_code == 404


def test_a_page_without_a_chart_is_no_failure(page):
    made = page()
    made.desk.sessions.keep(made.session)
    shown = read(made)["chart"]
    assert "shows no chart that can be read" in shown and 'class="quiet"' in shown and "alert" not in shown
    assert Files(None, made.desk.sessions).answer(f"/lector/{made.session.key}/chart.xlsx").status_code == 404


def test_the_page_that_is_shown_is_read(page):
    made = page()
    made.paging.forth(made.session)
    assert "Page 2 shows no chart" in read(made)["chart"] and made.session.chart.page == 2
    made.paging.back(made.session)
    assert "Page 1 shows no chart" in read(made)["chart"]


def test_stop_ends_it_at_once_and_nothing_comes_of_it(page):
    made = page()
    made.opening.sample(made.session, "chart")
    reading, go_on = Event(), Event()
    (only,) = made.session.document.pages
    made.session.document = replace(made.session.document, pages=(slowly(only, reading, go_on),))
    watching = made.searching.read_chart(made.session)
    first = next(watching)
    assert "Reading the chart on page 1" in first["chart"] and first["stop_chart"]["visible"]
    assert reading.wait(5)
    assert "Stopped" in made.searching.stop_chart(made.session)["chart"]
    assert "Stopped" in list(watching)[-1]["chart"] and not made.session.chart.job.finished.is_set()
    go_on.set()
    assert made.session.chart.job.finished.wait(10)
    assert made.session.chart.state == "stopped" and made.session.chart.chart is None
    assert TITLE in read(made)["chart"]  # it can be read after all


def test_a_reloaded_tab_goes_on_watching_and_another_document_begins_anew(page):
    made = page()
    made.opening.sample(made.session, "chart")
    reading, go_on = Event(), Event()
    (only,) = made.session.document.pages
    made.session.document = replace(made.session.document, pages=(slowly(only, reading, go_on),))
    next(made.searching.read_chart(made.session))
    watching = made.searching.watch_chart(made.session)
    assert "Reading" in next(watching)["chart"]
    go_on.set()
    assert TITLE in list(watching)[-1]["chart"]
    made.opening.sample(made.session, "invoice")
    assert made.session.chart is None and "measures bars" in list(made.searching.watch_chart(made.session))[-1]["chart"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(DocumentError("damaged", "no"), "It is damaged"), (RuntimeError("secret"), "Something went wrong")],
)
def test_a_failure_is_a_sentence(page, error, sentence):
    made = page()

    def fail():
        raise error

    made.session.document = replace(
        made.session.document, pages=tuple(replace(one, text=fail) for one in made.session.document.pages)
    )
    shown = read(made)["chart"]
    assert sentence in shown and "secret" not in shown and 'role="alert"' in shown
