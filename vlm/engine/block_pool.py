"""Who has which blocks of the memory of keys and values.

A block is read by running sequences, or kept for the next prompt that begins alike, or free. A prompt's whole blocks
get names (`block_names`), and those that nobody reads any more stay until their room is needed: first the ones unused
for longest, and ends of prompts before their beginnings. What is asked second about a document costs the question.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import islice

from vlm.engine.block_names import block_names
from vlm.engine.sequence import Sequence
from vlm.kernels.paged import BLOCK
from vlm.model.kv_cache import KVCache, KVMemory


class BlockPool:
    def __init__(self, memory: KVMemory, keeps_prefixes: bool = True) -> None:
        self.memory = memory
        self.keeps_prefixes = keeps_prefixes
        self._free = list(range(memory.num_blocks))  # a heap: a sequence's blocks often follow one another
        self._readers = Counter[int]()
        self._kept = OrderedDict[int, None]()  # named, and read by nobody
        self._block_of: dict[bytes, int] = {}
        self._name_of: dict[int, bytes] = {}

    @property
    def num_available(self) -> int:
        """Blocks that a sequence could get."""
        return len(self._free) + len(self._kept)

    @property
    def num_named(self) -> int:
        return len(self._name_of)

    def open(self, sequence: Sequence, spare: int = 0) -> bool:
        """Give `sequence` a cache with room for its tokens so far, and in it what is known of its prompt.

        The last token of a prompt is always read: what follows it is what was asked for.

        Returns:
            False if that many blocks, and `spare` more, cannot be had now.
        """
        if self.keeps_prefixes and not sequence.block_names:
            sequence.block_names = tuple(block_names(sequence.inputs, sequence.picture_names))
        known = list(self._known(sequence))
        more = _blocks_for(sequence.num_tokens) - len(known)
        if more + spare > self.num_available - sum(block in self._kept for block in known):
            return False
        for block in known:
            self._kept.pop(block, None)
        cache = KVCache(self.memory, known, len(known) * BLOCK)
        self._readers.update(known)
        sequence.cache, sequence.num_named_blocks = cache, len(known)
        cache.extend(self._take(more))
        return True

    def grow(self, sequence: Sequence, tokens: int) -> bool:
        """Room for `tokens` behind those in the sequence's cache; False if there is none."""
        cache = sequence.cache
        assert isinstance(cache, KVCache), "the sequence has no blocks"
        more = _blocks_for(cache.length + tokens) - len(cache.blocks)
        if more > self.num_available:
            return False
        if more > 0:
            cache.extend(self._take(more))
        return True

    def name(self, sequence: Sequence) -> None:
        """Let others find what has been read of the sequence's prompt."""
        cache = sequence.cache
        assert isinstance(cache, KVCache), "the sequence has no blocks"
        end = min(cache.length // BLOCK, len(sequence.block_names))
        for place in range(sequence.num_named_blocks, end):
            name, block = sequence.block_names[place], cache.blocks[place]
            if name not in self._block_of:  # else another has read the same at the same time
                self._block_of[name], self._name_of[block] = block, name
        sequence.num_named_blocks = max(sequence.num_named_blocks, end)

    def close(self, sequence: Sequence) -> None:
        """Take the sequence's blocks back."""
        cache, sequence.cache = sequence.cache, None
        if not isinstance(cache, KVCache):
            return
        for block in reversed(cache.blocks):
            self._readers[block] -= 1
            if self._readers[block] == 0:
                del self._readers[block]
                self._release(block)

    def forget(self) -> None:
        """Keep nothing of what was read."""
        for block in list(self._kept):
            self._unname(block)
            heappush(self._free, block)

    def check_integrity(self, sequences: list[Sequence]) -> None:
        """Every block is read by those of `sequences` that have it, or kept, or free; names lead where they should."""
        readers = Counter(
            block for sequence in sequences if isinstance(sequence.cache, KVCache) for block in sequence.cache.blocks
        )
        assert readers == self._readers
        assert sorted([*readers, *self._kept, *self._free]) == list(range(self.memory.num_blocks))
        assert {block: name for name, block in self._block_of.items()} == self._name_of
        assert self._kept.keys() <= self._name_of.keys() and not self._name_of.keys() & set(self._free)

    def _known(self, sequence: Sequence) -> Iterator[int]:
        for name in islice(sequence.block_names, (sequence.num_prompt_tokens - 1) // BLOCK):
            block = self._block_of.get(name)
            if block is None:
                return
            yield block

    def _take(self, count: int) -> list[int]:
        while len(self._free) < count:
            oldest = next(iter(self._kept))
            self._unname(oldest)
            heappush(self._free, oldest)
        taken = [heappop(self._free) for _ in range(count)]
        self._readers.update(taken)
        return taken

    def _release(self, block: int) -> None:
        if block in self._name_of:
            self._kept[block] = None
        else:
            heappush(self._free, block)

    def _unname(self, block: int) -> None:
        del self._kept[block]
        del self._block_of[self._name_of.pop(block)]


def _blocks_for(tokens: int) -> int:
    return -(-tokens // BLOCK)
