"""A schema is filled in from a file: values, places, grades; alone, in a batch, and as a table."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from threading import Event

import openpyxl
import pytest

from app import extract
from app.batch import __main__ as batch
from app.batch import diff, table
from app.batch.pages import readable
from app.extraction import FieldValue
from app.reader import Reader
from app.tables import tables_of
from preprocess.document import Box, DocumentError, Page, PageText
from preprocess.tables.find import Cell, Place
from prompts.schema import Field
from tests.fakes import FakeBackend

SCHEMA = {
    "properties": {
        "seller": {"properties": {"name": {"description": "Who sells?"}}},
        "total": {"type": "number"},
        "date": {"type": "string", "format": "date"},
        "iban": {"type": "string"},
    }
}
ANSWERS = {
    "Who sells?": "ACME Ltd",
    "What is the total (number only)?": "57.30",
    "What is the date?": "12.03.2024",
    "What is the iban?": "not found",
}


class Knowing(FakeBackend):
    """Answers each question as it was told to."""

    def stream(self, messages, *args, **options):
        question = messages[-1].text.rpartition("Question: ")[2]
        self.answer = ANSWERS[question]
        return super().stream(messages, *args, **options)


@pytest.fixture
def reader():
    return Reader(backend=Knowing())


@pytest.fixture(autouse=True)
def programs(monkeypatch, reader):
    for program in (extract, batch):
        monkeypatch.setattr(program, "Reader", lambda **_: reader)


@pytest.fixture
def schema_file(tmp_path):
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(SCHEMA))
    return str(path)


def test_values_have_their_places_and_grades(reader, make_pdf):
    found = reader.extract(make_pdf(), SCHEMA)
    assert found.data == {"seller": {"name": "ACME Ltd"}, "total": 57.3, "date": "2024-03-12", "iban": None}
    total, missing = found.fields["total"], found.fields["iban"]
    assert total.grade == "high" and total.text == "57.30" and total.citations[0].quote == "57.30"
    assert missing.value is None and missing.grade is None and missing.pages_read == (1,)
    assert reader.backend.thinking == [None] * 4, "as an open question"


def test_as_a_program(make_pdf, schema_file, capsys):
    assert extract.main([str(make_pdf()), schema_file]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["data"]["total"] == 57.3 and found["fields"]["seller.name"]["grade"] == "high"
    assert found["fields"]["total"]["question"] == "What is the total (number only)?"
    assert extract.main([str(make_pdf()), "no-such-schema"]) == 2
    assert "one of form, invoice" in capsys.readouterr().err
    assert extract.main(["absent.pdf", schema_file]) == 3


def test_in_a_batch_and_as_a_table(make_pdf, schema_file, tmp_path, records, capsys):
    out, folder = tmp_path / "out.jsonl", tmp_path
    make_pdf("a.pdf")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    command = [str(folder), "--schema", schema_file, "-o", str(out)]
    assert batch.main(command) == 1
    assert [record["status"] for record in records(out)] == ["success", "failure"]
    assert records(out)[0]["data"]["date"] == "2024-03-12"
    assert batch.main([*command, "--resume"]) == 1 and len(records(out)) == 2
    ANSWERS_BEFORE = dict(ANSWERS)
    try:
        ANSWERS["What is the total (number only)?"] = "2024-0017"
        other = tmp_path / "other.jsonl"
        assert batch.main([*command[:-1], str(other)]) == 1
    finally:
        ANSWERS.update(ANSWERS_BEFORE)
    capsys.readouterr()
    assert diff.main([str(out), str(other)]) == 1
    assert capsys.readouterr().out.splitlines()[0].endswith("total\t57.3\tnull")

    assert table.main([str(out), "-o", str(tmp_path / "t.csv")]) == 0
    with open(tmp_path / "t.csv", encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["total"] == "57.3" and first["seller.name grade"] == "high" and second["error"] == "damaged"
    assert table.main([str(out), "-o", str(tmp_path / "t.xlsx")]) == 0
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    head, *rows = sheet.iter_rows(values_only=True)
    assert dict(zip(head, rows[0], strict=True))["total"] == 57.3
    assert table.main([str(out), "-o", str(tmp_path / "t.doc")]) == 2


def test_what_a_document_says_is_never_a_formula(tmp_path):
    hostile = [["=1+1", "@x", "-cmd", "-5.00", "\x07bell", None]]
    table.write_csv(hostile, tmp_path / "t.csv")
    (row,) = csv.reader((tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines())
    assert row[:4] == ["'=1+1", "'@x", "'-cmd", "-5.00"]
    table.write_xlsx(hostile, tmp_path / "t.xlsx")
    cells = next(openpyxl.load_workbook(tmp_path / "t.xlsx").active.iter_rows())
    assert [cell.data_type for cell in cells[:4]] == ["s"] * 4 and cells[0].value == "=1+1" and cells[4].value == "bell"


def test_fields_that_are_called_as_the_tables_columns_are_keep_their_values():
    record = {"source": "a.pdf", "status": "success", "sha256": "0"}
    old, new = ({**record, "fields": {"status": {"value": value, "text": value, "grade": "high"}}} for value in "ab")
    assert table.rows([old]) == [
        ["source", "status", "field status", "field status grade"],
        ["a.pdf", "success", "a", "high"],
    ]
    assert list(diff.differences([old], [new])) == [("a.pdf", "field status", "a", "b")]


def test_once_it_is_stopped_no_page_is_looked_through_for_a_list(reader, make_pdf):
    cancel = Event()
    cancel.set()
    document = reader.open(make_pdf(pages=[["Item  Price"]]))
    assert reader.extract(document, "invoice", cancel=cancel).lists == {} and tables_of(document, cancel) == ()


def test_lists_come_from_tables_with_the_place_of_each_cell(reader, make_pdf):
    """Nothing is asked for them: the backend knows no such question."""
    rows = [
        "Item  Qty  Price  Amount",
        "Steel bolt  2  1.50  3.00",
        "Copper nut  10  0.20  2.00",
        "Brass pin  4  0.25  1.00",
    ]
    schema = {
        "properties": {
            "total": {"type": "number"},
            "items": {
                "type": "array",
                "items": {"properties": {"item": {}, "qty": {"type": "integer"}, "amount": {"type": "number"}}},
            },
        }
    }
    found = reader.extract(make_pdf(pages=[rows]), schema)
    assert found.data["items"] == [
        {"item": "Steel bolt", "qty": 2, "amount": 3.0},
        {"item": "Copper nut", "qty": 10, "amount": 2.0},
        {"item": "Brass pin", "qty": 4, "amount": 1.0},
    ]
    cell = found.lists["items"].rows[1]["qty"]
    assert (cell.grade, cell.citations[0].quote, cell.citations[0].page) == ("high", "10", 1)
    plain = json.loads(json.dumps(found.to_dict()))
    assert (
        plain["lists"]["items"]["rows"][0]["item"]["text"] == "Steel bolt" and plain["lists"]["items"]["left_out"] == 0
    )
    assert plain["data"]["items"] == found.data["items"]


@pytest.mark.parametrize(
    ("kind", "text", "grade"), [("number", "12.50 Dr", "medium"), ("string", "Visit of 12.50 Dr. Smith", "high")]
)
def test_only_a_number_is_a_debit(kind, text, grade):
    page = Page(1, lambda: None, lambda: PageText((), "text"))
    cell = Cell(text, Place(1, Box(0, 0, 1, 1)))
    assert FieldValue.of_cell(Field(("x",), kind, "?"), cell, page, lambda cited: cited).grade == grade


def test_one_date_of_a_column_says_how_the_others_are_read(reader, make_pdf):
    rows = ["Date  Item  Amount", "03/01/2024  Bolt  3.00", "13/01/2024  Nut  2.00", "05/02/2024  Pin  1.00"]
    columns = {"date": {"type": "string", "format": "date"}, "item": {}, "amount": {"type": "number"}}
    schema = {"properties": {"entries": {"type": "array", "items": {"properties": columns}}}}
    found = reader.extract(make_pdf(pages=[rows]), schema)
    assert [row["date"] for row in found.data["entries"]] == ["2024-01-03", "2024-01-13", "2024-02-05"]
    alone = reader.extract(make_pdf(pages=[[*rows[:2], "05/02/2024  Pin  1.00"]]), schema).lists["entries"].rows[0]
    assert (alone["date"].value, alone["date"].text, alone["date"].grade) == (None, "03/01/2024", "low")


def test_a_choice_that_reads_like_a_refusal_is_a_value(make_pdf):
    schema = {"properties": {"state": {"enum": ["paid", "N/A"]}, "name": {}}}
    reader = Reader(backend=FakeBackend("N/A"))
    assert reader.extract(make_pdf(pages=[["State  N/A"]]), schema).data == {"state": "N/A", "name": None}


def torn(document, *numbers):
    """The document, pages of which cannot be read."""

    def fail():
        raise DocumentError("damaged", "cannot be read")

    pages = [replace(page, text=fail, told=None) if page.number in numbers else page for page in document.pages]
    return replace(document, pages=tuple(pages))


def test_pages_that_cannot_be_read_are_named_and_cost_no_value_of_the_others(reader, make_pdf):
    rows = ["Item  Qty  Amount", "Steel bolt  2  3.00", "Copper nut  10  2.00", "Brass pin  4  1.00"]
    items = {"type": "array", "items": {"properties": {"item": {}, "qty": {}, "amount": {"type": "number"}}}}
    schema = {"properties": {"total": {"type": "number"}, "items": items}}
    document = reader.open(make_pdf(pages=[rows, ["Total  57.30"], ["Thanks"]]))
    found = reader.extract(torn(document, 2), schema)
    assert len(found.data["items"]) == 3 and found.fields["total"].value == 57.3
    assert found.pages_unreadable == (2,) and found.to_dict()["pages_unreadable"] == (2,)
    assert found.fields["total"].pages_unreadable == found.lists["items"].pages_unreadable == (2,)
    assert reader.extract(document, schema).pages_unreadable == ()
    with pytest.raises(DocumentError, match="cannot be read"):
        reader.extract(torn(document, 1, 2, 3), {"properties": {"items": items}})


@pytest.mark.parametrize("through_readable", [False, True])
def test_a_page_that_hangs_costs_its_seconds_once_for_all_fields(reader, make_pdf, through_readable):
    tries = []

    def hang():
        tries.append(2)
        raise DocumentError("too_slow", "page 2 takes long")

    schema = SCHEMA["properties"] | {"items": {"type": "array", "items": {"type": "object"}}}
    document = reader.open(make_pdf(pages=(["ACME Ltd", "Date  12.03.2024", "Total  57.30"], ["Thanks"])))
    first, second = document.pages
    document = replace(document, pages=(first, replace(second, text=hang, told=None)))

    def extract(part):
        return reader.extract(part, {"properties": schema})

    found = readable(document, extract)[0] if through_readable else extract(document)
    assert found.data["total"] == 57.3 and found.pages_unreadable == (2,) and tries == [2]
    extract(document)
    assert tries == [2, 2], "another time it may go right"
