"""A layer that decodes in two calls computes what it computes part by part, and leaves the same in the cache."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch

from tests.toy_checkpoint import write_toy
from vlm.config import ModelConfig
from vlm.kernels.aten import Aten
from vlm.kernels.choice import Choice
from vlm.kernels.native import Native
from vlm.kernels.paged import BLOCK
from vlm.model.attention import AttnMetadata
from vlm.model.kv_cache import KVCache, KVMemory
from vlm.quant.layer import QuantDecoderLayer
from vlm.quant.swap import quantise_
from vlm.quantisation import Quantisation
from vlm.weights import load_model


@dataclass(frozen=True)
class PartByPart(Native):
    def decodes(self, x, caches):
        return False


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy(tmp_path_factory.mktemp("toy"))


def caches_of(model, lengths):
    """Caches of prompts of such lengths, read by the model itself."""
    text, caches = model.config.text, []
    for which, length in enumerate(lengths):
        cache = KVCache.alone(text, length + 4, torch.bfloat16)
        ids = 20 + (torch.arange(length) * (which + 3)) % 200
        model(ids, torch.arange(length).expand(3, -1), AttnMetadata([length], [cache]))
        caches.append(cache)
    return caches


def decoded(model, lengths):
    """Hidden rows of one more token behind each prompt, and what the caches hold then."""
    with torch.inference_mode():
        caches = caches_of(model, lengths)
        ids, positions = torch.arange(30, 30 + len(lengths)), torch.tensor(lengths).expand(3, -1)
        hidden = model(ids, positions, AttnMetadata([1] * len(lengths), caches))
    return hidden.float(), caches


def layers_of(toy, bits, kernels, is_oracle):
    """The toy's layers, packed from the same bf16 weights; the oracle computes in fp32."""
    model = load_model(toy, ModelConfig.load(toy), torch.bfloat16)
    quantise_(model, Quantisation(bits, 32), Choice(kernels))
    if is_oracle:
        for parameter in model.parameters():
            parameter.data = parameter.data.float()
    return model.language_model.layers


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("lengths", [[0], [40], [300], [5, 40, 17], [9] * 8])
@pytest.mark.parametrize("layer", [0, 1])  # dense, sparse
def test_two_calls_are_the_layer(toy, native, bits, lengths, layer):
    """Against the layer part by part in fp32, with the same numbers in the caches; what is added to x is compared."""
    tolerance = 0.05  # activations in int8
    generator = torch.Generator().manual_seed(sum(lengths))
    x = torch.randn(len(lengths), 64, generator=generator).bfloat16()
    angles = torch.rand(len(lengths), 32, generator=generator) * 6
    added, kept = [], []
    for kernels, dtype in ((native, torch.bfloat16), (Aten(torch.float32), torch.float32)):
        module = layers_of(toy, bits, kernels, dtype == torch.float32)[layer]
        assert isinstance(module, QuantDecoderLayer)
        caches = [_filled(length, dtype) for length in lengths]
        meta = AttnMetadata([1] * len(lengths), caches)
        with torch.inference_mode():
            out = module(x.to(dtype), angles.cos(), angles.sin(), None, meta)
        added.append(out.float() - x.float())
        kept.append([[x[-1].float() for x in cache.layer(layer, 1).read(dtype)] for cache in caches])
    errors = (added[0] - added[1]).norm(dim=-1) / added[1].norm(dim=-1)
    assert errors.median() < tolerance and errors.max() < 4 * tolerance
    for (key, value), (true_key, true_value) in zip(*kept, strict=True):
        assert (key - true_key).norm() < tolerance * true_key.norm()
        assert (value - true_value).norm() < tolerance * true_value.norm()


