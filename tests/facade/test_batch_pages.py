"""A page that cannot be read is told with its number, and the rest of its file goes on: in every task, and for good."""

from __future__ import annotations

import json
import struct
from threading import Event

import pytest
from PIL import Image, ImageDraw

from app import chart, transcribe
from app import table as tables
from app.batch import __main__ as batch
from app.batch import diff, journal, table
from app.batch.pages import read, readable
from preprocess.document import Box, Document, DocumentError, Line, Page, PageText, Word
from preprocess.lines import to_lines

pytestmark = pytest.mark.usefixtures("fake_reader")


@pytest.fixture
def torn(tmp_path):
    """A TIFF of three pages; the compressed pixels of the second are overwritten."""
    frames = [Image.new("L", (700, 200), 255) for _ in range(3)]
    for number, frame in enumerate(frames, 1):
        ImageDraw.Draw(frame).text((40, 60), f"Invoice number {number}", fill=0, font_size=48)
    path = tmp_path / "torn.tif"
    frames[0].save(path, save_all=True, append_images=frames[1:], compression="tiff_lzw")
    data = bytearray(path.read_bytes())
    ends = [offset for offset, _ in directories(data)]
    data[ends[0] + 300 : ends[1] - 300] = b"\xff" * (ends[1] - ends[0] - 600)
    path.write_bytes(data)
    return path


def directories(data):
    """Offset and number of entries of each page's directory, which stands behind the page's pixels."""
    order = "<" if data[:2] == b"II" else ">"
    (offset,) = struct.unpack_from(order + "I", data, 4)
    while offset:
        (entries,) = struct.unpack_from(order + "H", data, offset)
        yield offset, entries
        (offset,) = struct.unpack_from(order + "I", data, offset + 2 + 12 * entries)


def test_transcribe_goes_on_behind_a_torn_page(torn, make_pdf, tmp_path, capsys):
    assert transcribe.main([str(torn)]) == 1
    out, err = capsys.readouterr()
    assert [line for line in out.splitlines() if line.startswith("<!--")] == [
        "<!-- page 1, read by OCR -->",
        out.splitlines()[4],
        "<!-- page 3, read by OCR -->",
    ]
    assert out.splitlines()[4].startswith("<!-- page 2 could not be read: torn.tif: ")
    assert "number 1" in out and "number 3" in out and "number 2" not in out
    assert err.count("\n") == 1 and err.startswith("error: page 2: torn.tif")
    folder = tmp_path / "texts"
    assert transcribe.main([str(torn), str(make_pdf()), "-o", str(folder)]) == 1
    assert (folder / "torn.tif.md").read_text(encoding="utf-8") == out and (folder / "invoice.pdf.md").exists()
    assert transcribe.main([str(torn), "--pages", "2", "-o", str(folder / "more")]) == 3
    assert not list((folder / "more").iterdir()), "a file of which nothing could be read leaves none"


@pytest.mark.parametrize(("program", "nothing"), [(tables, "no table found"), (chart, "None of 2 pages shows a chart")])
def test_tables_and_charts_are_those_of_the_pages_that_can_be_read(torn, capsys, program, nothing):
    assert program.main([str(torn)]) == 1
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith("error: page 2: torn.tif") and nothing in last
    assert program.main([str(torn), "--pages", "2"]) == 3


def test_a_table_beside_a_page_that_fails_is_written(tmp_path, monkeypatch, capsys):
    rows = (("Fruit", "Crates", "Price"), ("Pears", "3", "4.50"), ("Plums", "12", "7.10"), ("Limes", "5", "2.95"))
    placed = [
        Word(text, Box(x, y, x + 0.1, y + 0.02))
        for y, row in zip((0.1, 0.14, 0.18, 0.22), rows, strict=True)
        for x, text in zip((0.1, 0.4, 0.7), row, strict=True)
    ]
    text = PageText(to_lines(placed), "text")
    pages = (*document([None]).pages, Page(2, lambda: None, lambda: text))
    monkeypatch.setattr(tables, "open_file", lambda *_, **__: Document("x", "0", pages, 2))
    assert tables.main(["x.pdf", "-o", str(tmp_path / "out.csv")]) == 1
    assert capsys.readouterr().err == "error: page 1: x: page 1 -- --> takes long\n"
    assert "Pears,3,4.50" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")


def test_a_question_is_asked_of_the_pages_that_can_be_read(torn, tmp_path, fake_reader, records):
    out = tmp_path / "out.jsonl"
    assert batch.main([str(torn), "-q", "Which number?", "-o", str(out)]) == 1
    (record,) = records(out)
    assert record["status"] == "partial_success" and record["pages_read"] == [1, 3] and record["page_count"] == 3
    (error,) = record["errors"]
    assert (error["page"], error["code"]) == (2, "damaged") and "torn.tif" in error["message"]
    assert len(fake_reader.asked) == 1 and "Page 3 of 3" in fake_reader.asked[0][-1].text
    assert batch.main([str(torn), "-q", "Which number?", "-o", str(out), "--resume"]) == 1
    assert len(fake_reader.asked) == 1, "a torn page is as torn the next time"


