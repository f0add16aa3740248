"""The tables of a file as CSV, JSON, Markdown and a workbook: as printed, never a formula, no model asked."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from app import reader, table
from app.reader import Reader
from app.sheets import Number, csv_text, with_numbers, write_workbook
from tests.fakes import FakeBackend

SALES = [["Item", "Net", "Tax"], ["=cmd", "-12,50", "-2,38"], ["Pens", "3,00", "0,57"], ["Total", "15,50", "2,95"]]
SIZES = [["Size", "Price"], ["Small", "3.00"], ["Large", "4.50"]]
LINES = [
    "ACME Ltd",
    "Sales of this year",
    "",
    *map("  ".join, SALES),
    "",
    "Sizes and prices",
    "",
    *map("  ".join, SIZES),
]


@pytest.fixture
def sales(make_pdf):
    return str(make_pdf(pages=(LINES,)))


def test_csv_is_the_default_an_empty_line_between_two_tables(sales, capsys):
    assert table.main([sales]) == 0
    first, second = capsys.readouterr().out.split("\n\n")
    assert list(csv.reader(io.StringIO(first))) == [SALES[0], ["'=cmd", *SALES[1][1:]], *SALES[2:]]
    assert list(csv.reader(io.StringIO(second))) == SIZES
    assert table.main([sales, "--table", "2"]) == 0
    assert list(csv.reader(io.StringIO(capsys.readouterr().out))) == SIZES


def test_json_says_where_everything_stands(sales, tmp_path):
    out = tmp_path / "tables.json"
    assert table.main([sales, "-o", str(out)]) == 0
    first, second = json.loads(out.read_text(encoding="utf-8"))
    assert first["rows"] == SALES and first["head"] == 1 and second["places"][0]["page"] == 1
    cell = next(cell for cell in first["cells"] if cell["text"] == "-12,50")
    assert (cell["row"], cell["column"], cell["columns"], cell["page"]) == (1, 1, 1, 1)
    x0, y0, x1, y1 = cell["box"]
    box = first["places"][0]["box"]
    assert box[0] <= x0 < x1 <= box[2] and box[1] <= y0 < y1 <= box[3]


def test_markdown(sales, capsys):
    assert table.main([sales, "--format", "md", "--table", "2"]) == 0
    text = "<!-- table 1, page 1 -->\n\n| Size | Price |\n| --- | --- |\n| Small | 3.00 |\n| Large | 4.50 |\n"
    assert capsys.readouterr().out == text


def test_a_workbook_has_a_sheet_for_each_table_and_looks_as_printed(sales, tmp_path):
    out = tmp_path / "tables.xlsx"
    assert table.main([sales, "-o", str(out)]) == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["table 1, page 1", "table 2, page 1"]
    cells = [list(row) for row in book.worksheets[0].iter_rows()]
    assert [[cell.value for cell in row] for row in cells] == SALES
    assert {cell.data_type for row in cells for cell in row} == {"s"}
    assert [cell.value for cell in book.worksheets[1]["B"]] == ["Price", 3.0, 4.5]


def test_a_csv_file_opens_in_excel(sales, tmp_path):
    out = tmp_path / "tables.csv"
    assert table.main([sales, "-o", str(out), "--table", "1"]) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfItem,Net,Tax\r\n")


def test_exit_codes(sales, make_pdf, tmp_path, capsys):
    bare = str(make_pdf("bare.pdf", pages=(["Nothing that lines up"],)))
    assert table.main([bare]) == 1
    assert "no table found" in capsys.readouterr().err
    assert table.main([sales, "--table", "3"]) == 2
    assert "has no table 3; there are 2" in capsys.readouterr().err
    assert table.main([sales, "--format", "xlsx"]) == 2
    assert table.main([sales, "-o", str(tmp_path / "tables.doc")]) == 2
    assert table.main([sales, "-o", str(tmp_path / "absent" / "tables.md")]) == 2
    assert table.main([sales, "--pages", "9"]) == 3
    assert table.main([str(tmp_path / "absent.pdf")]) == 3
    assert table.main([sales, "--ocr-cache-mb", "-1"]) == 2
    assert not list(tmp_path.glob("tables.*"))


def test_a_locked_file_opens_with_its_password(sales, tmp_path, capsys):
    import pymupdf

    locked = tmp_path / "locked.pdf"
    with pymupdf.open(sales) as document:
        document.save(locked, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open", owner_pw="own")
    assert table.main([str(locked)]) == 3
    assert table.main([str(locked), "--password", "open"]) == 0


@pytest.mark.parametrize("library", ["pymupdf", "pypdfium2"])
def test_both_pdf_libraries_find_the_same(sales, library, capsys):
    assert table.main([sales, "--pdf-library", library, "--format", "json"]) == 0
    assert [found["rows"] for found in json.loads(capsys.readouterr().out)] == [SALES, SIZES]


def test_a_table_over_two_pages_is_one(make_pdf, capsys):
    first = [["Town", "2021", "2022"], *([f"Town {n}", str(n * 37), str(n * 41)] for n in range(1, 25))]
    second = [["Town", "2021", "2022"], ["Last town", "5", "6"], ["Total", "7", "8"]]
    path = str(make_pdf(pages=([*map("  ".join, first)], [*map("  ".join, second)])))
    assert table.main([path, "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["rows"] == [*first, *second[1:]] and [place["page"] for place in found["places"]] == [1, 2]


def test_from_python_and_without_a_model(sales, monkeypatch, tmp_path):
    with Reader(backend=FakeBackend("unasked")) as mine:
        assert [found.texts for found in mine.tables(sales)] == [SALES, SIZES]
        assert [found.texts for found in mine.tables(mine.open(sales))] == [SALES, SIZES]

    def refuse(*_, **__):
        raise AssertionError("a model was asked for")

    monkeypatch.setattr(reader, "resolve_model", refuse)
    assert table.main([sales, "--cache", str(tmp_path / "cache")]) == 0
    assert not (tmp_path / "cache").exists()


def test_amounts_stay_as_they_are_and_formulas_become_texts():
    harmless = ["-5,00", "-5.00", "+3.2%", "-€0.50", "- 4,672.59", "-", "–", "1=2", "+49 30 123", "-1e5"]
    hostile = ["=1+1", "@SUM(A1)", "-cmd|' /C calc'!A0", "+1+1", "\t=1", "-2+3", "-(1)"]
    first, second = csv.reader(io.StringIO(csv_text([[harmless], [hostile]], "\n").replace("\n\n", "\n")))
    assert first == harmless and second == [f"'{text}" for text in hostile]


@pytest.mark.parametrize("cell", ["Paper;=cmd|'/C calc'!A0;", "a; @SUM(A1)", "=1;-2+3"])
def test_no_formula_begins_behind_a_semicolon_either(cell):
    """It parts cells for Excel where a comma parts decimals."""
    assert not any(part.strip().startswith(("=", "@", "-")) for part in csv_text([[[cell]]]).strip('"').split(";"))


def test_figures_behind_a_semicolon_stay():
    assert csv_text([[["3,00; -5,00 €"]]], "\n") == '"3,00; -5,00 €"\n'


def test_a_workbook_keeps_numbers_and_drops_what_xml_cannot_hold(tmp_path):
    write_workbook({"one": [["a\x07b", 57.3, None, "=1"]]}, tmp_path / "book.xlsx")
    (row,) = openpyxl.load_workbook(tmp_path / "book.xlsx").active.iter_rows()
    assert [cell.value for cell in row] == ["ab", 57.3, None, "=1"] and row[3].data_type == "s"


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        pytest.param(["9.00", "-1,204.50", "0.05", "12"], [9.0, -1204.5, 0.05, 12.0], id="amounts"),
        pytest.param(["2", "12", "1500", "", "-"], [2.0, 12.0, 1500.0, "", "-"], id="counts, and marks for nothing"),
        pytest.param(["2019", "2020"], ["2019", "2020"], id="years"),
        pytest.param(["10115", "04109"], ["10115", "04109"], id="postcodes"),
        pytest.param(["49301234567", "493012345678"], ["49301234567", "493012345678"], id="telephones"),
        pytest.param(["12", "007"], ["12", "007"], id="a zero in front"),
        pytest.param(["9.00", "1.204,50"], ["9.00", "1.204,50"], id="two notations"),
        pytest.param(["1,204", "3,500"], ["1,204", "3,500"], id="thousands or thousandths"),
        pytest.param(["9.00", "5.00 EUR"], ["9.00", "5.00 EUR"], id="with a currency: in no sum"),
        pytest.param(["12345678901234567.00"], ["12345678901234567.00"], id="more digits than a workbook keeps"),
        pytest.param(["-0.00", "1.00"], ["-0.00", "1.00"], id="less than nothing by less than a cent"),
        pytest.param(["01.02.2024", "3.00"], ["01.02.2024", "3.00"], id="a date"),
    ],
)
def test_only_columns_of_plain_numbers_are_numbers(texts, numbers):
    found = with_numbers([["Head 1"], *([text] for text in texts)], 1)
    assert [row[0].value if isinstance(row[0], Number) else row[0] for row in found] == ["Head 1", *numbers]


def test_numbers_look_as_they_are_printed(tmp_path):
    texts = ["9.00", "1,204.50", "1204.50", "-12"]
    write_workbook({"one": with_numbers([[text] for text in texts], 0)}, tmp_path / "book.xlsx")
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "book.xlsx").active.iter_rows()]
    assert [cell.value for cell in cells] == [9.0, 1204.5, 1204.5, -12]
    assert [cell.number_format for cell in cells] == ["0.00", "#,##0.00", "0.00", "0"]
