"""ERNIE's own parts of the loss against cases worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from train.losses import balance_, orthogonalise_, orthogonality, token_balanced


def test_token_balanced_divides_by_all_tokens():
    # Logits (0, log(e^x - 1)) cost the first word log(1 + e^x - 1) = x. Two labelled tokens that cost 3 and 1, with
    # weights 1 and 2, among five: (3 * 1 + 1 * 2) / 5.
    hidden = torch.tensor([[0.0, math.log(math.e**3 - 1)], [0.0, math.log(math.e - 1)]])
    loss = token_balanced(hidden, torch.eye(2), torch.tensor([0, 0]), torch.tensor([1.0, 2.0]), 5)
    assert loss.item() == pytest.approx(1.0)


def test_token_balanced_piece_by_piece_has_the_gradient_of_the_whole(monkeypatch):
    monkeypatch.setattr("train.losses.CPU_LABELS", 4)
    torch.manual_seed(0)
    hidden = torch.randn(11, 6, requires_grad=True)
    head, targets, weights = torch.randn(9, 6), torch.randint(9, (11,)), torch.rand(11)
    whole = (F.cross_entropy(hidden @ head.T, targets, reduction="none") * weights).sum() / 20
    mine = token_balanced(hidden, head, targets, weights, 20)
    assert torch.allclose(mine, whole)
    expected, got = (torch.autograd.grad(3 * loss, hidden)[0] for loss in (whole, mine))
    assert torch.allclose(got, expected, atol=1e-7)


def test_orthogonality_of_two_rows_at_sixty_degrees():
    # Unit rows with cosine 1/2: Wn Wn^T - I = [[0, .5], [.5, 0]], mean of squares = 2 * .25 / 4. Length plays no part.
    weight = torch.tensor([[1.0, 0.0], [0.5, 3**0.5 / 2]])
    assert orthogonality(weight) == pytest.approx(0.125)
    assert orthogonality(torch.tensor([[7.0], [0.1]]) * weight) == pytest.approx(0.125)
    assert orthogonality(torch.eye(4)) == 0


def test_orthogonalise_turns_rows_apart_and_leaves_no_gradient():
    weight = torch.tensor([[1.0, 0.0], [0.5, 3**0.5 / 2]])
    before = orthogonality(weight)
    for _ in range(200):
        orthogonalise_(weight, 0.1)
    assert orthogonality(weight) < 1e-4 < before
    assert not weight.requires_grad


def test_one_orthogonal_step_by_hand():
    # L = (w1.w2)^2 / 2 for unit rows; at cosine c the gradient of w1 is c (w2 - c w1): here .5 * (w2 - .5 w1).
    weight = torch.tensor([[1.0, 0.0], [0.5, 3**0.5 / 2]])
    expected = weight[0] - 0.1 * 0.5 * (weight[1] - 0.5 * weight[0])
    orthogonalise_(weight, 0.1)
    assert torch.allclose(weight[0], expected, atol=1e-6)


def test_balance_moves_each_bias_by_one_step_towards_the_mean():
    bias = torch.tensor([0.0, 0.5, -0.5, 0.0])
    balance_(bias, torch.tensor([10, 2, 4, 4]), 0.001)  # mean 5
    assert bias.tolist() == pytest.approx([-0.001, 0.501, -0.499, 0.001])


def test_balance_leaves_an_even_load_alone():
    bias = torch.zeros(3)
    balance_(bias, torch.tensor([4, 4, 4]), 0.001)
    assert bias.tolist() == [0, 0, 0]
