"""Another program's Python, which loads once and then answers requests: peers have environments of their own.

with Child(python, "def answer(request): return request + 1") as child:
    assert child.ask(1) == 2
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

# What libraries print goes to the standard error.
_SERVE = """
import json, os, sys
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
print(json.dumps("ready"), file=answers, flush=True)
for line in sys.stdin:
    try:
        told = [answer(json.loads(line)), None]
    except Exception as error:
        told = [None, f"{type(error).__name__}: {error}"[:200]]
    print(json.dumps(told), file=answers, flush=True)
"""


class ChildError(Exception):
    """What the other program says it cannot do."""


class Child:
    """A Python that has run `code`, which defines `answer(request)`; both are plain values. `with` ends it.

    Args:
        first: a request that it must be able to answer, or it is ended at once.

    Raises:
        ChildError: it does not start, say because a library is not installed.
    """

    def __init__(self, python: str, code: str, first: Any = None) -> None:
        self._process = subprocess.Popen(
            [python, "-c", code + _SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # with whatever it starts itself, so that all of it can be ended
        )
        try:
            self._read()
            if first is not None:
                self.ask(first)
        except BaseException:
            self.close()
            raise

    def ask(self, request: Any) -> Any:
        """
        Raises:
            ChildError: it fails, or ends.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise ChildError(f"it ended with code {self._process.wait()}") from None
        answer, error = self._read()
        if error is not None:
            raise ChildError(error)
        return answer

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ChildError(f"it ended with code {self._process.wait()}")
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it, and what it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):  # it ended before it was asked, and the request is still here
                pipe.close()
