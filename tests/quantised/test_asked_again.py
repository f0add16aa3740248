"""With quantised weights, too, a question asked again gets the same answer: what is left to read of its prompt behind a
known prefix is read as a prompt, however little it is."""

from __future__ import annotations

import pytest
import torch

from tests.toy_checkpoint import write_toy
from vlm.config import ModelConfig
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.inputs import ModelInputs
from vlm.kernels.choice import Choice
from vlm.kernels.paged import BLOCK
from vlm.model.positions import rope_positions
from vlm.quant.swap import quantise_
from vlm.quantisation import Quantisation
from vlm.sampling_params import SamplingParams
from vlm.weights import load_model

ONE = SamplingParams(max_tokens=1, answer_tokens=1)


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy(tmp_path_factory.mktemp("toy"))


def scores(engine, prompt):
    """Logits of the first token, and what was read for them."""
    seen = []

    def look(output_ids, logits):
        seen.append(logits.clone())
        return logits

    positions, after = rope_positions(prompt, [], ())
    inputs = ModelInputs(list(prompt), positions, after, [False] * len(prompt))
    sequence = engine._sequences[engine.add_request(inputs, ONE, (), (look,))]
    while engine.has_unfinished:
        engine.step()
    return seen[0], len(prompt) - sequence.num_reused_tokens


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("bits", [4, 8])
def test_cold_equals_warm(toy, native, bits, dtype):
    """To the bit; a single row passes the router in fp32, whose last bit may be another."""
    model = load_model(toy, ModelConfig.load(toy), dtype)
    quantise_(model, Quantisation(bits, 32), Choice(native))
    generator = torch.Generator().manual_seed(bits)
    for tail in (1, 2, 5, 8, 9):
        knobs = EngineConfig(max_model_len=256, max_kv_tokens=512, kv_cache_dtype="bfloat16")
        engine = Engine(model, knobs)
        prompt = torch.randint(20, 270, (2 * BLOCK + tail,), generator=generator).tolist()
        (cold, whole), (warm, rest) = scores(engine, prompt), scores(engine, prompt)
        assert (whole, rest) == (len(prompt), tail)
        assert torch.equal(cold, warm) if tail > 1 else (cold - warm).abs().max() < 0.05, f"{tail} left to read"


def test_the_last_of_a_prompts_chunks_is_read_as_the_others(toy, native):
    """As much as the pass has room for, and then a few."""
    model = load_model(toy, ModelConfig.load(toy), torch.bfloat16)
    quantise_(model, Quantisation(8, 32), Choice(native))
    prompt = torch.randint(20, 270, (43,), generator=torch.Generator().manual_seed(3)).tolist()
    knobs = {"max_model_len": 256, "max_kv_tokens": 512, "kv_cache_dtype": "bfloat16", "keeps_prefixes": False}
    cut = (
        scores(Engine(model, EngineConfig(**knobs, max_num_batched_tokens=size)), prompt)[0] for size in (64, 40, 42)
    )
    whole, *parts = cut
    assert all(torch.equal(whole, part) for part in parts)
