"""`app.ask` and `app.batch` as programs: output, exit codes, and a bad file among good ones."""

from __future__ import annotations

import json

import pytest

from app import ask, batch
from app.reader import Reader
from tests.fakes import FakeBackend
from vlm.errors import ModelUnavailable


@pytest.fixture(autouse=True)
def fake_reader(monkeypatch):
    """Both programs get a reader on a fake backend."""
    backend = FakeBackend("57.30 EUR [4]", reasoning="look below")
    for program in (ask, batch):
        monkeypatch.setattr(program, "Reader", lambda **_: Reader(backend=backend))
    return backend


def records(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_ask_prints_the_answer_and_tells_the_rest_aside(make_pdf, capsys):
    assert ask.main([str(make_pdf()), "What is the total?", "--think"]) == 0
    out, err = capsys.readouterr()
    assert out == "57.30 EUR [4]\n"
    assert "look below" in err and "page 1 (verified): " in err


def test_ask_as_json(make_pdf, capsys):
    assert ask.main([str(make_pdf()), "What is the total?", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["citations"][0]["status"] == "verified"


@pytest.mark.parametrize("flags", [[], ["--grounded"]])
def test_grounded_is_a_flag_of_both(make_pdf, tmp_path, fake_reader, flags):
    assert ask.main([str(make_pdf()), "What?", *flags]) == 0
    assert batch.main([str(make_pdf()), "-q", "What?", "-o", str(tmp_path / "out.jsonl"), *flags]) == 0
    assert [params.grounded_in is not None for params in fake_reader.params] == [bool(flags)] * 2


def test_pages_are_chosen_in_both(make_pdf, tmp_path, capsys):
    path, out = str(make_pdf()), tmp_path / "out.jsonl"
    assert ask.main([path, "What?", "--pages=-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pages_read"] == [1]
    assert ask.main([path, "What?", "--pages", "7"]) == 3
    assert "no page 7; there are 1" in capsys.readouterr().err
    assert batch.main([path, "-q", "What?", "-o", str(out), "--pages", "7"]) == 3
    assert records(out)[0]["errors"][0]["code"] == "no_such_page"
    with pytest.raises(SystemExit) as caught:
        batch.main([path, "-q", "What?", "--pages", "one"])
    assert caught.value.code == 2 and "names no pages" in capsys.readouterr().err


def test_ask_exit_codes(tmp_path, make_pdf, monkeypatch, capsys):
    assert ask.main([str(tmp_path / "absent.pdf"), "What?"]) == 3

    def no_model(**_):
        raise ModelUnavailable("bring it")

    monkeypatch.setattr(ask, "Reader", no_model)
    assert ask.main([str(make_pdf()), "What?"]) == 4
    assert "error: bring it" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        ask.main([])
    assert caught.value.code == 2


def test_batch_one_line_a_document_and_a_bad_file_stops_nobody(make_pdf, tmp_path, fake_reader):
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


def test_batch_an_unforeseen_crash_is_a_line_too(make_pdf, tmp_path, fake_reader, monkeypatch):
    def crash(*_, **__):
        raise RuntimeError("boom")

    monkeypatch.setattr(fake_reader, "count_tokens", crash)
    out = tmp_path / "out.jsonl"
    assert batch.main([str(make_pdf()), "-q", "What?", "-o", str(out)]) == 3
    assert records(out)[0]["errors"] == [{"code": "internal", "message": "RuntimeError: boom"}]


def test_batch_globs_folders_and_names_each_file_once(make_pdf, tmp_path):
    paths = [make_pdf("a.pdf"), make_pdf("b.pdf")]
    assert batch.find_files([str(tmp_path / "*.pdf"), str(tmp_path), str(paths[0])]) == paths
    absent = tmp_path / "absent.pdf"
    assert batch.find_files([str(absent)]) == [absent]


def test_batch_exit_codes(make_pdf, tmp_path, monkeypatch, capsys):
    path, out = str(make_pdf()), tmp_path / "out.jsonl"
    assert batch.main([path, "-q", "What?", "-o", str(out)]) == 0
    assert batch.main([path, "-q", "What?", "-o", str(out)]) == 2, "an output that exists is not overwritten"
    assert batch.main([path, "-q", "What?", "-o", str(out), "--overwrite"]) == 0
    (tmp_path / "empty").mkdir()
    assert batch.main([str(tmp_path / "empty"), "-q", "What?"]) == 3

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Reader, "ask", interrupted)
    assert batch.main([path, "-q", "What?", "-o", str(out), "--overwrite"]) == 130


def test_batch_to_the_standard_output_leaves_it_open(make_pdf, capsys):
    assert batch.main([str(make_pdf()), "-q", "What?"]) == 0
    print("still open")
    out = capsys.readouterr().out.splitlines()
    assert json.loads(out[0])["status"] == "success" and out[1] == "still open"


def test_a_wrong_setting_is_wrong_usage(make_pdf, monkeypatch, capsys):
    assert ask.main([str(make_pdf()), "What?", "--max-tokens", "0"]) == 2
    assert "max_tokens is 0" in capsys.readouterr().err
    assert batch.main([str(make_pdf()), "-q", "What?", "--max-tokens", "0"]) == 2
