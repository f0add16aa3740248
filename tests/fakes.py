"""A backend without a model, for tests of everything above the door."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from threading import Event

from prompts.messages import Message
from vlm.backends.base import ModelInfo
from vlm.outputs import Delta, Usage
from vlm.sampling_params import SamplingParams


class FakeBackend:
    """Says what it is told to say, word by word, and remembers what it was asked."""

    def __init__(
        self, answer: str = "9.00", reasoning: str = "", delay: float = 0.0, info: ModelInfo | None = None
    ) -> None:
        self.info = info or ModelInfo("fake", 8192, False, ("This model is a fake.",))
        self.answer = answer
        self.reasoning = reasoning
        self.delay = delay
        self.asked: list[list[Message]] = []
        self.params: list[SamplingParams] = []
        self.thinking: list[bool | None] = []
        self.num_steps = 0

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def count_image_tokens(self, width: int, height: int) -> int:
        return 100

    def stream(
        self,
        messages: Sequence[Message],
        params: SamplingParams,
        enable_thinking: bool | None = None,
        cancel: Event | None = None,
        hurry: Event | None = None,
    ) -> Iterator[Delta]:
        self.asked.append(list(messages))
        self.params.append(params)
        self.thinking.append(enable_thinking)
        thought = self.reasoning.split(" ") if self.reasoning and enable_thinking is not False else []
        words = [("reasoning", word) for word in thought] + [("content", word) for word in self.answer.split(" ")]
        said = 0
        for index, (kind, word) in enumerate(words):
            if cancel is not None and cancel.is_set():
                yield Delta(finish_reason="abort", usage=Usage(10, 0, said, 0))
                return
            if kind == "reasoning" and hurry is not None and hurry.is_set():
                continue
            time.sleep(self.delay)
            self.num_steps += 1
            said += 1
            space = " " if index and words[index - 1][0] == kind else ""
            yield Delta(**{kind: space + word})
        yield Delta(finish_reason="stop", usage=Usage(10, 0, said, len(thought)))

    def close(self) -> None:
        pass
