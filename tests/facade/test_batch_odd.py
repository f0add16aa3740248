"""What users' folders and terminals hold: odd names, closed folders, other programs' files, Ctrl-C at any moment."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pymupdf
import pytest
from openpyxl import load_workbook

from app import transcribe
from app.batch import __main__ as batch
from app.batch import cluster, diff, journal, table
from app.batch.desk import Order, Task
from app.batch.files import find_files, root_of
from app.settings import Settings
from vlm.errors import ModelUnavailable

pytestmark = pytest.mark.usefixtures("fake_reader")

ODD = os.fsdecode(b"caf\xe9.pdf")  # as written by a system that is not UTF-8


def test_lines_within_a_question_or_a_name_are_no_lines_of_the_output(make_pdf, tmp_path):
    """U+2028 comes along with what is copied from slides."""
    question, out = "What is\N{LINE SEPARATOR}the total?", tmp_path / "out.jsonl"
    assert batch.main([str(make_pdf("a\N{NEXT LINE}b.pdf")), "-q", question, "-o", str(out)]) == 0
    assert diff.main([str(out), str(out)]) == 0
    assert table.main([str(out), "-o", str(tmp_path / "out.csv")]) == 0
    (record,) = journal.read(out)
    assert record["question"] == question


def test_a_name_that_is_not_utf8_is_written_as_the_output_has_it(tmp_path):
    out = tmp_path / "out.jsonl"
    with journal.opened(out, "w") as file:
        journal.write({"source": ODD, "status": "failure", "errors": []}, file, True)
    assert journal.read(out)[0]["source"] == ODD
    for name in ("out.csv", "out.xlsx"):
        assert table.main([str(out), "-o", str(tmp_path / name)]) == 0
    assert "caf\\udce9.pdf" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    (sheet,) = load_workbook(tmp_path / "out.xlsx").worksheets
    assert sheet["A2"].value == "caf\\udce9.pdf"


@pytest.mark.parametrize(
    "text", ["[1, 2]\n", '{"status": "success"}\n', "a list of mine\n", '{"source": "a", "status": 1}']
)
def test_other_programs_files_are_told_as_such(text, tmp_path, capsys):
    other, out = tmp_path / "other.jsonl", tmp_path / "out.csv"
    other.write_text(text)
    out.write_text("an older table")
    assert diff.main([str(other), str(other)]) == 2
    assert table.main([str(other), "-o", str(out)]) == 2
    assert capsys.readouterr().err.count("line 1 is no record") == 2 and out.read_text() == "an older table"


def test_a_line_that_was_torn_is_left_out_and_told(make_pdf, tmp_path, capsys):
    """As that of a run that was killed, or still runs."""
    out = tmp_path / "out.jsonl"
    assert batch.main([str(make_pdf()), "-q", "What?", "-o", str(out)]) == 0
    whole = out.read_bytes()
    out.write_bytes(whole + whole[:40])
    capsys.readouterr()
    assert diff.main([str(out), str(out)]) == 0
    assert table.main([str(out), "-o", str(tmp_path / "out.csv")]) == 0
    assert capsys.readouterr().err.count("line 2 is torn") == 3 and len(journal.read(out)) == 1
    out.write_bytes(whole[:40] + b"\n" + whole)
    assert table.main([str(out), "-o", str(tmp_path / "out.csv")]) == 2, "which no run leaves"


def test_names_from_a_pipe_need_not_be_utf8(tmp_path, monkeypatch, records):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(os.fsencode(ODD) + b"\n"), encoding="utf-8"))
    assert batch.main(["-", "-q", "What?", "-o", "out.jsonl"]) == 3
    assert records(tmp_path / "out.jsonl")[0]["source"] == ODD


def test_names_from_find_may_hold_line_ends(make_pdf, tmp_path, monkeypatch, records):
    names = [str(make_pdf("a\nb.pdf")), str(make_pdf("a\rb.pdf")), str(make_pdf(" c.pdf"))]
    listed = io.BytesIO("\0".join([*names, ""]).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(listed, encoding="utf-8"))
    assert batch.main(["-", "-q", "What?", "-o", str(tmp_path / "out.jsonl")]) == 0
    assert [record["source"] for record in records(tmp_path / "out.jsonl")] == names


def test_folders_that_a_glob_matches_are_looked_through(make_pdf, tmp_path, monkeypatch):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    for name in ("in/a.pdf", "in/deep/b.pdf"):
        make_pdf(name)
    (tmp_path / "in" / "deep" / "notes.txt").touch()
    assert find_files(["in/*"]) == find_files(["i*"]) == [Path("in/a.pdf"), Path("in/deep/b.pdf")]
    os.mkfifo(tmp_path / "x1")
    assert find_files(["x*"]) == [Path("x*")], "what was asked for, not what was passed over last"


def test_one_file_is_found_once_however_it_is_spelled(make_pdf, tmp_path, monkeypatch):
    path = make_pdf("a.pdf")
    monkeypatch.chdir(tmp_path)
    assert find_files(["./x/../a.pdf", "a.pdf", str(path), "."]) == [Path("x/../a.pdf")]


def test_broken_links_are_told_and_links_to_folders_are_not_followed(make_pdf, tmp_path, records):
    (tmp_path / "in").mkdir()
    (tmp_path / "other").mkdir()
    make_pdf("other/a.pdf")
    (tmp_path / "in" / "round").symlink_to(tmp_path)
    (tmp_path / "in" / "broken.pdf").symlink_to(tmp_path / "absent.pdf")
    (tmp_path / "in" / "broken.txt").symlink_to(tmp_path / "absent.txt")
    broken = tmp_path / "in" / "broken.pdf"
    assert find_files([str(tmp_path / "in")]) == find_files([str(tmp_path / "in" / "*.pdf")]) == [broken]
    assert batch.main([str(tmp_path / "in"), "-q", "What?", "-o", str(tmp_path / "out.jsonl")]) == 3
    assert records(tmp_path / "out.jsonl")[0]["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("flags", [["-q", ""], ["-q", " \n"], ["--schema", "  "], ["--schema", ""]])
def test_a_question_without_words_is_wrong_usage(flags, make_pdf, capsys):
    with pytest.raises(SystemExit) as caught:
        batch.main([str(make_pdf()), *flags])
    assert caught.value.code == 2 and "it is empty" in capsys.readouterr().err


def test_a_folder_that_cannot_be_looked_into_is_a_line_too(make_pdf, tmp_path, monkeypatch, records):
    (tmp_path / "closed").mkdir()
    path, scan = make_pdf("a.pdf"), os.scandir

    def closed(place):
        if Path(place).name == "closed":
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(os, "scandir", closed)
    out = tmp_path / "out.jsonl"
    assert batch.main([str(tmp_path), "-q", "What?", "-o", str(out)]) == 1
    statuses = {record["source"]: record["status"] for record in records(out)}
    assert statuses == {str(path): "success", str(tmp_path / "closed"): "failure"}


def test_a_name_that_no_file_can_have_is_a_line_too(tmp_path, records):
    long, out = "x" * 300, tmp_path / "out.jsonl"
    assert find_files([long]) == [Path(long)] and root_of([long]) == Path.cwd()
    assert batch.main([long, "-q", "What?", "-o", str(out)]) == 3
    assert records(out)[0]["status"] == "failure"


def test_a_file_of_a_closed_folder_is_kept_so_that_its_line_can_say_so(make_pdf, tmp_path, monkeypatch):
    path, is_file = make_pdf("a.pdf"), Path.is_file

    def closed(self):
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return is_file(self)

    monkeypatch.setattr(Path, "is_file", closed)
    assert find_files([str(tmp_path)]) == [path]


def test_a_dry_run_leaves_an_output_as_it_is(make_pdf, tmp_path, capsys):
    """Another run may be writing there."""
    first, out = make_pdf("a.pdf"), tmp_path / "out.jsonl"
    assert batch.main([str(first), str(tmp_path / "absent.pdf"), "-q", "What?", "-o", str(out)]) == 1
    out.write_bytes(out.read_bytes() + b'{"source": "b.pd')
    before, place = out.read_bytes(), out.stat().st_ino
    capsys.readouterr()
    command = [str(tmp_path), str(tmp_path / "absent.pdf"), "-q", "What?", "-o", str(out), "--dry-run"]
    assert batch.main([*command, "--resume"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == 1, "the one that failed is worth another try"
    assert batch.main(command) == 0
    assert out.read_bytes() == before and out.stat().st_ino == place


def test_two_runs_do_not_write_to_one_output(make_pdf, tmp_path, capsys):
    """As where one is started every hour, with --resume, and takes longer than that."""
    out = tmp_path / "out.jsonl"
    command = [str(make_pdf()), "-q", "What?", "-o", str(out)]
    with journal.alone(tmp_path / "." / "out.jsonl"):
        assert batch.main(command) == 2 and batch.main([*command, "--dry-run"]) == 0
        assert f"another run is writing to {out}" in capsys.readouterr().err and not out.exists()
        assert batch.main([*command[:-1], str(tmp_path / "other.jsonl")]) == 0
    assert batch.main(command) == 0 and batch.main([*command, "--resume"]) == 0
    assert not list(tmp_path.glob("*.lock"))
    assert batch.main([*command[:-1], str(tmp_path / "absent" / "out.jsonl")]) == 2
    assert "no such folder" in capsys.readouterr().err and not (tmp_path / "absent").exists()


@pytest.mark.parametrize("moment", ["planned", "forecast", "find_files", "Reader"])
def test_interrupted_at_any_moment_it_says_so(moment, make_pdf, tmp_path, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, moment, interrupted)
    flags = ["--dry-run"] if moment == "forecast" else []
    assert batch.main([str(make_pdf()), "-q", "What?", "-o", str(tmp_path / "out.jsonl"), *flags]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_a_cluster_gets_the_model_that_its_workers_will_load(monkeypatch):
    asked = []

    def resolve(model, cache, wheel, progress, bits):
        asked.append((model, bits))
        raise ModelUnavailable("not here")

    monkeypatch.setattr(cluster, "resolve_model", resolve)
    for settings in (Settings(device="cpu"), Settings(device="cpu", dtype="float32")):
        with pytest.raises(ModelUnavailable):
            cluster.Cluster.started(Order(Task("What?"), settings, "x"), 2, print)
    assert asked == [("nano", 8), ("nano", 16)]


@pytest.mark.parametrize("library", ["pymupdf", "pypdfium2"])
def test_one_password_opens_the_locked_files_among_others(make_pdf, tmp_path, capsys, library):
    plain = make_pdf("plain.pdf")
    with pymupdf.open(plain) as document:
        document.save(tmp_path / "locked.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="s3same", owner_pw="own")
    files, reading = [str(plain), str(tmp_path / "locked.pdf")], ["--pdf-library", library, "--password", "s3same"]
    assert transcribe.main(files[1:]) == 3
    assert transcribe.main([*files, *reading]) == 0
    out = tmp_path / "out.jsonl"
    assert batch.main([*files, "--task", "transcribe", "-o", str(out), "--retries", "2", *reading[:2]]) == 1
    assert [record["attempts"] for record in journal.read(out)] == [1, 1], "no try of this run opens it"
    assert batch.main([*files, "--task", "transcribe", "-o", str(out), "--resume", *reading]) == 0, "now it is known"
    out.unlink()
    assert batch.main([*files, "--task", "transcribe", "--dry-run", *reading]) == 0
    assert batch.main([*files, "--task", "transcribe", "-o", str(out), *reading]) == 0
    assert "s3same" not in out.read_text()
    assert batch.main([*files, "--task", "transcribe", "-o", str(out), "--resume", *reading[:2]]) == 0, "all is done"
    assert '"unreadable": {}' in capsys.readouterr().out
