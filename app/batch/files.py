"""Which files are meant, and which folder holds them all."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
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

    A name that leads nowhere stays, so that its line can say so; so does a folder that cannot be looked into.
    """
    return list(dict.fromkeys(path for name in names for path in _found(name)))


def root_of(names: Sequence[str]) -> Path:
    """The folder that holds whatever `names` mean.

    It does not depend on which files are there now, so that a tree keeps its shape when some are added.
    """
    return Path(os.path.commonpath([os.path.abspath(_base(name)) for name in names]))


def _found(name: str) -> list[Path]:
    path = Path(name)
    if _holds(path.is_dir):
        return sorted(_within(path))
    if _holds(path.exists):
        return [path]
    return [path for match in sorted(glob.glob(name, recursive=True)) if _holds((path := Path(match)).is_file)] or [
        path
    ]


def _within(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []
    for place, _, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        paths = (Path(place, name) for name in names if os.path.splitext(name)[1].lower() in SUFFIXES)
        yield from (path for path in paths if _holds(path.is_file, otherwise=True))
    yield from closed


def _holds(question: Callable[[], bool], otherwise: bool = False) -> bool:
    """`otherwise` where a folder above is closed, or the name is longer than any may be."""
    try:
        return question()
    except OSError:
        return otherwise


def _base(name: str) -> Path:
    path = Path(name)
    if _holds(path.is_dir):
        return path
    if _holds(path.exists) or not glob.has_magic(name):
        return path.parent
    return Path(*takewhile(lambda part: not glob.has_magic(part), path.parts))