def _filled(length, dtype, layers=2, kv_heads=1, size=64):
    """A cache that says something, the same in every dtype, with room for more, in blocks that lie anywhere."""
    generator = torch.Generator().manual_seed(length)
    count = -(-(length + 8) // BLOCK)
    memory = KVMemory.empty(layers, count + 2, kv_heads, size, dtype)
    for held in memory[:2]:
        held.copy_(torch.randn(held.shape, generator=generator).bfloat16())
    return KVCache(memory, torch.randperm(count + 2, generator=generator)[:count].tolist(), length)


def test_a_whole_model_decodes_as_part_by_part(toy, native):
    """As near as bf16 lets it; nine tokens are too many for two calls, and are the same to the bit."""
    results = {}
    for kernels in (native, PartByPart(native.module, native.isa)):
        model = load_model(toy, ModelConfig.load(toy), torch.bfloat16)
        quantise_(model, Quantisation(4, 32), Choice(kernels))
        results[type(kernels)] = [decoded(model, lengths) for lengths in ([5, 40, 17], [9] * 9)]
    (one, caches), (many, _) = results[Native]
    (parts, part_caches), (many_parts, _) = results[PartByPart]
    errors = (one - parts).norm(dim=-1) / parts.norm(dim=-1)
    assert errors.median() < 0.1 and errors.max() < 0.3, "an expert that is chosen by a hair may be another"
    assert [cache.length for cache in caches] == [cache.length for cache in part_caches] == [6, 41, 18]
    assert torch.equal(many, many_parts)


def test_a_row_is_its_own_whatever_stands_beside_it(toy, native):
    model = load_model(toy, ModelConfig.load(toy), torch.bfloat16)
    quantise_(model, Quantisation(4, 32), Choice(native))
    together, _ = decoded(model, [7, 7, 21])
    with torch.inference_mode():
        caches = caches_of(model, [7])
        alone = model(torch.tensor([30]), torch.full((3, 1), 7), AttnMetadata([1], caches))
    assert torch.equal(alone[0].float(), together[0])


def test_one_more_than_there_is_room_for_is_refused(toy, native):
    model = load_model(toy, ModelConfig.load(toy), torch.bfloat16)
    quantise_(model, Quantisation(4, 32), Choice(native))
    with torch.inference_mode():
        (cache,) = caches_of(model, [6])
        cache.length = cache.capacity
        with pytest.raises(RuntimeError, match="room for 32 tokens, not for 33"):
            model(torch.tensor([30]), torch.full((3, 1), 10), AttnMetadata([1], [cache]))


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("counts", [[8], [3, 5], [1, 4, 1, 2]])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_tokens_read_ahead_get_the_bits_they_would_get_one_by_one(toy, native, bits, counts, dtype):
    """Several tokens of a sequence in one pass, beside others: rows and caches as if each had come alone."""
    model = load_model(toy, ModelConfig.load(toy), dtype)
    quantise_(model, Quantisation(bits, 32), Choice(native))
    keys = KVMemory.of(model.config.text, 1, torch.bfloat16).keys
    assert min(layer.exact_tokens(keys) for layer in model.language_model.layers) == 8
    assert min(layer.exact_tokens(keys.float()) for layer in model.language_model.layers) == 1, "they read 16 bits or 8"
    lengths = [20, 11, 33, 9][: len(counts)]
    ids = [torch.arange(40, 40 + count) + 7 * which for which, count in enumerate(counts)]
    places = [torch.arange(length, length + count) for length, count in zip(lengths, counts, strict=True)]

    def caches():
        text = model.config.text
        shape = (text.num_hidden_layers, text.num_key_value_heads, text.head_dim)
        return [_filled(length, torch.bfloat16, *shape) for length in lengths]

    with torch.inference_mode():
        ahead = caches()
        together = model(torch.cat(ids), torch.cat(places).expand(3, -1), AttnMetadata(counts, ahead))
        logits = model.compute_logits(together)
        rows, scores, single = [], [], caches()
        for cache, tokens, at in zip(single, ids, places, strict=True):
            for token, place in zip(tokens, at, strict=True):
                rows.append(model(token[None], place.expand(3, 1), AttnMetadata([1], [cache])))
                scores.append(model.compute_logits(rows[-1]))
    assert torch.equal(together, torch.cat(rows)) and torch.equal(logits, torch.cat(scores))
    for one, other in zip(ahead, single, strict=True):
        assert one.length == other.length
        for layer in range(len(model.language_model.layers)):
            pairs = zip(one.layer(layer).read(torch.bfloat16), other.layer(layer).read(torch.bfloat16), strict=True)
            assert all(torch.equal(a, b) for a, b in pairs)
