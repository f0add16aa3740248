"""A folder of things that were costly to make, by name: only its owner reads it, and what is used least goes first."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

SWEEP_EVERY = 64  # entries written between two looks at how much there is

log = logging.getLogger(__name__)


class KeptFiles:
    """Bytes under names, of 3 characters or more. Threads and processes may share the folder.

    Args:
        folder: is made when the first thing is kept.
        most_bytes: where the folder holds more, what was not used for longest goes.
        ending: of the files' names.
    """

    def __init__(self, folder: Path, most_bytes: int, ending: str = "") -> None:
        self._folder, self._most_bytes, self._ending = folder, most_bytes, ending
        self._written = 0

    def get(self, name: str) -> bytes | None:
        """What was kept as `name`, or None. It counts as used now."""
        place = self._place(name)
        try:
            data = place.read_bytes()
            os.utime(place)
        except OSError:
            return None
        return data

    def put(self, name: str, data: bytes) -> None:
        """Keep `data` as `name`; a full disk costs the memory of it, and no error."""
        try:
            self._write(self._place(name), data)
        except OSError as error:
            log.warning("%s could not be kept in %s: %s", name, self._folder, error.strerror)

    def _place(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name[2:]}{self._ending}"

    def _write(self, place: Path, data: bytes) -> None:
        """Write beside `place`, then rename: another process sees all of it or nothing."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(part, place)
        except OSError:  # a full disk is not to be filled further
            Path(part).unlink(missing_ok=True)
            raise
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


def _entries(folder: Path) -> Iterator[tuple[float, int, str]]:
    """(last used, bytes, path) of every entry; another process may take one away meanwhile."""
    for path in folder.glob("*/*"):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        yield found.st_mtime, found.st_size, str(path)
