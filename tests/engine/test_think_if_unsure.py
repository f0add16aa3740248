"""When a thought is opened, by hand."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from vlm.engine.think_if_unsure import ThinkIfUnsure

NONE = -torch.inf
THIRDS = torch.tensor([2.0, 2.0, 2.0, NONE, NONE])


def test_by_hand():
    unsure = ThinkIfUnsure(0.5, (3, 4))
    assert unsure([], THIRDS).tolist() == [NONE, NONE, NONE, 0, NONE]
    assert unsure([3], THIRDS).tolist() == [NONE, NONE, NONE, NONE, 0], "the second id follows, whatever is likelier"
    for said in ([3, 4], [0], [3, 0], [0, 4], [3, 4, 0]):
        assert unsure(said, THIRDS) is THIRDS, said
    assert THIRDS.tolist() == [2, 2, 2, NONE, NONE], "what the model said stays as it was"


@given(st.lists(st.floats(-5, 5), min_size=5, max_size=5), st.floats(0, 1))
def test_a_sure_answer_is_left_alone(logits, below):
    given_logits = torch.tensor(logits)
    is_sure = float(given_logits.softmax(-1).max()) >= below
    assert (ThinkIfUnsure(below, (3,))([], given_logits) is given_logits) == is_sure
