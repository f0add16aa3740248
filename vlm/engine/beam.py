"""Beam search for an answer that is held to certain paths, all compared by the total log-probability of their tokens.

The end token counts, and nothing is divided by length. Each way to begin has a beam of its own, so that one which
begins badly, a refusal say, still comes to its end and competes with what the others found. Adding tokens only lowers a
score: a branch below the best answer that has ended is dropped, and with the last one the search is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace
from heapq import nlargest
from math import inf
from typing import NamedTuple, Protocol

from torch import Tensor

from vlm.engine.forked_cache import fork
from vlm.engine.sampler import sample
from vlm.engine.sequence import LogitsProcessor, Sequence

WIDTH = 4


class Path(Protocol):
    """How far an answer has come, of those that are allowed."""

    @property
    def may_end(self) -> bool:
        """Whether it is whole as it stands."""
        ...

    def steps(self) -> Mapping[int, Path]:
        """The tokens that can come next, and where each leads."""
        ...


@dataclass(slots=True, eq=False)
class _Branch:
    """What the model reads, how far it has come, and what it says next: None until it has been read."""

    sequence: Sequence
    path: Path
    score: float
    log_probs: Tensor | None = None  # (vocabulary,)


class _Step(NamedTuple):
    score: float
    branch: _Branch
    token_id: int
    path: Path


class _Answer(NamedTuple):
    """Compared in this order: one that ended is better than one that was cut off."""

    ended: bool
    score: float
    token_ids: list[int]


class Beam:
    """One sequence's search.

    Args:
        starts: the ways to begin, a beam for each.
        is_lead: tells, of the tokens so far and the next one drawn, whether that comes before the answer.
        bias: what the checkpoint finds likelier than its logits say; no other processor is asked within the answer.
    """

    def __init__(
        self,
        starts: Seq[Path],
        is_lead: Callable[[Seq[int], int], bool],
        width: int = WIDTH,
        bias: LogitsProcessor | None = None,
    ) -> None:
        self._starts = starts
        self._is_lead = is_lead
        self._bias = bias
        self._width = width
        self._beams: list[list[_Branch]] = []
        self._said = 0  # tokens before the answer
        self._best = _Answer(False, -inf, [])

    @property
    def branches(self) -> list[Sequence]:
        """See `Search.branches`."""
        return [branch.sequence for branch in self._alive]

    @property
    def _alive(self) -> list[_Branch]:
        return [branch for beam in self._beams for branch in beam]

    def take(self, reader: Sequence, logits: Tensor) -> list[int]:
        """See `Search.take`. The last token is the one that stops the sequence, if there was room for it."""
        if not self._beams:
            token = sample(logits, reader)
            if self._is_lead(reader.output_ids, token):
                return [token]
            self._said = len(reader.output_ids)
            self._beams = [[_Branch(reader, start, 0.0)] for start in self._starts]
        log_probs = self._log_probs(reader, logits)
        for branch in self._alive:
            if branch.sequence is reader:
                branch.log_probs = log_probs
        if any(branch.log_probs is None for branch in self._alive):
            return []  # the others are read in a later pass
        return self._advance(reader.stop_token_ids)

    def _log_probs(self, reader: Sequence, logits: Tensor) -> Tensor:
        logits = logits.float()
        return (self._bias(reader.output_ids, logits) if self._bias is not None else logits).log_softmax(-1)

    def _advance(self, stop_ids: frozenset[int]) -> list[int]:
        """From branches that have all been read to the next ones, or to the answer."""
        assert stop_ids, "an answer that cannot end"
        beams = [
            nlargest(self._width, self._steps(beam, list(stop_ids)), lambda step: step.score) for beam in self._beams
        ]
        bound = self._best.score if self._best.ended else -inf
        self._beams = [[_grow(step) for step in beam if step.score > bound] for beam in beams]
        if self._alive:
            return []
        is_cut = self._best.token_ids and not self._best.ended
        return self._best.token_ids if is_cut else [*self._best.token_ids, min(stop_ids)]

    def _steps(self, beam: Seq[_Branch], stop_ids: list[int]) -> list[_Step]:
        """Every way on for a beam. Answers that can end here, or have no room to go on, are compared at once."""
        found: list[_Step] = []
        for branch in beam:
            assert branch.log_probs is not None
            sequence = branch.sequence
            token_ids = sequence.output_ids[self._said :]
            if branch.path.may_end:
                score = branch.score + float(branch.log_probs[stop_ids].logsumexp(-1))
                self._best = max(self._best, _Answer(True, score, token_ids))
            paths = branch.path.steps()
            scores = (branch.score + branch.log_probs[list(paths)]).tolist()
            steps = [_Step(score, branch, *step) for score, step in zip(scores, paths.items(), strict=True)]
            if len(sequence.output_ids) + 1 < sequence.params.max_tokens:
                found += steps
                continue
            for step in steps:
                self._best = max(self._best, _Answer(False, step.score, [*token_ids, step.token_id]))
        return found


def _grow(step: _Step) -> _Branch:
    """The branch that a step leads to; its parent stays as it is, for others to grow from."""
    parent = step.branch.sequence
    assert parent.cache is not None
    output_ids = [*parent.output_ids, step.token_id]
    grown = replace(parent, output_ids=output_ids, cache=fork(parent.cache), search=None)
    return _Branch(grown, step.path, step.score)
