"""OCR remembers what it read: the words of a picture, on disk, by the picture's content.

Reading a scan takes seconds, and people ask a document more than once; a batch that was interrupted goes on at the page
where it was. What is kept are the words themselves, in a folder that only its owner can read.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from preprocess.document import Box, Word
from preprocess.ocr import OcrEngine

SWEEP_EVERY = 64  # entries written between two looks at how much there is

log = logging.getLogger(__name__)


class CachedOcr:
    """An `OcrEngine` before another one. Threads and processes may share its folder.

    Args:
        engine: reads what is not known yet; its `identity` tells its words from those of another engine or version.
        folder: is made when the first page is kept.
        most_bytes: where the folder holds more, what was not used for longest goes.
    """

    def __init__(self, engine: OcrEngine, folder: Path, most_bytes: int) -> None:
        self.identity = engine.identity
        self._engine, self._folder, self._most_bytes = engine, folder, most_bytes
        self._written = 0

    def read(self, image: Image.Image) -> list[Word]:
        place = self._place(image)
        words = _load(place)
        if words is None:
            words = self._engine.read(image)
            try:
                self._keep(words, place)
            except OSError as error:  # a full disk costs the memory, not the answer
                log.warning("what OCR read could not be kept in %s: %s", self._folder, error.strerror)
        return words

    def _place(self, image: Image.Image) -> Path:
        picture = image.convert("RGB")
        digest = hashlib.sha256(f"{self.identity} {picture.size}".encode())
        digest.update(picture.tobytes())
        name = digest.hexdigest()
        return self._folder / name[:2] / f"{name[2:]}.json.z"

    def _keep(self, words: list[Word], place: Path) -> None:
        """Write beside `place`, then rename: another process sees all of it or nothing."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        rows = [(word.text, word.box.x0, word.box.y0, word.box.x1, word.box.y1, word.confidence) for word in words]
        handle, part = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(zlib.compress(json.dumps(rows, ensure_ascii=False).encode()))
        os.replace(part, place)
        if self._written % SWEEP_EVERY == 0:
            self._sweep()
        self._written += 1

    def _sweep(self) -> None:
        """Take the least recently used entries away until the rest fits."""
        entries = sorted(_entries(self._folder), reverse=True)  # the latest first
        total = 0
        for _, size, path in entries:
            total += size
            if total > self._most_bytes:
                Path(path).unlink(missing_ok=True)


def _load(place: Path) -> list[Word] | None:
    """What was kept there, or None: nothing, or what is not whole."""
    try:
        rows = json.loads(zlib.decompress(place.read_bytes()))
        words = [Word(text, Box(x0, y0, x1, y1), confidence) for text, x0, y0, x1, y1, confidence in rows]
        os.utime(place)
    except (OSError, ValueError, TypeError, zlib.error):
        return None
    return words


def _entries(folder: Path) -> Iterator[tuple[float, int, str]]:
    """(last used, bytes, path) of every entry; another process may take one away meanwhile."""
    for path in folder.glob("*/*"):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        yield found.st_mtime, found.st_size, str(path)
