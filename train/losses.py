"""What ERNIE adds to cross-entropy, as its training code has it.

Sources: PaddlePaddle/ERNIE `ernie/moe/topk_gate.py` (orthogonality), `ernie/callbacks` (its own small step; the
auxiliary-free balance), criterion of `ernie/modeling_moe.py` (token-balanced loss).
"""

from __future__ import annotations

from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor

CPU_LABELS = 64  # whose logits are computed together: they fit a cache
GPU_LABELS = 4096


def token_balanced(hidden: Tensor, head: Tensor, targets: Tensor, weights: Tensor, tokens: int) -> Tensor:
    """sum(CE * weight) / all tokens, those without a label counted too.

    A row with few labels among many tokens (a long document, a picture) then does not weigh more per label than others.

    Args:
        hidden (labels, hidden), targets and weights (labels,): of the tokens that have a label.
        head: (vocabulary, hidden), frozen: logits are hidden @ head.T, a few rows at a time and never all in memory.
        tokens: how many there are with those that have none.
    """
    assert not head.requires_grad, "only hidden states are given a gradient"
    return cast(Tensor, _Entropy.apply(hidden, head, targets, weights)) / tokens


class _Entropy(torch.autograd.Function):
    """sum(CE * weight). Its gradient is computed with it, while a piece's logits are at hand (and in the cache)."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, head: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
        size = CPU_LABELS if hidden.device.type == "cpu" else GPU_LABELS
        total, gradients = torch.zeros((), device=hidden.device), []
        for piece, wanted, weight in zip(hidden.split(size), targets.split(size), weights.split(size), strict=True):
            with torch.enable_grad():
                piece = piece.detach().requires_grad_()
                entropy = F.cross_entropy(F.linear(piece, head).float(), wanted, reduction="none")
                part = (entropy * weight).sum()
            gradients += torch.autograd.grad(part, piece)
            total += part.detach()
        ctx.save_for_backward(torch.cat(gradients))
        return total

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * grads[0], None, None, None


def orthogonality(weight: Tensor) -> Tensor:
    """mean((Wn Wn^T - I)^2) over the experts' router rows, each brought to unit length. weight: (experts, hidden)"""
    unit = F.normalize(weight, dim=-1)
    gram = unit @ unit.T  # (experts, experts)
    return (gram - torch.eye(len(weight), device=weight.device)).square().mean()


def orthogonalise_(weight: Tensor, step: float) -> None:
    """One small step down `orthogonality`, apart from the optimizer's: W -= step * gradient, in place."""
    with torch.enable_grad():
        copy = weight.detach().clone().requires_grad_()
        (gradient,) = torch.autograd.grad(orthogonality(copy), copy)
    with torch.no_grad():
        weight -= step * gradient


def balance_(bias: Tensor, counts: Tensor, step: float) -> None:
    """Auxiliary-free balance: experts used less than the mean get a larger bias, those used more a smaller one.

    bias += step * sign(mean(counts) - counts), in place. The bias takes part in the choice of experts alone.
    bias, counts: (experts,), counts of the tokens each expert got since the last step.
    """
    counts = counts.float()
    bias += step * torch.sign(counts.mean() - counts)
