"""A run's only state outlives a batch that goes wrong, and is not written by a run that learned nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from preprocess.document import Box, Line, PageText, Word
from prompts.evidence import build
from train import loop, state
from train.packing import Turn, collate
from train.shapes import Shape
from train.trainee import trained_tensors, trainee
from vlm.errors import CheckpointError

SHAPE = Shape((1, 2), experts=4, width=16, top_k=2, rank=4, low_rank_layers=2)


@pytest.fixture
def model(toy):
    return trainee(toy, SHAPE, torch.float32, "cpu")


@pytest.fixture(scope="module")
def good(packer):
    evidence = build([(1, PageText((Line("ACME", (Word("ACME", Box(0, 0, 1, 1)),)),), "text"))], 1)
    return collate([packer.row(evidence, [Turn("Who?", "ACME")], 500)])


@pytest.fixture(scope="module")
def bad(good):
    return replace(good, weights=good.weights * torch.nan)


def run(model, batches, out, said=None, **recipe):
    left = iter(batches)
    recipe = loop.Recipe(minutes=10, steps=len(batches), **recipe)
    loop.train(model, SHAPE, recipe, lambda _: next(left), out, (said if said is not None else []).append)


def test_a_batch_without_a_finite_gradient_teaches_nothing(model, good, bad, tmp_path):
    out, said = tmp_path / "state.safetensors", []
    before = {name: tensor.clone() for name, tensor in trained_tensors(model).items()}
    run(model, [bad], out)
    assert all(torch.equal(tensor, before[name]) for name, tensor in trained_tensors(model).items())
    assert not out.exists(), "nothing was learned"
    run(model, [bad, bad, *[good] * 8], out, said)
    assert state.resume(model, SHAPE, out) == (8, 8)
    assert all(bool(tensor.isfinite().all()) for tensor in trained_tensors(model).values())
    (told,) = map(json.loads, said)
    assert told["step"] == 8 and told["lost"] == 2 and told["loss"] > 0


def test_many_in_a_row_end_the_run_and_the_state_stays(model, good, bad, tmp_path):
    out = tmp_path / "state.safetensors"
    run(model, [good], out)
    before = out.read_bytes()
    with pytest.raises(loop.Diverged, match="smaller --rate"):
        run(model, [bad] * 50, out)
    assert out.read_bytes() == before
    with pytest.raises(loop.Diverged):
        run(model, [good, *[bad] * 50], out)
    assert state.resume(model, SHAPE, out) == (2, 2), "what was learned before is kept"


def test_what_is_not_finite_is_not_kept(model, good, tmp_path):
    out = tmp_path / "state.safetensors"
    run(model, [good], out)
    before = out.read_bytes()
    name, tensor = next(iter(trained_tensors(model).items()))
    tensor.view(-1)[0] = torch.inf
    with pytest.raises(CheckpointError, match=f"{name} is not finite"):
        state.save(model, SHAPE, 2, 2, out)
    assert out.read_bytes() == before


def test_a_run_without_time_writes_nothing(model, good, tmp_path):
    out = tmp_path / "state.safetensors"
    loop.train(model, SHAPE, loop.Recipe(minutes=0), lambda _: good, out, print)
    assert not out.exists()
    run(model, [good], out)
    before = out.stat().st_mtime_ns
    loop.train(model, SHAPE, loop.Recipe(minutes=0), lambda _: good, out, print)
    assert out.stat().st_mtime_ns == before
