"""A drawer's tree of Markdown, CSV and workbooks: of its shape, never by half, however a run ends."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import random
import re
import time
from io import StringIO
from pathlib import Path

import openpyxl
import pytest

from app import transcribe
from app.batch import __main__ as batch
from app.batch import desk
from app.batch.files import find_files, named, root_of
from app.batch.mirror import Mirror, whole
from app.opening import open_file
from tests.facade.patience import Patience
from vlm.errors import ContextError

pytestmark = pytest.mark.usefixtures("fake_reader")

SIZES = [["Size", "Price", "Stock"], ["Small", "3.00", "7"], ["Large", "4.50", "9"], ["Huge", "9.25", "11"]]
TABLE = ["Sizes and prices", "", *map("  ".join, SIZES)]


@pytest.fixture
def drawer(make_pdf, tmp_path):
    """`in/a.pdf` with a table, `in/deep/a.pdf` of two pages and none, `in/deep/ü b.pdf` broken."""
    (tmp_path / "in" / "deep").mkdir(parents=True)
    make_pdf("in/a.pdf", pages=(TABLE,))
    make_pdf("in/deep/a.pdf", pages=(["Page one"], ["Page two"]))
    (tmp_path / "in" / "deep" / "ü b.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    return tmp_path / "in"


def tree(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_every_form_of_every_file_beside_the_answers(drawer, tmp_path, records):
    out, folder = tmp_path / "out.jsonl", tmp_path / "tree"
    command = [str(drawer), "-q", "What is the total?", "-o", str(out), "--mirror", str(folder), "--to", "md,csv,xlsx"]
    assert batch.main(command) == 1
    assert tree(folder) == ["a.pdf.csv", "a.pdf.md", "a.pdf.xlsx", "deep/a.pdf.md"]
    assert list(csv.reader(StringIO((folder / "a.pdf.csv").read_text(encoding="utf-8-sig")))) == SIZES
    sizes = [list(row) for row in openpyxl.load_workbook(folder / "a.pdf.xlsx").active.values]
    assert sizes == [SIZES[0], ["Small", 3.0, 7], ["Large", 4.5, 9], ["Huge", 9.25, 11]]
    assert "| Small | 3.00 | 7 |" in (folder / "a.pdf.md").read_text(encoding="utf-8")
    by_name = {Path(record["source"]).name: record for record in records(out)[::-1]}
    assert by_name["a.pdf"]["text"] == "57.30 EUR"
    assert by_name["a.pdf"]["files"] == [str(folder / f"a.pdf.{form}") for form in ("md", "csv", "xlsx")]
    assert by_name["ü b.pdf"]["status"] == "failure" and "files" not in by_name["ü b.pdf"]


def test_transcribe_and_the_batch_write_the_same(drawer, tmp_path, capsys):
    assert transcribe.main([str(drawer), "-o", str(tmp_path / "one")]) == 1
    assert batch.main([str(drawer), "--task", "transcribe", "--mirror", str(tmp_path / "two")]) == 1
    assert tree(tmp_path / "one") == tree(tmp_path / "two") == ["a.pdf.md", "deep/a.pdf.md"]
    for name in tree(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all("pages" not in line for line in lines), "what is in the files is not in the lines as well"


def test_tables_alone_become_workbooks_and_stale_ones_go(drawer, make_pdf, tmp_path, records):
    out, folder = tmp_path / "out.jsonl", tmp_path / "tree"
    command = [str(drawer), "--task", "tables", "-o", str(out), "--mirror", str(folder)]
    assert batch.main(command) == 1 and tree(folder) == ["a.pdf.xlsx"]
    make_pdf("in/a.pdf", pages=(["No table any more"],))
    assert batch.main([*command, "--overwrite"]) == 1 and tree(folder) == []
    assert batch.main([str(drawer), "--task", "tables", "-o", str(out), "--overwrite"]) == 1
    assert [record.get("tables") for record in records(out)] == [[], [], None]


def test_without_a_mirror_tables_are_in_the_lines(make_pdf, capsys):
    assert batch.main([str(make_pdf(pages=(TABLE,))), "--task", "tables"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["tables"]
    assert found["rows"] == SIZES and found["places"][0]["page"] == 1


def test_no_model_is_asked_for_words_and_tables(drawer, tmp_path, monkeypatch):
    def refuse(**_):
        raise AssertionError("a model was asked for")

    monkeypatch.setattr(batch, "Reader", refuse)
    assert batch.main([str(drawer), "--task", "tables", "-o", str(tmp_path / "out.jsonl")]) == 1


def test_what_was_renamed_is_written_under_its_new_name(drawer, tmp_path):
    out, folder = tmp_path / "out.jsonl", tmp_path / "tree"
    command = [str(drawer), "--task", "transcribe", "-o", str(out), "--mirror", str(folder), "--resume"]
    assert batch.main(command) == 1
    (drawer / "a.pdf").rename(drawer / "deep" / "c.pdf")
    assert batch.main(command) == 1 and "deep/c.pdf.md" in tree(folder)


def test_a_tree_of_another_shape_is_not_gone_on_with(drawer, tmp_path, capsys):
    out, folder = tmp_path / "out.jsonl", tmp_path / "tree"
    command = ["--task", "transcribe", "-o", str(out), "--resume"]
    assert batch.main([str(drawer), *command, "--mirror", str(folder)]) == 1
    for other in (
        [str(drawer), *command, "--mirror", str(tmp_path / "other")],
        [str(drawer), *command, "--mirror", str(folder), "--to", "md,csv"],
        [str(drawer), *command],
    ):
        assert batch.main(other) == 2 and "other options" in capsys.readouterr().err


def test_wrong_usage(drawer, tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    assert batch.main([str(drawer), "--task", "tables", "--mirror", str(tmp_path / "taken")]) == 2
    for words in (["--to", "md"], ["--mirror", "x", "--to", "md,doc"], ["-q", "What?"]):
        with pytest.raises(SystemExit) as caught:
            batch.main([str(drawer), "--task", "tables", *words])
        assert caught.value.code == 2
    assert batch.main([str(drawer), "--task", "tables", "--mirror", str(tmp_path / "dry"), "--dry-run"]) == 0
    assert not (tmp_path / "dry").exists()


def test_a_file_that_cannot_be_written_fails_alone_and_is_tried_again(drawer, tmp_path, records):
    out, folder = tmp_path / "out.jsonl", tmp_path / "tree"
    folder.mkdir()
    (folder / "deep").touch()
    command = [str(drawer), "--task", "transcribe", "-o", str(out), "--mirror", str(folder), "--resume"]
    assert batch.main(command) == 1
    codes = [error["code"] for record in records(out) for error in record.get("errors", ())]
    assert codes == ["not_written", "damaged"] and tree(folder) == ["a.pdf.md", "deep"]
    (folder / "deep").unlink()
    assert batch.main(command) == 1 and tree(folder) == ["a.pdf.md", "deep/a.pdf.md"]


def test_killed_at_any_moment_no_file_of_the_tree_is_there_by_half(make_pdf, tmp_path, records):
    """Fifteen times SIGKILL among workbooks and Markdown; each time whatever is there is what it will be at the end."""
    (tmp_path / "in").mkdir()
    for number in range(8):
        make_pdf(f"in/{number}.pdf", pages=([*TABLE, f"Number  {number}", "And  one more"],) * 2)
    fork = multiprocessing.get_context("fork")
    whole_tree = tmp_path / "whole"
    command = [str(tmp_path / "in"), "--task", "transcribe", "--to", "md,csv,xlsx"]
    assert batch.main([*command, "-o", str(tmp_path / "whole.jsonl"), "--mirror", str(whole_tree)]) == 0
    right = {name: contents(whole_tree / name) for name in tree(whole_tree)}
    rng, kills, rounds = random.Random(7), 0, 0
    while kills < 15:
        folder, out = tmp_path / f"tree{rounds}", tmp_path / f"out{rounds}.jsonl"
        mine = [*command, "-o", str(out), "--mirror", str(folder), "--resume", "--workers", str(1 + rounds % 2)]
        patience, finished = Patience(rng, 0.02, 0.8), False
        while not finished:
            run = fork.Process(target=batch.main, args=(mine,))
            run.start()
            run.join(patience.wait())
            finished = run.exitcode is not None
            run.kill()
            run.join()
            kills += not finished
            patience.told(out.read_bytes().count(b"\n") if out.exists() else 0)
            for name in tree(folder) if folder.exists() else ():
                assert name.endswith((".part", ".lock")) or contents(folder / name) == right[name], name
        assert run.exitcode == 0 and tree(folder) == sorted(right), "no part is left, and nothing is missing"
        assert len(records(out)) == 8
        rounds += 1


def contents(path):
    """What a file says; a workbook holds the time at which it was made, so its cells."""
    if path.suffix == ".xlsx":
        return [[list(row) for row in sheet.values] for sheet in openpyxl.load_workbook(path)]
    return path.read_bytes()


def test_what_fails_while_it_is_written_leaves_the_old_file(tmp_path):
    target = tmp_path / "deep" / "a.md"
    with whole(target) as part:
        part.write_text("old")
    with pytest.raises(RuntimeError), whole(target) as part:
        part.write_text("half of the n")
        raise RuntimeError("the plug")
    assert target.read_text() == "old" and tree(tmp_path) == ["deep/a.md"]


def test_a_name_as_long_as_any_may_be_has_its_file_too(make_pdf, tmp_path):
    (tmp_path / "in").mkdir()
    make_pdf("in/a.pdf").rename(tmp_path / "in" / ("x" * 248 + ".pdf"))
    assert batch.main([str(tmp_path / "in"), "--task", "transcribe", "--mirror", str(tmp_path / "tree")]) == 0
    assert tree(tmp_path / "tree") == ["x" * 248 + ".pdf.md"]


def test_what_a_killed_run_left_is_written_over(tmp_path):
    with whole(tmp_path / "a.md") as part:
        part.write_text("new")
        left = part
    left.write_text("half of the o")
    with whole(tmp_path / "a.md") as part:
        part.write_text("new")
    assert tree(tmp_path) == ["a.md"]


@pytest.mark.parametrize("task", [["-q", "What?"], ["--task", "transcribe"]])
def test_of_a_file_that_can_no_longer_be_read_nothing_old_stays(drawer, tmp_path, monkeypatch, task):
    folder = tmp_path / "tree"
    command = [str(drawer), *task, "--mirror", str(folder), "--to", "md,csv", "--overwrite"]
    command += ["-o", str(tmp_path / "out.jsonl")]
    assert batch.main(command) == 1 and tree(folder) == ["a.pdf.csv", "a.pdf.md", "deep/a.pdf.md"]
    assert batch.main([*command, "--max-pages", "1"]) == 1 and "deep/a.pdf.md" in tree(folder), "a limit, this time"
    (drawer / "a.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    assert batch.main(command) == 1 and tree(folder) == ["deep/a.pdf.md"]


def test_a_question_that_does_not_fit_takes_nothing_away(drawer, tmp_path, monkeypatch, fake_reader, records):
    command = [str(drawer / "a.pdf"), "-q", "What?", "--mirror", str(tmp_path / "tree"), "--overwrite"]
    command += ["-o", str(tmp_path / "out.jsonl")]
    assert batch.main(command) == 0 and tree(tmp_path / "tree") == ["a.pdf.md"]

    def refuse(*_):
        raise ContextError("too long")

    monkeypatch.setattr(fake_reader, "stream", refuse)
    assert batch.main(command) == 3 and tree(tmp_path / "tree") == ["a.pdf.md"]
    assert records(tmp_path / "out.jsonl")[0]["errors"] == [{"code": "context", "message": "too long"}]


def test_an_opening_that_takes_too_long_is_a_timeout(drawer, tmp_path, monkeypatch, records):
    def slow(*args, **options):
        time.sleep(0.3)
        return open_file(*args, **options)

    monkeypatch.setattr(desk, "open_file", slow)
    command = [str(drawer / "a.pdf"), "--task", "transcribe", "--mirror", str(tmp_path / "tree"), "--timeout", "0.05"]
    assert batch.main([*command, "-o", str(tmp_path / "out.jsonl")]) == 3
    assert records(tmp_path / "out.jsonl")[0]["errors"][0]["code"] == "timeout"


def test_two_files_never_share_one_target(tmp_path):
    mirror = Mirror(Path("o"), tmp_path, ("md",))
    files = [tmp_path / name for name in ("x/a.pdf", "x/a.png", "y/a.pdf")]
    assert [mirror.target(path, "md").as_posix() for path in files] == ["o/x/a.pdf.md", "o/x/a.png.md", "o/y/a.pdf.md"]


def test_the_root_is_what_was_named_not_what_is_there(make_pdf, tmp_path, monkeypatch):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    make_pdf("in/deep/a.pdf")
    monkeypatch.chdir(tmp_path)
    assert root_of(["in"]) == tmp_path / "in"
    assert root_of(["in/**/*.pdf"]) == tmp_path / "in"
    assert root_of(["in/deep/a.pdf"]) == root_of(["in/deep/absent.pdf"]) == tmp_path / "in" / "deep"
    assert root_of(["in/deep", "*.pdf"]) == tmp_path
    assert named(["x", "-", "y"], ["b\n", "\n", "c d\r\n"]) == ["x", "b", "c d", "y"]
    assert find_files(named(["-"], ["in\n"])) == [Path("in/deep/a.pdf")]


def test_a_name_that_is_not_utf8_is_read_written_and_found_again(make_pdf, tmp_path, records):
    folder, out = tmp_path / "tree", tmp_path / "out.jsonl"
    (tmp_path / "in").mkdir()
    name = os.fsdecode(b"n\xe4me.pdf")
    make_pdf("in/a.pdf").rename(tmp_path / "in" / name)
    command = [str(tmp_path / "in"), "-q", "What?", "-o", str(out), "--mirror", str(folder), "--resume"]
    assert batch.main(command) == 0 and batch.main(command) == 0
    (record,) = records(out)
    assert record["source"] == str(tmp_path / "in" / name) and tree(folder) == [f"{name}.md"]
    assert re.search(r"n\\udce4me", out.read_text(encoding="utf-8"))
