"""The knobs of a request: what cannot be computed with is refused by name, what can be said in two ways is one."""

from __future__ import annotations

import math

import pytest
import torch

from vlm.errors import ConfigError
from vlm.sampling_params import COOLEST, HOTTEST, LEAST_SEED, MOST_SEED, SamplingParams


@pytest.mark.parametrize(
    "knobs",
    [{"temperature": value} for value in (math.nan, math.inf, -math.inf, -1e-9, 2 * HOTTEST)]
    + [{"seed": LEAST_SEED - 1}, {"seed": MOST_SEED + 1}, {"seed": math.nan}, {"top_p": math.nan}, {"stop": ""}],
)
def test_what_cannot_be_computed_with_is_refused_by_name(knobs):
    with pytest.raises(ConfigError, match=next(iter(knobs))):
        SamplingParams(**knobs)


def test_seeds_are_those_that_a_generator_takes():
    for seed in (LEAST_SEED, -1, 0, MOST_SEED):
        torch.Generator().manual_seed(SamplingParams(seed=seed).seed)


def test_almost_no_temperature_is_none():
    assert SamplingParams(temperature=1e-39).temperature == 0 == SamplingParams(temperature=COOLEST / 2).temperature
    logits = torch.tensor([-torch.inf, 1.0, 50.0, -50.0])
    for temperature in (COOLEST, 0.7, HOTTEST):
        assert (logits / SamplingParams(temperature=temperature).temperature).softmax(-1).isfinite().all()


def test_one_stop_string_needs_no_brackets():
    assert SamplingParams(stop="END").stop == ("END",) == SamplingParams(stop=("END",)).stop
