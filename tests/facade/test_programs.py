"""`app.ask` as a program: output and exit codes; the flags it shares with `app.batch`; and how every program ends."""

from __future__ import annotations

import json
import os
import sys

import pytest

from app import ask, chart, doctor, extract, table, transcribe
from app.batch import __main__ as batch
from app.reader import Reader
from app.settings import Settings
from app.terminal import as_flags, program, tell
from tests.toy_checkpoint import write_toy
from vlm.errors import ConfigError, ModelUnavailable

pytestmark = pytest.mark.usefixtures("fake_reader")


def test_ask_prints_the_answer_and_tells_the_rest_aside(make_pdf, capsys):
    assert ask.main([str(make_pdf()), "What is the total?", "--think"]) == 0
    out, err = capsys.readouterr()
    assert out == "57.30 EUR [4]\n"
    assert "look below" in err and "page 1 (verified): " in err


def test_ask_as_json(make_pdf, capsys):
    assert ask.main([str(make_pdf()), "What is the total?", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["citations"][0]["status"] == "verified"


@pytest.mark.parametrize(
    ("flags", "think", "effort"),
    [([], None, None), (["--think"], True, None), (["--no-think"], False, None), (["--effort", "low"], True, "low")],
)
def test_thinking_is_a_flag_of_both(make_pdf, tmp_path, fake_reader, flags, think, effort):
    assert ask.main([str(make_pdf()), "What?", *flags]) == 0
    assert batch.main([str(make_pdf()), "-q", "What?", "-o", str(tmp_path / "out.jsonl"), *flags]) == 0
    assert fake_reader.thinking == [think] * 2 and [params.effort for params in fake_reader.params] == [effort] * 2


def test_effort_without_thinking_is_refused(make_pdf, capsys):
    with pytest.raises(SystemExit) as caught:
        ask.main([str(make_pdf()), "What?", "--no-think", "--effort", "low"])
    assert caught.value.code == 2 and "not allowed with" in capsys.readouterr().err


@pytest.mark.parametrize("flags", [[], ["--grounded"]])
def test_grounded_is_a_flag_of_both(make_pdf, tmp_path, fake_reader, flags):
    assert ask.main([str(make_pdf()), "What?", *flags]) == 0
    assert batch.main([str(make_pdf()), "-q", "What?", "-o", str(tmp_path / "out.jsonl"), *flags]) == 0
    assert [params.grounded_in is not None for params in fake_reader.params] == [bool(flags)] * 2


def test_pages_are_chosen_in_both(make_pdf, tmp_path, capsys, records):
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


def test_a_model_that_cannot_be_used_has_its_own_exit_code(make_pdf, tmp_path, monkeypatch, capsys):
    """Whatever of it cannot; a setting that cannot be used is wrong usage."""
    monkeypatch.setattr(ask, "Reader", Reader)
    command = [str(make_pdf()), "What?", "--model", str(tmp_path)]
    for config in (None, "{", '{"model_type": "llama"}', '{"model_type": "ernie4_5"}'):
        if config is not None:
            (tmp_path / "config.json").write_text(config)
        assert ask.main(command) == 4
    toy = write_toy(tmp_path)
    (toy / "tokenizer.json").unlink()
    assert ask.main(command) == 4
    capsys.readouterr()
    assert ask.main([*command, "--device", "tpu"]) == 2 and "device 'tpu'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("program", "where", "words"),
    [
        (ask, "open_file", ["What?"]),
        (ask, "Reader", ["What?"]),
        (extract, "open_file", ["invoice"]),
        (extract, "Reader", ["invoice"]),
        (doctor, "read_bandwidth", []),
        (table, "open_file", []),
        (table, "read", []),
        (chart, "open_file", []),
        (chart, "readable", []),
        (transcribe, "open_file", []),
        (transcribe, "read", []),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_interrupted_is_told_and_has_its_own_exit_code(program, where, words, make_pdf, monkeypatch, capsys):
    """As a shell has it, 128 and the signal; whatever it was at."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(program, where, interrupted)
    assert program.main([str(make_pdf()), *words]) == 130
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[-1]) == ("", "interrupted")


def test_a_question_without_words_is_wrong_usage(make_pdf, capsys):
    with pytest.raises(SystemExit) as caught:
        ask.main([str(make_pdf()), " "])
    assert caught.value.code == 2 and "it is empty" in capsys.readouterr().err


def test_a_wrong_setting_is_wrong_usage(make_pdf, monkeypatch, capsys):
    assert ask.main([str(make_pdf()), "What?", "--max-tokens", "0"]) == 2
    assert "--max-tokens is 0" in capsys.readouterr().err
    assert batch.main([str(make_pdf()), "-q", "What?", "--max-tokens", "0"]) == 2


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (BrokenPipeError(32, "Broken pipe"), 141, ""),
        (OSError(28, "No space left"), 2, "error: [Errno 28] No space left"),
    ],
)
@pytest.mark.parametrize(("main", "words"), [(ask.main, ["What?"]), (extract.main, ["receipt"])])
def test_an_output_that_takes_no_more_ends_it_and_lets_go_of_the_model(
    main, words, error, code, said, make_pdf, fake_reader, monkeypatch, capsys
):
    def broken(text):
        raise error

    closed = []
    monkeypatch.setattr(extract, "Reader", lambda **_: Reader(backend=fake_reader))
    monkeypatch.setattr(fake_reader, "close", lambda: closed.append(1))
    path = str(make_pdf())
    with monkeypatch.context() as patched:
        patched.setattr(sys.stdout, "write", broken)
        assert main([path, *words]) == code
    assert closed == [1]
    assert said in capsys.readouterr().err.splitlines()[-1]


def test_what_could_not_be_printed_is_not_tried_again_at_the_end():
    """Where the interpreter would be told of it once more, and say so."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as pipe, pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "stdout", pipe)
        assert program(lambda argv: print("x") or 0)() == 141


def test_nobody_need_hear_what_is_told_aside(monkeypatch):
    def broken(text):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(sys.stderr, "write", broken)
    tell("Loading the model")


def test_a_program_without_streams_does_its_work(make_pdf, tmp_path, monkeypatch):
    """As one that is started in the background may have none."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert batch.main([str(make_pdf()), "--task", "transcribe", "-o", str(tmp_path / "out.jsonl")]) == 0
    assert (tmp_path / "out.jsonl").stat().st_size > 100


def test_knobs_are_called_as_a_command_line_calls_them():
    assert as_flags("max_pages.pdf: choose some with pages= or raise max_pages.") == (
        "max_pages.pdf: choose some with --pages or raise --max-pages."
    )
    assert as_flags("a password opens it; give it as password=.") == "a password opens it; give it as --password."
    assert as_flags("answer_tokens is 0, LECTOR_MAX_TOKENS") == "LECTOR_ANSWER_TOKENS is 0, LECTOR_MAX_TOKENS"


@pytest.mark.parametrize("value", ["nan", "inf", "-1"])
def test_a_number_of_gigabytes_is_one(value):
    with pytest.raises(ConfigError, match="kv_cache_gb is"):
        Settings(kv_cache_gb=float(value))


def test_extract_tells_a_wrong_file_before_the_model_loads(tmp_path, monkeypatch):
    def refuse(**_):
        raise AssertionError("a model was asked for")

    monkeypatch.setattr(extract, "Reader", refuse)
    assert extract.main([str(tmp_path / "absent.pdf"), "invoice"]) == 3
