"""The rehearsal of sight: a toy that has never seen a letter learns 200 pictures by heart and reads them back."""

from __future__ import annotations

from random import Random

import pytest
import torch

from tests.toy_checkpoint import write_toy
from tests.training.pictures import row_of
from train import loop
from train.command import packer_of
from train.measure import measure_rows
from train.nano_sight import eyes_of
from train.packing import collate
from train.shapes import JointShape, Shape, SightShape
from train.sight_trainee import joint_trainee

pytestmark = pytest.mark.slow

TEXT = Shape((1, 2), experts=4, width=16, top_k=2, rank=8, low_rank_layers=3, mlp_rank=8)
PICTURES, AT_ONCE, STEPS = 200, 20, 3200


def test_a_toy_reads_back_200_pictures(tmp_path):
    """Three digits each. Its decoder is random too and learns beside its eyes; some ten minutes on two cores."""
    toy = write_toy(tmp_path, use_image_tokens=False, untrained=True, std=0.1)
    packer = packer_of(toy, eyes_of(toy))
    processor = packer.eyes.processor
    model = joint_trainee(toy, TEXT, torch.float32, "cpu")
    rng = Random(0)
    rows = [row_of(packer, f"{number:03d}", (84, 56)) for number in rng.sample(range(1000), PICTURES)]
    recipe = loop.Recipe(60, steps=STEPS, rate=2e-3, warmup=50)
    loop.train(
        model,
        JointShape(TEXT, SightShape.of(model.config)),
        recipe,
        lambda _: collate(rng.sample(rows, AT_ONCE)).normalised(processor),
        tmp_path / "state.safetensors",
        lambda _: None,
    )
    found = measure_rows(model, rows, processor, "cpu")
    assert found["read"] == (PICTURES, PICTURES)
