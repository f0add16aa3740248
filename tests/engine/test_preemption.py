"""Where memory runs out the last to come makes way, and nobody's answer changes by it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.test_beam import PARAMS, STOP, beam
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.kernels.paged import BLOCK
from vlm.sampling_params import SamplingParams


def alone(make_engine, prompt, params, finish):
    engine = make_engine()
    engine.add_request(prompt, params)
    return finish(engine)[0]


@pytest.mark.parametrize("temperature", [0.0, 0.8])
def test_making_way_changes_no_answer(make_engine, text_prompt, image_prompt, finish, temperature):
    params = SamplingParams(max_tokens=60, answer_tokens=4, temperature=temperature, seed=5)
    prompts = [text_prompt(*range(10, 40)), image_prompt(8, 8), text_prompt(*range(50, 70))]
    engine = make_engine(max_model_len=4 * BLOCK, max_kv_tokens=6 * BLOCK)
    ids = [engine.add_request(prompt, params) for prompt in prompts]
    sequences = [engine._sequences[seq_id] for seq_id in ids]
    answers = finish(engine)
    assert sequences[0].num_preemptions == 0 < sequences[2].num_preemptions, "the first to come goes on"
    for seq_id, prompt in zip(ids, prompts, strict=True):
        assert answers[seq_id] == alone(make_engine, prompt, params, finish)
    assert engine.scheduler.pool.num_available == 6


def test_what_was_read_before_making_way_is_found_again(make_engine, text_prompt, finish):
    """Its prompt's blocks are kept, so it is not read twice while nobody needs them."""
    engine = make_engine()
    prompt = text_prompt(*range(10, 10 + 2 * BLOCK + 5))
    seq_id = engine.add_request(prompt, SamplingParams(max_tokens=5, answer_tokens=4))
    sequence = engine._sequences[seq_id]
    engine.step()
    engine.scheduler._preempt(sequence)
    engine.scheduler.check_integrity()
    engine.step()
    assert sequence.num_preemptions == 1 and sequence.num_reused_tokens == 0
    assert finish(engine)[seq_id] == alone(make_engine, prompt, sequence.params, finish)[2:]


def test_who_is_searched_for_an_answer_keeps_its_place(make_engine, text_prompt, finish):
    """Its branches go on from its keys and values; the one beside it makes way, though it came first."""
    writing, prompt = SamplingParams(max_tokens=3 * BLOCK, answer_tokens=4), text_prompt(*range(20, 20 + BLOCK + 5))
    lonely = make_engine()
    lonely.add_request(prompt, PARAMS, [STOP], search=beam())
    expected = finish(lonely)[0]
    engine = make_engine(max_model_len=4 * BLOCK, max_kv_tokens=4 * BLOCK)
    first = engine.add_request(text_prompt(*range(10, 10 + BLOCK - 2)), writing)
    searched = engine.add_request(prompt, PARAMS, [STOP], search=beam())
    writer, search = engine._sequences[first], engine._sequences[searched]
    begun = []
    while not search.search.branches:
        begun += [output.token_id for output in engine.step() if output.seq_id == first]
    assert not engine.scheduler._find_room(writer, 3 * BLOCK)
    engine.scheduler.check_integrity()
    answers = finish(engine)
    assert answers[searched] == expected
    assert begun + answers[first] == alone(make_engine, writer.inputs, writing, finish)
    assert (writer.num_preemptions, search.num_preemptions) == (1, 0)


def test_a_stopped_one_that_made_way_is_gone(make_engine, text_prompt, finish):
    params = SamplingParams(max_tokens=60, answer_tokens=4)
    engine = make_engine(max_model_len=4 * BLOCK, max_kv_tokens=4 * BLOCK)
    ids = [engine.add_request(text_prompt(*range(start, start + 30)), params) for start in (10, 50)]
    last = engine._sequences[ids[1]]
    while not last.num_preemptions:
        engine.step()
    engine.abort(ids[1])
    engine.scheduler.check_integrity()
    assert finish(engine).keys() == {ids[0]}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 3 * BLOCK), st.integers(1, BLOCK), st.integers(0, 2)), min_size=1, max_size=6),
    st.integers(4, 9),
    st.integers(4, 40),
)
def test_whatever_runs_beside_it_an_answer_is_the_same(model, text_prompt, finish, requests, blocks, chunk):
    """Prompts that begin alike or not, of any length, in little memory and any chunks."""

    def engine_of(**knobs):
        return Engine(model, EngineConfig(**{"max_model_len": 4 * BLOCK, "max_kv_tokens": 1024, **knobs}))

    crowded = engine_of(max_kv_tokens=blocks * BLOCK, max_num_batched_tokens=chunk)
    made = []
    for length, tokens, which in requests:
        prompt = text_prompt(*(10 + (7 * which + i) % 80 for i in range(length)))
        params = SamplingParams(max_tokens=tokens, answer_tokens=1)
        made.append((crowded.add_request(prompt, params), prompt, params))
    answers = finish(crowded)
    for seq_id, prompt, params in made:
        single = engine_of(keeps_prefixes=False)
        single.add_request(prompt, params)
        assert finish(single)[0] == answers[seq_id]
    assert crowded.scheduler.pool.num_available == blocks
