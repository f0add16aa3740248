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
    document_size=st.integers(1, 24),
    questions=st.lists(st.integers(1, 9), min_size=1, max_size=7),
    padding=st.integers(0, 9),
    size=st.integers(1, 30),
    seed=st.integers(0, 99),
)
def test_pieces_give_what_the_mask_gives(document, document_size, questions, padding, size, seed):
    parts = torch.stack([laid_out(document, questions, padding), laid_out(document, questions[::-1], padding)])
    torch.manual_seed(seed)
    q, k, v = (torch.randn(2, 3, parts.shape[1], 4, dtype=torch.float64, requires_grad=True) for _ in range(3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed_attention, "DOCUMENT_TOKENS", document_size)
        patch.setattr(packed_attention, "QUESTION_TOKENS", size)
        pieces = mask_of(parts)
    assert isinstance(pieces, PiecewiseMask) and pieces.rows == 2
    upwards = torch.randn(q.shape, dtype=q.dtype)
    mine, plain = pieces.attend(q, k, v), WholeMask(visible(parts)).attend(q, k, v)
    assert torch.allclose(mine, plain)
    expected, got = (torch.autograd.grad(out, (q, k, v), upwards) for out in (plain, mine))
    assert all(torch.allclose(a, b) for a, b in zip(got, expected, strict=True))


def test_pieces_are_parts_of_the_document_and_whole_questions_up_to_their_size():
    (pieces,) = mask_of(laid_out(300, [100, 90, 3, 250, 20], 30)[None]).pieces
    ends = [(0, 256), (256, 300), (300, 490), (490, 493), (493, 743), (743, 793)]
    assert [(piece.start, piece.end) for piece in pieces] == ends
    assert [piece.read for piece in pieces] == [0, 256, 300, 300, 300, 300]
    assert all(piece.bias.shape == (piece.end - piece.start, piece.read + piece.end - piece.start) for piece in pieces)


def test_in_bf16_pieces_are_as_exact_as_their_dtype():
    """Against the fused kernel in fp32; scores are rounded before the softmax."""
    parts = laid_out(700, [30, 20, 60], 18)[None]
    torch.manual_seed(0)
    q, k, v = (torch.randn(1, 3, parts.shape[1], 64) for _ in range(3))
    exact = WholeMask(visible(parts)).attend(q, k, v)
    rough = mask_of(parts).attend(*(y.bfloat16() for y in (q, k, v)))
    assert (rough.float() - exact).norm() < 0.01 * exact.norm()
