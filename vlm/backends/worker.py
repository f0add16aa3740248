"""A thread that owns an engine: others hand it requests and wait for tokens."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from vlm.engine.engine import Engine, PassFailed, StepOutput
from vlm.engine.sequence import LogitsProcessor, Search
from vlm.errors import ModelClosed, VLMError
from vlm.inputs import ModelInputs
from vlm.sampling_params import SamplingParams

_log = logging.getLogger(__name__)
POLL_SECONDS = 0.05  # how long a waiting reader goes without looking at its cancel event


@dataclass(slots=True, eq=False)
class Request:
    """What the engine's thread says of one prompt, and whether anybody still listens."""

    outputs: SimpleQueue[StepOutput | Exception] = field(default_factory=SimpleQueue)
    is_dropped: bool = False


class EngineWorker:
    """Runs `engine.step` while there is work. Every other call to the engine runs between two steps.

    Nobody waits for a step that may be another's picture: not who asks, and not who has heard enough.
    """

    def __init__(self, engine: Engine) -> None:
        self._desk = _Desk(engine)
        self._pid = os.getpid()
        self._thread = threading.Thread(target=self._desk.serve, name="lector-engine", daemon=True)
        self._thread.start()
        # A worker that is dropped without `close` takes its thread along, and the thread the model.
        weakref.finalize(self, self._desk.shut).atexit = False

    @property
    def engine(self) -> Engine:
        return self._desk.engine

    def submit(
        self,
        inputs: ModelInputs,
        params: SamplingParams,
        stop_token_ids: Sequence[int],
        logits_processors: Sequence[LogitsProcessor],
        search: Search | None = None,
    ) -> Request:
        """Have `Engine.add_request` called, from any thread; what that raises, `outputs` does.

        Raises:
            ModelClosed: after `close`, or in a process that was forked.
        """
        desk, request = self._desk, Request()

        def add() -> int:
            return desk.engine.add_request(inputs, params, stop_token_ids, logits_processors, search)

        self._refuse_if_gone()
        try:
            desk.post(lambda: desk.add(request, add))
        except BaseException:  # Ctrl-C may come when it is queued already
            request.is_dropped = True
            raise
        return request

    def outputs(self, request: Request, cancel: threading.Event | None) -> Generator[StepOutput, None, None]:
        """The request's outputs as they come, until its end or until `cancel` is set. Aborts it on the way out.

        Raises:
            ContextError: as `Engine.add_request`. ModelClosed: before the answer's end. VLMError: the answer failed.
        """
        try:
            while cancel is None or not cancel.is_set():
                try:
                    output = request.outputs.get(timeout=POLL_SECONDS)
                except Empty:
                    self._refuse_if_gone()
                    continue
                if isinstance(output, Exception):
                    raise output
                if output.error is not None:
                    raise output.error
                yield output
                if output.finish_reason is not None:
                    return
        finally:
            self.abort(request)

    def abort(self, request: Request) -> None:
        """End a request: no step begins for it any more. One that has ended is no error."""
        request.is_dropped = True

    def close(self) -> None:
        """Stop the thread after its current step. Waiting readers, and later requests, get `ModelClosed`."""
        if os.getpid() == self._pid:  # a forked process has neither the thread nor, perhaps, its locks open
            self._desk.shut()
            self._thread.join()

    def _refuse_if_gone(self) -> None:
        """Raises ModelClosed where the engine's thread is not: nobody would ever answer."""
        if os.getpid() != self._pid:
            raise ModelClosed(
                "the model was loaded before this process was forked, and its thread stayed behind; make a new Reader "
                "here, or start processes with the method spawn"
            )
        if not self._thread.is_alive():
            raise ModelClosed("the model was closed; make a new Reader")


class _Desk:
    """What the engine's thread works at. It knows nothing of the worker, who may go while the thread waits."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._requests: dict[int, Request] = {}
        self._closed = False
        self._gate = threading.RLock()  # nothing is queued after the thread has looked for the last time

    def post(self, function: Callable[[], None]) -> None:
        """Have `function` run between two steps."""
        with self._gate:
            if self._closed:
                raise ModelClosed("the model was closed; make a new Reader")
            self._commands.put(function)

    def shut(self) -> None:
        """End `serve` after its current step."""
        with self._gate:
            self._closed = True
            self._commands.put(lambda: None)  # wakes the thread

    def add(self, request: Request, add_request: Callable[[], int]) -> None:
        """Only ever in the engine's thread."""
        if request.is_dropped:
            return
        try:
            self._requests[add_request()] = request
        except Exception as error:  # told to who asked, in another thread
            request.outputs.put(error)

    def serve(self) -> None:
        """The thread's whole life."""
        while not self._closed:
            try:
                while not self._commands.empty() or not (self.engine.has_unfinished or self._closed):
                    self._commands.get()()
                self._end_dropped()
                if self.engine.has_unfinished and not self._closed:
                    self._step()
            except PassFailed as error:
                _log.exception("A pass failed")
                self._fail(error, error.seq_ids)
            except Exception as error:  # between two passes: nobody knows whose
                _log.exception("The engine failed")
                told = VLMError(f"the engine failed, and all its answers ended ({type(error).__name__}: {error})")
                told.__cause__ = error
                self._fail(told, tuple(self._requests))
        while not self._commands.empty():  # whoever came before the gate closed gets an answer
            self._commands.get()()
        self._fail(ModelClosed("the model was closed while it was answering"), tuple(self._requests))

    def _end_dropped(self) -> None:
        for seq_id, request in list(self._requests.items()):
            if request.is_dropped:
                del self._requests[seq_id]
                self.engine.abort(seq_id)

    def _step(self) -> None:
        for output in self.engine.step():
            if output.seq_id in self._requests:
                self._requests[output.seq_id].outputs.put(output)
                if output.error is not None and output.error.__cause__ is not None:
                    _log.error("An answer failed", exc_info=output.error)
                if output.finish_reason is not None:
                    del self._requests[output.seq_id]

    def _fail(self, error: VLMError, seq_ids: Sequence[int]) -> None:
        for seq_id in seq_ids:
            request = self._requests.pop(seq_id, None)
            if request is not None:
                self.engine.abort(seq_id)
                request.outputs.put(error)
