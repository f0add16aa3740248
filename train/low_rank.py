"""Low-rank updates of frozen linear layers, merged away when the weights ship (LoRA, arXiv 2106.09685)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from train.frozen import FrozenLinear
from vlm.model.layers import MLP

SCALE = 2.0  # of every update: with B at zero it acts as a larger step for B


class LowRankLinear(nn.Module):
    """y = W x + SCALE * B (A x), W frozen; B starts at zero, so nothing changes before the first step."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        assert base.bias is None, "the family has no biases"
        base.requires_grad_(False)
        self.base: nn.Linear | FrozenLinear = base
        device = base.weight.device
        self.a: nn.Parameter = nn.Parameter(torch.randn(rank, base.in_features, device=device) / base.in_features**0.5)
        self.b: nn.Parameter = nn.Parameter(torch.zeros(base.out_features, rank, device=device))

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) -> (..., out)"""
        update = F.linear(F.linear(x, self.a.to(x.dtype)), (self.b * SCALE).to(x.dtype))
        return self.base(x) + update


def update_mlp(mlp: MLP, rank: int) -> None:
    """Let all three of its projections learn."""
    for name, projection in list(mlp.named_children()):
        assert isinstance(projection, nn.Linear)
        setattr(mlp, name, LowRankLinear(projection, rank))
