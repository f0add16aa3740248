"""The output is its own journal: one line a document, on the disk as soon as that is done.

A run that was killed leaves whole lines and at most one torn one. `recover` says what is there, and `rewrite` leaves
the lines that still hold; of two lines of one document the later one does. What a line belongs to is said by the hash
of the file's content and the hash of the run's options.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from app.batch.files import place
from app.batch.mirror import whole
from app.sheets import ESCAPED

Record = dict[str, Any]

STATUSES = ("success", "partial_success", "failure")  # in part: some pages could not be read
MISHAPS = frozenset(("internal", "timeout", "too_slow", "out_of_memory", "not_found", "not_written"))
# What other limits, a password or an installation may open, which are no part of a run's options.
CLOSED = frozenset(("too_many_pages", "too_large", "image_too_large", "password_required", "library_missing"))
OF_TREE = ("files", "hashes")  # what a record says of its files in a mirror


class JournalError(ValueError):
    """An output that this run cannot go on with, and why."""


def options_hash(options: Mapping[str, Any]) -> str:
    """16 hex digits that differ where any option does."""
    return hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:16]


def content_hash(path: Path, max_file_mb: int | None = None) -> str | None:
    """SHA-256 of a file, as hex; None where there is none to be read, or only one larger than Lector reads."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode) or (max_file_mb is not None and about.st_size > max_file_mb * 2**20):
            return None
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):  # no file's name has a NUL in it, for one
        return None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """While this lasts, no other run writes to `path`. The lock lies beside it, of a folder in it, and goes at
    the end.

    Raises:
        JournalError: another run does. OSError: there is no such folder, or it is closed.
    """
    real = Path(os.path.realpath(path))
    if real.exists() and not (real.is_file() or real.is_dir()):  # a device, or a pipe
        yield
        return
    if not real.parent.is_dir():  # which the lock would make
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    lock = real / ".lector.lock" if real.is_dir() else real.with_name(f".{real.name}.lector.lock")
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


def is_answered(record: Record) -> bool:
    """Whether another run would find the same on every page, though not all of it need be in the tree."""
    pages = [error["code"] for error in record.get("errors", ()) if "page" in error]
    return record["status"] != "failure" and MISHAPS.isdisjoint(pages)


def recover(path: Path, options: str) -> list[Record]:
    """The records that `path` holds, each document's last: none that is torn.

    Raises:
        JournalError: it was made with other options, or is no output of ours.
    """
    kept: dict[str, Record] = {}
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
            is_ours = record["status"] in STATUSES and isinstance(record["settings_hash"], str)
            where = place(record["source"])
        except (ValueError, KeyError, TypeError):
            if number < len(lines):
                raise JournalError(f"{path} cannot be gone on with: line {number} is no record of a batch") from None
            break  # behind the last line's end: nothing, or what was being written
        if not is_ours or record["settings_hash"] != options:
            raise JournalError(f"{path} was made with other options; name another output, or add --overwrite")
        if number == len(lines):
            break  # whole by chance, but its end was not written
        kept[where] = record
    return list(kept.values())


def rewrite(path: Path, records: Iterable[Record]) -> None:
    """Leave these records in `path`, and nothing else.

    The file is replaced as a whole: killed in the middle, it is the old one or the new one. A link stays a link, and
    who may read the file still may.

    Raises:
        OSError: it cannot be written.
    """
    path, text = Path(os.path.realpath(path)), "".join(map(_line, records)).encode(errors=ESCAPED)
    if text == path.read_bytes():
        return
    with whole(path) as part:
        part.touch()
        shutil.copymode(path, part)
        part.write_bytes(text)


def read(path: Path, tell: Callable[[str], None] = lambda _: None) -> list[Record]:
    """The records that `path` holds, each document's last. One that is torn, as a run that was killed leaves it, is
    left out, and told.

    Raises:
        JournalError: it is no output of a batch. OSError: it cannot be read.
    """
    records: dict[str, Record] = {}
    lines = path.read_bytes().split(b"\n")  # names and questions may hold other line ends
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            is_ours = record["status"] in STATUSES and isinstance(record["source"], str)
        except ValueError:
            if number == len(lines) and line.startswith(b"{"):
                tell(f"{path}: line {number} is torn and was left out; --resume does its document again")
                break
            is_ours = False
        except (KeyError, TypeError):
            is_ours = False
        if not is_ours:
            raise JournalError(f"{path} is no output of a batch: line {number} is no record")
        records[place(record["source"])] = record
    return list(records.values())


def opened(path: Path, mode: str) -> IO[str]:
    """An output to `write` to. What UTF-8 cannot hold, of a file's name, is written as JSON writes it: as an escape."""
    return open(path, mode, encoding="utf-8", errors=ESCAPED, newline="\n")


def write(record: Record, out: IO[str], is_file: bool) -> None:
    """One line; where `out` is a file, and no device, it is on the disk before this returns."""
    out.write(_line(record))
    out.flush()
    if is_file and stat.S_ISREG(os.fstat(out.fileno()).st_mode):
        os.fsync(out.fileno())


def _line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
