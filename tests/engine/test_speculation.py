"""Reading ahead changes nothing but the number of passes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlm.engine.drafts import PAUSE, TRIAL, Drafts
from vlm.engine.model_runner import ModelRunner
from vlm.engine.sequence_bias import SequenceBias
from vlm.sampling_params import SamplingParams

GREEDY = SamplingParams(max_tokens=40, answer_tokens=4)


@pytest.fixture
def exact(monkeypatch):
    """The toy in fp32 on one thread: its argmax does not depend on company."""
    monkeypatch.setattr(ModelRunner, "exact_tokens", lambda *_: 8)


class Copying:
    """Makes the model say a list of ids, whatever it thinks."""

    def __init__(self, ids):
        self.ids = ids

    def __call__(self, output_ids, logits):
        return logits.index_fill(0, logits.new_tensor([self.ids[len(output_ids)]]).long(), 1e9)


def test_proposals_are_what_followed_last_time():
    drafts = Drafts()
    assert drafts.propose([1, 2, 3, 4, 9, 2, 3], 3) == [4, 9, 2]
    assert drafts.propose([1, 2, 3, 4, 9, 2, 3, 5, 7, 2, 3], 2) == [5, 7], "the last of several places"
    assert Drafts().propose([7, 1, 2, 3, 8, 1, 2, 4, 7, 1, 2], 1) == [3], "three tokens say more than two"
    assert Drafts().propose([1, 2, 3], 4) == [] == Drafts().propose([1, 2, 1, 2, 1], 0)
    assert Drafts().propose([5, 5, 5], 4) == [5], "no further than what is known"


@given(st.lists(st.integers(0, 3), min_size=3, max_size=60), st.integers(1, 7))
def test_proposals_against_a_plain_search(tokens, most):
    """The longest tail of two to four that stood before, and its last place."""
    expected = []
    for size in (4, 3, 2):
        ends = [e for e in range(size, len(tokens)) if tokens[e - size : e] == tokens[-size:]]
        if ends and size <= len(tokens):
            expected = tokens[ends[-1] : ends[-1] + most]
            break
    grown = Drafts()
    for length in range(1, len(tokens)):
        grown.propose(tokens[:length], most)
    assert grown.propose(tokens, most) == Drafts().propose(tokens, most) == expected


def test_it_rests_where_nothing_is_copied():
    drafts, tokens = Drafts(), [1, 2, 1, 2]
    for _ in range(TRIAL):
        assert drafts.propose(tokens, 2)
        drafts.told(2, 0, len(tokens))
    assert drafts.propose(tokens, 2) == [] == drafts.propose(tokens * 4, 2)
    assert drafts.propose([1, 2] * (PAUSE // 2 + 2), 2)
    assert (drafts.drafted, drafts.accepted) == (2 * TRIAL, 0)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_speculative_equals_plain(model, seed):
    """Random prompts: the toy soon repeats itself, so much is accepted, and much is not. Some pairs are likelier."""
    from random import Random

    from vlm.engine.config import EngineConfig
    from vlm.engine.engine import Engine
    from vlm.inputs import ModelInputs
    from vlm.model.positions import rope_positions

    rng = Random(seed)
    prompts = []
    for _ in range(rng.randint(1, 3)):
        ids = [rng.randrange(10, 40) for _ in range(rng.randint(3, 40))]
        positions, after = rope_positions(ids, [], ())
        prompts.append(ModelInputs(ids, positions, after, [False] * len(ids)))
    pairs = {(rng.randrange(10, 40), rng.randrange(10, 40)): 5.0 for _ in range(20)}

    def answers(count):
        engine = Engine(model, EngineConfig(max_model_len=256, max_kv_tokens=1024, num_speculative_tokens=count))
        type(engine.runner).exact_tokens, kept = lambda *_: 8, type(engine.runner).exact_tokens
        try:
            for prompt in prompts:
                engine.add_request(prompt, GREEDY, [2], [SequenceBias(pairs, prompt.token_ids)])
            said: dict[int, list[int]] = {}
            while engine.has_unfinished:
                for output in engine.step():
                    said.setdefault(output.seq_id, []).append(output.token_id)
                engine.scheduler.check_integrity()
            return said, engine.num_steps
        finally:
            type(engine.runner).exact_tokens = kept

    plain, passes = answers(0)
    ahead, fewer = answers(7)
    assert ahead == plain and fewer <= passes


def test_an_answer_that_copies_takes_few_passes(exact, make_engine, text_prompt):
    prompt = [*range(10, 40), 50, 10, 11]
    answer = [*range(12, 40)]
    engine = make_engine(num_speculative_tokens=7)
    engine.add_request(text_prompt(*prompt), SamplingParams(max_tokens=28, answer_tokens=4), (), [Copying(answer)])
    last = None
    said = []
    while engine.has_unfinished:
        for output in engine.step():
            said.append(output.token_id)
            last = output
        engine.scheduler.check_integrity()
    assert said == answer
    assert engine.num_steps <= 1 + 1 + -(-27 // 8), "eight tokens a pass once the answer has begun"
    assert last.accepted == last.drafted >= 23


def test_stops_and_limits_hold_inside_a_draft(exact, make_engine, text_prompt, finish):
    prompt = [*range(10, 40), 50, 10, 11]
    for params, stop in ((SamplingParams(max_tokens=5, answer_tokens=4), ()), (GREEDY, (16,))):
        engine = make_engine(num_speculative_tokens=7)
        engine.add_request(text_prompt(*prompt), params, stop, [Copying([*range(12, 40), *[0] * 40])])
        wanted = [12, 13, 14, 15, 16] if not stop else [12, 13, 14, 15]
        assert finish(engine) == {0: wanted}


def test_nothing_is_drafted_for_chance_or_beside_a_prompt(exact, make_engine, text_prompt):
    engine = make_engine(num_speculative_tokens=7, max_num_batched_tokens=8)
    warm = SamplingParams(max_tokens=8, answer_tokens=4, temperature=1.0, seed=1)
    engine.add_request(text_prompt(*[10, 11] * 3), warm)
    engine.step()
    assert all(item.num_tokens == 1 for item in engine.scheduler.schedule(8))
    greedy = engine.add_request(text_prompt(*[10, 11] * 3), GREEDY)
    engine.step()
    engine.step()
    engine.add_request(text_prompt(*range(10, 60)), GREEDY)
    batch = engine.scheduler.schedule(8)
    assert max(item.num_tokens for item in batch if item.sequence.seq_id == greedy) == 1


def test_kernels_that_are_not_exact_draft_nothing(model, make_engine):
    engine = make_engine()
    assert engine.runner.exact_tokens(engine.scheduler.pool.memory.keys) == 1
