"""Something long that a thread does while the page watches: it can be stopped, and survives a reload of the tab.

    job = Job()
    job.start(lambda: read_all(pages, job.cancel))
    for _ in job.watch(lambda: len(found)):
        ...  # something has changed, or it has ended

A reloaded tab watches the same job again. A tab that nobody comes back to is closed: its work stops after a while.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from threading import Event, Thread, Timer

INTERVAL = 1 / 12  # seconds between two updates of the page
PATIENCE = 20.0  # seconds that work goes on while nobody watches it


class Job:
    """One piece of work. `cancel` tells it to stop, `hurry` to come to its end by the shortest way; `finished` is set
    when it has ended, however it did.

    Args:
        patience: seconds that it goes on while nobody watches.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self.cancel = Event()
        self.hurry = Event()
        self.finished = Event()
        self._patience = patience
        self._watchers = 0
        self._lock = threading.Lock()

    def start(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            finally:
                self.finished.set()

        Thread(target=run, name="lector-work", daemon=True).start()

    def stop(self) -> None:
        self.cancel.set()

    def watch(self, look: Callable[[], object]) -> Iterator[None]:
        """Yield once at the start, whenever what `look` gives has changed, and once at the end."""
        with self._lock:
            self._watchers += 1
        try:
            seen: object = None
            while True:
                finished = self.finished.is_set()
                now = look()
                if finished or now != seen:
                    yield
                if finished:
                    return
                seen = now
                self.finished.wait(INTERVAL)
        finally:
            with self._lock:
                self._watchers -= 1
            if not self.finished.is_set():
                later = Timer(self._patience, self._abandon)
                later.daemon = True
                later.start()

    def _abandon(self) -> None:
        with self._lock:
            if self._watchers == 0:
                self.cancel.set()
