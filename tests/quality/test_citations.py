"""The bench of citations on documents with known answers: which are tried, and what is known of them."""

from __future__ import annotations

import json

import pymupdf
import pytest

from bench import citations
from bench.citation_tables import Counted, Share, counted, false_table, right_table
from prompts.citation_scoring import Verdict


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
    assert alone["files"] == 1 and alone["intervals"]["verified"][0] < 1.0, "of one file nothing is certain"
    assert alone["page_n"] == sum(t["is_right"] and not t["is_asked"] and t["id"] in ("total", "pages") for t in made)


def test_a_file_that_cannot_be_read_is_told(index, capsys):
    assert citations.main([str(index), "--part", "val"]) == 1
    assert "b.pdf" in capsys.readouterr().err


def test_nothing_to_measure(index):
    assert citations.main([str(index), "--kinds", "novel"]) == 2


def test_samples_are_of_files_drawn_by_the_seed(index, monkeypatch):
    drawn = []
    monkeypatch.setattr(citations, "drawn", lambda records, most, seed: drawn.append((most, seed)) or [])
    assert citations.main([str(index), "--samples", "3", "--seed", "z"]) == 2 and drawn == [(3, "z")]


def test_an_interval_is_over_files_and_not_over_their_many_trials():
    """Five files of twenty trials each, four all right: as wide as with one trial each, not as with a hundred."""
    many = Share.of([(file, file != "e") for file in "abcde" for _ in range(20)])
    few = Share.of([(file, file != "e") for file in "abcde"])
    assert (many.count, many.n, few.count, few.n) == (80, 100, 4, 5)
    assert (many.low, many.high) == (few.low, few.high) and many.low <= 0.4 and many.high == 1.0
    assert many == Share.of([(file, file != "e") for file in "edcba" for _ in range(20)]), "the draw is the same"
    for is_right, low, high in ((True, 0.5, 1.0), (False, 0.0, 0.5)):
        alike = Share.of([(file, is_right) for file in "abcde" for _ in range(20)])
        assert low - 0.1 < alike.low < alike.high < high + 0.1 and alike.high - alike.low > 0.4
    assert str(Share.of([])) == "–"


def test_tables_say_what_n_counts():
    verdicts = [("x", "a.pdf", Verdict("verified", True, True)), ("x", "a.pdf", Verdict("none"))]
    (one,) = counted([*verdicts, ("x", "b.pdf", Verdict("verified", False, True))])
    assert isinstance(one, Counted) and (one.row.n, one.files, one.page.count, one.page.n, one.box.count) == (
        3,
        2,
        1,
        2,
        2,
    )
    for made in (right_table([one], "right answers"), false_table([one], "false answers")):
        head, _, line = made.splitlines()
        assert "| n (written forms) | files |" in head and line.startswith("| x | 3 | 2 | ")
        assert head.count("|") == line.count("|")
    assert one.to_dict()["intervals"]["page"] == [one.page.low, one.page.high] and one.to_dict()["page_n"] == 2