def test_a_file_without_a_page_to_read_is_a_failure_and_leaves_no_files(torn, tmp_path, records):
    for task in (["-q", "Which?"], ["--task", "transcribe"], ["--task", "tables", "--mirror", str(tmp_path / "tree")]):
        out = tmp_path / "out.jsonl"
        assert batch.main([str(torn), *task, "--pages", "2", "-o", str(out), "--overwrite"]) == 3
        (record,) = records(out)
        assert record["status"] == "failure" and [error["code"] for error in record["errors"]] == ["damaged"]
    assert not list((tmp_path / "tree").iterdir())


def test_transcription_says_page_by_page_where_the_words_came_from(torn, make_pdf, tmp_path, capsys, records):
    out = tmp_path / "out.jsonl"
    assert batch.main([str(torn), str(make_pdf()), "--task", "transcribe", "-o", str(out)]) == 1
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(e["done"], e["total"]) for e in events if e["event"] == "page"] == [(1, 3), (2, 3), (3, 3), (1, 1)]
    first, second = records(out)
    assert [(page["number"], page["source"]) for page in first["pages"]] == [(1, "ocr"), (2, "failed"), (3, "ocr")]
    assert second["pages"][0]["source"] == "text" and "Total  57.30 EUR" in second["pages"][0]["markdown"]
    assert second["task"] == "transcribe" and "model" not in second and "question" not in second
    assert diff.main([str(out), str(out)]) == 0
    assert table.rows([first, second])[1][:3] == [str(torn), "partial_success", "damaged"]


def test_a_forecast_counts_the_pages_that_fail(torn, capsys):
    assert batch.main([str(torn), "-q", "What?", "--dry-run"]) == 0
    said, told = capsys.readouterr()
    assert json.loads(said)["unreadable_pages"] == {str(torn): [2]} and "1 pages of others cannot be read" in told


def words(*texts):
    lines = [Line(text, (Word(text, Box(0.1, 0.1 * row, 0.5, 0.1 * row + 0.05)),)) for row, text in enumerate(texts, 1)]
    return PageText(tuple(lines), "text")


def document(texts):
    """A document of one page a text; None is a page that fails."""

    def page(number, text):
        def fail():
            raise DocumentError("too_slow", f"x: page {number} -- --> takes long")

        return Page(number, fail, fail) if text is None else Page(number, lambda: None, lambda: words(text))

    return Document("x", "0", tuple(page(number, text) for number, text in enumerate(texts, 1)), len(texts))


def test_readable_asks_again_without_what_failed_and_leaves_other_errors_alone():
    asked = []

    def ask(part):
        asked.append([page.number for page in part.pages])
        return [page.text().lines[0].text for page in part.pages]

    found, errors = readable(document(["one", None, "three", None]), ask)
    assert found == ["one", "three"] and sorted(errors) == [2, 4] and errors[4]["code"] == "too_slow"
    found, errors = readable(document(["one", None]), lambda part: [page.shown().lines[0].text for page in part.pages])
    assert found == ["one"] and sorted(errors) == [2], "nor what a model is shown of it"
    assert asked == [[1, 2, 3, 4], [1, 3, 4], [1, 3]]
    assert readable(document([None, None]), ask)[0] is None

    def refuse(part):
        raise DocumentError("damaged", "the file, not a page")

    with pytest.raises(DocumentError, match="not a page"):
        readable(document(["one"]), refuse)


def test_reading_tells_each_page_and_no_reason_ends_its_comment():
    told = []
    reading = read(document(["one", None]), on_page=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    comment = reading.pages[1].markdown
    assert comment == "<!-- page 2 could not be read: x: page 2 - - - -> takes long -->\n"
    assert not reading.is_empty and read(document([None])).is_empty


def test_reading_stops_when_it_is_cancelled():
    cancel = Event()
    pages = document(["one", "two", "three"])
    reading = read(pages, cancel=cancel, on_page=lambda done, total: cancel.set() if done == 2 else None)
    assert [page.number for page in reading.pages] == [1, 2]


def test_rows_of_a_list_are_compared_and_counted():
    def record(*amounts):
        rows = [{"amount": {"value": amount}} for amount in amounts]
        return {"source": "a.pdf", "status": "success", "lists": {"items": {"rows": rows}}}

    (found,) = diff.differences([record(1, 2)], [record(1, 3)])
    assert found == ("a.pdf", "items", [{"amount": 1}, {"amount": 2}], [{"amount": 1}, {"amount": 3}])
    assert table.rows([record(1, 2)]) == [["source", "status", "items rows"], ["a.pdf", "success", 2]]


def test_a_page_that_was_too_slow_is_tried_again_and_a_damaged_one_is_not():
    def record(*codes):
        errors = [{"page": number, "code": code, "message": ""} for number, code in enumerate(codes, 1)]
        return {"status": "partial_success", "errors": errors}

    assert journal.is_final(record("damaged", "damaged")) and not journal.is_final(record("damaged", "too_slow"))


def test_no_words_are_kept_of_pages_that_are_done():
    """What a long document takes: a page's words may live as long as the page is read, not as long as the document."""
    import gc
    import weakref

    class Watched(PageText):
        __slots__ = ("__weakref__",)

    alive: list[weakref.ref] = []
    most = []

    def once(number):
        kept = []

        def text():
            gc.collect()
            most.append(sum(ref() is not None for ref in alive))
            kept.append(Watched(words(f"page {number}").lines, "text"))
            alive.append(weakref.ref(kept[0]))
            return kept[0]

        return text

    read(Document("x", "0", tuple(Page(n, lambda: None, once(n)) for n in range(1, 21)), 20))
    assert len(most) == 20 and max(most) <= 1
