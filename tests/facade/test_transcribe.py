"""Files to Markdown: in folders like their own, a bad one told, no model asked."""

from __future__ import annotations

import sys

import pytest

from app import reader, transcribe
from app.batch.journal import alone


def test_folders_are_mirrored_and_a_bad_file_stops_nobody(make_pdf, tmp_path, capsys):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    first = make_pdf("in/a.pdf")
    make_pdf("in/deep/a.pdf", pages=(["Page one"], ["Page two"]))
    (tmp_path / "in" / "broken.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    out = tmp_path / "out"
    assert transcribe.main([str(tmp_path / "in"), "-o", str(out)]) == 1
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.*")) == ["a.pdf.md", "deep/a.pdf.md"]
    assert "Total  57.30 EUR" in (out / "a.pdf.md").read_text(encoding="utf-8")
    assert (out / "deep/a.pdf.md").read_text(encoding="utf-8").count("<!-- page ") == 2
    assert "broken.pdf" in capsys.readouterr().err
    assert transcribe.main([str(first)]) == 0
    assert capsys.readouterr().out == (out / "a.pdf.md").read_text(encoding="utf-8")
    assert transcribe.main([str(tmp_path / "in" / "broken.pdf")]) == 3
    assert transcribe.main([str(first), "--pages", "2"]) == 3


def test_several_files_on_the_standard_output_can_be_told_apart(make_pdf, capsys):
    paths = [str(make_pdf(name, pages=([name[:1]],))) for name in ("a--> b.pdf", "c.pdf")]
    assert transcribe.main(paths) == 0
    first, second = (path.replace("--", "- -") for path in paths)
    assert capsys.readouterr().out == (
        f"<!-- file {first} -->\n\n<!-- page 1 -->\n\na\n\n<!-- file {second} -->\n\n<!-- page 1 -->\n\nc\n"
    )


def test_an_output_that_cannot_be_written_is_wrong_usage(make_pdf, tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    assert transcribe.main([str(make_pdf()), "-o", str(tmp_path / "taken")]) == 2
    assert "taken" in capsys.readouterr().err


def test_a_text_that_cannot_be_written_stops_nobody(make_pdf, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "out" / "a.pdf.md").mkdir(parents=True)
    for name in ("in/a.pdf", "in/b.pdf"):
        make_pdf(name)
    assert transcribe.main([str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 1
    assert "a.pdf cannot be written" in capsys.readouterr().err
    assert "Total" in (tmp_path / "out" / "b.pdf.md").read_text(encoding="utf-8")
    assert transcribe.main([str(tmp_path / "in" / "a.pdf"), "-o", str(tmp_path / "out")]) == 3


@pytest.mark.parametrize(("error", "code", "told"), [(BrokenPipeError(32, "x"), 141, 0), (OSError(28, "x"), 2, 1)])
def test_a_broken_standard_output_ends_it(make_pdf, monkeypatch, capsys, error, code, told):
    """Quietly, where whoever read it has read enough."""

    def broken(text):
        raise error

    monkeypatch.setattr(sys.stdout, "write", broken)
    assert transcribe.main([str(make_pdf("a.pdf")), str(make_pdf("b.pdf"))]) == code
    assert capsys.readouterr().err.count("error: ") == told


def test_two_runs_do_not_write_to_one_folder(make_pdf, tmp_path, capsys):
    folder = tmp_path / "texts"
    folder.mkdir()
    with alone(folder):
        assert transcribe.main([str(make_pdf("a.pdf")), "-o", str(folder)]) == 2
    assert "another run" in capsys.readouterr().err
    assert transcribe.main([str(make_pdf("a.pdf")), "-o", str(folder)]) == 0
    assert [path.name for path in folder.iterdir()] == ["a.pdf.md"]


def test_no_model_is_built_or_loaded(make_pdf, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a model was asked for")

    monkeypatch.setattr(reader, "resolve_model", refuse)
    assert transcribe.main([str(make_pdf()), "--cache", str(tmp_path / "cache")]) == 0
    assert not (tmp_path / "cache").exists()
