"""Keys and values of a branch: those of the sequence that it left, and its own few behind them."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from vlm.kernels.paged import Paged
from vlm.model.kv_cache import Cache, KVCache


@dataclass(slots=True, eq=False)
class ForkedCache:
    """Goes on from `base`, which many may share and nobody writes to meanwhile.

    `own` are the keys and values behind it, (tokens, kv_heads, head_dim) each, by layer. They are not counted in the
    pool's blocks: they are as few as the tokens of an answer.
    """

    base: KVCache
    length: int
    own: dict[int, tuple[Tensor, Tensor]] = field(default_factory=dict)

    def store(self, layer: int, k: Tensor, v: Tensor) -> Paged:
        """See `Cache.store`."""
        if layer in self.own:
            keys, values = self.own[layer]
            k, v = torch.cat((keys, k)), torch.cat((values, v))
        self.own[layer] = (k, v)
        keys, values = self.base.layer(layer).read(k.dtype)
        return Paged.of(torch.cat((keys, k)), torch.cat((values, v)))

    def advance(self, tokens: int) -> None:
        self.length += tokens


def fork(cache: Cache) -> ForkedCache:
    """A cache with the same places, to go on from."""
    if isinstance(cache, ForkedCache):
        return ForkedCache(cache.base, cache.length, dict(cache.own))
    assert isinstance(cache, KVCache), "only what lies in blocks can be shared"
    return ForkedCache(cache, cache.length)
