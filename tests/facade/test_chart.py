"""The chart of a file as CSV, JSON, Markdown and a workbook, its overlay, and the program's exit codes."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pymupdf
import pytest
from PIL import Image

from app import chart
from app.charts import charts_of
from preprocess.charts.chart import NoChart
from preprocess.load import load

SHARES = {"Rent": 40, "Food": 25, "=Travel": 10}


def draw(page: pymupdf.Page, printed: bool = True, wrong: str = "") -> None:
    """Bars with a text layer: 3 points for 1, from 300 upwards."""
    page.insert_text((150, 60), "Household costs in 2020", fontsize=16)
    for tick in (0, 20, 40, 60):
        page.insert_text((60, 304 - 3 * tick), f"{tick}", fontsize=11)
    for place, (name, value) in enumerate(SHARES.items()):
        x = 120 + 100 * place
        page.draw_rect((x, 300 - 3 * value, x + 40, 300), color=None, fill=(0.2, 0.4, 0.8))
        page.insert_text((x, 316), name, fontsize=11)
        if printed:
            page.insert_text((x + 10, 292 - 3 * value), wrong if wrong and not place else f"{value}", fontsize=11)


@pytest.fixture
def make(tmp_path):
    def written(name="costs.pdf", pages=1, **how) -> str:
        with pymupdf.open() as document:
            for _ in range(pages):
                draw(document.new_page(width=480, height=360), **how)
            document.save(tmp_path / name)
        return str(tmp_path / name)

    return written


def test_csv_has_a_row_for_each_value_and_says_how_it_was_read(make, capsys):
    assert chart.main([make()]) == 0
    head, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert head == ["category", "series", "value", "unit", "text", "how"]
    assert [row[0] for row in rows] == ["Rent", "Food", "'=Travel"]
    assert [float(row[2]) for row in rows] == [40, 25, 10] and {row[5] for row in rows} == {"printed"}


def test_what_is_not_printed_is_called_estimated(make, capsys):
    assert chart.main([make(printed=False), "--format", "md"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "<!-- chart 1, page 1 -->" and "**Household costs in 2020**" in lines
    row = next(line for line in lines if line.startswith("| Rent |"))
    assert "~" in row and float(row.split("~")[1].strip(" |")) == pytest.approx(40, abs=0.5)


def test_json_has_boxes_ticks_and_checks(make, tmp_path):
    out = tmp_path / "costs.json"
    assert chart.main([make(), "-o", str(out)]) == 0
    (found,) = json.loads(out.read_text(encoding="utf-8"))
    assert found["kind"] == "bar" and found["title"] == "Household costs in 2020" and found["page"] == 1
    assert [tick["number"] for tick in found["axis"]["ticks"]] == [0, 20, 40, 60]
    assert found["categories"]["names"] == list(SHARES)
    value = found["series"][0]["values"][0]
    assert (value["number"], value["text"], value["kind"]) == (40, "40", "printed")
    assert value["box"][0] * 480 == pytest.approx(130, abs=2) and value["box"][3] * 360 == pytest.approx(172, abs=5)
    assert all(check["passed"] for check in found["checks"]) and found["series"][0]["colour"] == "#3366cc"


def test_a_workbook_holds_numbers_and_no_formulas(make, tmp_path):
    out = tmp_path / "costs.xlsx"
    assert chart.main([make(), "-o", str(out)]) == 0
    sheet = openpyxl.load_workbook(out)["chart 1, page 1"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][0] == "Rent" and rows[1][2] == 40 and rows[3][0] == "=Travel" and sheet["A4"].data_type == "s"


def test_a_failed_check_is_told(make, capsys):
    assert chart.main([make(wrong="90")]) == 0
    captured = capsys.readouterr()
    assert "check failed" in captured.err and "90" in captured.err and "90" in captured.out


def test_the_overlay_is_a_picture_of_the_page(make, tmp_path, capsys):
    out = tmp_path / "seen.png"
    assert chart.main([make(), "--overlay", str(out)]) == 0
    with Image.open(out) as seen:
        shown = seen.convert("RGB")
    edge = shown.getpixel((round(140 / 480 * shown.width), round(180 / 360 * shown.height) + 1))
    assert edge[0] > 200 > edge[2]  # an outline, where the bar is blue


def test_exit_codes(make, make_pdf, tmp_path, capsys):
    letter = str(make_pdf("letter.pdf", pages=(["Dear Sir", "Nothing to see but 3 words"],)))
    assert chart.main([letter]) == 1 and "no chart that can be read" in capsys.readouterr().err
    several = make("several.pdf", pages=2)
    assert chart.main([several, "--overlay", str(tmp_path / "a.png")]) == 2
    assert "--pages" in capsys.readouterr().err and not (tmp_path / "a.png").exists()
    assert chart.main([several, "--pages", "2", "--overlay", str(tmp_path / "a.png")]) == 0
    assert chart.main([several, "--overlay", str(tmp_path / "a.doc")]) == 2
    capsys.readouterr()
    assert chart.main([make(), "--overlay", str(tmp_path / "a.psd")]) == 2, "which Pillow only reads"
    out, err = capsys.readouterr()
    assert "no picture's name" in err and not out
    assert chart.main([several, "--format", "xlsx"]) == 2
    assert chart.main([several, "-o", str(tmp_path / "a.txt")]) == 2
    assert chart.main([several, "-o", str(tmp_path / "absent" / "a.md")]) == 2
    assert chart.main([several, "--pages", "9"]) == 3
    assert chart.main([str(tmp_path / "absent.png")]) == 3


def test_pages_without_a_chart_are_left_out(make, make_pdf, tmp_path):
    letter = make_pdf("letter.pdf", pages=(["Dear Sir"], ["Yours"]))
    with pymupdf.open(letter) as both, pymupdf.open(make()) as more:
        both.insert_pdf(more)
        both.save(tmp_path / "both.pdf")
    (found,) = charts_of(load(tmp_path / "both.pdf"))
    assert found.page == 3
    with pytest.raises(NoChart, match="None of 2 pages"):
        charts_of(load(letter))


@pytest.mark.parametrize("library", ["pymupdf", "pypdfium2"])
def test_both_pdf_libraries_give_the_same(make, library, capsys):
    assert chart.main([make(), "--pdf-library", library, "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [value["number"] for value in found["series"][0]["values"]] == list(SHARES.values())
