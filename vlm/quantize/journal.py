"""What of a result is on the disk already: a file of lines, the first of which says of what run they are."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from vlm.errors import ConfigError

JOURNAL = "pieces.jsonl"


class Journal:
    """Of the result in `directory`. `about` is all that decides what will be in it: another run must not go on."""

    def __init__(self, directory: Path, about: Mapping[str, Any]) -> None:
        self.directory, self.about = directory, dict(about)
        self.path = directory / JOURNAL

    def written(self) -> set[str]:
        """The pieces that an earlier run has written. A line that was cut off when that one ended goes.

        Raises:
            ConfigError: the journal is of another run, or cannot be read.
        """
        content = self.path.read_bytes() if self.path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            os.truncate(self.path, len(whole))
        try:
            begun, *pieces = [json.loads(line) for line in whole.splitlines()] or [self.about]
            differs = [name for name, value in self.about.items() if begun.get(name) != value]
            written = {str(key) for keys in pieces for key in keys}
        except (ValueError, TypeError, AttributeError):
            raise ConfigError(f"{self.path} is damaged; delete {self.directory}, or choose another directory") from None
        if differs:
            raise ConfigError(
                f"{self.directory} is of another run, which differs in {', '.join(differs)}; delete it, or choose "
                "another directory"
            )
        return written

    def begin(self) -> None:
        """Say of what run it is, unless that is there."""
        if not (self.path.exists() and self.path.stat().st_size):
            self._append(self.about)

    def note(self, keys: Sequence[str]) -> None:
        """The pieces first, then the line that says so."""
        for path in self.directory.glob("*.safetensors"):
            with path.open("r+b") as file:  # Windows brings nothing to the disk that may only be read
                os.fsync(file.fileno())
        self._append(list(keys))

    def end(self) -> None:
        self.path.unlink()

    def _append(self, line: Any) -> None:
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Nobody else works in `directory` while the block lasts.

    Raises:
        ConfigError: somebody does.
    """
    path = directory.with_name(f"{directory.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise ConfigError(f"another run writes to {directory}; let it end, or choose another directory") from None
    try:
        yield
    finally:
        if not directory.exists():
            with suppress(OSError):  # Windows deletes it on release
                path.unlink()
        lock.release()
