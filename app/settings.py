"""One frozen set of settings, and the only place that reads flags and the environment.

Flags win over `LECTOR_*` variables, which win over the defaults.
"""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from preprocess.image import MAX_MEGAPIXELS
from preprocess.jail import Limits
from preprocess.load import MAX_FILE_MB, MAX_PAGES
from preprocess.pdf import DEFAULT_LIBRARY, LIBRARIES
from preprocess.ranges import parse_ranges
from vlm.errors import ConfigError
from vlm.kernels import KERNELS
from vlm.room import KV_CACHE_DTYPES, KVCacheDtype, Room
from vlm.sampling_params import EFFORTS, Effort


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can set.

    Attributes:
        model: `nano`, a checkpoint's directory, or a hub id.
        dtype: auto, float32, bfloat16, float16.
        device: auto, cpu, cuda.
        kernels: of quantised models: auto, avx512, avx2, aten.
        threads: of the model; 0 leaves the choice to torch, which takes every core.
        max_model_len: tokens of a prompt and its answer together; None is the model's own length, 32,768 at most.
        max_num_seqs: answers that are worked on side by side.
        kv_cache_gb: gigabytes of keys and values, of those answers and, while there is room, of what was read before,
            so that a second question about a document costs the question alone; None is 32,768 tokens, or one context.
        kv_cache_dtype: what those are held in: auto (as the model computes; bfloat16
            for compiled kernels), bfloat16, or int8, which takes half the memory.
        max_tokens: of thought and answer together.
        answer_tokens: kept back for the answer, whatever the thought does.
        max_evidence_tokens: of the document's words in one prompt; None is what the model reads well.
        search_pages: so many pages are read to find those that a question is about.
        max_pages: that a file may have; for more, read some of them (`pages`) or raise it.
        max_file_mb: megabytes that a file may have.
        max_megapixels: million pixels that a picture may have; Pillow opens none beyond 178.
        pdf_library: what reads PDFs: pymupdf (AGPL) or pypdfium2 (BSD-3-Clause and Apache-2.0).
        open_seconds, page_seconds: until a file is open, and for one page's words or picture; then it is given up.
        memory_mb: megabytes that reading a file may take, over what its library takes itself (on Linux).
        ocr_cache_mb: megabytes of words that OCR read and that are kept on disk, so that a page is read once; 0: none.
        picture_cache_mb: megabytes of pictures as a model that sees has encoded them, kept on disk; 0: none.
        history: keep the page's conversations on the disk.
        cache: where the embedded model and kernels are built, and OCR's words and pictures are kept; None is the
            system's own cache folder. Models from the hub lie where its client puts them (`HF_HOME`).
        nano_wheel: the file that nano is made of, for machines without network.
    """

    model: str = "nano"
    dtype: str = "auto"
    device: str = "auto"
    kernels: str = "auto"
    threads: int = 0
    max_model_len: int | None = None
    max_num_seqs: int = 4
    kv_cache_gb: float | None = None
    kv_cache_dtype: KVCacheDtype = "auto"
    max_tokens: int = 1024
    answer_tokens: int = 64
    max_evidence_tokens: int | None = None
    search_pages: int = 64
    max_pages: int = MAX_PAGES
    max_file_mb: int = MAX_FILE_MB
    max_megapixels: int = MAX_MEGAPIXELS
    pdf_library: str = DEFAULT_LIBRARY
    open_seconds: int = 60
    page_seconds: int = 30
    memory_mb: int = 2048
    ocr_cache_mb: int = 256
    picture_cache_mb: int = 1024
    history: bool = True
    cache: Path | None = None
    nano_wheel: Path | None = None

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value is not None and not least <= value < math.inf:  # which a NaN is not either
                raise ConfigError(f"{name} is {value}; it must be a number, at least {least}")
        if self.kernels not in KERNELS:
            raise ConfigError(f"kernels is {self.kernels!r}; it must be one of {', '.join(KERNELS)}")
        if self.kv_cache_dtype not in KV_CACHE_DTYPES:
            raise ConfigError(f"kv_cache_dtype is {self.kv_cache_dtype!r}; it must be {' or '.join(KV_CACHE_DTYPES)}")
        if self.pdf_library not in LIBRARIES:
            raise ConfigError(f"pdf_library is {self.pdf_library!r}; it must be {' or '.join(LIBRARIES)}")

    @staticmethod
    def load(args: argparse.Namespace | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
        """Flags that were given, else `LECTOR_*` variables, else the defaults.

        Raises:
            ConfigError: a variable that should be a number and is not, or that names no choice there is (of devices and
                dtypes whoever loads the model knows).
        """
        values: dict[str, Any] = {}
        for field in fields(Settings):
            given = getattr(args, field.name, None)
            variable = environ.get(f"LECTOR_{field.name.upper()}")
            if given is not None:
                values[field.name] = given
            elif variable:
                values[field.name] = _parse(field.name, variable)
        if "model" in values:
            values["model"] = os.path.expanduser(values["model"])
        values |= {name: Path(os.path.expanduser(values[name])) for name in _PATHS & values.keys()}
        return Settings(**values)

    @property
    def room(self) -> Room:
        """How much the engine runs at once."""
        return Room(self.max_model_len, self.max_num_seqs, self.kv_cache_gb, self.kv_cache_dtype)

    @property
    def limits(self) -> Limits:
        """What reading a file may cost."""
        return Limits(self.open_seconds, self.page_seconds, self.memory_mb)

    def answer_options(self) -> dict[str, Any]:
        """What an answer depends on, as plain values."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _NOT_OF_ANSWERS}


