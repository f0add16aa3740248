"""Converters to Markdown, each in a process of its own that loads once and then waits for files.

with Peer(PEERS["markitdown"], "python3") as peer:
    seconds, characters = peer.convert("invoice.pdf")
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Any

_LECTOR = """
from app.batch.pages import read
from app.opening import open_file
from app.settings import Settings
settings = Settings(ocr_cache_mb=0)
def convert(path):
    return read(open_file(path, settings)).markdown
"""
_RAPIDOCR = """
import logging
import pypdfium2
from rapidocr import RapidOCR
logging.disable(logging.INFO)
engine = RapidOCR()
def pictures(path):
    if not path.lower().endswith(".pdf"):
        return [path]
    return [page.render(scale=150 / 72).to_numpy() for page in pypdfium2.PdfDocument(path)]
def convert(path):
    return "\\n".join(text for picture in pictures(path) for text in engine(picture).txts or ())
"""
_DOCLING = """
from docling.document_converter import DocumentConverter
converter = DocumentConverter()
def convert(path):
    return converter.convert(path).document.export_to_markdown()
"""
_DOCLING_NATIVE = """
from docling.datamodel.base_models import InputFormat
from docling.document_converter import DocumentConverter, NativePdfFormatOption
converter = DocumentConverter(format_options={InputFormat.PDF: NativePdfFormatOption()})
def convert(path):
    return converter.convert(path).document.export_to_markdown()
"""
_MARKITDOWN = """
from markitdown import MarkItDown
converter = MarkItDown()
def convert(path):
    return converter.convert(path).text_content
"""
_PYMUPDF4LLM = """
import pymupdf4llm
def convert(path):
    return pymupdf4llm.to_markdown(path)
"""
# What libraries print goes to the standard error.
_SERVE = """
import json, os, sys
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
print(json.dumps("ready"), file=answers, flush=True)
for line in sys.stdin:
    try:
        answer = len("".join(convert(json.loads(line)).split()))
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"[:200]
    print(json.dumps(answer), file=answers, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a converter is called. `ours`: it runs in Lector's environment, the others in that of the peers."""

    code: str
    ours: bool
    kinds: tuple[str, ...]


PEERS: Mapping[str, Recipe] = MappingProxyType(
    {
        "lector": Recipe(_LECTOR, True, ("text", "scan")),
        "rapidocr": Recipe(_RAPIDOCR, True, ("scan",)),
        "docling": Recipe(_DOCLING, False, ("text", "scan")),
        "docling, without models": Recipe(_DOCLING_NATIVE, False, ("text",)),
        "pymupdf4llm": Recipe(_PYMUPDF4LLM, False, ("text", "scan")),
        "markitdown": Recipe(_MARKITDOWN, False, ("text",)),
    }
)


class PeerError(Exception):
    """What a converter says it cannot do."""


class Peer:
    """A converter that is loaded. `with` ends it.

    Raises:
        PeerError: it does not start, say because it is not installed.
    """

    def __init__(self, recipe: Recipe, python: str) -> None:
        self._process = subprocess.Popen(
            [python, "-c", recipe.code + _SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._answer()

    def convert(self, path: str) -> tuple[float, int]:
        """Seconds, and the characters that came, white space left out.

        Raises:
            PeerError: it fails.
        """
        assert self._process.stdin is not None
        began = time.perf_counter()
        self._process.stdin.write(json.dumps(path) + "\n")
        self._process.stdin.flush()
        characters = self._answer()
        seconds = time.perf_counter() - began
        if isinstance(characters, str):
            raise PeerError(characters)
        return seconds, characters

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise PeerError(f"it ended with code {self._process.wait()}")
        return json.loads(line)

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
