"""The C++ kernels (`native/`): packed weights as they lie in the file, no repacking, no Python loop over experts."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import torch
from torch import Tensor

from vlm.kernels.attend import attend
from vlm.kernels.packing import Packed

MOST_SHARING = 8  # heads that ask the same keys, in the C++ kernel


@dataclass(frozen=True)
class Native:
    """`isa` is `avx512` (bf16 activations for up to eight tokens, int8 for more) or `avx2` (int8)."""

    module: ModuleType
    isa: str

    @property
    def name(self) -> str:
        return self.isa

    def prepare(self, packed: Packed) -> Packed:
        return packed

    def prepare_experts(self, gate_up: Packed, down: Packed) -> tuple[Packed, Packed]:
        return gate_up, down

    def linear(self, x: Tensor, prepared: Packed) -> Tensor:
        w = prepared
        out: Tensor = self.module.linear(x, w.weight, w.scales, w.rows, w.group, w.bits, self.isa)
        return out

    def experts(self, x: Tensor, weights: Tensor, indices: Tensor, prepared: tuple[Packed, Packed]) -> Tensor:
        gate_up, down = prepared
        out: Tensor = self.module.experts(
            x,
            weights,
            indices,
            (gate_up.weight, gate_up.scales, gate_up.group),
            (down.weight, down.scales, down.group),
            down.rows,
            down.bits,
            self.isa,
        )
        return out

    def attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        if not (
            self.isa == "avx512" and q.dtype == torch.bfloat16 and q.shape[1] % 32 == 0 and _share(q, k) <= MOST_SHARING
        ):
            return attend(q, k, v)
        out: Tensor = self.module.attend(q, k.contiguous(), v.contiguous(), self.isa)
        return out


def _share(q: Tensor, k: Tensor) -> int:
    """How many heads ask the same keys."""
    return q.shape[0] // k.shape[1]
