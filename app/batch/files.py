"""Which files are meant, and which folder holds them all."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path

SUFFIXES = frozenset(
    (".pdf", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".heic", ".heif", ".bmp", ".gif", ".tif", ".tiff")
)


def named(inputs: Sequence[str], listed: Iterable[str] = ()) -> list[str]:
    """`inputs`, with the names in `listed`, one a line, in the place of `-`."""
    names: list[str] = []
    for name in inputs:
        names += (line.rstrip("\r\n") for line in listed if line.strip()) if name == "-" else [name]
    return names


def find_files(names: Sequence[str]) -> list[Path]:
    """Files named, files of the kinds we read in folders named (at any depth), and matches of globs; each once.

    A name that leads nowhere stays, so that its line can say so.
    """
    return list(dict.fromkeys(path for name in names for path in _found(name)))


def root_of(names: Sequence[str]) -> Path:
    """The folder that holds whatever `names` mean.

    It does not depend on which files are there now, so that a tree keeps its shape when some are added.
    """
    return Path(os.path.commonpath([os.path.abspath(_base(name)) for name in names]))


def _found(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
    if path.exists():
        return [path]
    return [path for match in sorted(glob.glob(name, recursive=True)) if (path := Path(match)).is_file()] or [path]


def _base(name: str) -> Path:
    path = Path(name)
    if path.is_dir():
        return path
    if path.exists() or not glob.has_magic(name):
        return path.parent
    return Path(*takewhile(lambda part: not glob.has_magic(part), path.parts))
