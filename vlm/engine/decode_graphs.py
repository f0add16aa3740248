"""Passes that bring one new token to each sequence, recorded once for every size and then replayed (CUDA graphs).

A decoder of thirty layers is a thousand small kernels a token, and a GPU runs them faster than Python can ask for them.
Everything a pass is told lies in one tensor of fixed size, and what it computes never makes the host wait.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from math import prod

import torch
from torch import Tensor

from vlm.engine.scheduler import Scheduled
from vlm.kernels.paged import BLOCK
from vlm.model.ernie_vl import ErnieVL, vision_mask
from vlm.model.grouped_experts import GroupedExperts
from vlm.model.kv_cache import KVCache, KVMemory
from vlm.model.moe import Experts
from vlm.model.paged_attention import PagedMetadata

LEAST_BLOCKS = 8  # of a table
MOST_TOKENS = 65536  # in all tables of a pass, since keys and values of a layer are gathered for it
AHEAD = 5  # rows of what a pass is told that stand before the tables: ids, three of positions, lengths

Replay = Callable[[], object]
Record = Callable[[Callable[[], Tensor]], tuple[Replay, Tensor]]
"""From a function without arguments to what repeats it, and the tensor that holds its result afterwards."""


def cuda_recorder(device: torch.device) -> Record:
    """Records on `device`. All recordings share their memory: they are replayed one after the other, and what they give
    is used before the next."""
    with torch.cuda.device(device):
        pool, aside = torch.cuda.graph_pool_handle(), torch.cuda.Stream(device)

    def record(function: Callable[[], Tensor]) -> tuple[Replay, Tensor]:
        with torch.cuda.device(device):
            aside.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(aside):
                function()  # libraries set themselves up in the first run
            torch.cuda.current_stream().wait_stream(aside)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, pool=pool, stream=aside):
                out = function()

        def replay() -> None:
            with torch.cuda.device(device):
                graph.replay()

        return replay, out

    return record


def can_record(model: ErnieVL) -> bool:
    """Whether passes of `model` can be recorded where it lies: its experts must not make the host wait."""
    experts = (module for module in model.language_model.modules() if isinstance(module, Experts))
    return model.device.type == "cuda" and all(isinstance(each, GroupedExperts) for each in experts)


class DecodeGraphs:
    """Recordings of `model` over `memory`, one for each power of two of sequences and of blocks in their tables."""

    def __init__(self, model: ErnieVL, memory: KVMemory, record: Record) -> None:
        self.model, self.memory, self.record = model, memory, record
        self._recorded: dict[tuple[int, int], tuple[Tensor, Replay, Tensor]] = {}

    def suits(self, batch: Seq[Scheduled]) -> bool:
        """One token of text for each, behind keys and values in blocks, and no more of these than are read at once,
        what fills the recording up among them."""
        tokens = self.model.config.tokens
        caches = [item.sequence.cache for item in batch if item.num_tokens == 1]
        held = [cache for cache in caches if isinstance(cache, KVCache)]
        if len(held) < len(batch) or prod(_size(held)) * BLOCK > MOST_TOKENS:
            return False
        return tokens is None or not bool(vision_mask(torch.tensor([_token(item) for item in batch]), tokens).any())

    def logits(self, batch: Seq[Scheduled]) -> Tensor:
        """Read the tokens of a `batch` that suits, and score what follows. (sequences, vocabulary)"""
        caches = [cache for item in batch if isinstance(cache := item.sequence.cache, KVCache)]
        count, blocks = _size(caches)
        told = torch.tensor([_told(item, cache, blocks) for item, cache in zip(batch, caches, strict=True)]).T
        # Places that nobody needs repeat the last one: they write the same numbers to the same place.
        told = torch.cat((told, told[:, -1:].expand(-1, count - len(batch))), dim=1)
        if (count, blocks) not in self._recorded:
            place = told.to(self.model.device, copy=True)
            self._recorded[count, blocks] = place, *self.record(lambda: self._pass(place))
        place, replay, out = self._recorded[count, blocks]
        place.copy_(told)
        replay()
        for cache in caches:
            cache.advance(1)
        return out[: len(batch)]

    def _pass(self, told: Tensor) -> Tensor:
        """(5 + blocks, sequences) int64 -> (sequences, vocabulary)"""
        meta = PagedMetadata(self.memory, block_tables=told[AHEAD:].T, seq_lens=told[4])
        hidden = self.model.language_model(self.model.embed(told[0], None), told[1:4], None, meta)
        return self.model.compute_logits(hidden)


def _size(caches: Seq[KVCache]) -> tuple[int, int]:
    """Sequences, and blocks in the table of each, of the recording that serves these."""
    return _power_of_two(len(caches)), _power_of_two(max(len(cache.blocks) for cache in caches), LEAST_BLOCKS)


def _told(item: Scheduled, cache: KVCache, blocks: int) -> list[int]:
    """What a pass is told of one sequence, in the order of `_pass`."""
    sequence, length = item.sequence, cache.length
    table = cache.blocks + [cache.blocks[0]] * (blocks - len(cache.blocks))
    positions: list[int] = sequence.position_slice(length, length + 1)[:, 0].tolist()
    return [_token(item), *positions, length, *table]


def _token(item: Scheduled) -> int:
    start = item.sequence.num_cached_tokens
    return item.sequence.token_slice(start, start + 1)[0]


def _power_of_two(least: int, floor: int = 1) -> int:
    """The smallest that is neither below `least` nor below `floor`."""
    return max(floor, 1 << (least - 1).bit_length())
