"""OCR remembers what it read: the words of a picture, on disk, by the picture's content.

Reading a scan takes seconds, and people ask a document more than once; a batch that was interrupted goes on at the page
where it was. What is kept are the words themselves, in a folder that only its owner can read.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path

from PIL import Image

from preprocess.document import Box, Word
from preprocess.kept import KeptFiles
from preprocess.ocr import OcrEngine


class CachedOcr:
    """An `OcrEngine` before another one.

    Args:
        engine: reads what is not known yet; its `identity` tells its words from those of another engine or version.
        folder, most_bytes: as of `KeptFiles`.
    """

    def __init__(self, engine: OcrEngine, folder: Path, most_bytes: int) -> None:
        self.identity = engine.identity
        self._engine, self._kept = engine, KeptFiles(folder, most_bytes, ".json.z")

    def read(self, image: Image.Image) -> list[Word]:
        name = self._name(image)
        words = _words(self._kept.get(name))
        if words is None:
            words = self._engine.read(image)
            self._kept.put(name, _bytes(words))
        return words

    def _name(self, image: Image.Image) -> str:
        picture = image.convert("RGB")
        digest = hashlib.sha256(f"{self.identity} {picture.size}".encode())
        digest.update(picture.tobytes())
        return digest.hexdigest()


def _bytes(words: list[Word]) -> bytes:
    rows = [(word.text, word.box.x0, word.box.y0, word.box.x1, word.box.y1, word.confidence) for word in words]
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode())


def _words(data: bytes | None) -> list[Word] | None:
    """What was kept, or None: nothing, or what is not whole."""
    if data is None:
        return None
    try:
        rows = json.loads(zlib.decompress(data))
        return [Word(text, Box(x0, y0, x1, y1), confidence) for text, x0, y0, x1, y1, confidence in rows]
    except (ValueError, TypeError, zlib.error):
        return None
