"""The tower and the resampler in 8 bits compute what they compute with rounded weights."""

from __future__ import annotations

import json

import pytest
import torch
from torch import nn

from tests.toy_checkpoint import write_toy
from vlm.config import ModelConfig
from vlm.kernels.aten import Aten
from vlm.kernels.choice import Choice
from vlm.kernels.packing import dequantise
from vlm.quant.modules import QuantLinear
from vlm.quant.swap import quantise_
from vlm.quant.vision import QuantVisionAttention
from vlm.quantisation import Quantisation
from vlm.quantize.source import LocalSource
from vlm.quantize.stream import quantise_checkpoint
from vlm.weights import load_model, load_quantised

GRIDS = [(1, 4, 6), (2, 8, 4)]  # a picture, and two frames of a film
PATCHES = 4 * 6 + 2 * 8 * 4


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy(tmp_path_factory.mktemp("toy"))


@pytest.mark.parametrize(("dtype", "bound"), [(torch.float32, 0.02), (torch.bfloat16, 0.06)])
def test_it_sees_what_rounded_weights_see(toy, kernels, dtype, bound):
    """Activations are rounded to int8 by some kernels, and to bf16 by others; the oracle is in fp32."""
    kernels = Aten(dtype) if kernels.name == "aten" else kernels
    config = ModelConfig.load(toy)
    ours, oracle = load_model(toy, config, dtype), load_model(toy, config)
    quantise_(ours, Quantisation(4, 32), Choice(kernels))
    linears = ((name, module) for name, module in ours.named_modules() if isinstance(module, QuantLinear))
    exchanged = [name for name, module in linears if module.bias is not None]
    assert sum(isinstance(module, QuantVisionAttention) for module in ours.modules()) == config.vision.depth
    assert len(exchanged) == 4 * config.vision.depth + 5
    for name in exchanged:
        twin = oracle.get_submodule(name)
        assert isinstance(twin, nn.Linear)
        twin.weight.data = dequantise(ours.get_submodule(name).packed)
    pixels = torch.randn(PATCHES, 588, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        seen, expected = ours.embed_images(pixels, GRIDS).float(), oracle.embed_images(pixels, GRIDS)
    assert float((seen - expected).norm() / expected.norm()) < bound


def test_the_tower_may_stay_as_it_is(toy):
    config = ModelConfig.load(toy)
    ours, oracle = load_model(toy, config), load_model(toy, config)
    quantise_(ours, Quantisation(4, 32, vision_bits=None), Choice(Aten(torch.float32)))
    pixels = torch.randn(PATCHES, 588)
    assert torch.equal(ours.embed_images(pixels, GRIDS), oracle.embed_images(pixels, GRIDS))


def test_a_checkpoint_whose_tower_was_left_alone_is_still_read(toy, tmp_path):
    how = Quantisation(4, 32, vision_bits=None)
    directory = tmp_path / "q"
    quantise_checkpoint(LocalSource(toy), directory, how)
    raw = json.loads((directory / "config.json").read_text())
    assert raw["lector_quantisation"].pop("vision_bits", "not there") is None
    (directory / "config.json").write_text(json.dumps(raw))  # as they were written before towers had bits
    config = ModelConfig.load(directory)
    assert config.quantisation == how
    ours = load_quantised(directory, config, torch.bfloat16, Choice(Aten(torch.bfloat16)))
    oracle = load_model(toy, ModelConfig.load(toy), torch.bfloat16)
    pixels = torch.randn(PATCHES, 588)
    assert torch.equal(ours.embed_images(pixels, GRIDS), oracle.embed_images(pixels, GRIDS))
