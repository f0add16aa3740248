"""What a decoder layer's two halves are made of, for kernels that do each in one call."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from vlm.kernels.packing import Packed

MOST_SHARING = 8  # heads that ask the same keys; the compiled kernels have the same number


class AttentionWeights(NamedTuple):
    """q, k and v lie below one another in `qkv`, k from row `k_row` on, v from `v_row`. The norm is fp32."""

    norm: Tensor
    eps: float
    qkv: Packed
    o: Packed
    heads: int
    k_row: int
    v_row: int


class RouterWeights(NamedTuple):
    """fp32: weight (experts, hidden), bias (experts,)"""

    weight: Tensor
    bias: Tensor
    top_k: int
    norm_min: float


class MlpWeights(NamedTuple):
    """`shared`, and of a sparse layer the router and the routed experts: (gate_up, down) stacks. The norm is fp32."""

    norm: Tensor
    eps: float
    shared: tuple[Packed, Packed]
    router: RouterWeights | None = None
    routed: tuple[Packed, Packed] | None = None
