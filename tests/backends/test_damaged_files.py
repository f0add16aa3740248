"""Small files that are damaged are named; pictures that were encoded by other code are not used."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from vlm import load
from vlm.config import ModelConfig, VisionConfig
from vlm.errors import CheckpointError
from vlm.image_processor import ImageProcessor


@pytest.mark.parametrize(
    "raw",
    [
        [],
        {"size": 224},
        {"image_mean": None},
        {"image_std": [0.5]},
        {"image_mean": ["a", "b", "c"]},
        {"patch_size": "14"},
        {"max_pixels": -1},
        {"image_processor": 3},
    ],
)
def test_a_damaged_image_processor_is_named(tmp_path, raw):
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(raw))
    with pytest.raises(CheckpointError, match=r"preprocessor_config\.json is damaged"):
        ImageProcessor.load(tmp_path)


@pytest.mark.parametrize("raw", [[], "config", 3, None, {"model_type": "ernie4_5_vl_moe", "text_config": []}])
def test_a_damaged_config_is_named(tmp_path, raw):
    (tmp_path / "config.json").write_text(json.dumps(raw))
    with pytest.raises(CheckpointError, match=r"config\.json"):
        ModelConfig.load(tmp_path)


@pytest.mark.parametrize("read", [ModelConfig.load, ImageProcessor.load])
def test_bytes_that_are_no_text_are_named(tmp_path, read):
    for name in ("config.json", "preprocessor_config.json"):
        (tmp_path / name).write_bytes(b"\xff\xfe{}")
    with pytest.raises(CheckpointError, match=r"config\.json"):
        read(tmp_path)


def test_encoded_pictures_are_of_one_code_and_its_settings(tmp_path, monkeypatch):
    def name(vision, dtype=torch.float32):
        return load._identity(tmp_path, vision, dtype)

    vision = VisionConfig()
    now = name(vision)
    assert now == name(VisionConfig())
    others = {name(replace(vision, rope_theta=5.0)), name(None), name(vision, torch.bfloat16)}
    monkeypatch.setattr(load, "ENCODER", load.ENCODER + 1)
    others.add(name(vision))
    assert len(others) == 4 and now not in others
