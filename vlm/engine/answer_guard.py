"""A logits processor that keeps its promises: a thought ends in time, and an answer is never empty, nor endless.

A thinking model that spends all its tokens on the thought answers nothing; one that stops at once says nothing either;
one that runs in a circle says nothing more, and is stopped there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event

import torch
from torch import Tensor

from vlm.engine.repetition import is_looping

MAX_BLANKS = 4  # blank tokens before the first visible one of an answer
SHORTEST_WITH_THOUGHT = 3  # tokens: one opens the thought, one closes it, one answers


@dataclass(frozen=True, slots=True)
class AnswerGuard:
    """Holds thought and answer of one request to their budgets.

    Attributes:
        opens_thought: the prompt ends inside a thought.
        think_id, end_think_id: ids of the markers; None for a model without them.
        allow_thinking: whether the answer may open a thought itself.
        reasoning_budget: tokens of the thought; at it the end marker is forced.
        max_tokens: of thought and answer together; the last one is visible if nothing was before.
        stop_ids: ids that end the answer; forbidden while nothing visible was said.
        blank_ids: ids that are white space alone.
        control_ids: ids that never belong in an answer.
        hurry: once set, the thought is closed where it is.
    """

    opens_thought: bool
    think_id: int | None
    end_think_id: int | None
    allow_thinking: bool
    reasoning_budget: int
    max_tokens: int
    stop_ids: tuple[int, ...]
    blank_ids: frozenset[int]
    control_ids: Tensor  # (n,) int64
    hurry: Event | None = None

    def __call__(self, output_ids: Sequence[int], logits: Tensor) -> Tensor:
        """(vocabulary,) -> (vocabulary,)"""
        logits = logits.index_fill(0, self.control_ids, -torch.inf)
        if (thought := self.open_thought(output_ids)) is not None:
            return self._inside_thought(thought, logits)
        said = self.said(output_ids)
        if self.end_think_id is not None:
            logits[self.end_think_id] = -torch.inf
        if self.think_id is not None and not self._may_think(output_ids):
            logits[self.think_id] = -torch.inf
        if all(token in self.blank_ids for token in said):
            logits[list(self.stop_ids)] = -torch.inf
            if len(said) >= MAX_BLANKS or len(output_ids) + 1 >= self.max_tokens:
                logits[list(self.blank_ids)] = -torch.inf
        elif is_looping(said):
            return _only(logits, self.stop_ids)
        return logits

    def _may_think(self, output_ids: Sequence[int]) -> bool:
        """Only an answer's first token opens a thought, and only if its end and a visible one can still follow."""
        return self.allow_thinking and not output_ids and self.max_tokens >= SHORTEST_WITH_THOUGHT

    def is_lead(self, output_ids: Sequence[int], token: int) -> bool:
        """Whether `token`, next after `output_ids`, comes before the answer: in its thought, a marker, or blank."""
        return self.open_thought(output_ids) is not None or token == self.think_id or token in self.blank_ids

    def said(self, output_ids: Sequence[int]) -> Sequence[int]:
        """What of `output_ids` is answer."""
        thought, answer = self.split(output_ids)
        return output_ids if thought is None else answer if answer is not None else ()

    def open_thought(self, output_ids: Sequence[int]) -> Sequence[int] | None:
        """What of `output_ids` is a thought that goes on; None where none does."""
        thought, answer = self.split(output_ids)
        return thought if answer is None else None

    def split(self, output_ids: Sequence[int]) -> tuple[Sequence[int] | None, Sequence[int] | None]:
        """(thought, answer): no thought was opened -> (None, None); still inside -> (thought, None)."""
        if self.opens_thought:
            thought = output_ids
        elif self.think_id is not None and output_ids and output_ids[0] == self.think_id:
            thought = output_ids[1:]
        else:
            return None, None
        if self.end_think_id is not None and self.end_think_id in thought:
            end = list(thought).index(self.end_think_id)
            return thought[:end], thought[end + 1 :]
        return thought, None

    def _inside_thought(self, thought: Sequence[int], logits: Tensor) -> Tensor:
        """Inside a thought only its end marker ends it, and at the budget nothing else may come."""
        assert self.end_think_id is not None, "a thought that cannot be closed"
        hurried = self.hurry is not None and self.hurry.is_set()
        if len(thought) >= self.reasoning_budget or hurried or is_looping(thought):
            return _only(logits, (self.end_think_id,))
        logits[list(self.stop_ids)] = -torch.inf
        if self.think_id is not None:
            logits[self.think_id] = -torch.inf
        return logits


def _only(logits: Tensor, ids: Sequence[int]) -> Tensor:
    """Nothing but one of `ids` may come."""
    kept = logits[list(ids)]
    logits.fill_(-torch.inf)
    logits[list(ids)] = torch.where(torch.isfinite(kept), kept, 0.0)
    return logits
