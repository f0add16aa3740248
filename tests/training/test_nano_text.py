"""The whole recipe on a toy: it learns, it goes on where it stopped, and its workers lose nothing."""

from __future__ import annotations

import json
import pickle
import re
from dataclasses import replace
from itertools import islice

import pytest
import torch

from train import loop, mean, nano_text, ship, state
from train.factory.stream import samples
from train.measure import measure
from train.shapes import Shape
from train.trainee import routers, trained_tensors, trainee
from train.turns import Diet, lessons
from vlm.errors import CheckpointError
from vlm.nano.trained import read_trained

SHAPE = Shape((1, 2), experts=4, width=16, top_k=2, rank=4, low_rank_layers=3, mlp_rank=4)


@pytest.fixture
def short(monkeypatch):
    """Drills only, and rows that hold them at a token a byte."""
    monkeypatch.setattr("train.text_rows.ROW_TOKENS", 2048)
    return {"drill": 1.0}


def test_the_same_rows_are_learned(toy, short, tmp_path):
    """The same few batches again and again: the loss falls by half, the routers are used and told apart."""
    model = trainee(toy, SHAPE, torch.float32, "cpu")
    same = list(islice(iter(nano_text.Lessons(toy, "one", short, 4096)), 2))
    said = []
    turns = iter(range(10**6))
    recipe = loop.Recipe(minutes=10, steps=60, batch_tokens=4096, rate=1e-2, warmup=5)
    loop.train(model, SHAPE, recipe, lambda _: same[next(turns) % 2], tmp_path / "state.safetensors", said.append)
    losses = [json.loads(line)["loss"] for line in said]
    assert losses[-1] < 0.7 * losses[0] and json.loads(said[-1])["step"] == 60
    assert all(float(routed.gate.e_score_correction_bias.abs().max()) > 0 for routed in routers(model))
    before = json.loads(said[-1])["step"]
    loop.train(model, SHAPE, loop.Recipe(minutes=0), lambda _: same[0], tmp_path / "state.safetensors", said.append)
    assert state.resume(model, SHAPE, tmp_path / "state.safetensors")[0] >= before, "a run without time loses nothing"


def test_a_chart_is_measured_as_it_stands_and_as_it_is_told(toy, packer, monkeypatch):
    monkeypatch.setattr("train.measure.ROW_TOKENS", 8192)  # a token a byte
    model = trainee(toy, SHAPE, torch.float32, "cpu")
    kinds = [f"chart/{kind}" for kind in ("bar", "hbar", "line")]
    charts = [(s, r) for s, r in islice(samples("m", "test", {"chart": 1.0}), 9) if s.kind in kinds and s.told]
    found = measure(model, packer, charts, "cpu")
    assert charts and found["fast on chart"][1] > 0 and found["fast on told chart"][1] > 0


def test_a_told_chart_is_asked_about_its_own_rows():
    """Values that are not printed stand in the evidence of a told chart, with a ~, and nowhere else."""
    pairs = list(islice(samples("t", "train", {"chart": 1.0}), 40))
    for told in (0.0, 1.0):
        lines = [evidence.text for evidence, _ in lessons(iter(pairs), Diet(told=told, strangers=0.0))]
        assert any(re.search(r": ~\d", text) for text in lines) == (told == 1.0)


def test_workers_share_the_samples(toy, short):
    alone = nano_text.curriculum(toy, "3", 4096, workers=0, drills_until=0.1)
    shared = nano_text.curriculum(toy, "3", 4096, workers=2, drills_until=0.1)
    assert alone(0.0).ids.shape[0] <= 2 * 4096
    first, again = shared(0.0), shared(0.0)
    assert not torch.equal(first.ids, again.ids), "two workers make different samples"


def test_lessons_travel_to_a_process_that_is_spawned(toy, short):
    """Where processes are not forked, what they are given is pickled."""
    made = []
    for data in (own := nano_text.Lessons(toy, "one", short, 4096), pickle.loads(pickle.dumps(own))):
        torch.manual_seed(0)
        made.append(next(iter(data)))
    assert torch.equal(made[0].ids, made[1].ids) and made[0].tasks == made[1].tasks


