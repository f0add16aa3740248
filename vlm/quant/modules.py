"""What takes the places of `nn.Linear` and `Experts` where weights are in 4 or 8 bits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from vlm.kernels.base import Kernels
from vlm.kernels.choice import Choice
from vlm.kernels.packing import GROUPS, TILE, Packed, packed_shapes


def group_of(columns: int, wanted: int) -> int:
    """The largest group up to `wanted` that cuts `columns` without a rest, else the smallest there is."""
    return next(
        (group for group in sorted(GROUPS, reverse=True) if group <= wanted and columns % group == 0), GROUPS[0]
    )


class QuantWeight(nn.Module):
    """A packed weight (rows, columns), or `stack` of them, as buffers `weight` and `scales`."""

    def __init__(self, rows: int, columns: int, bits: int, group: int, stack: int | None = None) -> None:
        super().__init__()
        self.rows, self.columns, self.bits = rows, columns, bits
        self.group = group_of(columns, group)
        front = () if stack is None else (stack,)
        weight, scales = packed_shapes(rows, columns, bits, self.group)
        self.register_buffer("weight", torch.empty(*front, *weight, dtype=torch.uint8))
        self.register_buffer("scales", torch.empty(*front, *scales, dtype=torch.float16))

    @property
    def packed(self) -> Packed:
        return Packed(self.weight, self.scales, self.rows, self.columns, self.group, self.bits)

    def put(self, packed: Packed) -> None:
        """Hold the bytes of `packed`, whose form is this one's."""
        assert packed[2:] == self.packed[2:], f"{packed[2:]} does not go where {self.packed[2:]} is"
        self.weight, self.scales = packed.weight, packed.scales


class _Prepared:
    """What the kernels of now made of a weight; made anew when others take over."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.kernels: Kernels | None = None
        self.value: Any = None

    def of(self, kernels: Kernels, make: Any) -> Any:
        if self.kernels is not kernels:
            self.kernels, self.value = kernels, make()
        return self.value


class QuantLinear(QuantWeight):
    """`x W^T + b` with W in `bits` bits."""

    def __init__(self, rows: int, columns: int, bits: int, group: int, choice: Choice, bias: bool = False) -> None:
        super().__init__(rows, columns, bits, group)
        self.bias = nn.Parameter(torch.empty(rows)) if bias else None
        self._prepared = _Prepared(choice)

    def forward(self, x: Tensor) -> Tensor:
        """(tokens, columns) -> (tokens, rows)"""
        kernels = self._prepared.choice.kernels
        prepared = self._prepared.of(kernels, lambda: kernels.prepare(self.packed))
        out = kernels.linear(x, prepared)
        return out if self.bias is None else out + self.bias


class QuantExperts(nn.Module):
    """SwiGLU experts in `bits` bits; in `gate_up_proj` sixteen rows of gate are followed by their sixteen of up."""

    def __init__(self, count: int, hidden: int, width: int, bits: int, group: int, choice: Choice) -> None:
        super().__init__()
        padded = -(-width // TILE) * TILE
        self.gate_up_proj = QuantWeight(2 * padded, hidden, bits, group, count)
        self.down_proj = QuantWeight(hidden, width, bits, group, count)
        self._prepared = _Prepared(choice)

    def forward(self, x: Tensor, weights: Tensor, indices: Tensor) -> Tensor:
        """x (tokens, hidden), weights and indices (tokens, top_k) -> (tokens, hidden)"""
        kernels = self._prepared.choice.kernels
        prepared = self._prepared.of(
            kernels, lambda: kernels.prepare_experts(self.gate_up_proj.packed, self.down_proj.packed)
        )
        return kernels.experts(x, weights, indices, prepared)
