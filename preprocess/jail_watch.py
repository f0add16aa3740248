"""Keeps an eye on a process while it works: ends it when its time is over, and sees how large it grows."""

from __future__ import annotations

import subprocess
import threading
import time
from types import TracebackType

from preprocess.process_size import address_space

INTERVAL = 0.02  # seconds between two looks at how large the process is


class Watch:
    """`with Watch(process, seconds):` while the process does one thing.

    Attributes:
        late: the time was over, and the process was ended.
        peak: the most address space that was seen, in bytes; 0 where the system does not say.
    """

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.late, self.peak = False, 0
        self._process, self._end = process, time.monotonic() + seconds
        self._over, self._lock = threading.Event(), threading.Lock()

    def __enter__(self) -> Watch:
        threading.Thread(target=self._look, name="watch", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:  # so that a process which just made it is not ended when it does the next thing
            self._over.set()

    def _look(self) -> None:
        while not self._over.wait(min(INTERVAL, self._end - time.monotonic())):
            self.peak = max(self.peak, address_space(self._process.pid))
            if time.monotonic() >= self._end:
                with self._lock:
                    if not self._over.is_set():
                        self.late = True
                        self._process.kill()
                return
