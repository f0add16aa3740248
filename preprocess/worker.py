"""One thread for what can be asked one thing at a time: a process that parses.

It must never be asked by two threads at once, not even to close what nobody refers to any more. So every call becomes a
job for a single thread. Its queue is a `SimpleQueue` because a garbage collector may add a job at any moment, even
while another job is being added.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """Runs jobs one after another on a thread of its own."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def call(self, job: Callable[[], T]) -> T:
        """Run `job` on the worker and wait for what it returns or raises."""
        assert threading.current_thread() is not self._thread, "a job may not wait for another job"
        return self.post(job).result()

    def post(self, job: Callable[[], T]) -> Future[T]:
        """Queue `job` and go on."""
        future: Future[T] = Future()
        self._jobs.put((future, job))
        return future

    def _run(self) -> None:
        while True:
            future, job = self._jobs.get()
            try:
                future.set_result(job())
            except Exception as error:
                # A traceback holds the job's frames, and with them whole files.
                error.__traceback__ = error.__context__ = error.__cause__ = None
                future.set_exception(error)
            del future, job


_workers: dict[tuple[str, int], Worker] = {}
_making = threading.Lock()


def worker(name: str) -> Worker:
    """The process's worker of that name; a forked child gets its own, since threads do not survive a fork."""
    key = (name, os.getpid())
    with _making:
        if key not in _workers:
            _workers[key] = Worker(name)
        return _workers[key]
