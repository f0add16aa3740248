"""Citations in the document's own terms: `iv`, where it calls its fourth page so, and which way that page lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from preprocess.document import Document, DocumentError, Page
from prompts.grounding import Citation


def placed(citations: Sequence[Citation], document: Document) -> tuple[Citation, ...]:
    """The same, each with what the document calls its page, and by how much that was turned."""
    cited = {citation.page for citation in citations}
    said = {page.number: (_label(page), page.turn()) for page in document.pages if page.number in cited}
    return tuple(
        replace(citation, label=label, turn=turn)
        for citation in citations
        for label, turn in [said.get(citation.page, ("", 0))]
    )


def _label(page: Page) -> str:
    try:
        return page.label()
    except DocumentError:  # its words are known, or it would not be cited; they are what counts
        return ""


def written(citation: Citation) -> str:
    """`page 4`, or `page iv (4)`"""
    return f"page {citation.label} ({citation.page})" if citation.label else f"page {citation.page}"
