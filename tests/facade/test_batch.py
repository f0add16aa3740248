"""`app.batch` as a program: one line a document, exit codes, and what the plug pulled at any moment leaves."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import random
import sys
import time
from itertools import permutations

import pytest
from PIL import Image

from app.batch import __main__ as batch
from app.batch import diff, journal
from app.batch.desk import Desk, Order, Task
from app.batch.files import find_files
from app.batch.plan import Job
from app.batch.work import Crew
from app.reader import Reader
from app.settings import Settings
from tests.facade.patience import Patience
from tests.fakes import FakeBackend

pytestmark = pytest.mark.usefixtures("fake_reader")


@pytest.fixture
def blanks(tmp_path):
    """Twelve pictures of one colour each: nothing on them is read, and no library keeps a thread for them."""
    folder = tmp_path / "blanks"
    folder.mkdir()
    for number in range(12):
        Image.new("RGB", (40, 30), (number, 0, 0)).save(folder / f"{number:02d}.png")
    return folder


def test_one_line_a_document_and_a_bad_file_stops_nobody(make_pdf, tmp_path, records):
    make_pdf("a.pdf")
    make_pdf("sub-b.pdf")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    (tmp_path / "notes.txt").write_text("not asked for")
    out = tmp_path / "out.jsonl"
    assert batch.main([str(tmp_path), "-q", "What is the total?", "-o", str(out)]) == 1
    lines = records(out)
    assert [line["status"] for line in lines] == ["success", "failure", "success"]
    assert lines[0]["text"] == "57.30 EUR" and len(lines[0]["sha256"]) == 64
    assert lines[1]["errors"][0]["code"] == "damaged"


def test_an_unforeseen_crash_is_a_line_too(make_pdf, tmp_path, fake_reader, monkeypatch, records):
    def crash(*_, **__):
        raise RuntimeError("boom")

    monkeypatch.setattr(fake_reader, "count_tokens", crash)
    out = tmp_path / "out.jsonl"
    assert batch.main([str(make_pdf()), "-q", "What?", "-o", str(out)]) == 3
    assert records(out)[0]["errors"] == [{"code": "internal", "message": "RuntimeError: boom"}]


def test_globs_folders_and_names_each_file_once(make_pdf, tmp_path):
    paths = [make_pdf("a.pdf"), make_pdf("b.pdf")]
    assert find_files([str(tmp_path / "*.pdf"), str(tmp_path), str(paths[0])]) == paths
    absent = tmp_path / "absent.pdf"
    assert find_files([str(absent)]) == [absent]


def test_exit_codes(make_pdf, tmp_path, monkeypatch, capsys):
    path, out = str(make_pdf()), tmp_path / "out.jsonl"
    assert batch.main([path, "-q", "What?", "-o", str(out)]) == 0
    assert batch.main([path, "-q", "What?", "-o", str(out)]) == 2, "an output that exists is not overwritten"
    assert batch.main([path, "-q", "What?", "-o", str(out), "--overwrite"]) == 0
    (tmp_path / "empty").mkdir()
    assert batch.main([str(tmp_path / "empty"), "-q", "What?"]) == 3

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Reader, "stream", interrupted)
    assert batch.main([path, "-q", "What?", "-o", str(out), "--overwrite"]) == 130


def test_to_the_standard_output_leaves_it_open(make_pdf, capsys):
    assert batch.main([str(make_pdf()), "-q", "What?"]) == 0
    print("still open")
    out = capsys.readouterr().out.splitlines()
    assert json.loads(out[0])["status"] == "success" and out[1] == "still open"


def test_names_come_from_the_standard_input_too(make_pdf, tmp_path, monkeypatch, records):
    first, second = make_pdf("a.pdf"), make_pdf("b c.pdf")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{first}\n\n{second}\n"))
    out = tmp_path / "out.jsonl"
    assert batch.main(["-", "-q", "What?", "-o", str(out)]) == 0
    assert [record["source"] for record in records(out)] == [str(first), str(second)]


def test_killed_at_any_moment_no_record_is_lost_or_doubled(blanks, tmp_path, monkeypatch, records):
    """Fifty times SIGKILL, each run going on where the last one ended; then every file has one whole record."""
    backend = FakeBackend("one two three four [1]", delay=0.002)
    monkeypatch.setattr(batch, "Reader", lambda **_: Reader(backend=backend))
    fork = multiprocessing.get_context("fork")
    rng = random.Random(5)
    kills = rounds = 0
    while kills < 50:
        out = tmp_path / f"out{rounds}.jsonl"
        command = [str(blanks), "-q", "What?", "-o", str(out), "--resume", "--workers", str(1 + rounds % 2)]
        patience, whole = Patience(rng, 0.0, 0.12), 0
        while whole < 12:
            run = fork.Process(target=batch.main, args=(command,))
            run.start()
            time.sleep(patience.wait())
            run.kill()
            run.join()
            kills += run.exitcode != 0
            whole = out.read_bytes().count(b"\n") if out.exists() else 0
            patience.told(whole)
        assert batch.main(command) == 0
        found = records(out)
        assert sorted(record["source"] for record in found) == [str(path) for path in sorted(blanks.iterdir())]
        assert all(record["status"] == "success" and record["text"] == "one two three four" for record in found)
        rounds += 1


def test_a_slow_machine_is_given_more_time_until_it_gets_on():
    patience = Patience(random.Random(0), 0.0, 0.12)
    for _ in range(20):
        patience.told(0)
    assert max(patience.wait() for _ in range(50)) > 60
    patience.told(1)
    assert max(patience.wait() for _ in range(50)) <= 0.12


def test_a_torn_line_is_cut_off_and_another_runs_output_is_left_alone(blanks, tmp_path, capsys, records):
    out = tmp_path / "out.jsonl"
    assert batch.main([str(blanks), "-q", "What?", "-o", str(out)]) == 0
    whole = out.read_bytes()
    for end in (len(whole) - 1, len(whole) - 40, whole.index(b"\n") + 2):
        out.write_bytes(whole[:end])
        assert batch.main([str(blanks), "-q", "What?", "-o", str(out), "--resume"]) == 0
        assert len(records(out)) == 12
    before = out.read_bytes()
    capsys.readouterr()
    for other in (["-q", "Who?"], ["-q", "What?", "--grounded"], ["-q", "What?", "--max-tokens", "7"]):
        assert batch.main([str(blanks), *other, "-o", str(out), "--resume"]) == 2
        assert "other options" in capsys.readouterr().err and out.read_bytes() == before
    out.write_text("a list of mine\nand more\n")
    assert batch.main([str(blanks), "-q", "What?", "-o", str(out), "--resume"]) == 2
    assert out.read_text() == "a list of mine\nand more\n"
    assert batch.main([str(blanks), "-q", "What?", "--resume"]) == 2


def test_resume_asks_the_model_only_what_is_new(blanks, tmp_path, fake_reader, records):
    out = tmp_path / "out.jsonl"
    command = [str(blanks), "-q", "What?", "-o", str(out), "--resume"]
    assert batch.main(command) == 0 and len(fake_reader.asked) == 12
    (blanks / "00.png").rename(blanks / "renamed.png")
    (blanks / "broken.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    Image.new("RGB", (40, 30), (0, 99, 0)).save(blanks / "01.png")
    assert batch.main(command) == 1
    assert len(fake_reader.asked) == 13, "the picture that changed, not the one that was renamed"
    assert batch.main(command) == 1 and len(fake_reader.asked) == 13
    found = records(out)
    assert len(found) == 13, "none of a name or a content of before"
    by_name = {record["source"]: record for record in found}
    assert by_name[str(blanks / "renamed.png")]["text"] == "57.30 EUR" and str(blanks / "00.png") not in by_name
    assert by_name[str(blanks / "broken.pdf")]["errors"][0]["code"] == "damaged"


def test_what_another_time_may_not_fail_is_tried_again(blanks, tmp_path, fake_reader, monkeypatch, records):
    crashes = iter([True, True, False])
    counted = fake_reader.count_tokens

    def fragile(text):
        if next(crashes, False):
            raise RuntimeError("boom")
        return counted(text)

    monkeypatch.setattr(fake_reader, "count_tokens", fragile)
    out, path = tmp_path / "out.jsonl", str(blanks / "00.png")
    assert batch.main([path, "-q", "What?", "-o", str(out), "--retries", "1"]) == 3
    assert records(out)[0]["attempts"] == 2 and records(out)[0]["errors"][0]["code"] == "internal"
    assert batch.main([path, "-q", "What?", "-o", str(out), "--resume", "--retries", "1"]) == 0
    assert [record["status"] for record in records(out)] == ["success"]


def test_a_slow_document_is_given_up_and_the_others_go_on(blanks, tmp_path, fake_reader, records):
    fake_reader.delay = 0.2
    out = tmp_path / "out.jsonl"
    command = [str(blanks / "00.png"), "-q", "What?", "-o", str(out)]
    assert batch.main([*command, "--timeout", "0.05"]) == 3
    assert records(out)[0]["errors"] == [{"code": "timeout", "message": "not done within 0.05 s; raise --timeout"}]
    fake_reader.delay = 0.0
    assert batch.main([*command, "--resume", "--timeout", "9"]) == 0
    for timeout in ("0", "-1", "inf", "nan", "1e300"):
        with pytest.raises(SystemExit):
            batch.main([*command, "--timeout", timeout])


def test_several_workers_give_the_same_records(blanks, fake_reader):
    jobs = [Job(path) for path in sorted(blanks.iterdir())]
    desk = Desk(Order(Task("What?"), Settings(), "x"), Reader(backend=fake_reader))
    runs = [list(Crew(desk, workers).records(jobs)) for workers in (1, 3)]
    assert [record["source"] for record in runs[0]] == [str(job.path) for job in jobs]
    plain = [sorted((record["source"], record["text"], record["sha256"]) for record in run) for run in runs]
    assert plain[0] == plain[1]


def test_stopping_ends_what_is_under_way(blanks, fake_reader):
    fake_reader.delay = 0.05
    crew = Crew(Desk(Order(Task("What?"), Settings(), "x"), Reader(backend=fake_reader)), workers=2)
    found = crew.records(map(Job, sorted(blanks.iterdir())))
    next(found)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        found.throw(KeyboardInterrupt)
    assert time.monotonic() - started < 1 and len(fake_reader.asked) <= 4


def test_a_dry_run_says_what_there_is_and_touches_nothing(make_pdf, blanks, tmp_path, capsys):
    make_pdf("a.pdf")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    Image.effect_noise((200, 100), 90).save(tmp_path / "scan.png")
    out = tmp_path / "out.jsonl"
    assert batch.main([str(tmp_path), "-q", "What?", "-o", str(out), "--dry-run"]) == 0
    said, told = capsys.readouterr()
    found = json.loads(said)
    assert found["files"] == 15 and found["pages"] == 14 and found["scanned"] == 1 and found["words"] == 9
    assert found["unreadable"] == {str(tmp_path / "broken.pdf"): "damaged"}
    assert "15 files, 14 pages" in told and not out.exists()


def test_ray_is_asked_for_by_name_where_it_is_not_installed(blanks, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ray", None)
    command = [str(blanks), "--task", "transcribe", "--backend", "ray"]
    assert batch.main([*command, "-o", str(tmp_path / "out.jsonl")]) == 2
    assert 'pip install "ray[data]' in capsys.readouterr().err and not (tmp_path / "out.jsonl").exists()
    with pytest.raises(SystemExit):
        batch.main(command)


def test_off_a_terminal_each_document_is_an_event(blanks, tmp_path, capsys):
    assert batch.main([str(blanks), "-q", "What?", "-o", str(tmp_path / "out.jsonl")]) == 0
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [event["done"] for event in events if event["event"] == "document"] == list(range(1, 13))
    assert events[-1] == {"event": "notice", "text": "12 of 12 done"}


def test_two_runs_are_compared_by_field(make_pdf, tmp_path, fake_reader, capsys):
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    paths = [str(make_pdf("a.pdf")), str(make_pdf("b.pdf", pages=(["Total  9.00"],)))]
    assert batch.main([*paths, "-q", "What?", "-o", str(first)]) == 0
    fake_reader.answer = "9.00 EUR"
    assert batch.main([paths[1], "-q", "What?", "-o", str(second)]) == 0
    capsys.readouterr()
    assert diff.main([str(first), str(first)]) == 0
    assert json.loads(capsys.readouterr().out) == {"first": 2, "second": 2, "differ": 0, "differences": 0}
    assert diff.main([str(first), str(second)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f'{paths[1]}\ttext\t"57.30 EUR"\t"9.00 EUR"' in lines
    assert f'{paths[0]}\tstatus\t"success"\tnull' in lines
    assert json.loads(lines[-1])["differ"] == 2
    assert diff.main([str(first), str(tmp_path / "absent.jsonl")]) == 2


def test_documents_are_compared_with_themselves_whatever_the_order_of_lines():
    def record(source, sha256, text):
        return {"source": source, "sha256": sha256, "status": "success", "text": text}

    first = [record("a", "1", "x"), record("b", "1", "y"), record("c", "2", "z"), record("d", "3", "u")]
    second = [record("c", "1", "x"), record("b", "1", "y"), record("d", "4", "v"), record("e", "5", "w")]
    found = [("d", "text", "u", "v"), ("e", "status", None, "success"), ("c", "status", "success", None)]
    for one in permutations(first):
        for other in permutations(second):
            assert list(diff.differences(one, other)) == found


def test_options_and_contents_have_hashes_of_their_own(tmp_path):
    assert journal.options_hash({"a": 1, "b": None}) == journal.options_hash({"b": None, "a": 1})
    assert journal.options_hash({"a": 1}) != journal.options_hash({"a": 2})
    path = tmp_path / "large"
    path.write_bytes(bytes(2**20 + 1))
    assert journal.content_hash(path, 2) and journal.content_hash(path, 1) is None
    os.mkfifo(tmp_path / "pipe")
    for odd in (tmp_path, tmp_path / "absent", tmp_path / "pipe", tmp_path / "a\0b"):
        assert journal.content_hash(odd, 1) is None