_NOT_OF_ANSWERS = {
    *("device", "threads", "max_num_seqs", "kv_cache_gb", "cache", "nano_wheel"),
    *("open_seconds", "page_seconds", "memory_mb", "ocr_cache_mb", "picture_cache_mb", "max_pages"),
    *("max_file_mb", "max_megapixels"),
    "history",
}
_LEAST = {
    "threads": 0,
    "max_model_len": 1,
    "max_num_seqs": 1,
    "kv_cache_gb": 0,
    "max_tokens": 1,
    "answer_tokens": 1,
    "max_evidence_tokens": 1,
    "search_pages": 1,
    "max_pages": 1,
    "max_file_mb": 1,
    "max_megapixels": 1,
    "open_seconds": 1,
    "page_seconds": 1,
    "memory_mb": 64,
    "ocr_cache_mb": 0,
    "picture_cache_mb": 0,
}
_PATHS = {"cache", "nano_wheel"}
WITHOUT_FLAG = frozenset(("answer_tokens", "nano_wheel"))  # which have a variable alone; `history` is the page's
_BY_VARIABLE = "each of these is also a variable: LECTOR_MAX_PAGES for --max-pages"


def _parse(name: str, text: str) -> Any:
    if name == "history":
        return text.lower() not in ("0", "no", "false", "off")
    if name in _PATHS:
        return Path(text)
    if name in _LEAST:
        try:
            return float(text) if name == "kv_cache_gb" else int(text)
        except ValueError:
            kind = "a number" if name == "kv_cache_gb" else "a whole number"
            raise ConfigError(f"LECTOR_{name.upper()} is {text!r}; it must be {kind}") from None
    return text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags that every program of Lector understands. Unset ones stay None, so that variables count."""
    group = parser.add_argument_group("model", _BY_VARIABLE)
    group.add_argument("--model", help="nano (default), a checkpoint's directory, or a hub id")
    numbers = "of numbers; auto (default): what the processor computes in, and 8 bits for nano"
    group.add_argument("--dtype", choices=("auto", "float32", "bfloat16", "float16"), help=numbers)
    group.add_argument("--device", help="auto (default), cpu or cuda")
    group.add_argument("--kernels", choices=KERNELS, help="of quantised models; auto (default): the best there are")
    group.add_argument("--threads", type=int, help="processor threads, default all cores")
    group.add_argument("--max-model-len", type=int, help="tokens of a prompt and its answer, default 32768 at most")
    group.add_argument("--max-num-seqs", type=int, help="answers that are worked on side by side, default 4")
    group.add_argument("--kv-cache-gb", type=float, help="of keys and values, default 32768 tokens' of them")
    group.add_argument("--kv-cache-dtype", choices=KV_CACHE_DTYPES, help="of those; int8 takes nearly half the memory")
    group.add_argument("--picture-cache-mb", type=int, help="kept on disk of encoded pictures, default 1024; 0: none")
    group.add_argument("--max-tokens", type=int, help="of thought and answer together, default 1024")
    group.add_argument(
        "--max-evidence-tokens", type=int, help="of the document's words in a prompt, default as the model reads well"
    )
    group.add_argument("--search-pages", type=int, help="pages read to find what a question is about, default 64")
    add_reading(parser)


def add_reading(parser: argparse.ArgumentParser) -> None:
    """The flags of reading files, with or without a model."""
    group = parser.add_argument_group("reading", _BY_VARIABLE)
    group.add_argument("--pdf-library", choices=tuple(LIBRARIES), help=f"what reads PDFs, default {DEFAULT_LIBRARY}")
    group.add_argument("--max-pages", type=int, help=f"to read of a file, at most, default {MAX_PAGES}")
    group.add_argument("--max-file-mb", type=int, help=f"that a file may have, default {MAX_FILE_MB}")
    group.add_argument("--max-megapixels", type=int, help=f"that a picture may have, default {MAX_MEGAPIXELS}")
    group.add_argument("--open-seconds", type=int, help="until a file is open, default 60; then it is given up")
    group.add_argument("--page-seconds", type=int, help="for one page's words or picture, default 30")
    group.add_argument("--memory-mb", type=int, help="that reading a file may take, default 2048 (on Linux)")
    group.add_argument("--ocr-cache-mb", type=int, help="kept on disk of what OCR read, default 256; 0 keeps nothing")
    group.add_argument("--cache", type=Path, help="folder of the embedded model and of what is kept")


def add_pages(parser: argparse.ArgumentParser) -> None:
    """`--pages 1-5,8`"""
    parser.add_argument(
        "--pages", type=_pages, metavar="RANGES", help="read these alone: 1-5,8,12- ; from the end as in --pages=-3--1"
    )


def _pages(text: str) -> str:
    try:
        parse_ranges(text, 1)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def add_thinking(parser: argparse.ArgumentParser) -> None:
    """`--think`, `--no-think`; neither is the Auto rule (`prompts.auto`). `--effort` thinks so much."""
    thinking = parser.add_mutually_exclusive_group()
    reason = "reason before answering; without, this is done for sums, comparisons and counts alone"
    thinking.add_argument("--think", action="store_true", default=None, help=reason)
    thinking.add_argument("--no-think", dest="think", action="store_false", help="answer at once, whatever is asked")
    thinking.add_argument("--effort", choices=EFFORTS, help="reason before answering, but only so much")


def thinking_of(args: argparse.Namespace) -> tuple[bool | None, Effort | None]:
    """What `add_thinking` was told: whether to think, and how much."""
    return (True if args.effort else args.think), args.effort


def add_grounding(parser: argparse.ArgumentParser) -> None:
    """`--grounded`"""
    parser.add_argument(
        "--grounded", action="store_true", help="answer only in the document's own words, or that it does not say"
    )
