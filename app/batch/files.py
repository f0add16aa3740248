"""Which files are meant."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

SUFFIXES = frozenset(
    (".pdf", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".heic", ".heif", ".bmp", ".gif", ".tif", ".tiff")
)


def find_files(inputs: Sequence[str], listed: Iterable[str] = ()) -> list[Path]:
    """Files named, files of the kinds we read in folders named (at any depth), and matches of globs; each once.

    `-` stands for the names in `listed`, one a line. A name that leads nowhere stays, so that its line can say so.
    """
    return list(dict.fromkeys(path for name in _named(inputs, listed) for path in _found(name)))


def _named(inputs: Sequence[str], listed: Iterable[str]) -> Iterator[str]:
    for name in inputs:
        if name == "-":
            yield from (line.rstrip("\r\n") for line in listed if line.strip())
        else:
            yield name


def _found(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
    if path.exists():
        return [path]
    return [path for match in sorted(glob.glob(name, recursive=True)) if (path := Path(match)).is_file()] or [path]
