"""An answer is more than a string."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from prompts.grounding import Citation
from vlm.outputs import FinishReason, Usage


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds: reading the pages, until the first token of thought or answer, and altogether."""

    read: float
    first_token: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        text: the answer, without citation marks.
        normalised: the ISO date or plain decimal that `text` stands for, None where it is neither or not certain.
        reasoning: the thought, None if the model did not think.
        citations: where the answer stands in the document, and whether that was checked; of an answer that was worked
            out, where the numbers of its `calculation` do.
        pages_read: numbers of the pages whose words the model saw; `page_count` is how many there are.
        pages_unreadable: those that could not be read, which the answer does without.
        omitted_lines: lines of the searched pages that did not fit the prompt.
        notices: what a user should know about this answer.
        calculation: the sum that the thought ends in, `102.00 - 72.00 = 30.00`, where `text` is what it comes to.
    """

    text: str
    normalised: str | None
    reasoning: str | None
    citations: tuple[Citation, ...]
    usage: Usage
    timings: Timings
    finish_reason: FinishReason
    pages_read: tuple[int, ...]
    page_count: int
    omitted_lines: int
    model: str
    notices: tuple[str, ...] = ()
    pages_unreadable: tuple[int, ...] = ()
    calculation: str | None = None

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)
