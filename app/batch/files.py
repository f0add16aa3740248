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
    """`inputs`, with the names that are `listed` in the place of `-`."""
    names: list[str] = []
    for name in inputs:
        names += _listed("".join(listed)) if name == "-" else [name]
    return names


def find_files(names: Sequence[str]) -> list[Path]:
    """Files named or matched by globs, and files of the kinds we read in folders that are, at any depth; each once, as
    it is spelled first.

    A name that leads nowhere stays, so that its line can say so; so do a broken link and a folder that cannot be looked
    into. Links to folders are not followed within folders: they may lead in a circle.
    """
    found: dict[str, Path] = {}
    for path in (path for name in names for path in _found(name)):
        found.setdefault(place(path), path)
    return list(found.values())


def place(path: str | os.PathLike[str]) -> str:
    """The same for all spellings of a path from here. A file that is a link has a place of its own."""
    folder, name = os.path.split(os.fspath(path))
    return os.path.normcase(os.path.join(os.path.realpath(folder), name))


def straight(path: str | os.PathLike[str]) -> Path:
    """The absolute path without `..`, which leads from where a link before it points to. Links behind it stay."""
    parts = Path(path).parts
    back = len(parts) - parts[::-1].index("..") if ".." in parts else 0
    return Path(os.path.abspath(os.path.join(os.path.realpath(Path(*parts[:back])), *parts[back:])))


def root_of(names: Sequence[str]) -> Path:
    """The folder that holds whatever `names` mean.

    It does not depend on which files folders and globs lead to now: a tree keeps its shape when some are added.
    """
    return Path(os.path.commonpath([straight(_base(name)) for name in names]))


def _listed(text: str) -> list[str]:
    """Names, one a line or, as `find -print0` writes them, each with a NUL behind it; such may hold line ends."""
    if "\0" in text:
        return [name for name in text.split("\0") if name]
    return [line.rstrip("\r") for line in text.split("\n") if line.strip()]


def _found(name: str) -> list[Path]:
    path = Path(name)
    if _holds(path.is_dir):
        return sorted(_within(path))
    if _holds(path.exists):
        return [path]
    return [file for match in sorted(glob.glob(name, recursive=True)) for file in _matched(Path(match))] or [path]


def _matched(path: Path) -> list[Path]:
    if _holds(path.is_dir):
        return sorted(_within(path))
    return [path] if _is_file(path) else []


def _within(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []
    for where, _, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        paths = (Path(where, name) for name in names if os.path.splitext(name)[1].lower() in SUFFIXES)
        yield from filter(_is_file, paths)
    yield from closed


def _is_file(path: Path) -> bool:
    """Or would be one: in a closed folder, behind a broken link."""
    return _holds(path.is_file, otherwise=True) or not _holds(path.exists)


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
