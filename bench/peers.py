"""Converters to Markdown, each in a process of its own that loads once and then waits for files.

with Peer(PEERS["markitdown"], "python3") as peer:
    seconds, characters = peer.convert("invoice.pdf")
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bench.child import Child

_LECTOR = """
from dataclasses import replace
from app.batch.pages import read
from app.opening import open_file
from app.settings import Settings
settings = replace(Settings.load(), ocr_cache_mb=0)
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
_COUNT = """
def answer(path):
    return len("".join(convert(path).split()))
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


class Peer(Child):
    """A converter that is loaded. Raises ChildError as `Child` does."""

    def __init__(self, recipe: Recipe, python: str) -> None:
        super().__init__(python, recipe.code + _COUNT)

    def convert(self, path: str) -> tuple[float, int]:
        """Seconds, and the characters that came, white space left out.

        Raises:
            ChildError: it fails.
        """
        began = time.perf_counter()
        characters = self.ask(path)
        return time.perf_counter() - began, characters
