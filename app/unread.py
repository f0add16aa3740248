"""What of a document an answer does not rest on, and which settings change that."""

from __future__ import annotations

from preprocess.document import Document
from preprocess.ranges import write_ranges
from prompts.evidence import Evidence


def left_out(evidence: Evidence, document: Document) -> str:
    """What the model was not shown, and which settings change that; empty if it was shown all."""
    said = ""
    if evidence.omitted_lines:
        said = (
            f"There was no room for {evidence.omitted_lines} lines; what fits the question best was read, on "
            f"page{'s' if len(evidence.pages_shown) > 1 else ''} {write_ranges(evidence.pages_shown)} of "
            f"{document.page_count}. "
            "max_evidence_tokens sets how much."
        )
    unread = len(document.pages) - len(evidence.pages)
    if unread:
        said += f" {unread} of {len(document.pages)} pages were not searched; search_pages sets how many are."
    return said.strip()
