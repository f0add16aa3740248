"""Room for keys and values: a budget of tokens, and one block of memory for each running sequence."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from vlm.config import TextConfig
from vlm.engine.sequence import Sequence
from vlm.model.attention import KVCache


class KVCachePool:
    """Hands out caches while the budget lasts, and takes them back."""

    def __init__(self, config: TextConfig, max_tokens: int, dtype: torch.dtype, device: torch.device) -> None:
        self.config = config
        self.free_tokens = max_tokens
        self.dtype = dtype
        self.device = device

    def allocate(self, sequence: Sequence) -> bool:
        """Give `sequence` room for all it may ever hold; False if that much is not free now."""
        capacity = sequence.max_tokens
        if capacity > self.free_tokens:
            return False
        shape = (
            self.config.num_hidden_layers,
            capacity,
            self.config.num_key_value_heads,
            self.config.head_dim,
        )
        keys = torch.empty(shape, dtype=self.dtype, device=self.device)
        sequence.cache = KVCache(keys, torch.empty_like(keys))
        self.free_tokens -= capacity
        return True

    def free(self, sequence: Sequence) -> None:
        """Take the sequence's room back."""
        if sequence.cache is not None:
            self.free_tokens += sequence.max_tokens
            sequence.cache = None


@dataclass(slots=True)
class ForkedCache(KVCache):
    """Goes on from `base`, which many may share; its own keys and values are of the few places behind that.

    They are not counted in the pool's budget: they are as few as the tokens of an answer.
    """

    base: KVCache = field(kw_only=True)

    def store(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        shared = self.base.length
        start, end = self.length - shared, self.length - shared + len(k)
        self.keys[layer, start:end] = k
        self.values[layer, start:end] = v
        return (
            torch.cat((self.base.keys[layer, :shared], self.keys[layer, :end])),
            torch.cat((self.base.values[layer, :shared], self.values[layer, :end])),
        )


def fork(cache: KVCache) -> ForkedCache:
    """A cache with the same places, and room for one more."""
    if isinstance(cache, ForkedCache):
        base, keys, values = cache.base, cache.keys, cache.values
    else:
        base, keys, values = cache, cache.keys[:, :0], cache.values[:, :0]
    one_more = (0, 0, 0, 0, 0, 1)
    return ForkedCache(F.pad(keys, one_more), F.pad(values, one_more), cache.length, base=base)
