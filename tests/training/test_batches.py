"""Rows of like length side by side: every row once, little padding, no batch of leftovers among the first."""

from __future__ import annotations

from argparse import Namespace
from random import Random

import pytest
import torch

from tests.toy_checkpoint import write_toy
from train import loop, state
from train.command import seed_of
from train.packing import Row
from train.shapes import Shape
from train.trainee import trainee


def rows(lengths):
    for length in lengths:
        yield Row([1] * length, torch.zeros(3, length), [1] * length, [1] * length, [1.0] * length, [str(length)])


@pytest.mark.parametrize(("shortest", "longest"), [(60, 260), (200, 2500)], ids=["lines", "documents"])
def test_little_is_padding_and_every_row_comes_once(shortest, longest, monkeypatch):
    monkeypatch.setattr(loop, "POOL_TOKENS", 1 << 14)
    rng = Random(0)
    lengths = [rng.randint(shortest, longest) for _ in range(1500)]
    tokens = 1 << 13
    found = list(loop.batches(rows(lengths), tokens))
    assert sorted(int(task) for batch in found for tasks in batch.tasks for task in tasks) == sorted(lengths)
    assert all(batch.ids.numel() <= tokens for batch in found)
    padding = sum(int((batch.parts < 0).sum()) for batch in found) / sum(batch.ids.numel() for batch in found)
    assert padding < 0.25  # rows are padded to a multiple of 64
    assert sum(batch.ids.numel() < tokens / 2 for batch in found) < 0.1 * len(found)


def test_one_row_and_none():
    assert [batch.tasks for batch in loop.batches(rows([5]), 64)] == [[["5"]]]
    assert list(loop.batches(rows([]), 64)) == []


def test_every_start_sees_data_of_its_own(tmp_path):
    """The seed is how far the state is, where none is named."""
    out = tmp_path / "state.safetensors"
    assert seed_of(Namespace(seed=None, out=out)) == "0"
    shape = Shape((2,), experts=4, width=16, top_k=2)
    state.save(trainee(write_toy(tmp_path, untrained=True), shape, torch.float32, "cpu"), shape, 12, 34, out)
    assert seed_of(Namespace(seed=None, out=out)) == "12"
    assert seed_of(Namespace(seed="own", out=out)) == "own"
