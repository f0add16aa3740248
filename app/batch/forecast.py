"""What there is to do, said before it is done: `--dry-run`. No model is loaded and no picture is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from app.opening import open_file
from app.settings import Settings
from preprocess.document import DocumentError, Word


@dataclass(frozen=True, slots=True)
class Forecast:
    """Counts over the files of a run.

    `scanned` are pages without a text layer, which OCR would read; `words` are those of the text layers; `unreadable`
    names files that would fail now, each with its error's code; `unreadable_pages` names files of which some pages
    would, with their numbers.
    """

    files: int
    done: int
    pages: int
    scanned: int
    words: int
    unreadable: dict[str, str]
    unreadable_pages: dict[str, list[int]]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        said = [f"{self.files} files, {self.pages} pages, {self.scanned} of them for OCR"]
        said.append(f"{self.words:,} words in text layers")
        if self.done:
            said.append(f"{self.done} files are done already")
        counts = Counter(self.unreadable.values())
        said += [f"{count} cannot be read ({code})" for code, count in sorted(counts.items())]
        if self.unreadable_pages:
            said.append(f"{sum(map(len, self.unreadable_pages.values()))} pages of others cannot be read")
        return "; ".join(said)


class _Blind:
    """Stands where OCR stands, and sees that it was asked."""

    identity = "blind"

    def __init__(self) -> None:
        self.asked = 0

    def read(self, image: Image.Image) -> list[Word]:
        self.asked += 1
        return []


def forecast(
    files: Iterable[Path], pages: str | None, done: int, settings: Settings, password: str | None = None
) -> Forecast:
    """Open every file and look at the text layer of its pages; `done` files are not among them."""
    blind = _Blind()
    count = seen = words = 0
    unreadable: dict[str, str] = {}
    unreadable_pages: dict[str, list[int]] = {}
    for path in files:
        count += 1
        try:
            document = open_file(path, settings, password=password, pages=pages, ocr=blind)
        except DocumentError as error:
            unreadable[str(path)] = error.code
            continue
        for page in document.pages:
            seen += 1
            try:
                words += sum(len(line.words) for line in page.text().lines)
            except DocumentError:
                unreadable_pages.setdefault(str(path), []).append(page.number)
    return Forecast(count, done, seen, blind.asked, words, unreadable, unreadable_pages)
