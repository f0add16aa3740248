"""What is no number stays none: damaged weights and overflown activations must not become an answer."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file, save_file

from prompts.messages import Message
from tests.toy_checkpoint import write_toy
from vlm.errors import VLMError
from vlm.kernels.packing import pack_weight
from vlm.load import load_backend
from vlm.model.kv_cache import KVCache, KVMemory
from vlm.quantisation import Quantisation
from vlm.quantize.source import LocalSource
from vlm.quantize.stream import quantise_checkpoint
from vlm.sampling_params import SamplingParams

NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("tokens", [1, 9])
@pytest.mark.parametrize("what", [NAN, -NAN, INFINITE, -INFINITE])
def test_of_a_token(kernels, bits, tokens, what):
    """Its row, and no other."""
    packed = pack_weight(torch.randn(64, 160), bits, 32)
    x = torch.randn(tokens, 160)
    whole = kernels.linear(x, kernels.prepare(packed))
    x[0, 77] = what
    ours = kernels.linear(x, kernels.prepare(packed))
    assert not ours[0].isfinite().any() and torch.equal(ours[1:], whole[1:])


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("scale", [0x7E00, 0xFE00, 0x7FFF, 0xFFFF, 0x7C00])  # NaN, NaN of all bits, infinity
def test_of_a_scale(kernels, bits, scale):
    packed = pack_weight(torch.randn(64, 160), bits, 32)
    packed.scales.view(torch.uint16)[1, 2, 3] = scale
    ours = kernels.linear(torch.randn(2, 160), kernels.prepare(packed))
    assert (~ours.isfinite()).nonzero()[:, 1].unique().tolist() == [16 + 3]


@pytest.mark.parametrize("value", [1e-44, 1e-38, 3e-37])
def test_numbers_that_are_too_small_for_int8_count_as_nothing(native, value):
    """127 by the largest of them is infinite."""
    packed = pack_weight(torch.randn(64, 160), 4, 32)
    assert native.linear(torch.full((2, 160), value), packed).abs().max() < 1e-34


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.int8])
@pytest.mark.parametrize("side", [0, 1])  # keys, values
@pytest.mark.parametrize("place", [0, 40, 199])
def test_of_what_is_held(kernels, dtype, side, place):
    """In the first of the chunks that attention is cut into, and in another."""
    held = [torch.randn(200, 2, 64) for _ in range(2)]
    held[side][place, 1, 7] = NAN
    cache = KVCache(KVMemory.empty(1, 8, 2, 64, dtype), list(range(8)))
    cache.store(0, *held)
    cache.advance(200)
    ours = kernels.attend(torch.randn(4, 64).bfloat16(), cache.layer(0))
    assert ours[:2].isfinite().all() and ours[2:].isnan().any(-1).all()


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toy")
    quantise_checkpoint(LocalSource(write_toy(folder)), folder / "q", Quantisation(4, 32))
    return folder / "q"


@pytest.mark.parametrize("part", ["self_attn.k_proj", "self_attn.v_proj", "mlp.up_proj"])
def test_damaged_weights_are_said(toy, tmp_path, kernels, part):
    """Whoever multiplies, and whatever bits the damage left."""
    for path in toy.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = next(tmp_path.glob("*.safetensors"))
    state = load_file(path)
    state[f"language_model.layers.0.{part}.scales"].view(torch.uint16)[0, 0, 0] = 0x7FFF
    save_file(state, path)
    backend = load_backend(tmp_path, kernels=kernels.name, dtype="float32")
    try:
        with pytest.raises(VLMError, match="weights are damaged"):
            list(backend.stream([Message.of("user", "What?")], SamplingParams(max_tokens=4)))
    finally:
        backend.close()
