"""The door: what every backend offers, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from prompts.messages import Message
from vlm.outputs import Delta
from vlm.sampling_params import SamplingParams

MAX_EVIDENCE_TOKENS = 3000


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What an application needs to know of a model.

    `use_image_tokens` is false for a model that is better off without pictures in its prompt; `notices` are
    sentences about its limits that a user must see; `max_evidence_tokens` is how much of a document's words it reads
    well in one prompt.
    """

    name: str
    max_model_len: int
    use_image_tokens: bool
    notices: tuple[str, ...] = ()
    max_evidence_tokens: int = MAX_EVIDENCE_TOKENS


class Backend(Protocol):
    """Messages in, deltas out. Safe to call from several threads."""

    info: ModelInfo

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` takes in a prompt."""
        ...

    def count_image_tokens(self, width: int, height: int) -> int:
        """How many tokens a picture of this size (pixels) takes in a prompt."""
        ...

    def stream(
        self,
        messages: Sequence[Message],
        params: SamplingParams,
        enable_thinking: bool | None = None,
        cancel: Event | None = None,
        hurry: Event | None = None,
    ) -> Iterator[Delta]:
        """Yield the answer piece by piece; closing the iterator or setting `cancel` stops the work.

        Once `hurry` is set, a thought is closed where it is, and the answer follows.

        The last delta carries `finish_reason` and `usage`. `enable_thinking` None leaves the choice to the model's
        template.

        Raises:
            ContextError: the prompt does not fit. ConfigError: `params` ask for what this backend cannot do; above
            all, one that cannot hold an answer to `grounded_in` says so and never answers freely instead.
        """
        ...

    def close(self) -> None: ...
