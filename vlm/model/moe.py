"""Mixture of experts with isolated modalities: text tokens and vision tokens have experts of their own.

Equations of the ERNIE 4.5 technical report, in its notation: z = W x, p = softmax(z), S = top-k(p + b) with the
correction bias b used for the choice alone, g_e = p_e / sum over S, and
y = sum of g_e * SwiGLU_e(x) over S, plus the shared experts, which every token passes.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vlm.model.layers import MLP


class Modalities(NamedTuple):
    """Places of a pass's text tokens and of its vision tokens: (text tokens,) and (vision tokens,), in order."""

    text: Tensor
    vision: Tensor

    @staticmethod
    def of(is_vision: Tensor, device: torch.device | str) -> Modalities | None:
        """From (tokens,) bool; None where all are text. Nobody waits for a GPU if `is_vision` is on the CPU."""
        vision = is_vision.nonzero().flatten()
        if not len(vision):
            return None
        return Modalities((~is_vision).nonzero().flatten().to(device), vision.to(device))


class Router(nn.Module):
    """Chooses k experts a token. Weight, bias and softmax stay in fp32: a bf16 router chooses other experts."""

    def __init__(self, hidden_size: int, num_experts: int, top_k: int, norm_min: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(num_experts, hidden_size, dtype=torch.float32))
        self.e_score_correction_bias = nn.Parameter(torch.zeros(num_experts), requires_grad=False)
        self.top_k = top_k
        self.norm_min = norm_min

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(tokens, hidden) -> weights in x's dtype and expert indices, each (tokens, top_k)"""
        probabilities = F.linear(x.float(), self.weight).softmax(-1)
        indices = (probabilities + self.e_score_correction_bias).topk(self.top_k, dim=-1).indices
        weights = probabilities.gather(-1, indices)
        weights = weights / weights.sum(-1, keepdim=True).clamp(min=self.norm_min)
        return weights.to(x.dtype), indices


class Experts(nn.Module):
    """SwiGLU experts as two stacked weights; gate and up lie one after the other."""

    def __init__(self, num_experts: int, hidden_size: int, intermediate_size: int) -> None:
        super().__init__()
        self.gate_up_proj = nn.Parameter(torch.empty(num_experts, 2 * intermediate_size, hidden_size))
        self.down_proj = nn.Parameter(torch.empty(num_experts, hidden_size, intermediate_size))

    def forward(self, x: Tensor, weights: Tensor, indices: Tensor) -> Tensor:
        """x (tokens, hidden), weights and indices (tokens, top_k) -> (tokens, hidden)"""
        out = torch.zeros_like(x)
        for expert in indices.unique().tolist():
            token, place = torch.where(indices == expert)
            gate, up = F.linear(x[token], self.gate_up_proj[expert]).chunk(2, dim=-1)
            y = F.linear(F.silu(gate) * up, self.down_proj[expert])  # (tokens of this expert, hidden)
            out[token] += y * weights[token, place, None]  # a token meets an expert once
        return out


class SparseMoE(nn.Module):
    """The router and experts of one modality."""

    def __init__(self, hidden_size: int, num_experts: int, intermediate_size: int, top_k: int, norm_min: float) -> None:
        super().__init__()
        self.gate = Router(hidden_size, num_experts, top_k, norm_min)
        self.experts = Experts(num_experts, hidden_size, intermediate_size)

    def forward(self, x: Tensor) -> Tensor:
        """(tokens, hidden) -> (tokens, hidden)"""
        return self.experts(x, *self.gate(x))


class ModalityMoE(nn.Module):
    """Text experts for text tokens, vision experts for vision tokens, shared experts for all.

    A text-only model has no vision experts; a model without shared experts has none of those.
    """

    def __init__(self, text_moe: SparseMoE, vision_moe: SparseMoE | None, shared_experts: MLP | None) -> None:
        super().__init__()
        self.text_moe = text_moe
        self.vision_moe = vision_moe
        self.shared_experts = shared_experts

    def forward(self, x: Tensor, modalities: Modalities | None) -> Tensor:
        """x (tokens, hidden); None where all tokens are text -> (tokens, hidden)"""
        if modalities is None or self.vision_moe is None:
            routed = self.text_moe(x)
        else:
            text, vision = modalities
            routed = torch.zeros_like(x).index_copy(0, text, self.text_moe(x[text]))
            routed = routed.index_copy(0, vision, self.vision_moe(x[vision]))
        return routed if self.shared_experts is None else routed + self.shared_experts(x)
