"""Citations in the document's own terms: `iv`, where it calls its fourth page so, and which way that page lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from preprocess.document import Document, DocumentError, Page
from prompts.grounding import Citation


def placed(citations: Sequence[Citation], document: Document) -> tuple[Citation, ...]:
    """The same, each with what the document calls its page, and by how much that was turned."""
    return tuple(map(placer(document), citations))


def placer(document: Document) -> Callable[[Citation], Citation]:
    """What adds that to one citation after the other. A page is asked once, as it lives in another process."""
    pages = {page.number: page for page in document.pages}

    @cache
    def said(number: int) -> tuple[str, int]:
        return (_label(pages[number]), pages[number].turn()) if number in pages else ("", 0)

    def place(citation: Citation) -> Citation:
        label, turn = said(citation.page)
        return replace(citation, label=label, turn=turn)

    return place


def _label(page: Page) -> str:
    try:
        return page.label()
    except DocumentError:  # its words are known, or it would not be cited; they are what counts
        return ""


def written(citation: Citation) -> str:
    """`page 4`, or `page iv (4)`"""
    return f"page {citation.label} ({citation.page})" if citation.label else f"page {citation.page}"
