"""What torch itself brings, where there is no compiler or an older processor.

4 bits run on aten's own int4 product, about half as fast as the C++ kernels; it wants the weights in another order, so
they are held in memory a second time. 8 bits have no such product with groups: they are turned back into numbers of
the model's dtype, which takes three or five times the memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from vlm.kernels.attend import attend, attend_frame, attend_many
from vlm.kernels.blocks import AttentionWeights, MlpWeights
from vlm.kernels.gelu import quick_gelu
from vlm.kernels.packing import TILE, Packed, dequantise, unpack
from vlm.kernels.paged import Paged


def copies(bits: int, dtype: torch.dtype) -> int:
    """How many bytes `Aten(dtype)` makes of one of packed weights, that one among them."""
    return 2 if bits == 4 else 1 + dtype.itemsize


class Int4(NamedTuple):
    """A weight in aten's order: (padded rows, padded columns / 2), and (groups, padded rows, 2) scales and zeros."""

    weight: Tensor
    scales_and_zeros: Tensor
    rows: int
    columns: int
    group: int


@dataclass(frozen=True)
class Aten:
    """`dtype` is what activations come in."""

    dtype: torch.dtype
    name: str = "aten"

    def prepare(self, packed: Packed) -> Int4 | Tensor:
        if packed.bits == 8:
            return dequantise(packed).to(self.dtype)
        codes, scales = unpack(packed)
        weight = torch.ops.aten._convert_weight_to_int4pack_for_cpu((codes.int() + 8), 1)
        both = torch.stack((scales.T, torch.zeros_like(scales.T)), dim=-1).to(self.dtype).contiguous()
        return Int4(weight, both, packed.rows, packed.columns, packed.group)

    def prepare_experts(self, gate_up: Packed, down: Packed) -> list[tuple[Int4 | Tensor, Int4 | Tensor]]:
        return [
            (self.prepare(_expert(gate_up, expert)), self.prepare(_expert(down, expert)))
            for expert in range(len(down.weight))
        ]

    def linear(
        self, x: Tensor, prepared: Int4 | Tensor, bias: Tensor | None = None, is_quick_gelu: bool = False
    ) -> Tensor:
        out = F.linear(x, prepared) if isinstance(prepared, Tensor) else self._linear_int4(x, prepared)
        out = out if bias is None else out + bias
        return quick_gelu(out) if is_quick_gelu else out

    def _linear_int4(self, x: Tensor, prepared: Int4) -> Tensor:
        missing = 2 * prepared.weight.shape[1] - x.shape[1]
        filled = (F.pad(x, (0, missing)) if missing else x).contiguous()
        product = torch.ops.aten._weight_int4pack_mm_for_cpu
        return product(filled, prepared.weight, prepared.group, prepared.scales_and_zeros)[:, : prepared.rows]

    def experts(
        self, x: Tensor, weights: Tensor, indices: Tensor, prepared: list[tuple[Int4 | Tensor, Int4 | Tensor]]
    ) -> Tensor:
        out = torch.zeros_like(x)
        for expert in indices.unique().tolist():
            gate_up, down = prepared[expert]
            token, place = torch.where(indices == expert)
            both = self.linear(x[token], gate_up).unflatten(-1, (-1, 2, TILE))  # (tokens, width / 16, gate or up, 16)
            act = (F.silu(both[:, :, 0]) * both[:, :, 1]).flatten(1)  # (tokens, padded width)
            width = down.columns if isinstance(down, Int4) else down.shape[1]
            out[token] += self.linear(act[:, :width], down) * weights[token, place, None].to(x.dtype)
        return out

    def attend(self, q: Tensor, held: Paged) -> Tensor:
        return attend(q, held)

    def attend_many(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return attend_many(q, k, v)

    def attend_frame(self, q: Tensor, k: Tensor, v: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        return attend_frame(q, k, v, cos, sin)

    def decodes(self, x: Tensor, caches: Sequence[Any]) -> bool:
        return False

    def exact_tokens(self, keys: Tensor) -> int:
        return 1

    def attention_block(
        self, x: Tensor, weights: AttentionWeights, cos: Tensor, sin: Tensor, places: Sequence[Paged]
    ) -> Tensor:
        raise NotImplementedError("torch's own kernels decode part by part: see `decodes`")

    def mlp_block(self, x: Tensor, weights: MlpWeights) -> Tensor:
        raise NotImplementedError("torch's own kernels decode part by part: see `decodes`")


def _expert(stack: Packed, expert: int) -> Packed:
    return stack._replace(weight=stack.weight[expert], scales=stack.scales[expert])
