"""Prompt-lookup drafts: what followed the last tokens where they stood before (arXiv 2304.04487, 2311.08252).

An answer that copies from its document is a chain of tokens that the prompt already holds. The model reads several of
them in one pass, and keeps those that it would have said itself, so the answer is the same to the token.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

LONGEST, SHORTEST = 4, 2  # tokens that must have stood together before
TRIAL, PAUSE = 4, 16  # passes without a hit until it rests, and tokens that it rests


@dataclass(slots=True)
class Drafts:
    """Proposals for one sequence, and what became of them. It rests where nothing is copied."""

    drafted: int = 0
    accepted: int = 0
    _after: dict[tuple[int, ...], int] = field(default_factory=dict)  # where an n-gram last ended
    _indexed: int = 0
    _misses: int = 0
    _resumes: int = 0

    def propose(self, tokens: Sequence[int], most: int, never: Container[int] = ()) -> list[int]:
        """Up to `most` tokens that may follow `tokens`; the longest match decides, and of those the last one.

        A proposal ends before the first that is `never` said: a picture may stand where the prompt was copied from.
        """
        if most < 1 or len(tokens) < self._resumes:
            return []
        for end in range(max(self._indexed, SHORTEST), len(tokens)):  # the end itself is what is looked up
            for size in range(SHORTEST, min(LONGEST, end) + 1):
                self._after[tuple(tokens[end - size : end])] = end
        self._indexed = max(self._indexed, len(tokens))
        for size in range(LONGEST, SHORTEST - 1, -1):
            found = self._after.get(tuple(tokens[-size:])) if size <= len(tokens) else None
            if found is not None:
                return list(takewhile(lambda token: token not in never, tokens[found : found + most]))
        return []

    def told(self, drafted: int, accepted: int, length: int) -> None:
        """What became of a proposal; `length` counts the sequence's tokens."""
        self.drafted += drafted
        self.accepted += accepted
        self._misses = 0 if accepted else self._misses + 1
        if self._misses >= TRIAL:
            self._misses, self._resumes = 0, length + PAUSE
