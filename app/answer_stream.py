"""An answer on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event
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
        self._first: float | None = None
        self._answer: Answer | None = None
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[Delta]:
        try:
            for delta in self._deltas:
                if self._first is None:
                    self._first = perf_counter()
                self._seen.append(delta)
                yield delta
        except Exception as error:  # kept, so that asking for the answer later does not give half of one as whole
            self._error = error
            raise
        if self._answer is None:
            self._answer = self._finish(self._seen, self._first or perf_counter())

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
        """Stop the model."""
        self._cancel.set()
        if self._seen:  # whoever left the loop reads no further, and only a stream that is read sees the event
            with suppress(ValueError):  # another thread is reading, and sees the event
                self._seen.extend(self._deltas)
