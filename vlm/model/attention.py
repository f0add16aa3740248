"""Causal attention over several sequences laid end to end, with and without a cache.

A pass carries the new tokens of all its sequences in one flat row; its metadata says where one ends and the next
begins. Keys and values of earlier tokens lie in each sequence's cache (`vlm.model.kv_cache`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from vlm.kernels.attend import attend, attend_many
from vlm.kernels.paged import Paged
from vlm.model.kv_cache import Cache

One = Callable[[Tensor, Paged], Tensor]
Many = Callable[[Tensor, Tensor, Tensor], Tensor]


class Metadata(Protocol):
    """What attention knows of a pass."""

    def attend(
        self, layer: int, q: Tensor, k: Tensor, v: Tensor, one: One = attend, many: Many = attend_many
    ) -> Tensor:
        """Grouped-query causal attention, each sequence for itself, scale head_dim^-0.5.

        Args:
            q: (tokens, heads, head_dim); k, v: (tokens, kv_heads, head_dim), sequences end to end.
            one, many: for sequences that bring one new token of an answer, and for the others; as in
                `vlm.kernels.attend`.

        Returns:
            (tokens, heads, head_dim)
        """
        ...

    def advance(self) -> None:
        """Count the pass's tokens as cached; call once after all layers have run."""


@dataclass(frozen=True, slots=True)
class AttnMetadata:
    """A pass of any sequences: new tokens of each, and their caches (None: nothing is kept).

    `in_prompt` tells of which sequences the new tokens are a prompt's; none by default. One that is left over of a
    prompt, behind what is known of it, must get the bits that it gets among the whole.
    """

    query_lens: Sequence[int]
    caches: Sequence[Cache] | None = None
    in_prompt: Sequence[bool] = ()

    def attend(
        self, layer: int, q: Tensor, k: Tensor, v: Tensor, one: One = attend, many: Many = attend_many
    ) -> Tensor:
        """See `Metadata.attend`."""
        out = torch.empty_like(q)
        start = 0
        for index, count in enumerate(self.query_lens):
            rows = slice(start, start + count)
            if self.caches is None:
                out[rows] = many(q[rows], k[rows], v[rows])
            else:
                held = self.caches[index].store(layer, k[rows], v[rows])
                is_answer = count == 1 and not (self.in_prompt and self.in_prompt[index])
                out[rows] = one(q[start], held) if is_answer else many(q[rows], *held.read(q.dtype))
            start += count
        return out

    def advance(self) -> None:
        """See `Metadata.advance`."""
        for cache, count in zip(self.caches or (), self.query_lens, strict=False):
            cache.advance(count)
