"""Attention of a pass that a GPU can replay: one new token for each sequence, and all about them in tensors."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from vlm.kernels.attend import attend, attend_many
from vlm.kernels.paged import as_float, write
from vlm.model.attention import Many, One
from vlm.model.kv_cache import KVMemory


@dataclass(frozen=True, slots=True)
class PagedMetadata:
    """
    Attributes:
        block_tables: (sequences, blocks), of each the blocks of `memory` in the order of its tokens. Shorter ones are
            filled up with any block.
        seq_lens: (sequences,) tokens before the new one.
    """

    memory: KVMemory
    block_tables: Tensor
    seq_lens: Tensor

    def attend(
        self, layer: int, q: Tensor, k: Tensor, v: Tensor, one: One = attend, many: Many = attend_many
    ) -> Tensor:
        """See `Metadata.attend`. Tokens up to the longest table are read and those beyond a sequence's end masked."""
        keys, values, key_scales, value_scales = self.memory.of_layer(layer)
        size = keys.shape[1]
        block = self.block_tables.gather(1, (self.seq_lens // size)[:, None])[:, 0]
        rows = block * size + self.seq_lens % size  # (sequences,)
        write(keys, key_scales, rows, k)
        write(values, value_scales, rows, v)
        k, v = self._read(keys, key_scales, q.dtype), self._read(values, value_scales, q.dtype)
        q = q.unflatten(1, (k.shape[1], -1))  # (sequences, kv_heads, heads of each, head_dim): as if they were tokens
        is_seen = torch.arange(k.shape[2], device=q.device) <= self.seq_lens[:, None]  # (sequences, tokens)
        return F.scaled_dot_product_attention(q, k, v, attn_mask=is_seen[:, None, None]).flatten(1, 2)

    def advance(self) -> None:
        """Whoever replays the pass counts for himself."""

    def _read(self, held: Tensor, scales: Tensor | None, dtype: torch.dtype) -> Tensor:
        """(blocks, tokens of a block, kv_heads, ...) -> (sequences, kv_heads, tokens, head_dim)"""
        found = as_float(held[self.block_tables], None if scales is None else scales[self.block_tables], dtype)
        return found.flatten(1, 2).transpose(1, 2)
