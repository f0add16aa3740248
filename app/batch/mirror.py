"""A tree of what was read, of the shape of the tree of files: `Mirror(Path("out"), root, ("md", "csv")).write(...)`

Of `scans/2024/a.pdf`, under the root `scans/`, come `out/2024/a.pdf.md` (its pages), `a.pdf.csv` and `a.pdf.xlsx` (its
tables, where it has any). Each file is written beside its place and renamed: whatever happens, none is there by half.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.batch.pages import Reading
from app.sheets import write_csv_file
from app.tables import write_xlsx

FORMS = ("md", "csv", "xlsx")


class NotWritten(Exception):
    """A file of the tree that could not be written, and why."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """Where files go: to `folder`, by the way that leads to them from `root`; and in which of `FORMS`."""

    folder: Path
    root: Path
    forms: tuple[str, ...]

    def target(self, path: Path, form: str) -> Path:
        """`scan.pdf` and `scan.png` side by side make `scan.pdf.md` and `scan.png.md`: no two files share one."""
        way = Path(os.path.abspath(path)).relative_to(self.root)
        return self.folder / way.with_name(f"{path.name}.{form}")

    def holds(self, path: Path) -> bool:
        """Whether a document at `path` has a place in the tree: a name that was written elsewhere need not."""
        return Path(os.path.abspath(path)).is_relative_to(self.root)

    def write(self, reading: Reading, path: Path) -> list[str]:
        """The files that were written for the document at `path`.

        Raises:
            NotWritten: one cannot be written.
        """
        files = []
        for form in self.forms:
            target = self.target(path, form)
            try:
                if self._written(reading, target, form):
                    files.append(str(target))
            except OSError as error:
                raise NotWritten(f"{target} cannot be written: {error.strerror or error}") from error
        return files

    def remove(self, path: Path) -> None:
        """What an earlier run wrote for the document at `path`, which would pass for this one's.

        Raises:
            NotWritten: one of the files cannot be removed.
        """
        for target in (self.target(path, form) for form in self.forms):
            try:
                if os.path.lexists(target):
                    target.unlink()
            except OSError as error:
                raise NotWritten(f"{target} cannot be removed: {error.strerror or error}") from error

    @property
    def has_tables(self) -> bool:
        return set(self.forms) != {"md"}

    def options(self) -> dict[str, Any]:
        """What the tree depends on, from wherever it is asked for."""
        return {"mirror": os.path.abspath(self.folder), "root": str(self.root), "to": self.forms}

    def _written(self, reading: Reading, target: Path, form: str) -> bool:
        """Whether there is anything to write."""
        if form != "md" and not reading.tables:
            target.unlink(missing_ok=True)  # what an earlier run left would pass for this one's
            return False
        with whole(target) as part:
            if form == "md":
                write_markdown(reading, part)
            elif form == "csv":
                write_csv_file([table.texts for table in reading.tables], part)
            else:
                write_xlsx(reading.tables, part)
        return True


def write_markdown(reading: Reading, path: Path) -> None:
    """What UTF-8 cannot hold, of a file's name, becomes a question mark."""
    path.write_text(reading.markdown, encoding="utf-8", errors="replace", newline="\n")


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A place beside `target` to write to; what was written takes its place at the end, and is on the disk.

    Raises:
        OSError: it cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]  # short, as the target's may be as long as any
    part = target.with_name(f".{name}.part")  # the same each time, so that one that was left is written over
    try:
        yield part
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
