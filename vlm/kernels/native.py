"""The C++ kernels (`native/`): packed weights as they lie in the file, no repacking, no Python loop over experts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from vlm.kernels.attend import attend, attend_frame, attend_many
from vlm.kernels.blocks import AttentionWeights, MlpWeights
from vlm.kernels.packing import Packed
from vlm.kernels.paged import Paged

FEW = 8  # tokens that a layer decodes in two calls


@dataclass(frozen=True)
class Native:
    """`isa` is `avx512` or `avx2`; activations become int8, a scale for each group; so do queries and keys of pictures
    with `avx512`, a scale for each row."""

    module: ModuleType
    isa: str

    @property
    def name(self) -> str:
        return self.isa

    def prepare(self, packed: Packed) -> Packed:
        return packed

    def prepare_experts(self, gate_up: Packed, down: Packed) -> tuple[Packed, Packed]:
        return gate_up, down

    def linear(self, x: Tensor, prepared: Packed, bias: Tensor | None = None, is_quick_gelu: bool = False) -> Tensor:
        w, added = prepared, None if bias is None else bias.float()
        out: Tensor = self.module.linear(x, w.weight, w.scales, w.rows, w.group, w.bits, added, is_quick_gelu, self.isa)
        return out

    def experts(self, x: Tensor, weights: Tensor, indices: Tensor, prepared: tuple[Packed, Packed]) -> Tensor:
        gate_up, down = prepared
        out: Tensor = self.module.experts(
            x, weights, indices, _stack(gate_up), _stack(down), down.rows, down.bits, self.isa
        )
        return out

    def attend(self, q: Tensor, held: Paged) -> Tensor:
        if not self._holds(held.keys, q.shape[0]):
            return attend(q, held)
        out: Tensor = self.module.attend(q.bfloat16(), _place(held), self.isa)
        return out.to(q.dtype)

    def attend_many(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        if not self._attends_many(q):
            return attend_many(q, k, v)
        out: Tensor = self.module.attend_many(q, k, v, None, self.isa)
        return out

    def attend_frame(self, q: Tensor, k: Tensor, v: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        if not self._attends_many(q):
            return attend_frame(q, k, v, cos, sin)
        out: Tensor = self.module.attend_many(q, k, v, (cos.contiguous(), sin.contiguous()), self.isa)
        return out

    def _attends_many(self, q: Tensor) -> bool:
        size = q.shape[2]
        return self.isa == "avx512" and q.dtype == torch.bfloat16 and size % 16 == 0 and size <= self.module.MOST_SIZE

    def decodes(self, x: Tensor, caches: Sequence[Any]) -> bool:
        return 0 < len(x) <= FEW and all(self._holds(cache.memory.keys) for cache in caches)

    def _holds(self, keys: Tensor, heads: int = 1) -> bool:
        """Whether one token of so many heads can ask such keys, (..., kv_heads, size)."""
        *_, kv_heads, size = keys.shape
        is_kind = keys.dtype in (torch.bfloat16, torch.int8) and size % 32 == 0 and size <= self.module.MOST_SIZE
        return is_kind and heads <= self.module.MOST_SHARING * kv_heads

    def exact_tokens(self, keys: Tensor) -> int:
        return FEW if self._holds(keys) else 1

    def attention_block(
        self, x: Tensor, weights: AttentionWeights, cos: Tensor, sin: Tensor, places: Sequence[Paged]
    ) -> Tensor:
        w, norm = weights, (weights.norm, weights.eps)
        cos, sin = cos.contiguous(), sin.contiguous()
        held = [_place(place) for place in places]
        out: Tensor = self.module.attention_block(
            x, norm, _stack(w.qkv), _stack(w.o), w.heads, w.k_row, w.v_row, cos, sin, held, w.qkv.bits, self.isa
        )
        return out

    def mlp_block(self, x: Tensor, weights: MlpWeights) -> Tensor:
        w, sparse = weights, None
        if w.router is not None and w.routed is not None:
            sparse = (tuple(w.router), *map(_stack, w.routed))
        out: Tensor = self.module.mlp_block(
            x, (w.norm, w.eps), *map(_stack, w.shared), sparse, w.shared[0].bits, self.isa
        )
        return out


def _stack(packed: Packed) -> tuple[Tensor, Tensor, int]:
    return packed.weight, packed.scales, packed.group


def _place(held: Paged) -> tuple[Tensor, Tensor, Tensor | None, Tensor | None, Tensor, int]:
    return held[:6]
