"""Pages that fail are put down, and fail at once from then on: `watched(document, errors)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from preprocess.document import Document, DocumentError

T = TypeVar("T")
PageErrors = dict[int, dict[str, Any]]
"""Of pages that could not be read, by number: `page`, `code` and `message`."""


def watched(document: Document, errors: PageErrors) -> Document:
    """The same document, whose pages put down in `errors` that they fail, and then fail at once: one that hangs costs
    its seconds once, however often it is asked. The pages of `document` itself may be tried again."""

    def tried(number: int, call: Callable[[], T]) -> T:
        if number in errors:
            raise DocumentError(errors[number]["code"], errors[number]["message"])
        try:
            return call()
        except DocumentError as error:
            note(errors, number, error)
            raise

    pages = [
        replace(
            page,
            render=partial(tried, page.number, page.render),
            text=partial(tried, page.number, page.text),
            told=partial(tried, page.number, page.shown),
        )
        for page in document.pages
    ]
    return replace(document, pages=tuple(pages))


def note(errors: PageErrors, number: int, error: DocumentError) -> None:
    errors[number] = {"page": number, "code": error.code, "message": str(error)}
