"""Biased sequences, as transformers biases them."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import SequenceBiasLogitsProcessor

from vlm.engine.sequence_bias import SequenceBias

TOKENS = st.integers(0, 5)
BIASES = st.dictionaries(st.lists(TOKENS, min_size=1, max_size=4).map(tuple), st.floats(-5, 5), max_size=5)


@given(BIASES.filter(len), st.lists(TOKENS, min_size=1, max_size=6), st.lists(TOKENS, max_size=6))
def test_as_transformers_does_it(biases, prompt, said):
    logits = torch.arange(6.0)
    theirs = SequenceBiasLogitsProcessor(biases)(torch.tensor([prompt + said]), logits[None])[0]
    torch.testing.assert_close(SequenceBias(biases, prompt)(said, logits), theirs)
    assert torch.equal(logits, torch.arange(6.0)), "what the model said stays as it was"


def test_by_hand():
    biases = {(3,): 1.0, (1, 2): 10.0, (0, 1, 2): 100.0}
    assert SequenceBias(biases, [0, 1])([], torch.zeros(4)).tolist() == [0, 0, 110, 1]
    assert SequenceBias(biases, [0])([1], torch.zeros(4)).tolist() == [0, 0, 110, 1]
    assert SequenceBias(biases, [5])([1], torch.zeros(4)).tolist() == [0, 0, 10, 1]
    assert SequenceBias(biases, [0])([1, 3], torch.zeros(4)).tolist() == [0, 0, 0, 1]
    assert SequenceBias({}, [0, 1])([], torch.zeros(4)).tolist() == [0, 0, 0, 0]
