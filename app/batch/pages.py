"""What can be read of a document, whatever some of its pages do: a page that fails is told, and the rest goes on.

`read` goes once through the pages and lets go of each one's words, so that a long document takes no more memory than a
short one; `readable` asks about those pages that can be read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event
from typing import TypeVar

from app.terminal import as_flags, tell
from app.tried import PageErrors, note, watched
from preprocess.document import Document, DocumentError, Page
from preprocess.markdown import page_markdown, unread_markdown
from preprocess.tables.find import Table, located_tables
from preprocess.tables.pages import join_over_pages

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page: where its words came from (`text`, `ocr`, `none`, or `failed`), and what it says as Markdown."""

    number: int
    source: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the pages of a document say. `tables` are there if asked for; those that run over pages are joined.

    `page_count` is the file's, however many pages of it were chosen.
    """

    pages: tuple[PageReading, ...]
    tables: tuple[Table, ...]
    errors: PageErrors
    page_count: int

    @property
    def markdown(self) -> str:
        return "\n".join(page.markdown for page in self.pages)

    @property
    def is_empty(self) -> bool:
        """Whether none of the pages could be read."""
        return len(self.errors) == len(self.pages)


def read(
    document: Document,
    *,
    tables: bool = False,
    cancel: Event | None = None,
    on_page: Callable[[int, int], None] = lambda done, total: None,
) -> Reading:
    """Every page's words. Where nothing else refers to `document`, they are gone before the next page's are read.

    Args:
        tables: keep the tables, too, and where each of their cells stands: some 40 kB for a page full of them.
        cancel: once it is set, the pages that are left are left out.
        on_page: told after each page how many are done, and how many there are.
    """
    left, total, page_count = list(document.pages[::-1]), len(document.pages), document.page_count
    del document  # it holds the pages, and they hold their words
    pages: list[PageReading] = []
    kept: list[Table] = []
    errors: PageErrors = {}
    while left and not (cancel is not None and cancel.is_set()):
        reading, found = _page(left.pop(), errors)
        pages.append(reading)
        kept += found if tables else ()
        on_page(len(pages), total)
    return Reading(tuple(pages), join_over_pages(kept), errors, page_count)


def readable(document: Document, ask: Callable[[Document], T]) -> tuple[T | None, PageErrors]:
    """What `ask` says of the pages that can be read, and why the others cannot. None where that is none of them.

    Raises:
        DocumentError: `ask` fails, and it is no page's fault.
    """
    errors: PageErrors = {}
    while True:
        try:
            return ask(watched(document, errors)), errors
        except DocumentError:
            rest = tuple(page for page in document.pages if page.number not in errors)
            if len(rest) == len(document.pages):
                raise
            if not rest:
                return None, errors
            document = replace(document, pages=rest)


def tell_unread(errors: PageErrors) -> None:
    """Say on the terminal which pages could not be read, and why."""
    for number in sorted(errors):
        tell(f"error: page {number}: {as_flags(errors[number]['message'])}")


def _page(page: Page, errors: PageErrors) -> tuple[PageReading, list[Table]]:
    try:
        text = page.text()
    except DocumentError as error:
        note(errors, page.number, error)
        return PageReading(page.number, "failed", unread_markdown(page.number, str(error))), []
    found = tuple(located_tables(text, page.number))
    markdown = page_markdown(page.number, text, found)
    return PageReading(page.number, text.source, markdown), [one.table for one in found]
