"""What all handlers share: the reader, the tabs' sessions, and the history, if one is kept."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from app.reader import Reader
from app.ui.history import History
from app.ui.session import Session
from app.ui.sessions import Sessions

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """`history` is None where nothing is to be kept."""

    reader: Reader
    sessions: Sessions = field(default_factory=Sessions)
    history: History | None = None

    def past(self, use: Callable[[History], T], otherwise: T) -> T:
        """Use the history. A file that cannot be used costs the history, never the page: the log says why."""
        if self.history is None:
            return otherwise
        try:
            return use(self.history)
        except (sqlite3.Error, OSError):
            _log.exception("The history in %s cannot be used; --no-history does without", self.history.path)
            return otherwise

    def save(self, session: Session) -> None:
        """Keep the conversation as it is now, and its document where that is wanted."""
        turns = [turn for turn in session.turns if turn.ended]
        document, number = session.document, session.conversation
        if document is None or not turns:
            return

        def write(history: History) -> int:
            saved = history.save(number, document.sha256, document.name, document.page_count, turns)
            if session.data is not None and history.keeps_documents:
                history.put_document(document.sha256, session.data)
            return saved

        session.conversation = self.past(write, number)
