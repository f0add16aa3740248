"""The bench of citations on documents with known answers: which are tried, and what is known of them."""

from __future__ import annotations

import json

import pymupdf
import pytest

from bench import citations


@pytest.fixture
def index(tmp_path):
    """A file of two pages: a total on the first, a name on both, and another file that is not there."""
    with pymupdf.open() as document:
        for lines in (["Total due 1,057.30 EUR", "Tax 57.30", "ACME Ltd"], ["Signed by ACME Ltd", "12 of 12"]):
            page = document.new_page()
            for row, line in enumerate(lines):
                page.insert_text((72, 90 + 30 * row), line)
        document.save(tmp_path / "a.pdf")
    base = {"file": "a.pdf", "kind": "invoice", "field": "total", "question": "What is the total?", "part": "dev"}
    records = [
        base | {"id": "total", "answers": ["1057.30"], "evidence_pages": "[1]"},
        base | {"id": "other", "answers": ["99.00"]},
        base | {"id": "seller", "field": "seller", "answers": ["ACME Ltd"], "question": "Who signed?"},
        base | {"id": "pages", "kind": "table", "answers": ["12"], "evidence_pages": [2], "question": "12 of what?"},
        base | {"id": "lost", "file": "b.pdf", "answers": ["1"], "part": "val"},
    ]
    path = tmp_path / "index.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in records))
    return path


def test_trials(index, tmp_path, capsys):
    records = tmp_path / "records.jsonl"
    assert citations.main([str(index), "--part", "dev", "--records", str(records)]) == 0
    made = [json.loads(line) for line in records.read_text().splitlines()]
    asked = {(t["id"], t["form"], t["is_asked"]): t for t in made if t["is_right"]}
    assert "other" not in {t["id"] for t in made}, "its answer does not stand there"
    total = asked["total", "as printed", False]
    assert (total["verdict"], total["cited"]) == (
        {"status": "verified", "page": True, "box": True, "tight": None},
        ["1,057.30"],
    )
    assert asked["seller", "as printed", False]["verdict"]["page"] is None, "no page is known"
    assert asked["pages", "as printed", False]["verdict"]["status"] == "none", "a counting number, twice"
    assert asked["pages", "as printed", True]["verdict"]["page"] is True, "its question says which"
    strangers = [t["answer"] for t in made if t["form"] == "another document's" and not t["is_asked"]]
    assert strangers == ["99.00"], "neither a right answer nor one that stands there"
    counted = json.loads(capsys.readouterr().out.splitlines()[-1])
    (alone, with_question) = counted["right answers"]
    assert (alone["name"], alone["n"], with_question["n"]) == ("alone, text", with_question["n"], alone["n"])
    assert alone["page_n"] == sum(t["is_right"] and not t["is_asked"] and t["id"] in ("total", "pages") for t in made)


def test_a_file_that_cannot_be_read_is_told(index, capsys):
    assert citations.main([str(index), "--part", "val"]) == 1
    assert "b.pdf" in capsys.readouterr().err


def test_nothing_to_measure(index):
    assert citations.main([str(index), "--kinds", "novel"]) == 2
