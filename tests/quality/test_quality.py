"""The bench counts right: scores, evidence recall, empty answers and errors, by kind and in all."""

from __future__ import annotations

import json

import pymupdf
import pytest

from app.reader import Reader
from bench import quality
from bench.recall import stands_in
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
    ],
)
def test_whether_an_answer_stands_in_a_line(metric, answer, line, stands):
    assert stands_in(metric, [answer], ["nothing here", line]) is stands
