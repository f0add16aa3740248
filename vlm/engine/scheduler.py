"""Who runs in the next pass, and what follows from it.

Running sequences come first, one new token each; what is left of the pass's budget reads prompts, oldest first, in
chunks. So a long prompt delays a running answer by one pass at most. Where memory runs out, the last to come makes way.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from vlm.engine.block_pool import BlockPool
from vlm.engine.config import EngineConfig
from vlm.engine.sequence import Sequence, SequenceStatus
from vlm.model.kv_cache import KVCache
from vlm.outputs import FinishReason


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A sequence, how many of its tokens the pass reads, and whose answer it is: its own, unless it is a branch."""

    sequence: Sequence
    num_tokens: int
    owner: Sequence


class Scheduler:
    def __init__(self, config: EngineConfig, pool: BlockPool, vision_ids: frozenset[int] = frozenset()) -> None:
        """`vision_ids`: what goes to the vision experts, and so has no exact tokens beside it."""
        self.config = config
        self.pool = pool
        self.vision_ids = vision_ids
        self.waiting: deque[Sequence] = deque()
        self.running: list[Sequence] = []

    def add(self, sequence: Sequence) -> None:
        self.waiting.append(sequence)

    def schedule(self, exact_tokens: int = 1) -> list[Scheduled]:
        """The next pass: every running answer's next token, then chunks of prompts.

        A pass of answers alone is filled up to `exact_tokens` with drafts of what they may say next.
        """
        self._admit()
        budget = self.config.max_num_batched_tokens
        batch = []
        readers = [(reader, sequence) for sequence in self.running for reader in sequence.readers]
        for reader, sequence in sorted(readers, key=lambda pair: pair[0].num_tokens - pair[0].num_cached_tokens > 1):
            count = min(reader.num_tokens - reader.num_cached_tokens, budget)
            if count and (reader is not sequence or self._find_room(sequence, count)):
                batch.append(Scheduled(reader, count, sequence))
                budget -= count
        batch = [item for item in batch if item.owner.status is SequenceStatus.RUNNING]
        return self._with_drafts(batch, exact_tokens)

    def _admit(self) -> None:
        """Let those run that there is room for, with a block to spare for each that runs already."""
        while self.waiting and len(self.running) < self.config.max_num_seqs:
            sequence = self.waiting[0]
            if not self.pool.open(sequence, spare=len(self.running)):
                break
            self.waiting.popleft()
            sequence.status = SequenceStatus.RUNNING
            if not sequence.num_preemptions:
                sequence.num_reused_tokens = sequence.num_cached_tokens
            self.running.append(sequence)

    def _find_room(self, sequence: Sequence, tokens: int) -> bool:
        """Room for a running sequence's next tokens. Others make way for it, the last to come first; or itself."""
        while sequence.status is SequenceStatus.RUNNING and not self.pool.grow(sequence, tokens):
            self._preempt(next(other for other in reversed(self.running) if _can_make_way(other)))
        return sequence.status is SequenceStatus.RUNNING

    def _preempt(self, sequence: Sequence) -> None:
        """Back to those that wait; its tokens are read again when there is room."""
        self.running.remove(sequence)
        self.pool.close(sequence)
        sequence.status = SequenceStatus.WAITING
        sequence.picture_rows = None
        sequence.num_preemptions += 1
        self.waiting.appendleft(sequence)

    def _with_drafts(self, batch: list[Scheduled], exact_tokens: int) -> list[Scheduled]:
        room = min(exact_tokens - len(batch), self.config.num_speculative_tokens)
        # Beside the branches of a search, whose keys and values are forked, a pass has no such exact tokens.
        if any(item.sequence is not item.owner for item in batch):
            return batch
        if room < 1 or any(item.num_tokens > 1 or not item.sequence.output_ids for item in batch):
            return batch
        if any(item.sequence.output_ids[-1] in self.vision_ids for item in batch):
            return batch
        filled = []
        for place, item in enumerate(batch):
            sequence = item.sequence
            left = sequence.params.max_tokens - len(sequence.output_ids) - 1
            if sequence.search is None and sequence.params.temperature == 0:
                share = -(-room // (len(batch) - place))
                tokens = sequence.inputs.token_ids + sequence.output_ids
                sequence.draft_ids = sequence.drafts.propose(tokens, min(share, left), self.vision_ids)
                if not self.pool.grow(sequence, 1 + len(sequence.draft_ids)):
                    sequence.draft_ids = []
                room -= len(sequence.draft_ids)
            filled.append(replace(item, num_tokens=1 + len(sequence.draft_ids)))
        return filled

    def after_pass(self, batch: list[Scheduled]) -> None:
        """Let later prompts find what the pass has read."""
        for item in batch:
            if item.sequence is item.owner:
                self.pool.name(item.sequence)

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
        self.pool.close(sequence)
        sequence.picture_rows = sequence.search = None
        sequence.status = SequenceStatus.FINISHED

    def check_integrity(self) -> None:
        """Those that run have room, nobody else has any, and every block is accounted for."""
        assert all(s.status is SequenceStatus.RUNNING and isinstance(s.cache, KVCache) for s in self.running)
        assert all(s.cache is None and s.status is SequenceStatus.WAITING for s in self.waiting)
        assert all(s.num_cached_tokens <= s.num_tokens <= s.max_tokens for s in self.running)
        self.pool.check_integrity(self.running)


def _can_make_way(sequence: Sequence) -> bool:
    """Not while it is searched for its answer: branches go on from its keys and values."""
    return sequence.search is None or not sequence.search.branches
