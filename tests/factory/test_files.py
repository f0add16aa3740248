"""Samples as files: their words and questions are those of the sample, and a bench reads them like any document."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

import pymupdf
import pytest

pytest.importorskip("skia")
pytest.importorskip("cv2")

from preprocess.load import load
from prompts.scoring import score
from prompts.tasks import NOT_FOUND
from train.factory import __main__ as command
from train.factory import files, fonts
from train.factory.sample import Question, Sample, missing
from train.factory.scene import Scene, Text, words
from train.factory.stream import samples

PAGES = tuple(Scene(300, 200, (Text(20, 40, f"Page {name}", 12), Text(20, 80, "Total", 12))) for name in ("one", "two"))
ASKED = (
    Question("Total?", "9.00", "Total: 9.00\n9.00", "field/total", "amount"),
    missing("Who?", "Who", "field/who"),
    Question("Colour?", "red", "red", "sight/colour"),
)


def written(folder: Path, library: fonts.Fonts, sample: Sample) -> list[dict]:
    count = files.write_files(folder, [(sample, Random(1))], library, "test")
    records = [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(records) == count
    return records


def test_questions_keep_their_answers_and_metrics(tmp_path, library):
    records = written(tmp_path, library, Sample("receipt/long", PAGES[:1], ASKED))
    assert {(r["kind"], r["field"], r["question"], *r["answers"], r["metric"]) for r in records} == {
        ("receipt", "field", "Total?", "9.00", "amount"),
        ("receipt", "missing", "Who?", NOT_FOUND, "exact_field"),
    }
    assert all((tmp_path / r["file"]).is_file() and r["part"] == "test" for r in records)
    assert len({r["id"] for r in records}) == len(records)


def test_a_digital_page_has_its_words_as_text(tmp_path, library):
    looked_at = 0
    for number, (sample, rng) in enumerate(islice(samples("files", "test", {"invoice": 1.0, "form": 1.0}), 8)):
        digital = replace(sample, medium="digital")
        if not files.write_files(tmp_path / str(number), [(digital, rng)], library, "test"):
            continue  # no font for one of its texts
        looked_at += 1
        with pymupdf.open(tmp_path / str(number) / "0000.pdf") as document:
            assert document.page_count == len(sample.scenes)
            for page, scene in zip(document, sample.scenes, strict=True):
                printed = "".join(sorted("".join(page.get_text().split())))
                assert Counter(printed) == Counter("".join(word.text.replace(" ", "") for word in words(scene)))
    assert looked_at > 4


@pytest.mark.parametrize(("pages", "suffix"), [(1, ".png"), (2, ".pdf")])
def test_a_scan_is_pictures_without_text(tmp_path, library, pages, suffix):
    (record, _) = written(tmp_path, library, Sample("receipt", PAGES[:pages], ASKED, medium="scan"))
    path = tmp_path / record["file"]
    assert path.suffix == suffix
    document = load(path, ocr=None)
    assert document.page_count == pages
    if suffix == ".pdf":
        with pymupdf.open(path) as opened:
            assert all(not page.get_text() and page.get_images() for page in opened)


FULL_DISK = """
import resource, sys
from pathlib import Path
from random import Random
import pymupdf
from train.factory import files, fonts
from train.factory.sample import Question, Sample
from train.factory.scene import Scene, Text

folder = Path(sys.argv[1])
(folder / "helv").write_bytes(pymupdf.Font("helv").buffer)
library = fonts.Fonts.load(folder, [fonts.Family("helv", "sans", "", ("helv",), "")])
pages = (Scene(300, 200, (Text(20, 40, "Total 9.00", 12),)),) * 2
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
for name, count, medium in (("pdf", 2, "digital"), ("png", 1, "scan"), ("scans", 2, "scan")):
    sample = Sample("receipt", pages[:count], (Question("Total?", "9.00", "Total: 9.00\\n9.00", "x"),), medium=medium)
    try:
        files.write_files(folder / name, [(sample, Random(1))], library, "test")
    except OSError:
        print(name, *sorted(path.name for path in (folder / name).iterdir()))
"""


def test_a_full_disk_is_told_and_leaves_no_half_of_a_file(tmp_path):
    ended = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["pdf index.jsonl", "png index.jsonl", "scans index.jsonl"]


def test_what_no_font_can_draw_is_left_out(tmp_path, library):
    odd = Sample("receipt", (Scene(300, 200, (Text(20, 40, "\U0001f9fe", 12),)),), ASKED)
    assert written(tmp_path, library, odd) == []


def test_the_command_writes_what_the_bench_can_score(tmp_path, library, monkeypatch, capsys):
    monkeypatch.setattr(fonts.Fonts, "load", lambda folder, families: library)
    where = [f"--fonts={tmp_path}", f"--files={tmp_path / 'made'}"]
    command.main([*where, "--kinds", "receipt,form", "--samples", "6", "--split", "test"])
    records = [
        json.loads(line) for line in (tmp_path / "made" / "index.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert str(len(records)) in capsys.readouterr().out and {r["kind"] for r in records} == {"receipt", "form"}
    assert all(score(r["metric"], r["answers"][0], r["answers"]) == 1.0 for r in records)
    with pytest.raises(SystemExit):
        command.main([*where, "--kinds", "novel"])
