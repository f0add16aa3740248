"""No parser sees untrusted bytes without a limit of time and of memory: it works in a process that can be killed.

    file = JailedFile(pdf_mupdf, data, "", name="invoice.pdf")
    file.on_page(0, pdf_mupdf.words)

One process reads for each parser: all files, one call at a time. It starts when first needed. When a call overstays, or
memory ends, or the library crashes, the process is killed, and the next call starts another, where a file is opened
again when it is asked for; other files never notice. Memory is limited on Linux, time everywhere.
"""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from preprocess.document import DocumentError
from preprocess.jail_process import Fault, JailProcess, ParserError
from preprocess.jail_wire import Message, unpacked
from preprocess.parser import Parser
from preprocess.worker import Worker, worker

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading a file may cost.

    Attributes:
        open_seconds: until a file is open and its pages are counted.
        page_seconds: for one thing about a page: its picture, or its words.
        memory_mb: megabytes of address space, over what the library itself takes.
    """

    open_seconds: float = 60.0
    page_seconds: float = 30.0
    memory_mb: int = 2048


DEFAULT_LIMITS = Limits()
CLOSE_SECONDS = 10.0


class JailedFile:
    """A file that a parser's process has open; it is closed there when nobody refers to it any more.

    Any number of threads may use it; they take turns.

    Args:
        args: of the parser's `open_document`, behind the bytes.

    Raises:
        DocumentError: it costs more than it may (`too_slow`, `out_of_memory`), makes the parser crash (`damaged`), or
            the parser itself says so.
        Locked: it wants a password.
        ParserError: whatever else the parser says of it.
        ImportError: the parser's library is not installed.
    """

    def __init__(self, parser: Parser, data: bytes, *args: Any, name: str, limits: Limits = DEFAULT_LIMITS) -> None:
        self._parser, self._data, self._name, self._limits = parser.__name__, data, name, limits
        self._key = next(_keys)
        self._opening = {"do": "open", "key": self._key, "args": args}
        # Its thread is named now: a finalizer runs at any moment, and may not wait for the lock that `worker` takes.
        closing = weakref.finalize(self, _close_later, worker(self._parser), self._parser, self._key)
        closing.atexit = False
        self.page_count: int = self._call(self._opening)

    def on_page(self, index: int, job: Callable[..., T], *args: Any, room: int = 0) -> T:
        """What the parser's function `job` says of a page, counted from 0; tuples come as lists.

        Args:
            room: the most bytes of pixels that it may return.

        Raises:
            DocumentError, ParserError: as above.
        """
        request = {"do": "page", "key": self._key, "index": index, "job": job.__name__, "args": args}
        found: T = self._call(request, room)
        return found

    def _call(self, request: Message, room: int = 0) -> Any:
        message, blob = worker(self._parser).call(lambda: self._ask(request, room))
        return unpacked(message, blob)  # on the caller's thread: the process may go on with something else

    def _ask(self, request: Message, room: int) -> tuple[Message, bytes]:
        """The answer to `request`, of a process that has the file open. Runs on the parser's thread."""
        limits, memory = self._limits, self._limits.memory_mb * 2**20
        while True:
            process = _running(self._parser)
            alone, doing = process.knows_only(self._key), self._opening
            try:
                if self._key not in process.held:
                    process.meet(self._key)
                    answer = process.ask(doing, self._data, seconds=limits.open_seconds, memory=memory)
                    process.held.add(self._key)
                if request is self._opening:
                    return answer
                doing = request
                return process.ask(doing, seconds=limits.page_seconds, memory=memory, room=room)
            except Fault as fault:
                if not process.end.alive:  # the program is at its exit, and this thread ends with it
                    threading.Event().wait()
                process.end()
                # What another file left behind may be to blame; in a process of its own a file answers for itself.
                if alone or fault.reason == "slow":
                    raise self._error(doing, fault) from None

    def _error(self, doing: Message, fault: Fault) -> DocumentError:
        limits, opens = self._limits, doing is self._opening
        what = "opening it" if opens else f"page {doing['index'] + 1}"
        seconds, knob = (limits.open_seconds, "open_seconds") if opens else (limits.page_seconds, "page_seconds")
        code, text = {
            "slow": ("too_slow", f"takes more than {seconds:g} s; raise {knob} to wait longer"),
            "memory": ("out_of_memory", f"takes more than {limits.memory_mb} MB; raise memory_mb to allow it more"),
            "crash": ("damaged", f"makes the library that reads it crash ({fault.detail}), so the file is damaged"),
        }[fault.reason]
        return DocumentError(code, f"{self._name}: {what} {text}.")


_keys = itertools.count()
_processes: dict[str, JailProcess] = {}  # of each parser; only its worker's thread goes there


def _running(parser: str) -> JailProcess:
    process = _processes.get(parser)
    if process is None or not process.is_usable():
        if process is not None:
            process.end()
        process = _processes[parser] = JailProcess(parser)
    return process


def _close_later(thread: Worker, parser: str, key: int) -> None:
    thread.post(lambda: _close(parser, key))


def _close(parser: str, key: int) -> None:
    process = _processes.get(parser)
    if process is None or not process.is_usable() or key not in process.held:
        return
    process.held.discard(key)
    try:
        process.ask({"do": "close", "key": key}, seconds=CLOSE_SECONDS, memory=DEFAULT_LIMITS.memory_mb * 2**20)
    except (Fault, ParserError):
        process.end()
