"""Sampling against a six-line reference, and what must hold for any logits."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vlm.engine.sampler import sample, truncate
from vlm.engine.sequence import Sequence
from vlm.errors import ConfigError
from vlm.sampling_params import SamplingParams

LOGITS = st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=40).map(torch.tensor)


def sequence(*processors, **knobs):
    return Sequence(0, None, SamplingParams(**knobs), frozenset(), processors)


def kept(logits, top_k, top_p):
    return set(truncate(logits, top_k, top_p).isfinite().nonzero().flatten().tolist())


def test_top_k_and_top_p_by_hand():
    logits = torch.tensor([0.5, 0.2, 0.2, 0.06, 0.04]).log()
    assert kept(logits, 1, 1.0) == {0}
    assert kept(logits, 0, 0.5) == {0}
    assert kept(logits, 0, 0.51) == {0, 1}
    assert kept(logits, 0, 0.95) == {0, 1, 2, 3}
    assert kept(logits, 4, 0.999) == {0, 1, 2, 3}  # top-k first; its four reach 0.96, renormalised to 1


@given(LOGITS, st.integers(0, 50), st.floats(0.01, 1.0))
def test_the_best_token_always_stays_and_none_beats_a_kept_one(logits, top_k, top_p):
    left = kept(logits, top_k, top_p)
    assert int(logits.argmax()) in left
    worst = min(float(logits[i]) for i in left)
    assert all(float(logits[i]) <= worst for i in set(range(len(logits))) - left)


def test_greedy_is_the_largest_logit():
    assert sample(torch.tensor([0.0, 3.0, 2.0]), sequence()) == 1


def test_same_seed_same_tokens_and_other_seed_other_tokens():
    logits = torch.randn(500, generator=torch.Generator().manual_seed(0))

    def draw(seed):
        drawn = sequence(temperature=1.0, seed=seed)
        return [sample(logits, drawn) for _ in range(20)]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_draws_follow_the_softmax():
    logits = torch.tensor([0.0, 1.0, 2.0])
    drawn = sequence(temperature=0.7, seed=3)
    counts = torch.bincount(torch.tensor([sample(logits, drawn) for _ in range(4000)]), minlength=3) / 4000
    assert torch.allclose(counts, (logits / 0.7).softmax(-1), atol=0.03)


def test_logits_processors_run_before_the_choice():
    def forbid_one(output_ids, logits):
        return logits.index_fill(0, torch.tensor([1]), -torch.inf)

    assert sample(torch.tensor([0.0, 3.0, 2.0]), sequence(forbid_one)) == 2


@pytest.mark.parametrize(
    "knobs",
    [{"temperature": -1}, {"top_p": 0}, {"top_k": -1}, {"max_tokens": 0}, {"answer_tokens": 0}, {"stop": ("",)}],
)
def test_parameters_out_of_range_are_named(knobs):
    with pytest.raises(ConfigError, match=next(iter(knobs))):
        SamplingParams(**knobs)
