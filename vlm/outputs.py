"""What comes back from a backend. No torch here: a remote-only client stays thin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FinishReason = Literal["stop", "length", "repetition", "abort"]
"""The model ended it, its tokens were spent, it ran in a circle, or somebody stopped it."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of one request. `completion_tokens` includes `reasoning_tokens`.

    `draft_tokens` were read ahead of the answer because they stood in the prompt, `accepted_tokens` of them were said.
    """

    prompt_tokens: int = 0
    image_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    draft_tokens: int = 0
    accepted_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer. The last one carries `finish_reason` and `usage`, and may carry no text."""

    content: str = ""
    reasoning: str = ""
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
