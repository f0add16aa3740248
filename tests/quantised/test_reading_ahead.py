"""With the compiled kernels an answer that copies takes few passes, and is the one that comes token by token."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from tests.toy_checkpoint import write_toy
from vlm.config import ModelConfig
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.engine.sequence_bias import SequenceBias
from vlm.inputs import ModelInputs
from vlm.kernels.choice import Choice
from vlm.model.positions import rope_positions
from vlm.quant.swap import quantise_
from vlm.quantisation import Quantisation
from vlm.sampling_params import SamplingParams
from vlm.weights import load_model

TOKENS = 40


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy(tmp_path_factory.mktemp("toy"))


def answered(model, prompt, pairs, ahead, dtype):
    """The answer of `TOKENS` tokens, the passes behind its first token, and how many drafts were taken."""
    knobs = EngineConfig(max_model_len=256, max_kv_tokens=256, kv_cache_dtype=dtype, num_speculative_tokens=ahead)
    engine = Engine(model, knobs)
    positions, after = rope_positions(prompt, [], ())
    inputs = ModelInputs(list(prompt), positions, after, [False] * len(prompt))
    params = SamplingParams(max_tokens=TOKENS, answer_tokens=4)
    engine.add_request(inputs, params, (), [SequenceBias(pairs, prompt)])
    said = engine.step()
    steps = engine.num_steps
    while engine.has_unfinished:
        said += engine.step()
        engine.scheduler.check_integrity()
    return [output.token_id for output in said], engine.num_steps - steps, said[-1].accepted


@pytest.mark.parametrize("dtype", ["bfloat16", "int8"])
@pytest.mark.parametrize("bits", [4, 8])
def test_copying_takes_fewer_passes_and_changes_nothing(toy, native, bits, dtype):
    """Also where the toy prefers what followed last time no more than a little, and leaves it in the middle."""
    model = load_model(toy, ModelConfig.load(toy), torch.bfloat16)
    quantise_(model, Quantisation(bits, 32), Choice(native))
    once = [20 + 7 * place % 60 for place in range(60)]  # no token twice
    prompt = [*once, *once[:3]]
    for push in (6.0, 9.0, 12.0, 100.0):
        pairs = dict.fromkeys(pairwise(once), push)
        plain, passes, none = answered(model, prompt, pairs, 0, dtype)
        ahead, fewer, accepted = answered(model, prompt, pairs, 7, dtype)
        assert ahead == plain and len(plain) == TOKENS and (passes, none) == (TOKENS - 1, 0)
    assert fewer == 5 and accepted == TOKENS - 1 - fewer, "eight tokens a pass"
