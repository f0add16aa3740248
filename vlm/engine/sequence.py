"""One request inside the engine."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

import torch
from torch import Tensor

from vlm.engine.drafts import Drafts
from vlm.inputs import ModelInputs
from vlm.model.kv_cache import Cache
from vlm.sampling_params import SamplingParams


class LogitsProcessor(Protocol):
    """A seam before sampling: sees the new tokens so far, changes what may come next."""

    def __call__(self, output_ids: Seq[int], logits: Tensor) -> Tensor:
        """logits (vocabulary,) in fp32 -> (vocabulary,)"""
        ...


class Search(Protocol):
    """A seam in place of sampling: chooses a whole answer among several branches that the model reads side by side."""

    @property
    def branches(self) -> list[Sequence]:
        """What the model is to read next instead of the sequence; none until the answer begins."""
        ...

    def take(self, reader: Sequence, logits: Tensor) -> list[int]:
        """Logits (vocabulary,) behind a branch or, before there are any, the sequence; the tokens that are certain."""
        ...


class SequenceStatus(Enum):
    WAITING = auto()
    RUNNING = auto()
    FINISHED = auto()


@dataclass(slots=True, eq=False)
class Sequence:
    """A prompt, what has been generated for it, and how far the model has read."""

    seq_id: int
    inputs: ModelInputs
    params: SamplingParams
    stop_token_ids: frozenset[int]
    logits_processors: tuple[LogitsProcessor, ...] = ()
    search: Search | None = None
    output_ids: list[int] = field(default_factory=list)
    status: SequenceStatus = SequenceStatus.WAITING
    cache: Cache | None = None
    picture: int = -1  # which one of the prompt was read last, in part or whole ...
    picture_rows: Tensor | None = None  # ... and its rows, (image tokens, hidden)
    generator: torch.Generator | None = None
    drafts: Drafts = field(default_factory=Drafts)
    draft_ids: list[int] = field(default_factory=list)  # behind the tokens, for the pass that reads them
    num_reused_tokens: int = 0  # of the prompt, that were read for an earlier one
    num_preemptions: int = 0  # how often it had to make way for another
    block_names: tuple[bytes, ...] = ()  # of the prompt's whole blocks
    num_named_blocks: int = 0  # of them, how many the pool has been told
    picture_names: tuple[bytes, ...] = ()  # of the prompt's pictures

    @property
    def num_prompt_tokens(self) -> int:
        return len(self.inputs.token_ids)

    @property
    def num_tokens(self) -> int:
        return self.num_prompt_tokens + len(self.output_ids)

    @property
    def num_cached_tokens(self) -> int:
        return 0 if self.cache is None else self.cache.length

    @property
    def max_tokens(self) -> int:
        """Room the sequence can ever need."""
        return self.num_prompt_tokens + self.params.max_tokens

    @property
    def readers(self) -> list[Sequence]:
        """What the model reads for it: the branches of its search, else itself."""
        return (self.search.branches if self.search is not None else []) or [self]

    def token_slice(self, start: int, end: int) -> list[int]:
        """Ids at places start..end of prompt, output and drafts together."""
        prompt = self.num_prompt_tokens
        new = self.output_ids + self.draft_ids
        return self.inputs.token_ids[start:end] + new[max(start - prompt, 0) : max(end - prompt, 0)]

    def position_slice(self, start: int, end: int) -> Tensor:
        """(3, end - start): the prompt's positions, then one step on all axes for each new token."""
        prompt = self.num_prompt_tokens
        known = self.inputs.positions[:, start:end]
        first_new = max(start, prompt)
        if end <= first_new:
            return known
        offset = self.inputs.next_position - prompt
        new = torch.arange(first_new + offset, end + offset).expand(3, -1)
        return torch.cat((known, new), dim=1)
