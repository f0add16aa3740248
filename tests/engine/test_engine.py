"""The engine's invariants: however requests are cut and mixed, each gets the tokens it would get alone."""

from __future__ import annotations

import pytest
import torch

from vlm.errors import ConfigError, ContextError
from vlm.kernels.paged import BLOCK
from vlm.model.attention import AttnMetadata
from vlm.model.kv_cache import KVCache
from vlm.sampling_params import SamplingParams

GREEDY = SamplingParams(max_tokens=12, answer_tokens=4)


def recomputed(model, inputs, count):
    """Greedy tokens without any cache: the whole sequence is read again for each."""
    ids, tokens = list(inputs.token_ids), []
    embeds = None if inputs.pixel_values is None else model.embed_images(inputs.pixel_values, inputs.grids)
    for step in range(count):
        new = torch.arange(step).expand(3, -1) + inputs.next_position
        positions = torch.cat((inputs.positions, new), dim=1)
        hidden = model(torch.tensor(ids), positions, AttnMetadata([len(ids)]), embeds)
        tokens.append(int(model.compute_logits(hidden[-1:]).argmax()))
        ids.append(tokens[-1])
    return tokens


@pytest.mark.parametrize("chunk", [64, 7, 3])
def test_cached_and_chunked_equals_recomputed(model, make_engine, image_prompt, text_prompt, finish, chunk):
    for inputs in (image_prompt(8, 6), text_prompt(*range(10, 40))):
        engine = make_engine(max_num_batched_tokens=chunk, max_num_seqs=2)
        engine.add_request(inputs, GREEDY)
        assert finish(engine) == {0: recomputed(model, inputs, 12)}


@pytest.mark.parametrize("chunk", [64, 5])
def test_alone_equals_in_a_batch(make_engine, image_prompt, text_prompt, finish, chunk):
    prompts = [image_prompt(4, 4, 1), text_prompt(5, 6, 7), image_prompt(4, 8, 2), text_prompt(*range(20, 60))]
    together = make_engine(max_num_batched_tokens=chunk, max_num_seqs=4)
    for prompt in prompts:
        together.add_request(prompt, GREEDY)
    answers = finish(together)
    for index, prompt in enumerate(prompts):
        alone = make_engine()
        alone.add_request(prompt, GREEDY)
        assert finish(alone)[0] == answers[index]


def test_same_text_over_another_picture_answers_otherwise(model, make_engine, image_prompt, finish):
    engine = make_engine()
    for seed in (1, 2):
        engine.add_request(image_prompt(8, 8, seed), GREEDY)
    answers = finish(engine)
    assert answers[0] != answers[1]


def test_a_long_prompt_delays_a_running_answer_by_one_pass(make_engine, text_prompt):
    engine = make_engine(max_num_batched_tokens=8)
    first = engine.add_request(text_prompt(1, 5), SamplingParams(max_tokens=50, answer_tokens=4))
    engine.step()
    engine.add_request(text_prompt(*range(10, 100)), GREEDY)
    for _ in range(10):
        assert first in [output.seq_id for output in engine.step()]


def test_waiting_requests_run_when_room_is_free(make_engine, text_prompt, finish):
    engine = make_engine(max_kv_tokens=256, max_num_seqs=4)
    for start in (5, 6, 7):
        engine.add_request(text_prompt(*range(start, start + 90)), GREEDY)  # two fit side by side
    assert len(engine.step()) == 2
    assert (len(engine.scheduler.running), len(engine.scheduler.waiting)) == (2, 1)
    assert [len(tokens) for _, tokens in sorted(finish(engine).items())] == [11, 11, 12]
    assert engine.scheduler.pool.num_available == 256 // BLOCK


def test_abort_frees_the_room_and_runs_nothing_more(make_engine, text_prompt, finish):
    engine = make_engine()
    stopped = engine.add_request(text_prompt(1, 2, 3), SamplingParams(max_tokens=100, answer_tokens=4))
    engine.step()
    other = engine.add_request(text_prompt(4, 5), GREEDY)
    engine.abort(stopped)
    engine.abort(stopped)
    assert finish(engine).keys() == {other}
    steps = engine.num_steps
    assert engine.step() == [] and engine.num_steps == steps
    assert engine.scheduler.pool.num_available == 1024 // BLOCK


def test_abort_of_a_waiting_request(make_engine, text_prompt, finish):
    engine = make_engine(max_num_seqs=1)
    engine.add_request(text_prompt(1, 2), GREEDY)
    waiting = engine.add_request(text_prompt(3, 4), GREEDY)
    engine.step()
    engine.abort(waiting)
    assert finish(engine).keys() == {0}


def test_a_stop_token_ends_the_answer_and_is_not_in_it(make_engine, text_prompt, finish):
    engine = make_engine()
    engine.add_request(text_prompt(1, 2, 3), GREEDY)
    tokens = finish(engine)[0]
    stop = tokens[5]
    engine.add_request(text_prompt(1, 2, 3), GREEDY, stop_token_ids=[stop])
    assert finish(engine)[1] == tokens[: tokens.index(stop)]


def test_a_prompt_that_does_not_fit_is_refused(make_engine, text_prompt):
    with pytest.raises(ContextError, match="shorten the prompt"):
        make_engine(max_model_len=20).add_request(text_prompt(*range(10)), SamplingParams(max_tokens=11))


@pytest.mark.parametrize(
    "knobs",
    [{"max_num_seqs": 0}, {"max_num_seqs": 9, "max_num_batched_tokens": 8}, {"max_model_len": 2048}],
)
def test_knobs_that_cannot_work_are_named(make_engine, knobs):
    with pytest.raises(ConfigError, match=next(iter(knobs))):
        make_engine(**knobs)


@pytest.mark.parametrize("chunk", [64, 7])
@pytest.mark.parametrize("dtype", ["int8", "bfloat16"])
def test_narrow_keys_and_values_say_the_same_in_any_chunks(
    make_engine, text_prompt, image_prompt, finish, chunk, dtype
):
    """Every token reads what is held, never what it was made of: so chunks and neighbours change nothing."""
    prompts = [text_prompt(*range(10, 60)), image_prompt(8, 6)]
    whole = make_engine(kv_cache_dtype=dtype)
    together = make_engine(kv_cache_dtype=dtype, max_num_batched_tokens=chunk)
    for prompt in prompts:
        whole.add_request(prompt, GREEDY)
        finish(whole)
        together.add_request(prompt, GREEDY)
    assert whole.scheduler.pool.memory.keys.dtype == getattr(torch, dtype)
    answers = finish(together)
    for prompt, answer in zip(prompts, answers.values(), strict=True):
        again = make_engine(kv_cache_dtype=dtype, keeps_prefixes=False)
        again.add_request(prompt, GREEDY)
        assert finish(again)[0] == answer


def test_narrow_keys_and_values_are_near_the_whole_ones(model, text_prompt):
    """The hidden row behind a prompt, against the one without a cache."""
    prompt, text = text_prompt(*range(10, 100)), model.config.text
    ids, rows = torch.tensor(prompt.token_ids), []
    for dtype in (torch.int8, torch.bfloat16, torch.float32):
        caches = [KVCache.alone(text, 90, dtype)]
        rows.append(model(ids, prompt.positions, AttnMetadata([90], caches))[-1])
    exact = model(ids, prompt.positions, AttnMetadata([90], None))[-1]
    errors = [float((row - exact).norm() / exact.norm()) for row in rows]
    assert 0.05 > errors[0] > errors[1] > 1e-4 > errors[2]
