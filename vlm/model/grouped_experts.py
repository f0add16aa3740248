"""Routed experts as two grouped products, for GPUs that have these in one kernel.

There is no loop over experts then, and nothing that makes the host wait. On other GPUs torch would loop over all of
them, and wait to learn where groups end: worse than the loop over those that were chosen.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vlm.model.moe import Experts, SparseMoE

FUSED = ((9, 0), (10, 0))  # compute capabilities with such a kernel, for bf16 (H100, H200; B200)


class GroupedExperts(Experts):
    """`Experts` with its parameters. Pairs of a token and an expert are sorted by expert; each expert is a group."""

    def __init__(self, like: Experts) -> None:
        nn.Module.__init__(self)
        self.gate_up_proj, self.down_proj = like.gate_up_proj, like.down_proj

    def forward(self, x: Tensor, weights: Tensor, indices: Tensor) -> Tensor:
        """x (tokens, hidden), weights and indices (tokens, top_k) -> (tokens, hidden)"""
        tokens, top_k = indices.shape
        if not tokens:
            return torch.zeros_like(x)
        ordered, order = indices.flatten().sort(stable=True)  # (tokens * top_k,) experts, and whose they are
        experts = torch.arange(len(self.down_proj), device=x.device)
        ends = torch.searchsorted(ordered, experts, right=True).int()  # (experts,) where each one's pairs end
        both = F.grouped_mm(x[order // top_k], self.gate_up_proj.transpose(1, 2), offs=ends)
        gate, up = both.chunk(2, dim=-1)  # (tokens * top_k, width) each
        y = F.grouped_mm(F.silu(gate) * up, self.down_proj.transpose(1, 2), offs=ends)
        y = y[order.argsort()].unflatten(0, (tokens, top_k))  # (tokens, top_k, hidden)
        return (y * weights[..., None]).sum(1)


def can_group(device: torch.device | str, dtype: torch.dtype) -> bool:
    """Whether experts in `dtype` are one kernel on `device`, a GPU."""
    return dtype == torch.bfloat16 and torch.cuda.get_device_capability(device) in FUSED


def group_experts_(model: nn.Module) -> None:
    """Exchange the routed experts of `model` for `GroupedExperts`."""
    for module in model.modules():
        if isinstance(module, SparseMoE):
            module.experts = GroupedExperts(module.experts)
