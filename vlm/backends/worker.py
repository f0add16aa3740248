"""A thread that owns an engine: others hand it requests and wait for tokens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from vlm.engine.engine import Engine, StepOutput

T = TypeVar("T")
POLL_SECONDS = 0.05  # how long a waiting reader goes without looking at its cancel event


class EngineWorker:
    """Runs `engine.step` while there is work. Every other call to the engine runs between two steps."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._commands: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._readers: dict[int, SimpleQueue[StepOutput | BaseException]] = {}
        self._thread = threading.Thread(target=self._loop, name="lector-engine", daemon=True)
        self._thread.start()

    def submit(self, *args: Any) -> int:
        """`Engine.add_request`, from any thread; raises what it raises."""

        def add() -> int:
            seq_id = self.engine.add_request(*args)
            self._readers[seq_id] = SimpleQueue()
            return seq_id

        return self._call(add)

    def outputs(self, seq_id: int, cancel: threading.Event | None) -> Iterator[StepOutput]:
        """The request's outputs as they come, until its end or until `cancel` is set. Aborts it on the way out."""
        reader = self._readers[seq_id]
        try:
            while cancel is None or not cancel.is_set():
                try:
                    output = reader.get(timeout=POLL_SECONDS)
                except Empty:
                    continue
                if isinstance(output, BaseException):
                    raise output
                yield output
                if output.finish_reason is not None:
                    return
        finally:
            self.abort(seq_id)

    def abort(self, seq_id: int) -> None:
        """End a request. When this returns, no further step runs for it."""
        if self._thread.is_alive():
            self._call(lambda: self.engine.abort(seq_id))
        self._readers.pop(seq_id, None)

    def close(self) -> None:
        """Stop the thread after its current step; waiting readers get an error."""
        self._commands.put(None)
        self._thread.join()

    def _call(self, function: Callable[[], T]) -> T:
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(function())
            except BaseException as error:  # handed to the caller, who is in another thread
                future.set_exception(error)

        self._commands.put(run)
        return future.result()

    def _loop(self) -> None:
        while True:
            while not self._commands.empty() or not self.engine.has_unfinished:
                command = self._commands.get()
                if command is None:
                    self._fail(RuntimeError("the model was closed while it was answering"))
                    return
                command()
            try:
                for output in self.engine.step():
                    self._readers[output.seq_id].put(output)
            except Exception as error:  # a failed pass ends its requests, not the worker
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        for seq_id, reader in list(self._readers.items()):
            self.engine.abort(seq_id)
            reader.put(error)
