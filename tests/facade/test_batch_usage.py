"""What `app.batch` says to wrong flags and odd outputs, and how it and its companions end where nobody listens."""

from __future__ import annotations

import io
import json
import os
import sys

import pytest

from app.batch import __main__ as batch
from app.batch import diff, journal, table
from app.reader import Reader
from tests.fakes import FakeBackend
from vlm.errors import ConfigError, VLMError

pytestmark = pytest.mark.usefixtures("fake_reader")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["-q", "What?", "--timeout", "abc"], "a timeout is a number of seconds above 0"),
        (["-q", "What?", "--workers", "x"], "it is a whole number, at least 1"),
        (["-q", "What?", "--retries", "-1"], "it is a whole number, at least 0"),
        (["--schema", "invoice", "--effort", "low"], "go with a question"),
        (["--schema", "invoice", "--no-think"], "go with a question"),
        (["--task", "tables", "--think"], "go with a question"),
        (["--task", "tables", "--grounded"], "goes with a question or a schema"),
        (["--task", "tables", "--mirror", ""], "it is empty"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_flags_that_mean_nothing_are_told(flags, said, make_pdf, capsys):
    with pytest.raises(SystemExit) as caught:
        batch.main([*flags, "--", str(make_pdf())])
    told = capsys.readouterr().err
    assert caught.value.code == 2 and said in told and "_" not in told.splitlines()[-1]


def test_a_name_that_is_empty_does_not_mean_this_folder(capsys):
    with pytest.raises(SystemExit):
        batch.main(["--task", "tables", ""])
    assert "it is empty" in capsys.readouterr().err


def test_a_setting_that_the_model_cannot_have_ends_the_run(make_pdf, tmp_path, monkeypatch, capsys):
    class Refusing(FakeBackend):
        def stream(self, *_, **__):
            self.asked.append([])
            raise self.error

    backend = Refusing()
    backend.error = ConfigError("grounded is not for this model")
    monkeypatch.setattr(batch, "Reader", lambda **_: Reader(backend=backend))
    files, flags = [str(make_pdf("a.pdf")), str(make_pdf("b.pdf"))], ["--grounded", "--retries", "2"]
    assert batch.main([*files, "-q", "What?", "-o", str(tmp_path / "out.jsonl"), *flags]) == 2
    assert len(backend.asked) == 1 and "error: grounded is not" in capsys.readouterr().err
    assert (tmp_path / "out.jsonl").read_bytes() == b""
    backend.error = VLMError("no memory for this one")
    assert batch.main([*files, "-q", "What?", "-o", str(tmp_path / "more.jsonl")]) == 3
    assert len(journal.read(tmp_path / "more.jsonl")) == 2, "that may be the file's"


def test_an_output_that_is_a_folder_a_device_or_a_link_to_itself(make_pdf, tmp_path, capsys):
    command = [str(make_pdf()), "-q", "What?", "-o"]
    assert batch.main([*command, str(tmp_path)]) == 2 and "is a folder; name a file" in capsys.readouterr().err
    assert batch.main([*command, os.devnull, "--overwrite"]) == 0
    assert not os.path.exists(os.path.join(os.path.dirname(os.devnull), ".null.lector.lock"))
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    assert batch.main([*command, str(tmp_path / "one")]) == 2 and "cannot be written" in capsys.readouterr().err


def test_the_output_is_no_document_of_its_own_run(make_pdf, tmp_path, records):
    make_pdf("a.pdf")
    command = [str(tmp_path / "*"), "-q", "What?", "-o", str(tmp_path / "out.jsonl"), "--resume"]
    assert batch.main(command) == 0 and batch.main(command) == 0
    assert [record["source"] for record in records(tmp_path / "out.jsonl")] == [str(tmp_path / "a.pdf")]


def test_a_record_names_flags_as_a_command_line_has_them(make_pdf, tmp_path, records):
    out = tmp_path / "out.jsonl"
    path = str(make_pdf(pages=(["One"], ["Two"])))
    assert batch.main([path, "--task", "transcribe", "-o", str(out), "--max-pages", "1"]) == 3
    assert records(out)[0]["errors"][0]["message"].endswith("choose some with --pages or raise --max-pages.")


def test_pages_are_counted_alike_whatever_the_task(make_pdf, tmp_path, records):
    path, out = str(make_pdf(pages=(["One"], ["Two"]))), tmp_path / "out.jsonl"
    for task in (["-q", "What?"], ["--task", "transcribe"], ["--task", "tables"]):
        assert batch.main([path, *task, "--pages", "1", "-o", str(out), "--overwrite"]) == 0
        assert records(out)[0]["page_count"] == 2


def test_interrupted_without_an_output_it_speaks_of_none(make_pdf, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "planned", interrupted)
    assert batch.main([str(make_pdf()), "-q", "What?"]) == 130 and "--resume" not in capsys.readouterr().err


def test_names_that_are_not_utf8_stay_apart_on_the_standard_output(monkeypatch):
    names, printed = [os.fsdecode(name) for name in (b"\xe4.png", b"\xe5.png")], io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="utf-8"))
    assert batch.main([*names, "--task", "tables"]) == 3
    assert [json.loads(line)["source"] for line in printed.getvalue().splitlines()] == names


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [(BrokenPipeError(32, "Broken pipe"), 141, ""), (OSError(28, "No space left"), 2, "No space left")],
)
def test_an_output_that_takes_no_more(error, code, said, make_pdf, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out.jsonl"
    assert batch.main([str(make_pdf()), "-q", "What?", "-o", str(out)]) == 0

    def broken(text):
        raise error

    for program, words in ((batch, [str(make_pdf()), "-q", "What?"]), (diff, [str(out), str(out)])):
        capsys.readouterr()
        with monkeypatch.context() as patched:
            patched.setattr(sys.stdout, "write", broken)
            assert program.main(words) == code
        last = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
        assert len(last) == bool(said) and all(said in line for line in last)


def test_differences_stand_on_a_line_each_whatever_files_are_called(tmp_path, capsys):
    for name, text in (("one", "x"), ("two", "y")):
        with journal.opened(tmp_path / name, "w") as out:
            journal.write({"source": "a\n\tb.pdf", "status": "success", "text": text}, out, True)
    assert diff.main([str(tmp_path / "one"), str(tmp_path / "two")]) == 1
    assert capsys.readouterr().out.splitlines()[0] == 'a\\n\\tb.pdf\ttext\t"x"\t"y"'


def test_fields_that_are_called_like_other_columns_have_columns_of_their_own():
    fields = {name: {"value": name, "text": name, "grade": "high"} for name in ("total", "total grade")}
    (head, row) = table.rows([{"source": "a", "status": "success", "fields": fields}])
    assert dict(zip(head, row, strict=True)) == {
        **{"source": "a", "status": "success", "total": "total", "total grade": "high"},
        **{"field total grade": "total grade", "field total grade grade": "high"},
    }


def test_a_table_that_cannot_be_written_leaves_the_old_one(make_pdf, tmp_path, monkeypatch, capsys):
    out, old = tmp_path / "out.jsonl", tmp_path / "out.csv"
    assert batch.main([str(make_pdf()), "-q", "What?", "-o", str(out)]) == 0
    old.write_text("old")

    def half(rows, path):
        path.write_text("ha")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(table.WRITERS, ".csv", half)
    assert table.main([str(out), "-o", str(old)]) == 2
    assert old.read_text() == "old" and "No space left" in capsys.readouterr().err
