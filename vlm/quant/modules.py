"""What takes the places of the decoder's parts where weights are in 4 or 8 bits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from vlm.kernels.base import Kernels
from vlm.kernels.choice import Choice
from vlm.kernels.packing import GROUPS, TILE, Packed, interleave_packed, one_below_the_other, packed_shapes
from vlm.model.attention import Metadata
from vlm.model.decoder import Attention


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

    @property
    def padded_rows(self) -> int:
        return self.weight.shape[-2] * TILE

    def put(self, packed: Packed) -> None:
        """Hold the bytes of `packed`, whose form is this one's."""
        assert packed[2:] == self.packed[2:], f"{packed[2:]} does not go where {self.packed[2:]} is"
        self.weight, self.scales = packed.weight, packed.scales


class Prepared:
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
        self._prepared = Prepared(choice)

    def prepared(self, kernels: Kernels) -> Any:
        """The weight as `kernels` want it."""
        return self._prepared.of(kernels, lambda: kernels.prepare(self.packed))

    def forward(self, x: Tensor, is_quick_gelu: bool = False) -> Tensor:
        """(tokens, columns) -> (tokens, rows), or quick GELU of that"""
        kernels = self._prepared.choice.kernels
        return kernels.linear(x, self.prepared(kernels), self.bias, is_quick_gelu)


class QuantMLP(nn.Module):
    """SwiGLU without biases: one expert that every token passes, gate and up in one product."""

    def __init__(self, hidden: int, width: int, bits: int, group: int, choice: Choice) -> None:
        super().__init__()
        self.gate_proj = QuantWeight(width, hidden, bits, group)
        self.up_proj = QuantWeight(width, hidden, bits, group)
        self.down_proj = QuantWeight(hidden, width, bits, group)
        self._prepared = Prepared(choice)

    def prepared(self, kernels: Kernels) -> Any:
        """The weights as `kernels` want them, a stack of one expert."""
        return self._prepared.of(kernels, lambda: kernels.prepare_experts(*self._stacked()))

    def forward(self, x: Tensor) -> Tensor:
        """(tokens, hidden) -> (tokens, hidden)"""
        kernels = self._prepared.choice.kernels
        everyone = x.new_ones(len(x), 1), torch.zeros(len(x), 1, dtype=torch.long, device=x.device)
        return kernels.experts(x, *everyone, self.prepared(kernels))

    def _stacked(self) -> tuple[Packed, Packed]:
        gate_up = interleave_packed(self.gate_proj.packed, self.up_proj.packed)
        return _stack_of_one(gate_up), _stack_of_one(self.down_proj.packed)


class QuantAttention(Attention):
    """Attention without biases: q, k and v in one product."""

    q_proj: QuantWeight  # type: ignore[assignment]
    k_proj: QuantWeight  # type: ignore[assignment]
    v_proj: QuantWeight  # type: ignore[assignment]
    o_proj: QuantLinear  # type: ignore[assignment]

    def __init__(self, like: Attention, bits: int, group: int, choice: Choice) -> None:
        nn.Module.__init__(self)
        self.layer, self.head_dim = like.layer, like.head_dim
        for name in ("q_proj", "k_proj", "v_proj"):
            rows, columns = getattr(like, name).weight.shape
            setattr(self, name, QuantWeight(rows, columns, bits, group))
        rows, columns = like.o_proj.weight.shape
        self.o_proj = QuantLinear(rows, columns, bits, group, choice)
        self._prepared = Prepared(choice)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, meta: Metadata) -> Tensor:
        kernels = self._prepared.choice.kernels
        return meta.attend(self.layer, q, k, v, kernels.attend, kernels.attend_many)

    @property
    def parts(self) -> tuple[QuantWeight, QuantWeight, QuantWeight]:
        return self.q_proj, self.k_proj, self.v_proj

    def prepared(self, kernels: Kernels) -> Any:
        """q, k and v below one another, as `kernels` want them."""
        return self._prepared.of(
            kernels, lambda: kernels.prepare(one_below_the_other([part.packed for part in self.parts]))
        )

    def project(self, x: Tensor) -> list[Tensor]:
        kernels = self._prepared.choice.kernels
        together = kernels.linear(x, self.prepared(kernels)).split([part.padded_rows for part in self.parts], dim=-1)
        return [made[:, : part.rows] for made, part in zip(together, self.parts, strict=True)]


class QuantExperts(nn.Module):
    """SwiGLU experts in `bits` bits; in `gate_up_proj` sixteen rows of gate are followed by their sixteen of up."""

    def __init__(self, count: int, hidden: int, width: int, bits: int, group: int, choice: Choice) -> None:
        super().__init__()
        padded = -(-width // TILE) * TILE
        self.gate_up_proj = QuantWeight(2 * padded, hidden, bits, group, count)
        self.down_proj = QuantWeight(hidden, width, bits, group, count)
        self._prepared = Prepared(choice)

    def forward(self, x: Tensor, weights: Tensor, indices: Tensor) -> Tensor:
        """x (tokens, hidden), weights and indices (tokens, top_k) -> (tokens, hidden)"""
        kernels = self._prepared.choice.kernels
        return kernels.experts(x, weights, indices, self.prepared(kernels))

    def prepared(self, kernels: Kernels) -> Any:
        """The weights as `kernels` want them."""
        return self._prepared.of(
            kernels, lambda: kernels.prepare_experts(self.gate_up_proj.packed, self.down_proj.packed)
        )


def _stack_of_one(packed: Packed) -> Packed:
    return packed._replace(weight=packed.weight[None], scales=packed.scales[None])
