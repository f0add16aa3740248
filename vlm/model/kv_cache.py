"""Keys and values of the tokens that were read, in blocks of one common memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, Self

import torch
from torch import Tensor

from vlm.config import TextConfig
from vlm.kernels.paged import BLOCK, Paged

Device = torch.device | str


class Cache(Protocol):
    """What attention asks of a sequence's keys and values."""

    length: int  # tokens in it

    def store(self, layer: int, k: Tensor, v: Tensor) -> Paged:
        """Append (tokens, kv_heads, head_dim) each behind `length`; all of the layer's so far.

        `length` itself moves once a pass, when every layer has stored (`advance`).
        """
        ...

    def advance(self, tokens: int) -> None: ...


class KVMemory(NamedTuple):
    """Blocks for many sequences.

    keys, values (layers, blocks, BLOCK, kv_heads, head_dim); of int8 there are scales, (layers, blocks, BLOCK,
    kv_heads) in fp32, one for each head of each token.
    """

    keys: Tensor
    values: Tensor
    key_scales: Tensor | None = None
    value_scales: Tensor | None = None

    @classmethod
    def empty(
        cls, layers: int, blocks: int, kv_heads: int, head_dim: int, dtype: torch.dtype, device: Device = "cpu"
    ) -> Self:
        """Room that the system hands out when it is first written to; on a GPU zeros, for there tables are read whole
        and what is masked must be numbers."""
        shape = (layers, blocks, BLOCK, kv_heads, head_dim)
        make = torch.empty if torch.device(device).type == "cpu" else torch.zeros
        keys, values = (make(shape, dtype=dtype, device=device) for _ in range(2))
        if dtype != torch.int8:
            return cls(keys, values)
        key_scales, value_scales = (make(shape[:-1], device=device) for _ in range(2))
        return cls(keys, values, key_scales, value_scales)

    @classmethod
    def of(cls, text: TextConfig, capacity: int, dtype: torch.dtype, device: Device = "cpu") -> Self:
        """Room for at least `capacity` tokens of a model."""
        blocks = -(-capacity // BLOCK)
        return cls.empty(text.num_hidden_layers, blocks, text.num_key_value_heads, text.head_dim, dtype, device)

    @property
    def num_blocks(self) -> int:
        return self.keys.shape[1]

    def of_layer(self, layer: int) -> tuple[Tensor, Tensor, Tensor | None, Tensor | None]:
        """The same four of one layer."""
        if self.key_scales is None or self.value_scales is None:
            return self.keys[layer], self.values[layer], None, None
        return self.keys[layer], self.values[layer], self.key_scales[layer], self.value_scales[layer]


@dataclass(slots=True, eq=False)
class KVCache:
    """One sequence's blocks of `memory`, in the order of its tokens; the first `length` places are filled."""

    memory: KVMemory
    blocks: list[int] = field(default_factory=list)
    length: int = 0
    table: Tensor = field(init=False)
    is_run: bool = field(init=False)

    def __post_init__(self) -> None:
        self.extend(())

    @classmethod
    def alone(cls, text: TextConfig, capacity: int, dtype: torch.dtype) -> Self:
        """A cache with a memory of its own."""
        memory = KVMemory.of(text, capacity, dtype)
        return cls(memory, list(range(memory.num_blocks)))

    @property
    def capacity(self) -> int:
        return len(self.blocks) * BLOCK

    def extend(self, blocks: Iterable[int]) -> None:
        """Room for more tokens."""
        self.blocks += blocks
        self.table = torch.tensor(self.blocks, dtype=torch.long)
        self.is_run = bool((self.table.diff() == 1).all())

    def layer(self, layer: int, ahead: int = 0) -> Paged:
        """What the layer holds, `ahead` tokens counted that were stored in this pass."""
        return Paged(*self.memory.of_layer(layer), self.table, self.length + ahead, self.is_run)

    def store(self, layer: int, k: Tensor, v: Tensor) -> Paged:
        """See `Cache.store`."""
        return self.layer(layer).put(k, v)

    def advance(self, tokens: int) -> None:
        self.length += tokens
