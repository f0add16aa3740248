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
        except (sqlite3.Error, OSError, ValueError, TypeError, KeyError):
            _log.exception("The history in %s cannot be used; --no-history does without", self.history.path)
            return otherwise

    def keeper(self, session: Session) -> Callable[[], None]:
        """Keeps this conversation when called, and its document where that is wanted.

        By then the tab may have another document open, and another conversation.
        """
        said, document, data, known = session.turns, session.document, session.data, session.kept

        def keep() -> None:
            turns = [turn for turn in said if turn.ended]
            if document is None or not turns:
                return
            about = document.sha256, document.name, document.page_count
            before = session.kept if session.turns is said else known
            kept = self.past(lambda history: history.save(before, *about, turns), before)
            if not said and kept is not None:  # it was deleted meanwhile
                number = kept.id
                self.past(lambda history: history.delete(number), None)
                return
            if session.turns is said:
                session.kept = kept
            if data is not None:
                self.past(lambda history: history.keep_document(document.sha256, data), None)

        return keep
