"""The user's knobs for one request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vlm.errors import ConfigError

Effort = Literal["low", "medium", "high"]
COOLEST, HOTTEST = 1e-5, 1e5  # temperatures: under the one nothing is left to chance, beyond the other fp32 overflows
LEAST_SEED, MOST_SEED = -(1 << 63), (1 << 64) - 1  # what torch's generators take
EFFORTS: Mapping[Effort, float] = {"low": 0.25, "medium": 0.5, "high": 1.0}  # of the room that a thought may have


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """How tokens are chosen, and when to stop.

    Args:
        max_tokens: new tokens at most, thought and answer together.
        temperature: 0 is greedy, and so is less than 1e-5, which is read as 0; otherwise logits are divided by it.
        top_p: keep the smallest set of tokens whose probability reaches this.
        top_k: keep this many tokens; 0 keeps all.
        seed: same seed, same answer; of 64 bits; None draws a fresh one.
        stop: strings that end the answer, or one such; they are not part of it.
        reasoning_max_tokens: budget of the thought; at it the thought is closed and the answer begins. None leaves
            it room for all but `answer_tokens`.
        effort: the same in a word: a quarter of that room, half of it, or all. The smaller of the two holds.
        answer_tokens: tokens kept back for the answer, whatever the thought does.
        grounded_in: a document's text, a line a row and columns two spaces apart, that the answer must be quoted from
            (`prompts.quotes`), or else be the refusal: whichever the model finds likelier. The thought is free and is
            drawn; the answer is searched for, whatever the temperature. None leaves the answer free too.

    Raises:
        ConfigError: a value out of its range.
    """

    max_tokens: int = 1024
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    seed: int | None = None
    stop: tuple[str, ...] | str = ()
    reasoning_max_tokens: int | None = None
    effort: Effort | None = None
    answer_tokens: int = 64
    grounded_in: str | None = None

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise ConfigError(f"max_tokens is {self.max_tokens}; it must be at least 1")
        if not 0 <= self.temperature <= HOTTEST:  # so that NaN, which compares with nothing, is refused as well
            raise ConfigError(f"temperature is {self.temperature}; it must be 0 (greedy) or more, at most {HOTTEST:g}")
        if not 0 < self.top_p <= 1:
            raise ConfigError(f"top_p is {self.top_p}; it must be above 0 and at most 1")
        if self.top_k < 0:
            raise ConfigError(f"top_k is {self.top_k}; it must be 0 (off) or more")
        if self.seed is not None and not LEAST_SEED <= self.seed <= MOST_SEED:
            raise ConfigError(f"seed is {self.seed}; it must fit into 64 bits")
        if self.reasoning_max_tokens is not None and self.reasoning_max_tokens < 0:
            raise ConfigError(f"reasoning_max_tokens is {self.reasoning_max_tokens}; it must be 0 or more")
        if self.answer_tokens < 1:
            raise ConfigError(f"answer_tokens is {self.answer_tokens}; an answer needs at least 1")
        if self.effort is not None and self.effort not in EFFORTS:
            raise ConfigError(f"effort is {self.effort!r}; it must be one of {', '.join(EFFORTS)}")
        self._normalise()
        if any(not text for text in self.stop):
            raise ConfigError("stop holds an empty string, which would end every answer at once")

    def _normalise(self) -> None:
        """One form for what can be said in two; frozen, so it is set past the dataclass's own door."""
        if isinstance(self.stop, str):  # else every letter of it would be a stop string
            object.__setattr__(self, "stop", (self.stop,))
        if self.temperature < COOLEST:  # logits divided by it would be infinite
            object.__setattr__(self, "temperature", 0.0)

    def thought_budget(self, opens_thought: bool = True) -> int:
        """Tokens that a thought may have. `opens_thought`: the prompt ends inside it, so its beginning costs none."""
        markers = 1 if opens_thought else 2
        room = max(self.max_tokens - self.answer_tokens - markers, 0)
        wanted = room if self.effort is None else round(EFFORTS[self.effort] * room)
        return wanted if self.reasoning_max_tokens is None else min(wanted, self.reasoning_max_tokens)
