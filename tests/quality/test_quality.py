"""The bench counts right: scores, evidence recall, empty answers and errors, by kind and in all."""

from __future__ import annotations

import json

import pymupdf
import pytest

from app.reader import Reader
from bench import quality
from bench.recall import stands_in
from prompts.tasks import NOT_FOUND
from tests.fakes import FakeBackend


@pytest.fixture
def index(tmp_path):
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 90), "Total due 1,057.30 EUR")
        document.save(tmp_path / "a.pdf")
    base = {"file": "a.pdf", "kind": "invoice", "question": "What is the total?", "metric": "amount", "part": "val"}
    records = [
        base | {"id": "right", "answers": ["1057.30"]},
        base | {"id": "wrong", "answers": ["99.00"]},
        base | {"id": "absent", "file": "absent.pdf", "kind": "letter", "answers": ["1"]},
        base | {"id": "other-part", "part": "dev", "answers": ["1057.30"]},
    ]
    path = tmp_path / "index.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in records))
    return path


def test_rows_and_the_last_line(index, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(quality, "Reader", lambda **_: Reader(backend=FakeBackend("1057.30")))
    records = tmp_path / "records.jsonl"
    assert quality.main([str(index), "--part", "val", "--records", str(records)]) == 1, "one file is absent"
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    rows = {row["kind"]: row for row in last["rows"]}
    assert (rows["invoice"]["n"], rows["invoice"]["score"], rows["invoice"]["evidence_recall"]) == (2, 0.5, 0.5)
    assert (rows["letter"]["errors"], rows["letter"]["score"]) == (1, 0.0)
    assert rows["all"]["n"] == 3 and 0 < rows["all"]["low"] < 1 / 3 < rows["all"]["high"] < 1
    assert [json.loads(line)["id"] for line in records.read_text().splitlines()] == ["right", "wrong", "absent"]


def result(**more):
    return quality.Result(**{"id": "x", "kind": "k", "score": 1.0, "in_evidence": True, "empty": False, "error": None,
                             "seconds": 2.0, "answer": "9"} | more)  # fmt: skip


def test_seconds_are_of_questions_that_were_answered():
    failed = result(kind="lost", score=0.0, error="DocumentError: gone", seconds=0.0)
    rows = {row.kind: row for row in quality.summarise([result(), result(seconds=4.0), failed])}
    assert (rows["k"].seconds_per_question, rows["all"].seconds_per_question, rows["all"].errors) == (3.0, 3.0, 1)
    assert rows["lost"].seconds_per_question is None and quality.table([rows["lost"]]).endswith("| 0 | 1 | – |")


def test_a_refusal_needs_no_evidence_and_its_time_counts(index, monkeypatch, tmp_path, capsys):
    record = {"file": "a.pdf", "kind": "invoice", "question": "Who signed?", "metric": "exact_field", "id": "none"}
    index.write_text(json.dumps(record | {"answers": [NOT_FOUND]}) + "\n" + json.dumps(record | {"answers": ["Bo"]}))
    monkeypatch.setattr(quality, "Reader", lambda **_: Reader(backend=FakeBackend(NOT_FOUND, delay=0.01)))
    assert quality.main([str(index), "--records", str(tmp_path / "records.jsonl")]) == 0
    told = [json.loads(line) for line in (tmp_path / "records.jsonl").read_text().splitlines()]
    assert [(one["in_evidence"], one["score"]) for one in told] == [(True, 1.0), (False, 0.0)]
    (row, _) = json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]
    assert 0.02 <= sum(one["seconds"] for one in told) == pytest.approx(2 * row["seconds_per_question"])


