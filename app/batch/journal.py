"""The output is its own journal: one line a document, on the disk as soon as that is done.

A run that was killed leaves whole lines and at most one torn one. `recover` cuts that off and says what is done; the
rest is done again. What a line belongs to is said by the hash of the file's content and the hash of the run's options.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

Record = dict[str, Any]

STATUSES = ("success", "partial_success", "failure")  # in part: some pages could not be read
MISHAPS = frozenset(("internal", "timeout", "too_slow", "out_of_memory", "not_found", "not_written"))
# What other limits or a password may open, which are no part of a run's options.
CLOSED = frozenset(("too_many_pages", "too_large", "image_too_large", "password_required"))


class JournalError(ValueError):
    """An output that this run cannot go on with, and why."""


def options_hash(options: Mapping[str, Any]) -> str:
    """16 hex digits that differ where any option does."""
    return hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:16]


def content_hash(path: Path) -> str | None:
    """SHA-256 of a file, as hex; None where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """While this lasts, no other run writes to `path`. The lock lies beside it, and goes at the end.

    Raises:
        JournalError: another run does. OSError: there is no such folder, or it is closed.
    """
    whole = path.resolve()
    if not whole.parent.is_dir():  # which the lock would make
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    lock = whole.with_name(f"{whole.name}.lock")
    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout:
        raise JournalError(f"another run is writing to {path}: let it end, or name another output") from None
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes nothing that is open
            lock.unlink()
        held.release()


def is_mishap(record: Record) -> bool:
    """Whether something went wrong that may go right another time."""
    return record["status"] != "success" and any(error["code"] in MISHAPS for error in record["errors"])


def is_final(record: Record) -> bool:
    """Whether another run would give the same. One that was opened, if not all its pages, is not opened again."""
    is_closed = record["status"] == "failure" and any(error["code"] in CLOSED for error in record["errors"])
    return not (is_closed or is_mishap(record))


def recover(path: Path, options: str, mend: bool = True) -> list[Record]:
    """The final records that `path` holds. What is torn, or worth another try, is taken out of the file, to `mend` it.

    The file is replaced as a whole: killed in the middle, it is the old one or the new one.

    Raises:
        JournalError: it was made with other options, or is no output of ours; it stays as it is.
    """
    kept: list[tuple[str, Record]] = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            is_ours = record["status"] in STATUSES and isinstance(record["settings_hash"], str)
        except (ValueError, KeyError, TypeError):
            if number < len(lines):
                raise JournalError(f"{path} cannot be gone on with: line {number} is no record of a batch") from None
            break  # behind the last line's end: nothing, or what was being written
        if not is_ours or record["settings_hash"] != options:
            raise JournalError(f"{path} was made with other options; name another output, or add --overwrite")
        if number == len(lines):
            break  # whole by chance, but its end was not written
        if is_final(record):
            kept.append((line.decode(), record))
    if mend and sum(len(line.encode()) + 1 for line, _ in kept) != path.stat().st_size:
        part = path.with_name(path.name + ".part")
        with open(part, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line, _ in kept)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    return [record for _, record in kept]


def read(path: Path) -> list[Record]:
    """Every record that `path` holds.

    Raises:
        JournalError: it is no output of a batch. OSError: it cannot be read.
    """
    records = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):  # names and questions may hold other line ends
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            is_ours = record["status"] in STATUSES and isinstance(record["source"], str)
        except (ValueError, KeyError, TypeError):
            is_ours = False
        if not is_ours:
            raise JournalError(f"{path} is no output of a batch: line {number} is no record")
        records.append(record)
    return records


def opened(path: Path, mode: str) -> IO[str]:
    """An output to `write` to. What UTF-8 cannot hold, of a file's name, is written as JSON writes it: as an escape."""
    return open(path, mode, encoding="utf-8", errors="backslashreplace", newline="\n")


def write(record: Record, out: IO[str], is_file: bool) -> None:
    """One line; where `out` is a file, it is on the disk before this returns."""
    out.write(json.dumps(record, ensure_ascii=False) + "\n")
    out.flush()
    if is_file:
        os.fsync(out.fileno())
