"""A prompt that begins like an earlier one gets the tokens it would get alone, and less is read for it."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.inputs import ModelInputs
from vlm.kernels.paged import BLOCK
from vlm.model.positions import rope_positions
from vlm.sampling_params import SamplingParams

GREEDY = SamplingParams(max_tokens=6, answer_tokens=4)


def engine_of(model, **knobs):
    return Engine(model, EngineConfig(**{"max_model_len": 256, "max_kv_tokens": 1024, **knobs}))


def read(engine, inputs, finish):
    """The answer, and how many tokens of the prompt were read for it."""
    seq_id = engine.add_request(inputs, GREEDY)
    sequence = engine._sequences[seq_id]
    return finish(engine)[seq_id], sequence.num_prompt_tokens - sequence.num_reused_tokens


def text(ids):
    positions, after = rope_positions(ids, [], ())
    return ModelInputs(list(ids), positions, after, [False] * len(ids))


def test_a_second_question_costs_the_question_alone(model, finish):
    engine, document = engine_of(model), [10 + i % 80 for i in range(3 * BLOCK + 5)]
    first, _ = read(engine, text([*document, 5, 6]), finish)
    second, cost = read(engine, text([*document, 7, 8, 9]), finish)
    assert cost == 5 + 3
    again, cost = read(engine, text([*document, 5, 6]), finish)
    assert again == first and cost == 5 + 2
    assert second == read(engine_of(model), text([*document, 7, 8, 9]), finish)[0]


def test_the_last_token_is_always_read(model, finish):
    engine, whole = engine_of(model), [10 + i % 80 for i in range(2 * BLOCK)]
    first, _ = read(engine, text(whole), finish)
    assert read(engine, text(whole), finish) == (first, BLOCK)


def test_the_same_text_over_another_picture_shares_nothing_from_there_on(model, image_prompt, finish):
    engine = engine_of(model)
    prompts = [image_prompt(16, 16, seed) for seed in (1, 2, 1)]  # 64 rows of picture
    answers = [read(engine, prompt, finish) for prompt in prompts]
    size = len(prompts[0].token_ids)
    assert [cost for _, cost in answers] == [size, size, size - 2 * BLOCK]
    assert answers[0] != answers[1] and answers[0][0] == answers[2][0]
    assert answers[1][0] == read(engine_of(model), prompts[1], finish)[0]


def test_a_picture_that_is_known_is_not_looked_at_again(model, image_prompt, finish, monkeypatch):
    engine, prompt = engine_of(model), image_prompt(16, 12)  # 48 rows, then text into the second block
    after = prompt.next_position
    positions = torch.cat((prompt.positions, torch.arange(after, after + 20).expand(3, -1)), 1)
    longer = ModelInputs(
        [*prompt.token_ids, *range(20, 40)],
        positions,
        after + 20,
        [*prompt.image_slots, *[False] * 20],
        prompt.pixel_values,
        prompt.grids,
    )
    first, _ = read(engine, longer, finish)
    monkeypatch.setattr(engine.runner.model, "embed_images", None)
    assert read(engine, longer, finish)[0] == first


def test_what_is_kept_makes_room_and_beginnings_stay_longest(model, finish):
    engine = engine_of(model, max_model_len=5 * BLOCK, max_kv_tokens=5 * BLOCK)
    common = [10 + i for i in range(BLOCK)]
    for start in range(6):
        read(engine, text([*common, *[50 + start] * (2 * BLOCK), 5]), finish)
        assert engine.scheduler.pool.num_available == 5 and engine.scheduler.pool.num_named <= 5
    assert read(engine, text([*common, 5]), finish)[1] == 1
    assert read(engine, text([*common, *[55] * (2 * BLOCK), 5]), finish)[1] == 1, "the last that was read"
    assert read(engine, text([*common, *[50] * (2 * BLOCK), 5]), finish)[1] == 2 * BLOCK + 1, "the first has gone"


def test_what_is_forgotten_is_read_again(model, finish):
    engine, whole = engine_of(model), text([10 + i % 80 for i in range(100)])
    first = read(engine, whole, finish)
    engine.scheduler.pool.forget()
    engine.scheduler.check_integrity()
    assert read(engine, whole, finish) == first == (first[0], 100)


def test_none_are_kept_where_none_are_wanted(model, finish):
    engine, whole = engine_of(model, keeps_prefixes=False), text([10 + i % 80 for i in range(100)])
    assert read(engine, whole, finish) == read(engine, whole, finish)
    assert engine.scheduler.pool.num_named == 0


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=4), min_size=2, max_size=5), st.integers(5, 64))
def test_cold_equals_warm(model, finish, prompts, chunk):
    """Prompts of shared and different passages, in any order and cut into any chunks."""
    passages = [[10 + (7 * which + i) % 80 for i in range(BLOCK + 9 * which)] for which in range(3)]
    warm = engine_of(model, max_num_batched_tokens=chunk)
    for choice in prompts:
        inputs = text([token for which in choice for token in passages[which]] + [5])
        cold = engine_of(model, max_num_batched_tokens=chunk, keeps_prefixes=False)
        assert read(warm, inputs, finish)[0] == read(cold, inputs, finish)[0]