def test_what_is_trained_can_ship(toy, tmp_path, capsys):
    model = trainee(toy, SHAPE, torch.float32, "cpu")
    state.save(model, SHAPE, 5, 50, tmp_path / "state.safetensors")
    ship.main([str(tmp_path / "state.safetensors"), "--out", str(tmp_path / "text.safetensors")])
    trained = read_trained(tmp_path / "text.safetensors")
    assert trained.shape.sparse_layers == SHAPE.sparse_layers and trained.shape.width == SHAPE.width
    assert {name.rpartition(".")[0].rpartition(".")[2] for name in trained.updates} == {
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
    }  # fmt: skip
    told = capsys.readouterr().out
    assert "MB" in told and "train.refusals has to follow" in told, "what shipped before had a bias of its own"


def test_training_goes_on_from_what_shipped(toy, tmp_path):
    """Up to 6 bits: a row's largest weight comes back within its scale's 8 bits, others within half a step of it."""
    model = trainee(toy, SHAPE, torch.float32, "cpu", seed=1)
    saved, shipped, again = (tmp_path / name for name in ("state.safetensors", "text.safetensors", "again.safetensors"))
    state.save(model, SHAPE, 5, 50, saved)
    ship.main([str(saved), "--out", str(shipped)])
    other = trainee(toy, SHAPE, torch.float32, "cpu", seed=2)
    ship.unship(shipped, other, SHAPE, again)
    assert state.resume(other, SHAPE, again) == (5, 50)
    for name, tensor in trained_tensors(model).items():
        step = tensor.abs().amax(-1, keepdim=True) / 31
        assert bool(((trained_tensors(other)[name] - tensor).abs() <= step + 1e-9).all()), name
    smaller = replace(SHAPE, low_rank_layers=1)
    with pytest.raises(CheckpointError, match="--shape"):
        ship.unship(shipped, trainee(toy, smaller, torch.float32, "cpu"), smaller, again)


def test_states_of_one_line_have_a_mean(toy, tmp_path):
    paths = [tmp_path / f"{name}.safetensors" for name in ("a", "b", "mean", "other")]
    models = [trainee(toy, SHAPE, torch.float32, "cpu", seed=seed) for seed in (1, 2, 3)]
    for number, (model, path) in enumerate(zip(models[:2], paths, strict=False), 1):
        state.save(model, SHAPE, 5 * number, 50 * number, path)
    mean.main([str(path) for path in paths[:2]] + ["--out", str(paths[2])])
    assert state.resume(models[2], SHAPE, paths[2]) == (10, 100)
    one, other, both = map(trained_tensors, models)
    assert all(torch.allclose(both[name], (one[name] + other[name]) / 2) for name in both)
    smaller = replace(SHAPE, low_rank_layers=1)
    state.save(trainee(toy, smaller, torch.float32, "cpu"), smaller, 5, 50, paths[3])
    with pytest.raises(CheckpointError, match="different shapes"):
        mean.write_mean(paths[2:], tmp_path / "none.safetensors")


def test_a_wider_shape_goes_on_from_a_narrower_one(toy, tmp_path):
    """What it adds begins as if it were not there."""
    saved, shipped, again = (tmp_path / name for name in ("state.safetensors", "text.safetensors", "again.safetensors"))
    narrow, wide = replace(SHAPE, mlp_rank=0, low_rank_layers=1), SHAPE
    model = trainee(toy, narrow, torch.float32, "cpu", seed=1)
    state.save(model, narrow, 5, 50, saved)
    ship.main([str(saved), "--out", str(shipped)])
    wider = trainee(toy, wide, torch.float32, "cpu", seed=2)
    ship.unship(shipped, wider, wide, again)
    assert state.resume(wider, wide, again) == (5, 50)
    assert set(trained_tensors(wider)) > set(trained_tensors(model))
    for name in set(trained_tensors(wider)) - set(trained_tensors(model)):
        assert name.endswith((".a", ".b")) and not (name.endswith(".b") and trained_tensors(wider)[name].any())
