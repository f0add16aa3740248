"""Rows taken apart against the plain mask: the same answers, the same gradients."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from train import packed_attention
from train.packed_attention import PiecewiseMask, WholeMask, mask_of, visible


def laid_out(document, questions, padding):
    """parts of one row. (tokens,)"""
    sizes = [document, *questions, padding]
    numbers = [*range(len(questions) + 1), -1]
    return torch.repeat_interleave(torch.tensor(numbers), torch.tensor(sizes))


def test_who_sees_whom_by_hand():
    seen = visible(torch.tensor([[0, 0, 1, 1, 2, -1, -1]]))[0, 0].int().tolist()
    assert seen == [
        [1, 0, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0, 0],
        [1, 1, 1, 1, 0, 0, 0],
        [1, 1, 0, 0, 1, 0, 0],  # nothing of the first question
        [0, 0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 1, 1],
    ]


@settings(deadline=None, max_examples=60)
@given(
    document=st.integers(1, 20),
    questions=st.lists(st.integers(1, 9), min_size=1, max_size=7),
    padding=st.integers(0, 9),
    size=st.integers(1, 30),
    seed=st.integers(0, 99),
)
def test_pieces_give_what_the_mask_gives(document, questions, padding, size, seed):
    parts = torch.stack([laid_out(document, questions, padding), laid_out(document, questions[::-1], padding)])
    torch.manual_seed(seed)
    q, k, v = (torch.randn(2, 3, parts.shape[1], 4, dtype=torch.float64, requires_grad=True) for _ in range(3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed_attention, "QUESTION_TOKENS", size)
        pieces = mask_of(parts)
    assert isinstance(pieces, PiecewiseMask) and pieces.rows == 2
    upwards = torch.randn(q.shape, dtype=q.dtype)
    mine, plain = pieces.attend(q, k, v), WholeMask(visible(parts)).attend(q, k, v)
    assert torch.allclose(mine, plain)
    expected, got = (torch.autograd.grad(out, (q, k, v), upwards) for out in (plain, mine))
    assert all(torch.allclose(a, b) for a, b in zip(got, expected, strict=True))


def test_pieces_hold_whole_questions_up_to_their_size():
    (pieces,) = mask_of(laid_out(50, [100, 90, 3, 250, 20], 30)[None]).pieces
    assert [(piece.start, piece.end) for piece in pieces] == [(50, 240), (240, 243), (243, 493), (493, 543)]
    assert [tuple(piece.bias.shape) for piece in pieces] == [(190, 240), (3, 53), (250, 300), (50, 100)]
