"""Earlier conversations, in an SQLite file in the user's data folder: questions, answers with their quotes, thoughts,
and of the document its name and the hash of its content. The document itself is kept only where somebody ticked that.

Every call opens the file anew, so that any thread may call, and several programs may share it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs

from app.answer import Answer, Timings
from app.ui.session import Kept, Thinking, Turn
from preprocess.document import Box
from prompts.grounding import Citation
from vlm.outputs import Usage

_VERSION = 1
_TABLES = """
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL, name TEXT NOT NULL, page_count INTEGER NOT NULL,
    changed REAL NOT NULL, turns TEXT NOT NULL
);
CREATE INDEX by_document ON conversations (sha256);
CREATE TABLE documents (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE choices (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One earlier conversation: about which document, when it last went on (seconds since 1970), what was asked."""

    id: int
    sha256: str
    name: str
    page_count: int
    changed: float
    questions: tuple[str, ...]

    @property
    def kept(self) -> Kept:
        return Kept(self.id, self.changed)


class History:
    """Conversations in a file; its folder is made when the first one is saved, for its owner alone.

    Every method raises sqlite3.Error or OSError if the file cannot be used; what a later Lector wrote may not be
    understood (ValueError, TypeError, KeyError).
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def save(self, kept: Kept | None, sha256: str, name: str, page_count: int, turns: Sequence[Turn]) -> Kept:
        """Write a conversation over what is there of it, or as a new one where that has gone on elsewhere since."""
        changed = time.time()
        row = (sha256, name, page_count, changed, json.dumps([_plain(turn) for turn in turns]))
        with self._open() as base:
            if kept is not None:
                done = base.execute(
                    "UPDATE conversations SET sha256 = ?, name = ?, page_count = ?, changed = ?, turns = ? "
                    "WHERE id = ? AND changed = ?",
                    (*row, kept.id, kept.changed),
                )
                if done.rowcount:
                    return Kept(kept.id, changed)
            done = base.execute(
                "INSERT INTO conversations (sha256, name, page_count, changed, turns) VALUES (?, ?, ?, ?, ?)", row
            )
            assert done.lastrowid is not None
            return Kept(done.lastrowid, changed)

    def conversations(self) -> list[Conversation]:
        """All of them, the latest first."""
        if not self.path.exists():
            return []
        with self._open() as base:
            rows = base.execute(
                "SELECT id, sha256, name, page_count, changed, turns FROM conversations ORDER BY changed DESC, id DESC"
            ).fetchall()
        return [
            Conversation(
                number, sha256, name, page_count, changed, tuple(turn["question"] for turn in json.loads(turns))
            )
            for number, sha256, name, page_count, changed, turns in rows
        ]

    def turns(self, number: int) -> list[Turn] | None:
        """What was said in a conversation; None if there is none of this number."""
        with self._open() as base:
            row = base.execute("SELECT turns FROM conversations WHERE id = ?", (number,)).fetchone()
        return [_turn(plain) for plain in json.loads(row[0])] if row else None

    def delete(self, number: int) -> None:
        """A conversation, and its document where no other one is about that."""
        with self._open() as base:
            base.execute("DELETE FROM conversations WHERE id = ?", (number,))
            base.execute("DELETE FROM documents WHERE sha256 NOT IN (SELECT sha256 FROM conversations)")

    def delete_all(self) -> None:
        """Every conversation and every document."""
        with self._open() as base:
            base.execute("DELETE FROM conversations")
            base.execute("DELETE FROM documents")

    @property
    def keeps_documents(self) -> bool:
        """Whether documents are to be kept beside what was asked about them; not until somebody says so."""
        if not self.path.exists():
            return False
        with self._open() as base:
            row = base.execute("SELECT value FROM choices WHERE name = 'documents'").fetchone()
        return row is not None and row[0] == "yes"

    def keep_documents(self, wanted: bool) -> None:
        """From now on; those that were kept go if it is not wanted."""
        with self._open() as base:
            base.execute("INSERT OR REPLACE INTO choices VALUES ('documents', ?)", ("yes" if wanted else "no",))
            if not wanted:
                base.execute("DELETE FROM documents")

    def keep_document(self, sha256: str, data: bytes) -> None:
        """If documents are to be kept."""
        if not self.keeps_documents:
            return
        with self._open() as base:
            base.execute("INSERT OR IGNORE INTO documents VALUES (?, ?)", (sha256, data))

    def document(self, sha256: str) -> bytes | None:
        """The bytes of a document that was kept."""
        with self._open() as base:
            row = base.execute("SELECT bytes FROM documents WHERE sha256 = ?", (sha256,)).fetchone()
        return row[0] if row else None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(self.path, timeout=10)) as base:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA secure_delete = ON")  # what was deleted cannot be read from the file any more
            with base:
                base.execute("BEGIN IMMEDIATE")
                version = base.execute("PRAGMA user_version").fetchone()[0]
                if version > _VERSION:
                    raise sqlite3.DatabaseError("a later version of Lector made it")
                if version < _VERSION:
                    for statement in _TABLES.split(";"):
                        base.execute(statement)
                    base.execute(f"PRAGMA user_version = {_VERSION}")
                yield base


def default_path() -> Path:
    """Where this user's programs keep what they were given."""
    return platformdirs.user_data_path("lector") / "history.sqlite3"


def _plain(turn: Turn) -> dict[str, Any]:
    plain = asdict(turn)
    del plain["began"]
    return plain


def _turn(plain: dict[str, Any]) -> Turn:
    answer = plain.pop("answer")
    asked = tuple(plain.pop("asked"))
    enabled = plain.pop("enable_thinking", None)  # as conversations had it before thoughts had efforts
    thinking = Thinking(*plain.pop("thinking", (enabled,)))
    return Turn(**plain, thinking=thinking, asked=asked, answer=_answer(answer) if answer else None)


def _answer(plain: dict[str, Any]) -> Answer:
    citations = tuple(
        Citation(**cited | {"lines": tuple(cited["lines"]), "boxes": tuple(Box(**box) for box in cited["boxes"])})
        for cited in plain.pop("citations")
    )
    usage, timings = Usage(**plain.pop("usage")), Timings(**plain.pop("timings"))
    named = ("pages_read", "notices", "pages_unreadable")  # the last one is not in conversations of before
    lists: dict[str, Any] = {name: tuple(plain.pop(name, ())) for name in named}
    return Answer(**plain, **lists, citations=citations, usage=usage, timings=timings)
