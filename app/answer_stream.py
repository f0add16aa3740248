"""An answer on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event, Lock
from time import perf_counter

from app.answer import Answer
from vlm.outputs import Delta


class AnswerStream:
    """An answer on its way: iterate over its deltas; `answer` is there when they have ended.

    `close`, from any thread, stops the model; `answer` is then what it had said.
    """

    def __init__(self, deltas: Iterator[Delta], finish: Callable[[list[Delta], float], Answer], cancel: Event) -> None:
        self._deltas = deltas
        self._finish = finish
        self._cancel = cancel
        self._seen: list[Delta] = []
        self._turn = Lock()  # one thread at a time takes what comes
        self._first: float | None = None
        self._answer: Answer | None = None
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[Delta]:
        try:
            while (delta := self._next()) is not None:
                yield delta
        except Exception as error:  # kept, so that asking for the answer later does not give half of one as whole
            self._error = error
            raise
        if self._answer is None:
            self._answer = self._finish(self._seen, self._first or perf_counter())

    def _next(self) -> Delta | None:
        with self._turn:
            delta = next(self._deltas, None)
            if delta is not None:
                self._first = self._first or perf_counter()
                self._seen.append(delta)
        return delta

    @property
    def answer(self) -> Answer:
        """The whole answer; waits for the rest of it.

        Raises:
            Exception: whatever ended the stream before its end.
        """
        if self._answer is None and self._error is None:
            for _ in self:
                pass
        if self._error is not None:
            raise self._error
        assert self._answer is not None
        return self._answer

    def close(self) -> None:
        """Stop the model; what fails then, `answer` tells."""
        self._cancel.set()
        try:
            while self._seen and self._next() is not None:
                pass  # whoever left the loop reads no further, and only a stream that is read sees the event
        except Exception as error:
            self._error = error
