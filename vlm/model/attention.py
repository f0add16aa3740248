"""Causal attention over several sequences laid end to end, with and without a cache.

A pass carries the new tokens of all its sequences in one flat row; `AttnMetadata` says where one ends and the next
begins. Keys and values of earlier tokens lie in each sequence's `KVCache`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from vlm.kernels.attend import attend


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


Alone = Callable[[Tensor, Tensor, Tensor], Tensor]
"""One token's attention: q (heads, head_dim), k and v (length, kv_heads, head_dim) -> (heads, head_dim)"""


def attention(layer: int, q: Tensor, k: Tensor, v: Tensor, meta: AttnMetadata, alone: Alone = attend) -> Tensor:
    """Grouped-query causal attention, each sequence for itself, scale head_dim^-0.5.

    Args:
        q: (tokens, heads, head_dim); k, v: (tokens, kv_heads, head_dim), sequences end to end.
        alone: for sequences that bring one new token.

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
        out[rows] = alone(q[start], keys, values) if count == 1 else _attend(q[rows], keys, values)
        start += count
    return out


def _attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """One sequence: the last len(q) of len(k) tokens ask. (queries, heads, head_dim)"""
    queries, total = len(q), len(k)
    mask = None
    if queries < total:  # is_causal would align to the first key, not to the last
        mask = torch.ones(queries, total, dtype=torch.bool, device=q.device).tril(total - queries)
    q, k, v = (x.transpose(0, 1)[None] for x in (q, k, v))  # (1, heads, tokens, head_dim)
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=queries == total, enable_gqa=True)
    return out[0].transpose(0, 1)
