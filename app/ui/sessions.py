"""The tabs that are open, or were a short while ago: a reloaded tab finds its document and conversation again.

They live in memory alone. One that was not used for an hour goes when another one is used.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from time import monotonic

from app.ui.session import Session

KEPT_SECONDS = 3600
MOST = 64  # sessions; above that the one unused for longest goes
_KEY = re.compile(r"[0-9a-f]{32}")


class Sessions:
    """Sessions by their key, which only their own tab knows."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._used: dict[str, tuple[float, Session]] = {}  # the longest unused one first
        self._lock = threading.Lock()

    def find(self, key: str) -> Session | None:
        with self._lock:
            _, session = self._used.get(key, (0.0, None))
        return session

    def arrive(self, key: str) -> Session:
        """The session of a tab that has just been loaded: its old one, else a new one."""
        session = self.find(key)
        if session is None:
            session = Session(key) if _KEY.fullmatch(key) else Session()
        self.keep(session)
        return session

    def keep(self, session: Session) -> None:
        """It is in use: keep it for another hour. Those that were left go."""
        with self._lock:
            self._used.pop(session.key, None)
            self._used[session.key] = (self._clock(), session)
            for key, (used, old) in list(self._used.items()):
                if len(self._used) <= MOST and used > self._clock() - KEPT_SECONDS:
                    break
                if not old.working:
                    del self._used[key]
