"""Recorded passes: the same answers as passes asked for kernel by kernel, and nothing that a GPU cannot replay.

A processor has no graphs, so a stand-in repeats the recorded function; what is recorded is the same.
"""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from tests.engine.conftest import TOY
from tests.engine.test_beam import PARAMS, STOP, beam
from vlm.config import ModelConfig
from vlm.engine import decode_graphs
from vlm.engine.config import EngineConfig
from vlm.engine.decode_graphs import AHEAD, DecodeGraphs, can_record
from vlm.engine.engine import Engine
from vlm.kernels.paged import BLOCK
from vlm.model.ernie_vl import ErnieVL
from vlm.model.grouped_experts import can_group, group_experts_
from vlm.model.kv_cache import KVMemory
from vlm.quant.swap import kept_dtype
from vlm.sampling_params import SamplingParams

LONG = 40


def repeated(function):
    """Stands for a recorder: what is recorded is run again, into the same tensor."""
    out = function().clone()
    return lambda: out.copy_(function()), out


def in_bf16(model: ErnieVL) -> ErnieVL:
    """As a GPU has it: routers in fp32, the rest in 16 bits, experts grouped."""
    for name, parameter in model.named_parameters():
        parameter.data = parameter.data.to(kept_dtype(name, parameter, torch.bfloat16))
    group_experts_(model)
    return model.eval().requires_grad_(False)


@pytest.fixture
def recording_engine(model):
    def make(**knobs) -> Engine:
        engine = Engine(model, EngineConfig(**{"max_model_len": 256, "max_kv_tokens": 1024, **knobs}))
        for held in engine.scheduler.pool.memory:
            if held is not None:
                held.zero_()  # as it is on a GPU
        engine.runner.graphs = DecodeGraphs(model, engine.scheduler.pool.memory, repeated)
        return engine

    return make


@pytest.fixture
def prompts(text_prompt, image_prompt):
    return [text_prompt(*range(10, 40)), image_prompt(8, 8), text_prompt(*range(50, 57)), image_prompt(4, 12)]


@pytest.mark.parametrize("knobs", [{}, {"kv_cache_dtype": "int8"}, {"max_num_batched_tokens": 9}])
@pytest.mark.parametrize("temperature", [0.0, 0.8])
def test_recorded_passes_change_no_answer(make_engine, recording_engine, prompts, finish, temperature, knobs):
    answers = []
    for make in (make_engine, recording_engine):
        engine = make(**knobs)
        for number, prompt in enumerate(prompts):  # they end one after the other: batches of many sizes
            length = LONG - 9 * number
            engine.add_request(
                prompt, SamplingParams(max_tokens=length, answer_tokens=4, temperature=temperature, seed=5)
            )
        answers.append(finish(engine))
    assert answers[0] == answers[1]
    assert {count for count, _ in engine.runner.graphs._recorded} == {1, 2, 4}


def test_a_longer_table_is_a_recording_of_its_own(make_engine, recording_engine, text_prompt, finish):
    prompt, params = (
        text_prompt(*(place % 90 for place in range(8 * BLOCK - 20))),
        SamplingParams(max_tokens=30, answer_tokens=4),
    )
    answers = []
    for make in (make_engine, recording_engine):
        engine = make(max_model_len=512)
        engine.add_request(prompt, params)
        answers.append(finish(engine))
    assert answers[0] == answers[1]
    assert set(engine.runner.graphs._recorded) == {(1, 8), (1, 16)}


def test_making_way_and_searching_go_on_beside_recordings(make_engine, recording_engine, text_prompt, finish):
    """Blocks change hands, and branches lie outside of them: their passes are not recorded."""
    answers = []
    for make in (make_engine, recording_engine):
        engine = make(max_model_len=4 * BLOCK, max_kv_tokens=5 * BLOCK)
        for start in (5, 30, 60):
            engine.add_request(text_prompt(*range(start, start + 30)), SamplingParams(max_tokens=50, answer_tokens=4))
        engine.add_request(text_prompt(*range(20, 55)), PARAMS, [STOP], search=beam())
        answers.append(finish(engine))
    assert answers[0] == answers[1] and len(answers[0]) == 4


def test_a_token_that_stands_for_a_picture_is_not_recorded(recording_engine, image_prompt):
    """A prompt is read token by token: the picture's, and the marks around it, are of the other modality."""
    engine, prompt = recording_engine(max_num_batched_tokens=1, max_num_seqs=1), image_prompt(4, 4)
    engine.add_request(prompt, SamplingParams(max_tokens=1, answer_tokens=1))
    suits = []
    while engine.has_unfinished:
        suits.append(engine.runner.graphs.suits(engine.scheduler.schedule()))
        engine.step()
    assert suits == [not 100 <= token <= 105 for token in prompt.token_ids]


def test_a_pass_over_too_much_is_not_recorded(recording_engine, text_prompt, monkeypatch):
    engine = recording_engine()
    for start in (10, 20, 30):
        engine.add_request(text_prompt(*range(start, start + 2 * BLOCK - 20)), SamplingParams(max_tokens=9))
    engine.step()
    batch = engine.scheduler.schedule()
    monkeypatch.setattr(decode_graphs, "vision_mask", lambda ids, tokens: torch.zeros(len(ids), dtype=torch.bool))
    suits = []
    filled = 4 * decode_graphs.LEAST_BLOCKS * BLOCK  # three sequences of two blocks, up to powers of two
    for most in (filled, filled - 1):
        monkeypatch.setattr(decode_graphs, "MOST_TOKENS", most)
        suits.append(engine.runner.graphs.suits(batch))
    assert suits == [True, False]


class OnOneDevice(TorchDispatchMode):
    """Fails where a function makes a tensor elsewhere, or asks for a value: neither can be replayed."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        places = {leaf.device.type for leaf in tree_leaves((args, kwargs, out)) if isinstance(leaf, torch.Tensor)}
        assert places <= {"meta"}, f"{func} works on {places}"
        return out


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.int8])
def test_a_pass_asks_the_host_for_nothing(dtype):
    """On the device without data whatever needs data fails."""
    config = ModelConfig.from_dict(TOY)
    with torch.device("meta"):
        model = in_bf16(ErnieVL(config))
        told = torch.empty(AHEAD + 8, 4, dtype=torch.long)
    memory = KVMemory.of(config.text, 512, dtype, "meta")
    with torch.inference_mode(), OnOneDevice():
        assert DecodeGraphs(model, memory, repeated)._pass(told).shape == (4, 128)


def test_a_processor_records_nothing(model):
    assert not can_record(model)


@pytest.mark.gpu
@pytest.mark.parametrize("knobs", [{}, {"kv_cache_dtype": "int8"}])
def test_a_gpu_answers_as_it_does_without_recordings(model, prompts, finish, knobs):
    if not can_group("cuda", torch.bfloat16):
        pytest.skip("this GPU has no grouped products as one kernel")
    on_gpu, answers = in_bf16(deepcopy(model).cuda()), []
    for records in (False, True):
        engine = Engine(on_gpu, EngineConfig(max_model_len=256, max_kv_tokens=1024, **knobs))
        assert engine.runner.graphs is not None
        if not records:
            engine.runner.graphs = None
        for prompt in prompts:
            engine.add_request(prompt, SamplingParams(max_tokens=LONG, answer_tokens=4))
        answers.append(finish(engine))
    assert engine.runner.graphs._recorded and all(len(set(answer)) > 3 for answer in answers[1].values())
    same = [a == b for a, b in zip(answers[0].values(), answers[1].values(), strict=True)]
    assert sum(same) >= 3, "two numbers of 16 bits may tie, and not in every answer"
