"""A document as Lector sees it: pages that are pictures *and* words.

Everything below is a plain value. Pages are lazy: a picture is rendered, and words are read, when somebody asks.
Boxes are fractions of the page (0..1), origin top left, so that they fit any rendering of the same page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from PIL import Image

TextSource = Literal["text", "ocr", "none"]
DOUBTFUL = 0.9  # confidence


class DocumentError(Exception):
    """A document that cannot be read, and why.

    `code` is for programs (`password_required`, `damaged`, `empty`, `too_many_pages`, `too_large`,
    `image_too_large`, `too_slow`, `out_of_memory`, `unsupported_type`, `library_missing`, `not_found`, `no_such_page`,
    `no_chart`); the message is a sentence for people. `limit` is the number of pages above which it was
    `too_many_pages`, or of megabytes above which it was `too_large`.
    """

    def __init__(self, code: str, message: str, limit: int | None = None) -> None:
        super().__init__(message)
        self.code, self.limit = code, limit


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle as fractions of the page: 0 <= x0 <= x1 <= 1, the same for y, origin top left."""

    x0: float
    y0: float
    x1: float
    y1: float

    def is_in(self, other: Box) -> bool:
        """Whether the middle lies in `other`."""
        x, y = (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2
        return other.x0 <= x <= other.x1 and other.y0 <= y <= other.y1

    @staticmethod
    def around(boxes: Sequence[Box]) -> Box:
        """The smallest box that holds all of `boxes` (at least one)."""
        return Box(
            min(b.x0 for b in boxes),
            min(b.y0 for b in boxes),
            max(b.x1 for b in boxes),
            max(b.y1 for b in boxes),
        )


def clipped(x0: float, y0: float, x1: float, y1: float) -> Box | None:
    """The part of a rectangle that lies on the page; None where nothing of it does."""
    across = sorted(min(max(x, 0.0), 1.0) for x in (x0, x1))
    down = sorted(min(max(y, 0.0), 1.0) for y in (y0, y1))
    box = Box(across[0], down[0], across[1], down[1])
    return box if box.x1 > box.x0 and box.y1 > box.y0 else None


@dataclass(frozen=True, slots=True)
class Word:
    """A run of text without a gap, where it stands, and how sure its reader was (1.0 for a text layer).

    `is_measured`: it stands nowhere; it is what a chart's mark in `box` is worth.
    """

    text: str
    box: Box
    confidence: float = 1.0
    is_measured: bool = False


COLUMN = "  "  # in a line's text, where a column may begin


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one visual line in reading order. `text` keeps a column gap as `COLUMN`.

    `told` says more than the line by itself, to a model (`preprocess.told`); nothing of it is quoted. `needs_telling`:
    by itself and among the others it does not say what its values belong to.
    """

    text: str
    words: tuple[Word, ...]
    told: str = ""
    needs_telling: bool = False

    @property
    def shown(self) -> str:
        """What a model is shown."""
        return self.told or self.text

    @property
    def box(self) -> Box:
        return Box.around([word.box for word in self.words])


@dataclass(frozen=True, slots=True)
class PageText:
    """The lines of a page in reading order, and whether a text layer or OCR gave them."""

    lines: tuple[Line, ...]
    source: TextSource

    def told_by(self, say: Callable[[str], str]) -> PageText:
        """The same lines, those told of which `say` says something; the very same where it says nothing.

        What is told already stays so.
        """
        told = {number: said for number, line in enumerate(self.lines) if not line.told and (said := say(line.text))}
        if not told:
            return self
        lines = (replace(line, told=told.get(number, line.told)) for number, line in enumerate(self.lines))
        return PageText(tuple(lines), self.source)

    @property
    def is_doubtful(self) -> bool:
        """Whether OCR was unsure of most words: a bad picture, or a script that it does not know.

        Of 22 scans and charts the median was 0.95 at least; of Arabic, Cyrillic, Greek and Korean 0.89 at most.
        """
        sure = [word.confidence for line in self.lines for word in line.words]
        return self.source == "ocr" and median(sure) < DOUBTFUL


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its 1-based number, and readers that run when asked.

    `render()` gives an RGB picture; it is not kept, so that a long document stays small in memory.
    `text()` gives the words; whoever makes a page sees to it that they are read once (`preprocess.load`).
    `turn()` says by how many degrees clockwise the page was turned to stand upright: 0 before its words are read, since
    nothing else tells how it lies. Afterwards `render()` gives it upright, as the boxes of its words have it.
    `told()` gives them as a model is shown them (`preprocess.told`); None: just as `text()`.
    `label()` is what the file calls the page (`iv`, `A-3`); empty where it has no name of its own, or its number.
    """

    number: int
    render: Callable[[], Image.Image]
    text: Callable[[], PageText]
    label: Callable[[], str] = str
    told: Callable[[], PageText] | None = None
    turn: Callable[[], int] = int

    def shown(self) -> PageText:
        """What a model is shown: `told()`, or `text()` where nothing more is known."""
        return (self.told or self.text)()


@dataclass(frozen=True, slots=True)
class Document:
    """A named file and those of its pages that are read, in order: all `page_count` of them, or a choice.

    `sha256` is of the file's bytes.
    """

    name: str
    sha256: str
    pages: tuple[Page, ...]
    page_count: int
