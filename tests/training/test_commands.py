"""What a user got wrong is told in a sentence, and before anything is loaded or written."""

from __future__ import annotations

import json
from itertools import islice

import pytest
import torch

from train import lists, mean, nano_sight, nano_text, refusals, ship, state
from train.charts import __main__ as charts
from train.shapes import Shape
from train.trainee import trainee

SHAPE = Shape((1, 2), experts=4, width=16, top_k=2, rank=4, low_rank_layers=3, mlp_rank=4)


def ended(program, arguments, capsys):
    """What it says as it ends for a mistake."""
    with pytest.raises(SystemExit) as end:
        program.main(list(map(str, arguments)))
    assert end.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        (nano_text, ["--base", "{gone}", "--out", "{out}"]),
        (nano_text, ["--base", "{toy}", "--out", "{out}", "--start", "{gone}"]),
        (nano_sight, ["--base", "{toy}", "--out", "{out}", "--stage", "lines", "--fonts", "{gone}"]),
        (refusals, ["--base", "{gone}"]),
        (refusals, ["--base", "{toy}", "--weights", "{gone}"]),
        (ship, ["{gone}", "--out", "{out}"]),
        (mean, ["{gone}", "{gone}", "--out", "{out}"]),
        (charts, ["--fonts", "{gone}"]),
    ],
    ids=lambda part: part.__name__ if hasattr(part, "main") else part[-2].strip("-{}"),
)
def test_what_is_not_there_is_named(program, arguments, toy, tmp_path, capsys):
    names = {"gone": tmp_path / "gone", "toy": toy, "out": tmp_path / "out.safetensors"}
    said = ended(program, [argument.format(**names) for argument in arguments], capsys)
    assert said.startswith("error: ") and str(tmp_path / "gone") in said
    assert not (tmp_path / "out.safetensors").exists()


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        (refusals, ["--base", ".", "--samples", "0"]),
        (charts, ["--fonts", ".", "--samples", "0"]),
        (lists, ["--bills", "0"]),
    ],
)
def test_nothing_cannot_be_measured(program, arguments, capsys):
    assert f"{arguments[-2]} must be at least 1" in ended(program, arguments, capsys)


def test_too_few_documents_for_a_refusal(toy, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(refusals, "unship", lambda *_: None)
    monkeypatch.setattr(refusals.state, "resume", lambda *_: None)
    monkeypatch.setattr(refusals, "said", lambda *_: islice([], 0))
    assert "--samples 2 are too few" in ended(refusals, ["--base", toy, "--samples", "2"], capsys)


def test_a_run_that_only_measures_wants_a_state(toy, tmp_path, capsys):
    usual = ["--base", toy, "--out", tmp_path / "gone", "--minutes", 0]
    for program, more in ((nano_text, []), (nano_sight, ["--stage", "lines", "--fonts", tmp_path])):
        said = ended(program, [*usual, *more], capsys)
        assert "--minutes 0 measures only" in said and "as --out" in said
        assert ("--start" in said) == (program is nano_text)


def test_a_run_that_only_measures_what_shipped_writes_nothing(toy, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(nano_text.SHAPES, "deep", SHAPE)
    monkeypatch.setattr("train.measure.ROW_TOKENS", 8192)  # a token a byte
    state.save(trainee(toy, SHAPE, torch.float32, "cpu"), SHAPE, 5, 50, tmp_path / "state.safetensors")
    ship.main([str(tmp_path / "state.safetensors"), "--out", str(tmp_path / "text.safetensors")])
    arguments = ["--base", toy, "--start", tmp_path / "text.safetensors", "--out", tmp_path / "gone", "--shape", "deep"]
    nano_text.main(list(map(str, [*arguments, "--minutes", 0, "--measure", 2, "--device", "cpu"])))
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["fast"][1] > 0
    assert not (tmp_path / "gone").exists()
