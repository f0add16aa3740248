"""Keys and values of prompts that were read, kept for the next prompt that begins alike.

A prompt is cut into blocks. A block's name is a hash of its token ids, of the pictures whose rows stand in it, and of
the block before it. So a name stands for everything from the first token on, and the same text over
different pictures never shares a block (chained block hashes as in vLLM's automatic prefix caching). What is asked
second about a document costs the question alone.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import OrderedDict
from collections.abc import Iterator
from collections.abc import Sequence as Seq
from itertools import islice
from typing import NamedTuple

from torch import Tensor

from vlm.engine.sequence import Sequence
from vlm.inputs import ModelInputs

BLOCK = 32  # tokens


class Block(NamedTuple):
    """(layers, BLOCK, kv_heads, head_dim) each"""

    keys: Tensor
    values: Tensor

    @property
    def nbytes(self) -> int:
        return self.keys.nbytes + self.values.nbytes


class PrefixCache:
    """At most `max_bytes` of blocks; those unused for longest go first, and ends of prompts before their beginnings."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.nbytes = 0
        self._blocks: OrderedDict[bytes, Block] = OrderedDict()

    def __len__(self) -> int:
        return len(self._blocks)

    def fill(self, sequence: Sequence) -> int:
        """Copy what is known of a prompt's beginning into the sequence's empty cache; the tokens that need not be read.

        The last token of a prompt is always read: what follows it is what was asked for.
        """
        cache = sequence.cache
        assert cache is not None and cache.length == 0, "the sequence has begun"
        if self.max_bytes:
            sequence.block_names = tuple(_names(sequence.inputs, sequence.picture_names))
        found: list[bytes] = []
        for name in sequence.block_names[: (sequence.num_prompt_tokens - 1) // BLOCK]:
            block = self._blocks.get(name)
            if block is None:
                break
            start = len(found) * BLOCK
            cache.keys[:, start : start + BLOCK] = block.keys
            cache.values[:, start : start + BLOCK] = block.values
            found.append(name)
        self._touch(found)
        cache.length = len(found) * BLOCK
        return cache.length

    def keep(self, sequence: Sequence) -> None:
        """Remember a prompt that has been read, as far as it fills whole blocks."""
        cache = sequence.cache
        assert cache is not None and cache.length >= sequence.num_prompt_tokens, "the prompt is not read yet"
        for place, name in enumerate(sequence.block_names):
            if name not in self._blocks:
                rows = slice(place * BLOCK, (place + 1) * BLOCK)
                block = Block(cache.keys[:, rows].clone(), cache.values[:, rows].clone())
                self._blocks[name] = block
                self.nbytes += block.nbytes
        self._touch(sequence.block_names)
        while self.nbytes > self.max_bytes:
            _, oldest = self._blocks.popitem(last=False)
            self.nbytes -= oldest.nbytes

    def check_integrity(self) -> None:
        """The bytes add up and keep to their budget."""
        assert self.nbytes == sum(block.nbytes for block in self._blocks.values()) <= self.max_bytes

    def _touch(self, names: Seq[bytes]) -> None:
        """Used just now; a block is of use only with those before it, so these are touched last."""
        for name in reversed(names):
            self._blocks.move_to_end(name)


def _names(inputs: ModelInputs, pictures: Seq[bytes]) -> Iterator[bytes]:
    """Names of a prompt's whole blocks."""
    row_of = (name for name, count in zip(pictures, inputs.picture_tokens, strict=True) for _ in range(count))
    name = b""
    for start in range(0, len(inputs.token_ids) // BLOCK * BLOCK, BLOCK):
        told = hashlib.sha256(name)
        told.update(array("q", inputs.token_ids[start : start + BLOCK]).tobytes())
        rows = islice(row_of, sum(inputs.image_slots[start : start + BLOCK]))
        for picture in dict.fromkeys(rows):
            told.update(picture)
        name = told.digest()
        yield name
