"""Keys and values of one sequence in one layer, in blocks that may lie anywhere (PagedAttention, arXiv 2309.06180)."""

from __future__ import annotations

from typing import NamedTuple, Self

import torch
from torch import Tensor

BLOCK = 32  # tokens


class Paged(NamedTuple):
    """
    Attributes:
        keys, values: of all sequences, (blocks, tokens of a block, kv_heads, head_dim), in a float type or int8.
        key_scales, value_scales: of int8, (blocks, tokens of a block, kv_heads) in fp32; else None.
        table: (blocks of this sequence,) in the order of its tokens, int64, on the CPU.
        length: its tokens.
        is_run: whether its blocks follow one another, so that they can be read where they lie.
    """

    keys: Tensor
    values: Tensor
    key_scales: Tensor | None
    value_scales: Tensor | None
    table: Tensor
    length: int
    is_run: bool

    @classmethod
    def of(cls, keys: Tensor, values: Tensor) -> Self:
        """(length, kv_heads, head_dim) each, as one block."""
        table = torch.zeros(1, dtype=torch.long)
        return cls(keys[None], values[None], None, None, table, len(keys), True)

    def put(self, k: Tensor, v: Tensor) -> Self:
        """Write (tokens, kv_heads, head_dim) each behind `length`; the same with these counted."""
        size, end = self.keys.shape[1], self.length + len(k)
        places = torch.arange(self.length, end)
        rows = (self.table[places // size] * size + places % size).to(k.device)  # (tokens,)
        write(self.keys, self.key_scales, rows, k)
        write(self.values, self.value_scales, rows, v)
        return self._replace(length=end)

    def read(self, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """Keys and values in `dtype`, (length, kv_heads, head_dim) each; in place where that is possible."""
        return self._read(self.keys, self.key_scales, dtype), self._read(self.values, self.value_scales, dtype)

    def _read(self, held: Tensor, scales: Tensor | None, dtype: torch.dtype) -> Tensor:
        return as_float(self._rows(held), None if scales is None else self._rows(scales), dtype)

    def _rows(self, held: Tensor) -> Tensor:
        """(blocks, tokens of a block, ...) -> (length, ...)"""
        count = -(-self.length // held.shape[1])
        if self.is_run:
            first = int(self.table[0]) if count else 0
            blocks = held[first : first + count]
        else:
            blocks = held[self.table[:count].to(held.device)]
        return blocks.flatten(0, 1)[: self.length]


def write(held: Tensor, scales: Tensor | None, rows: Tensor, new: Tensor) -> None:
    """Put `new` (tokens, kv_heads, head_dim) into the rows (tokens,) of all blocks, counted through."""
    if scales is not None:
        scale = new.float().abs().amax(-1) / 127  # (tokens, kv_heads)
        new = (new.float() / scale.clamp_min(1e-30)[..., None]).round().to(torch.int8)
        scales.flatten(0, 1)[rows] = scale
    held.flatten(0, 1)[rows] = new.to(held.dtype)


def as_float(held: Tensor, scales: Tensor | None, dtype: torch.dtype) -> Tensor:
    """What (..., kv_heads, head_dim) stands for, with the scales (..., kv_heads) of int8."""
    return held.to(dtype) if scales is None else (held.float() * scales[..., None]).to(dtype)
