"""Who runs in the next pass, and what follows from it.

Running sequences come first, one new token each; what is left of the pass's budget reads prompts, oldest first, in
chunks. So a long prompt delays a running answer by one pass at most.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from vlm.engine.config import EngineConfig
from vlm.engine.kv_cache import KVCachePool
from vlm.engine.prefix_cache import PrefixCache
from vlm.engine.sequence import Sequence, SequenceStatus
from vlm.outputs import FinishReason


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A sequence, how many of its tokens the pass reads, and whose answer it is: its own, unless it is a branch."""

    sequence: Sequence
    num_tokens: int
    owner: Sequence


class Scheduler:
    def __init__(self, config: EngineConfig, pool: KVCachePool, prefixes: PrefixCache) -> None:
        self.config = config
        self.pool = pool
        self.prefixes = prefixes
        self.waiting: deque[Sequence] = deque()
        self.running: list[Sequence] = []

    def add(self, sequence: Sequence) -> None:
        self.waiting.append(sequence)

    def schedule(self, exact_tokens: int = 1) -> list[Scheduled]:
        """The next pass: every running answer's next token, then chunks of prompts.

        A pass of answers alone is filled up to `exact_tokens` with drafts of what they may say next.
        """
        while self.waiting and len(self.running) < self.config.max_num_seqs and self.pool.allocate(self.waiting[0]):
            sequence = self.waiting.popleft()
            sequence.status = SequenceStatus.RUNNING
            sequence.num_reused_tokens = self.prefixes.fill(sequence)
            self.running.append(sequence)
        budget = self.config.max_num_batched_tokens
        batch = []
        readers = [(reader, sequence) for sequence in self.running for reader in sequence.readers]
        for reader, sequence in sorted(readers, key=lambda pair: pair[0].num_tokens - pair[0].num_cached_tokens > 1):
            count = min(reader.num_tokens - reader.num_cached_tokens, budget)
            if count:
                batch.append(Scheduled(reader, count, sequence))
                budget -= count
        return self._with_drafts(batch, exact_tokens)

    def _with_drafts(self, batch: list[Scheduled], exact_tokens: int) -> list[Scheduled]:
        room = min(exact_tokens - len(batch), self.config.num_speculative_tokens)
        if room < 1 or any(item.num_tokens > 1 or not item.sequence.output_ids for item in batch):
            return batch
        filled = []
        for place, item in enumerate(batch):
            sequence = item.sequence
            left = sequence.params.max_tokens - len(sequence.output_ids) - 1
            if sequence.search is None and sequence is item.owner and sequence.params.temperature == 0:
                share = -(-room // (len(batch) - place))
                tokens = sequence.inputs.token_ids + sequence.output_ids
                sequence.draft_ids = sequence.drafts.propose(tokens, min(share, left))
                room -= len(sequence.draft_ids)
            filled.append(replace(item, num_tokens=1 + len(sequence.draft_ids)))
        return filled

    def after_pass(self, batch: list[Scheduled]) -> None:
        """Keep the prompts that the pass has read to their end."""
        for item in batch:
            sequence = item.sequence
            if (
                sequence is item.owner
                and 0 <= sequence.num_cached_tokens - sequence.num_prompt_tokens < item.num_tokens
            ):
                self.prefixes.keep(sequence)

    def postprocess(self, sequence: Sequence, token_id: int) -> FinishReason | None:
        """Append a drawn token; the reason if the sequence ends with it. A stop token is not part of the output."""
        if token_id in sequence.stop_token_ids:
            self.finish(sequence)
            return "stop"
        sequence.output_ids.append(token_id)
        if len(sequence.output_ids) >= sequence.params.max_tokens:
            self.finish(sequence)
            return "length"
        return None

    def finish(self, sequence: Sequence) -> None:
        """Take a sequence out, wherever it is, and free its room."""
        if sequence in self.waiting:
            self.waiting.remove(sequence)
        if sequence in self.running:
            self.running.remove(sequence)
        self.pool.free(sequence)
        sequence.image_embeds = sequence.search = None
        sequence.status = SequenceStatus.FINISHED

    def check_integrity(self) -> None:
        """Every running sequence has a cache, nobody else does, and the budget adds up."""
        assert all(s.cache is not None and s.status is SequenceStatus.RUNNING for s in self.running)
        assert all(s.cache is None and s.status is SequenceStatus.WAITING for s in self.waiting)
        held = sum(s.max_tokens for s in self.running)
        assert self.pool.free_tokens + held == self.config.max_kv_tokens
        self.prefixes.check_integrity()
        assert all(s.num_cached_tokens <= s.num_tokens <= s.max_tokens for s in self.running)
