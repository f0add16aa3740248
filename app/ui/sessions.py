"""The tabs that are open, or were a short while ago: a reloaded tab finds its document and conversation again.

They live in memory alone. One that was not used for a day goes when another one is used: a tab may be left open over
night. What the browser calls one loading of the page is a visit here; which tab it belongs to is remembered for longer
than the tab itself, so that a click in one that was left for too long is not met with silence.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from time import monotonic

from app.ui.session import Session

KEPT_SECONDS = 24 * 3600
MOST = 256  # sessions; above that the one unused for longest goes
VISITS = 4096  # remembered; a name of each
_KEY = re.compile(r"[0-9a-f]{32}")


class Gone(LookupError):
    """A tab whose session went: it was left for too long, or many others were opened since."""


class Sessions:
    """Sessions by their key, which only their own tab knows, and by the visits of that tab."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._used: dict[str, tuple[float, Session]] = {}  # the longest unused one first
        self._visits: dict[str, str] = {}  # to keys, the oldest first
        self._lock = threading.Lock()

    def find(self, key: str) -> Session | None:
        with self._lock:
            _, session = self._used.get(key, (0.0, None))
        return session

    def all(self) -> list[Session]:
        with self._lock:
            return [session for _, session in self._used.values()]

    def arrive(self, key: str, visit: str) -> Session:
        """The session of a tab that has just been loaded: its old one, else a new one."""
        session = self.find(key)
        if session is None:
            session = Session(key) if _KEY.fullmatch(key) else Session()
        self.keep(session)
        with self._lock:
            self._visits[visit] = session.key
            while len(self._visits) > VISITS:
                del self._visits[next(iter(self._visits))]
        return session

    def visited(self, visit: str) -> Session | None:
        """The session of the tab that is used just now, for another day; None before it has arrived.

        Raises:
            Gone: it has none any more.
        """
        with self._lock:
            key = self._visits.get(visit)
        if key is None:
            return None
        session = self.find(key)
        if session is None:
            raise Gone(key)
        self.keep(session)
        return session

    def keep(self, session: Session) -> None:
        """It is in use: keep it for another day. Those that were left go."""
        with self._lock:
            self._used.pop(session.key, None)
            self._used[session.key] = (self._clock(), session)
            for key, (used, old) in list(self._used.items()):
                if len(self._used) <= MOST and used > self._clock() - KEPT_SECONDS:
                    break
                if not old.working:
                    del self._used[key]
