"""Whose the files of a mirror are, so that a run takes nothing away that another document has or Lector did not write.

Only what a record of the output names is ever removed: what was written of a document under another name, of a content
that it had, or in a form that it has nothing for any more.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.batch.files import place
from app.batch.journal import JournalError, Record, is_final
from app.batch.mirror import Mirror

READABLE = frozenset(("context", "no_such_page"))  # failures of the question, not of the file


@dataclass(frozen=True, slots=True)
class Tidying:
    """`written` are the files that records name, by document; `owners` the documents, by file, that have or will have
    one."""

    mirror: Mirror
    written: dict[str, set[str]]
    named: set[str]
    owners: dict[str, str]

    @staticmethod
    def of(mirror: Mirror, files: Sequence[Path], before: Sequence[Record], kept: Sequence[Record]) -> Tidying:
        """For a run over `files`, whose output had the records `before`, of which it goes on with `kept`.

        Raises:
            JournalError: a document of the run would be written over another's, which is not part of it.
        """
        mine = {place(path): path for path in files}
        written = {place(record["source"]): _files(record) for record in (*before, *kept)}
        others = {place(record["source"]) for record in kept} - mine.keys()
        owners = {file: where for where in others for file in written[where]}
        for where, path in mine.items():
            for target in mirror.targets(path):
                if (other := owners.setdefault(target, where)) != where:
                    raise JournalError(
                        f"{target} is what was written of {other}, which this run does not read; name the folder that "
                        "holds both, or another mirror"
                    )
        return Tidying(mirror, written, set().union(*map(_files, before)), owners)

    def tidied(self, record: Record) -> Record:
        """The record, once nothing is left that was written of its document before and is not now.

        What cannot be removed, or stays until the document is read at last, is named on: a later run removes it.
        """
        left, codes = self._left(record), {error["code"] for error in record.get("errors", ())}
        if is_final(record) and not (record["status"] == "failure" and codes & READABLE):
            try:
                while left:
                    os.unlink(left[-1])
                    left.pop()
            except OSError as error:
                told = {"code": "not_written", "message": f"{left[-1]} cannot be removed: {error.strerror or error}"}
                status = "failure" if record["status"] == "failure" else "partial_success"
                record = record | {"status": status, "errors": [*record.get("errors", ()), told]}
        return record | {"files": [*record.get("files", ()), *left]} if left else record

    def _left(self, record: Record) -> list[str]:
        """Files of the mirror that records named of this document, that no other one has, and that are not among those
        of now."""
        where = place(record["source"])
        old = self.written.get(where, set()) | (self.mirror.targets(Path(record["source"])) & self.named)
        folder = os.path.join(os.path.abspath(self.mirror.folder), "")
        mine = [file for file in old - _files(record) if self.owners.get(file, where) == where]
        return sorted(file for file in mine if file.startswith(folder) and os.path.lexists(file))


def refuse_what_is_there(mirror: Mirror, files: Sequence[Path]) -> None:
    """Raises JournalError: something would be written over."""
    for file in sorted(file for path in files for file in mirror.targets(path)):
        if os.path.lexists(file):
            raise JournalError(f"{file} exists; name another mirror, or add --overwrite")


def _files(record: Record) -> set[str]:
    return {*map(os.path.abspath, record.get("files", ()))}
