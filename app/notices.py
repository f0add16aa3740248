"""What is to be known about an answer: what of the document it does not rest on, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from preprocess.document import Document
from preprocess.ranges import write_ranges
from prompts.evidence import Evidence
from vlm.outputs import FinishReason

CUT_OFF = "The answer was cut off at the token limit; raise max_tokens to see more of it."
REPEATED = "The answer began to repeat itself and was stopped."
NO_THOUGHT = "The model was asked to think and did not."
ENDINGS: Mapping[FinishReason, str] = {"length": CUT_OFF, "repetition": REPEATED}


def notices_of(
    evidence: Evidence,
    document: Document,
    unreadable: Sequence[int],
    unpictured: Sequence[int],
    enable_thinking: bool | None,
    reason: FinishReason,
    reasoning: str,
) -> tuple[str, ...]:
    """Sentences about an answer that ended for `reason` after the thought `reasoning`, the weightiest first.

    Pages that are `unpictured` had no room for their pictures.
    """
    without_thought = NO_THOUGHT if enable_thinking and not reasoning else ""
    read = _unreadable(unreadable), _left_out(evidence, document, unreadable), _unpictured(unpictured)
    hard = _hard_to_read(evidence, document)
    return tuple(filter(None, (*read, hard, ENDINGS.get(reason, ""), without_thought)))


def _unreadable(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    pages = f"Page {numbers[0]}" if len(numbers) == 1 else f"Pages {write_ranges(numbers)}"
    return f"{pages} could not be read; the answer does without."


def _unpictured(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"Page {numbers[0]} was not seen, only its words were read: there was no room for its picture."
    return f"Pages {write_ranges(numbers)} were not seen, only their words were read: there was no room for pictures."


def _hard_to_read(evidence: Evidence, document: Document) -> str:
    """Which of the pages that the model was shown OCR was unsure of."""
    shown = [page for page in document.pages if page.number in evidence.pages_shown]
    doubtful = [page.number for page in shown if page.text().is_doubtful]
    if not doubtful:
        return ""
    pages = f"Page {doubtful[0]} was" if len(doubtful) == 1 else f"Pages {write_ranges(doubtful)} were"
    return f"{pages} hard to read: the picture is bad, or its script is one that OCR does not know."


def _left_out(evidence: Evidence, document: Document, unreadable: Sequence[int]) -> str:
    """What the model was not shown, and which settings change that; empty if it was shown all."""
    said = ""
    if evidence.omitted_lines:
        said = (
            f"There was no room for {evidence.omitted_lines} lines; what fits the question best was read, on "
            f"page{'s' if len(evidence.pages_shown) > 1 else ''} {write_ranges(evidence.pages_shown)} of "
            f"{document.page_count}. "
            "max_evidence_tokens sets how much."
        )
    unread = len(document.pages) - len(evidence.pages) - len(unreadable)
    if unread:
        said += f" {unread} of {len(document.pages)} pages were not searched; search_pages sets how many are."
    return said.strip()
