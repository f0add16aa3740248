"""Room for keys and values: a budget of tokens, and one block of memory for each running sequence."""

from __future__ import annotations

import torch

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
