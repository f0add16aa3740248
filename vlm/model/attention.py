"""Causal attention over several sequences laid end to end, with and without a cache.

A pass carries the new tokens of all its sequences in one flat row; `AttnMetadata` says where one ends and the next
begins. Keys and values of earlier tokens lie in each sequence's `KVCache`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vlm.kernels.attend import attend, attend_many


@dataclass(slots=True)
class KVCache:
    """Keys and values of one sequence in every layer; the first `length` places are filled."""

    keys: Tensor  # (layers, capacity, kv_heads, head_dim)
    values: Tensor
    length: int = 0

    def store(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Append (tokens, kv_heads, head_dim) behind `length` and return all keys and values so far.

        `length` itself moves once a pass, when every layer has stored (`advance`).
        """
        end = self.length + len(k)
        self.keys[layer, self.length : end] = k
        self.values[layer, self.length : end] = v
        return self.keys[layer, :end], self.values[layer, :end]

    def advance(self, tokens: int) -> None:
        self.length += tokens


@dataclass(frozen=True, slots=True)
class AttnMetadata:
    """What attention needs of a pass: new tokens per sequence, and their caches (None: nothing is kept)."""

    query_lens: Sequence[int]
    caches: Sequence[KVCache] | None = None

    def advance(self) -> None:
        """Count the pass's tokens as cached; call once after all layers have run."""
        for cache, count in zip(self.caches or (), self.query_lens, strict=False):
            cache.advance(count)


One = Callable[[Tensor, Tensor, Tensor], Tensor]
Many = Callable[[Tensor, Tensor, Tensor], Tensor]


def attention(
    layer: int, q: Tensor, k: Tensor, v: Tensor, meta: AttnMetadata, one: One = attend, many: Many = attend_many
) -> Tensor:
    """Grouped-query causal attention, each sequence for itself, scale head_dim^-0.5.

    Args:
        q: (tokens, heads, head_dim); k, v: (tokens, kv_heads, head_dim), sequences end to end.
        one, many: for sequences that bring one new token, and for the others; as in `vlm.kernels.attend`.

    Returns:
        (tokens, heads, head_dim)
    """
    out = torch.empty_like(q)
    start = 0
    for index, count in enumerate(meta.query_lens):
        rows = slice(start, start + count)
        keys, values = k[rows], v[rows]
        if meta.caches is not None:
            keys, values = meta.caches[index].store(layer, keys, values)
        out[rows] = one(q[start], keys, values) if count == 1 else many(q[rows], keys, values)
        start += count
    return out
