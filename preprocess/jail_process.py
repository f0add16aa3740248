"""A process that parses, as Lector sees it: started lightly, asked one thing at a time, ended when it overstays.

It is a new Python: no fork, because Lector's process is full of torch's threads, and none of `multiprocessing`'s, which
would import the program's main module and all that hangs on it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any, Literal

from preprocess.document import DocumentError
from preprocess.jail_watch import Watch
from preprocess.jail_wire import Message, encoded, receive, send
from preprocess.parser import Locked

if sys.platform == "linux":
    import fcntl

START_SECONDS = 120.0  # for Python and a library, from a slow disk
PIPE_BYTES = 2**20  # where the system lets us choose: fewer turns for the pixels of a page
MUCH = 0.25  # of the allowed memory: what dies with more than this in use has died of it
_BOOT = "import sys; sys.path[:] = sys.argv[2:]; from preprocess.jail_child import main; main(sys.argv[1])"


class Fault(Exception):
    """The process is lost: it took too long, its memory ended, or it crashed, of which `detail` says how."""

    def __init__(self, reason: Literal["slow", "memory", "crash"], detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".rstrip())
        self.reason, self.detail = reason, detail


class ParserError(Exception):
    """What a parser says of a file that it cannot read."""


class JailProcess:
    """One started process. After a `Fault` it is good for nothing but `end()`, which exit calls too.

    Attributes:
        held: keys of the files that it has open.

    Raises:
        ImportError: the parser's library is not installed.
        RuntimeError: it did not start.
    """

    def __init__(self, parser: str) -> None:
        self.held: set[int] = set()
        self._met: set[int] = set()
        self._owner, self._base = os.getpid(), 0
        self._watch: Watch | None = None
        self._popen = _started([sys.executable, "-P", "-c", _BOOT, parser, *_search_path()])
        self.end = weakref.finalize(self, _end, self._popen, self._owner)
        try:
            message, _ = self._exchange(None, b"", START_SECONDS, 0, 0)
            self._base = _checked(message)["value"]
        except Fault as fault:
            self.end()
            raise RuntimeError(f"the process that reads files by {parser} did not start ({fault})") from None
        except ImportError:
            self.end()
            raise

    def is_usable(self) -> bool:
        """Whether it can be asked: alive, and not inherited by a fork of the process that started it."""
        late = self._watch is not None and self._watch.late
        return self._owner == os.getpid() and not late and self._popen.poll() is None

    def meet(self, key: int) -> None:
        """Remember that it is given a file; two are as many as any number, since then none of them is the only one."""
        if len(self._met) < 2:
            self._met.add(key)

    def knows_only(self, key: int) -> bool:
        """Whether it was never given another file."""
        return self._met <= {key}

    def ask(
        self, request: Message, blob: bytes = b"", *, seconds: float, memory: int, room: int = 0
    ) -> tuple[Message, bytes]:
        """An answer, as `jail_wire.unpacked` takes it.

        Args:
            seconds: it may take.
            memory: bytes of address space that it may take, over what the library itself has.
            room: the most raw bytes that it may answer.

        Raises:
            Fault: there is none, and will be none.
            Locked, DocumentError, ParserError: what the parser says of the file.
        """
        text = encoded({**request, "seconds": seconds, "memory": memory})
        message, data = self._exchange(text, blob, seconds, memory, room)
        return _checked(message), data

    def _exchange(
        self, text: bytes | None, blob: bytes, seconds: float, memory: int, room: int
    ) -> tuple[Message, bytes]:
        assert self._popen.stdin is not None and self._popen.stdout is not None
        self._watch = Watch(self._popen, seconds)
        with self._watch as watch:
            try:
                if text is not None:
                    send(self._popen.stdin, text, blob)
                return receive(self._popen.stdout, room)
            except (EOFError, OSError):
                code = self._popen.wait()
            except ValueError as error:
                raise Fault("crash", f"it answers nonsense: {error}") from None
        if watch.late or (sys.platform != "win32" and code == -signal.SIGALRM):
            raise Fault("slow")
        if watch.peak > self._base + MUCH * memory > 0:
            raise Fault("memory")
        raise Fault("crash", _cause(code))


def _checked(message: Message) -> Message:
    """The message, unless it tells an error."""
    text = message.get("text", "")
    match message.get("error"):
        case None:
            return message
        case "memory":
            raise Fault("memory", text)
        case "locked":
            raise Locked(text)
        case "missing":
            raise ImportError(text)
        case "document":
            raise DocumentError(message["code"], text)
    raise ParserError(text)


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    """Away from the terminal's process group, so that Ctrl-C is for the program alone."""
    options: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options)
    if sys.platform == "linux":
        for pipe in (popen.stdin, popen.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):  # a user has only so much of them; then the small ones must do
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return popen


def _search_path() -> list[str]:
    """Where this process finds its modules: the other may be started from another folder."""
    root = str(Path(__file__).resolve().parents[1])
    path = [os.path.abspath(entry) if entry else root for entry in sys.path]
    return path if root in path else [*path, root]


def _end(popen: subprocess.Popen[bytes], owner: int) -> None:
    if owner != os.getpid():  # a fork of the process that may end it
        return
    popen.kill()
    popen.wait()
    for pipe in (popen.stdin, popen.stdout):
        assert pipe is not None
        with contextlib.suppress(OSError):  # what it was still to be told
            pipe.close()


def _cause(code: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"exit code {code}"
