"""A tree of what was read, of the shape of the tree of files: `Mirror(Path("out"), root, ("md", "csv")).write(...)`

Of `scans/2024/a.pdf`, under the root `scans/`, come `out/2024/a.pdf.md` (its pages), `a.pdf.csv` and `a.pdf.xlsx` (its
tables, where it has any). Each file is written beside its place and renamed: whatever happens, none is there by half.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.batch.files import straight
from app.batch.pages import Reading
from app.sheets import ESCAPED, write_csv_file
from app.tables import write_xlsx

FORMS = ("md", "csv", "xlsx")


class NotWritten(Exception):
    """A file of the tree that could not be written, and why; `files` were written before."""

    def __init__(self, message: str, files: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.files = list(files)


@dataclass(frozen=True, slots=True)
class Mirror:
    """Where files go: to `folder`, by the way that leads to them from `root`; and in which of `FORMS`."""

    folder: Path
    root: Path
    forms: tuple[str, ...]

    def target(self, path: Path, form: str) -> Path:
        """`scan.pdf` and `scan.png` side by side make `scan.pdf.md` and `scan.png.md`: no two files share one.

        Raises:
            OSError: it lies elsewhere.
        """
        place = straight(path)
        if not place.is_relative_to(self.root):
            raise OSError(f"{path} has no place in a tree like {self.root}; name it without ..")
        return self.folder / place.relative_to(self.root).parent / f"{place.name}.{form}"

    def targets(self, path: Path) -> set[str]:
        """Whatever may be written for the document at `path`: absolute, as other folders see it."""
        return {os.path.abspath(self.target(path, form)) for form in self.forms}

    def is_whole(self, path: Path, files: Sequence[str]) -> bool:
        """Whether what was written for the document at `path` is there, at its place of now."""
        return all(os.path.exists(file) for file in files) and {*map(os.path.abspath, files)} <= self.targets(path)

    def write(self, reading: Reading, path: Path) -> list[str]:
        """The files that were written for the document at `path`.

        Raises:
            NotWritten: one cannot be written.
        """
        files = []
        for form in self.forms:
            try:
                target = self.target(path, form)
                if self._written(reading, target, form):
                    files.append(str(target))
            except OSError as error:
                raise NotWritten(f"the {form} of {path} cannot be written: {error.strerror or error}", files) from error
        return files

    @property
    def has_tables(self) -> bool:
        return set(self.forms) != {"md"}

    def options(self) -> dict[str, Any]:
        """What the tree depends on, from wherever it is asked for; of its root, files' own places say enough."""
        return {"mirror": os.path.abspath(self.folder), "to": sorted(self.forms)}

    def _written(self, reading: Reading, target: Path, form: str) -> bool:
        """Whether there is anything to write."""
        if form != "md" and not reading.tables:
            return False
        with whole(target) as part:
            if form == "md":
                write_markdown(reading, part)
            elif form == "csv":
                write_csv_file([table.texts for table in reading.tables], part)
            else:
                write_xlsx(reading.tables, part)
        return True


def hashes(reading: Reading, forms: Sequence[str]) -> dict[str, str]:
    """Of what files of these forms say: 16 hex digits. A workbook's own bytes hold the time at which it was made."""
    tables = json.dumps([table.texts for table in reading.tables])
    said = {form: reading.markdown if form == "md" else tables for form in forms}
    return {form: hashlib.sha256(text.encode(errors=ESCAPED)).hexdigest()[:16] for form, text in said.items()}


def write_markdown(reading: Reading, path: Path) -> None:
    """What UTF-8 cannot hold, of a file's name, is escaped as it is on the standard output."""
    path.write_text(reading.markdown, encoding="utf-8", errors=ESCAPED, newline="\n")


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