def test_a_few_records_are_of_files_drawn_by_the_seed():
    """Not of those whose names come first; of a file all, as long as there is room, and in the order of files."""
    names = [f"{kind}/{number:02}" for kind in "abcd" for number in range(20)]
    records = [{"file": name, "id": f"{name} {k}"} for name in names for k in range(2)]
    files = [record["file"] for record in quality.drawn(records, 20, "x")]
    assert len(files) == 20 and files == sorted(files) and len(set(files)) == 10
    assert {file[0] for file in files} == set("abcd")
    assert files == [record["file"] for record in quality.drawn(records[::-1], 20, "x")], "however the index begins"
    assert files != [record["file"] for record in quality.drawn(records, 20, "y")]
    assert quality.drawn(records, None, "x") == records and len(quality.drawn(records, 21, "x")) == 21


def test_the_limit_is_drawn(index, monkeypatch, capsys):
    drawn = []
    monkeypatch.setattr(quality, "drawn", lambda records, most, seed: drawn.append((most, seed)) or [])
    assert quality.main([str(index), "--limit", "2", "--seed", "z"]) == 2 and drawn == [(2, "z")]


def test_grounded_reaches_the_backend(index, monkeypatch):
    backend = FakeBackend("1057.30")
    monkeypatch.setattr(quality, "Reader", lambda **_: Reader(backend=backend))
    quality.main([str(index), "--part", "val", "--grounded"])
    assert [params.grounded_in for params in backend.params] == ["Total due 1,057.30 EUR"] * 2


def test_effort_reaches_the_backend(index, monkeypatch):
    backend = FakeBackend("1057.30")
    monkeypatch.setattr(quality, "Reader", lambda **_: Reader(backend=backend))
    quality.main([str(index), "--part", "val", "--effort", "low"])
    assert backend.thinking == [True, True] and [params.effort for params in backend.params] == ["low"] * 2


def test_empty_answers_are_counted(index, monkeypatch, capsys):
    monkeypatch.setattr(quality, "Reader", lambda **_: Reader(backend=FakeBackend("")))
    quality.main([str(index), "--kind", "invoice"])
    rows = json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]
    assert [row["empty"] for row in rows] == [3, 3]


@pytest.mark.parametrize(
    ("metric", "answer", "line", "stands"),
    [
        ("exact_field", "ACME SDN BHD", "ACME SDN. BHD. (1234)", True),
        ("exact_field", "ACME SDN BHD", "ACME SON BHD", False),
        ("amount", "1057.30", "Summe  1.057,30 EUR", True),
        ("amount", "1057.30", "Summe  1.057,31 EUR", False),
        ("amount", "9.00", "Total  9", True),
        ("date", "2018-03-12", "Date: 12 March 2018 14:05", True),
        ("date", "2018-03-12", "Date: 13 March 2018", False),
        ("relaxed_accuracy", "57.3", "57.3%", True),
        ("relaxed_accuracy", "12", "in 2012", False),
        ("relaxed_accuracy", "7.3", "57.3%", False),
        ("relaxed_accuracy", "112", "1 12", False),
        ("relaxed_accuracy", "men", "Women", False),
        ("relaxed_accuracy", "3", "13/03/2018", False),
        ("exact_field", "17", "2024-0017", False),
        ("exact_field", "–", "none – at all", False),
        ("amount", "-", "Total 9.00 -", False),
        ("date", "", "12 March 2018", False),
        ("exact_field", "9.00", "Total:RM9.00(cash)", True),
        ("exact_field", "57.30", "Total:57.30", True),
        ("exact_field", "DE89370400440532013000", "IBAN: DE89 3704 0044 0532 0130 00", True),
        ("anls", "Meier & Söhne", "(Meier&Söhne), Berlin", True),
    ],
)
def test_whether_an_answer_stands_in_a_line(metric, answer, line, stands):
    assert stands_in(metric, [answer], ["nothing here", line]) is stands


def test_an_answer_may_go_on_in_the_next_line():
    assert stands_in("exact_field", ["12 Long Road, Bath"], ["Sold by", "12 Long Road,", "Bath", "BA1"])
    assert not stands_in("exact_field", ["12 Long Road, Bath"], ["112 Long Road,", "Bath"])
