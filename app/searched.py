"""The pages that a question is answered from: those that it names, and others as far as the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from threading import Event

from preprocess.document import Document, DocumentError, PageText


def read_pages(
    document: Document, named: Sequence[int], most: int, cancel: Event
) -> tuple[list[tuple[int, PageText]], tuple[int, ...]]:
    """The words of pages, by number, in order, and the numbers of those that cannot be read.

    Args:
        named: numbers of pages to read first, all of them.
        most: pages to read with those, from the first one on.
        cancel: once set, no other page is read.

    Raises:
        DocumentError: none of them can be read.
    """
    by_number = {page.number: page for page in document.pages}
    pages: list[tuple[int, PageText]] = []
    unreadable: dict[int, DocumentError] = {}
    for number in islice(dict.fromkeys((*named, *by_number)), max(most, len(named))):
        try:
            pages.append((number, by_number[number].shown()))
        except DocumentError as error:
            unreadable[number] = error
        if cancel.is_set():
            break
    if unreadable and not pages:
        raise next(iter(unreadable.values()))
    return sorted(pages, key=lambda page: page[0]), tuple(sorted(unreadable))
