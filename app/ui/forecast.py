"""What a question will cost, said before it is sent: pages, and tokens of their words against what the model reads.

Nothing is read by OCR for that: pages without a text layer are counted as pictures until their words have been read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PIL import Image

from app.opening import open_file
from app.reader import PROMPT_OVERHEAD, Reader
from app.settings import Settings
from preprocess.document import Document, DocumentError, PageText, Word
from prompts.evidence import build, by_itself


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of a question about some pages.

    Attributes:
        pages: how many they are; `searched` of them are looked at.
        pictures: pages that OCR would read first.
        tokens: of the words of the others, as a prompt would show them.
        budget: tokens of words that a prompt has room for.
    """

    pages: int
    searched: int
    pictures: int
    tokens: int
    budget: int


class _Unread(Exception):
    """A page has no text layer."""


class _NoOcr:
    """Stands where OCR stands, and reads nothing."""

    identity = "none"

    def read(self, image: Image.Image) -> list[Word]:
        raise _Unread


class Known:
    """How many tokens the words of a document's pages take, as far as that is known without OCR."""

    def __init__(self, glance: Document, count_tokens: Callable[[str], int]) -> None:
        self._glance = glance
        self._count = count_tokens
        self._tokens: dict[int, tuple[int, int] | None] = {}

    @staticmethod
    def of(
        source: str | os.PathLike[str] | bytes,
        settings: Settings,
        count_tokens: Callable[[str], int],
        password: str | None = None,
    ) -> Known:
        """Opens the file once more.

        Raises:
            DocumentError: it cannot be read.
        """
        return Known(open_file(source, settings, password=password, ocr=_NoOcr()), count_tokens)

    def watched(self, document: Document) -> Document:
        """The same document; words that somebody reads of it, OCR's too, are known from then on."""
        pages = [
            replace(
                page,
                text=partial(self._read, page.number, page.text, False),
                told=partial(self._read, page.number, page.shown, True),
            )
            for page in document.pages
        ]
        return replace(document, pages=tuple(pages))

    def tokens(self, number: int) -> tuple[int, int] | None:
        """Of one page as it is told, and by itself; None where OCR must read it first."""
        if number not in self._tokens:
            try:
                self._note(number, self._glance.pages[number - 1].text())
            except (_Unread, DocumentError):
                self._tokens[number] = None
        return self._tokens[number]

    def _read(self, number: int, read: Callable[[], PageText], is_shown: bool) -> PageText:
        text = read()
        if is_shown or self._tokens.get(number) is None:
            self._note(number, text)
        return text

    def _note(self, number: int, text: PageText) -> None:
        shown = PageText(tuple(replace(line, told=by_itself(line)) for line in text.lines), text.source)
        told, untold = (self._count(build([(number, each)], self._glance.page_count).text) for each in (text, shown))
        self._tokens[number] = told, untold


def budget(reader: Reader) -> int:
    """Tokens of a document's words that the prompt of a short question has room for."""
    settings, info = reader.settings, reader.backend.info
    room = info.max_model_len - min(settings.max_tokens, info.max_model_len // 2) - PROMPT_OVERHEAD
    most = settings.max_evidence_tokens or info.max_evidence_tokens
    return min(most, room // 2 if info.use_image_tokens else room)


def forecast(reader: Reader, known: Known, numbers: Sequence[int]) -> Forecast:
    """Of a question about the pages of these numbers."""
    searched = numbers[: reader.settings.search_pages]
    counts = [known.tokens(number) for number in searched]
    told, untold = (sum(count[way] for count in counts if count is not None) for way in (0, 1))
    most = budget(reader)
    tokens = told if told <= most else untold  # all of them, as a prompt that holds all has them
    return Forecast(len(numbers), len(searched), counts.count(None), tokens, most)
