"""What ERNIE adds to cross-entropy, as its training code has it.

Sources: PaddlePaddle/ERNIE `ernie/moe/topk_gate.py` (orthogonality), `ernie/callbacks` (its own small step; the
auxiliary-free balance), criterion of `ernie/modeling_moe.py` (token-balanced loss).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def token_balanced(cross_entropy: Tensor, weights: Tensor, tokens: int) -> Tensor:
    """sum(CE * weight) / all tokens, those without a label counted too.

    A row with few labels among many tokens (a long document, a picture) then does not weigh more per label than others.

    Args:
        cross_entropy, weights: (labels,) of the tokens that have a label; tokens: how many there are with the others.
    """
    return (cross_entropy * weights).sum() / tokens


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
