"""A thread that owns an engine: others hand it requests and wait for tokens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

from vlm.engine.engine import Engine, StepOutput
from vlm.engine.sequence import LogitsProcessor, Search
from vlm.errors import ModelClosed
from vlm.inputs import ModelInputs
from vlm.sampling_params import SamplingParams

T = TypeVar("T")
POLL_SECONDS = 0.05  # how long a waiting reader goes without looking at its cancel event


class EngineWorker:
    """Runs `engine.step` while there is work. Every other call to the engine runs between two steps."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._readers: dict[int, SimpleQueue[StepOutput | Exception]] = {}
        self._closed = False
        self._gate = threading.RLock()  # nothing is queued after the thread has looked for the last time
        self._thread = threading.Thread(target=self._loop, name="lector-engine", daemon=True)
        self._thread.start()

    def submit(
        self,
        inputs: ModelInputs,
        params: SamplingParams,
        stop_token_ids: Sequence[int],
        logits_processors: Sequence[LogitsProcessor],
        search: Search | None = None,
    ) -> int:
        """`Engine.add_request`, from any thread.

        Raises:
            ContextError: as `add_request`. ModelClosed: after `close`.
        """

        def add() -> int:
            seq_id = self.engine.add_request(inputs, params, stop_token_ids, logits_processors, search)
            self._readers[seq_id] = SimpleQueue()
            return seq_id

        return self._post(add).result()

    def outputs(self, seq_id: int, cancel: threading.Event | None) -> Generator[StepOutput, None, None]:
        """The request's outputs as they come, until its end or until `cancel` is set. Aborts it on the way out."""
        reader, ended = self._readers[seq_id], False
        try:
            while cancel is None or not cancel.is_set():
                try:
                    output = reader.get(timeout=POLL_SECONDS)
                except Empty:
                    continue
                if isinstance(output, Exception):
                    raise output
                ended = output.finish_reason is not None
                yield output
                if ended:
                    return
        finally:
            if ended:  # the engine is done with it; to wait for its thread would be to wait for others' answers
                self._readers.pop(seq_id, None)
            else:
                self.abort(seq_id)

    def abort(self, seq_id: int) -> None:
        """End a request. When this returns, no further step runs for it."""
        try:
            done = self._post(lambda: self.engine.abort(seq_id))
        except ModelClosed:
            return
        # The garbage collector may finish an abandoned stream in the engine's own thread, which must not wait for
        # itself; there the request ends before the next step.
        if threading.current_thread() is not self._thread:
            done.result()
        self._readers.pop(seq_id, None)

    def close(self) -> None:
        """Stop the thread after its current step. Waiting readers, and later requests, get `ModelClosed`."""
        with self._gate:
            self._closed = True
            self._commands.put(lambda: None)  # wakes the thread
        self._thread.join()

    def _post(self, function: Callable[[], T]) -> Future[T]:
        """Have `function` run between two steps."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(function())
            except Exception as error:  # handed to the caller, who is in another thread
                future.set_exception(error)

        with self._gate:
            if self._closed:
                raise ModelClosed("the model was closed; make a new Reader")
            self._commands.put(run)
        return future

    def _loop(self) -> None:
        while not self._closed:
            while not self._commands.empty() or not (self.engine.has_unfinished or self._closed):
                self._commands.get()()
            if self._closed:
                break
            try:
                for output in self.engine.step():
                    if output.seq_id in self._readers:
                        self._readers[output.seq_id].put(output)
            except Exception as error:  # a failed pass ends its requests, not the worker
                self._fail(error)
        while not self._commands.empty():  # whoever came before the gate closed gets an answer
            self._commands.get()()
        self._fail(ModelClosed("the model was closed while it was answering"))

    def _fail(self, error: Exception) -> None:
        for seq_id, reader in list(self._readers.items()):
            self.engine.abort(seq_id)
            reader.put(error)
