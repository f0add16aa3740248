"""The process that parses: answers requests of `preprocess.jail_process` until its pipe ends.

It imports a parser's module and no more, so that it starts in a moment. What it is asked has a time and a memory limit:
the address space where the system is Linux, and on all but Windows an alarm by which the system ends this process even
when nobody is left to do so.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import IO, Any

from preprocess.document import DocumentError
from preprocess.jail_wire import Message, encoded, packed, receive, send
from preprocess.parser import Locked, Parser
from preprocess.process_size import address_space

if sys.platform != "win32":
    import resource

LONGEST_TEXT = 500  # of an error: it comes from the file, so it may be anything


def main(name: str) -> None:
    """Serve the parser that the module `name` is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that started this one
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no copy of the document on the disk
    requests, answers = _private(0, "rb"), _private(1, "wb")
    parser: Parser = importlib.import_module(name)
    try:
        parser.prepare()
    except ImportError as error:
        send(answers, _error("missing", error))
        return
    _silence(2)
    base = address_space(os.getpid())
    send(answers, encoded({"value": base}))
    with contextlib.suppress(EOFError, OSError):
        _serve(parser, requests, answers, base)
    os._exit(0)  # at once: what a library would do on its way out has no limit


def _serve(parser: Parser, requests: IO[bytes], answers: IO[bytes], base: int) -> None:
    documents: dict[int, Any] = {}
    while True:
        request, data = receive(requests, sys.maxsize)
        text, blob = _answer(parser, documents, request, data, base)
        send(answers, text, blob)


def _answer(parser: Parser, documents: dict[int, Any], request: Message, data: bytes, base: int) -> tuple[bytes, bytes]:
    try:
        with _limited(request["seconds"], base + request["memory"] if base else None):
            return packed(_do(parser, documents, request, data))
    except MemoryError as error:
        return _error("memory", error), b""
    except Locked as error:
        return _error("locked", error), b""
    except DocumentError as error:
        return encoded({"error": "document", "code": error.code, "text": str(error)}), b""
    except ImportError as error:
        return _error("missing", error), b""
    except Exception as error:  # libraries raise a dozen kinds for damaged files, not all of them RuntimeErrors
        return _error("failed", error), b""


def _do(parser: Parser, documents: dict[int, Any], request: Message, data: bytes) -> Any:
    key = request["key"]
    match request["do"]:
        case "open":
            document = parser.open_document(data, *request["args"])
            try:
                count = parser.count_pages(document)
            except Exception:
                parser.close_document(document)
                raise
            documents[key] = document
            return count
        case "close":
            return parser.close_document(documents.pop(key))
        case "page":
            with parser.opened_page(documents[key], request["index"]) as page:
                return getattr(parser, request["job"])(page, *request["args"])
    raise AssertionError(request["do"])


@contextlib.contextmanager
def _limited(seconds: float, most: int | None) -> Iterator[None]:
    """Ends the process after `seconds`; until then allocations fail that would pass `most` bytes of address space."""
    if sys.platform == "win32":
        yield
        return
    _limit_space(most)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _limit_space(None)


def _limit_space(most: int | None) -> None:
    if sys.platform == "linux":
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limits = [limit for limit in (most, hard) if limit is not None and limit != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_AS, (min(limits, default=hard), hard))


def _private(number: int, mode: str) -> IO[bytes]:
    """The pipe at a standard stream's number, moved to where libraries that print or read do not meet it."""
    pipe = os.dup(number)
    _silence(number)
    return os.fdopen(pipe, mode)


def _silence(number: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, number)
    os.close(nothing)


def _error(kind: str, error: BaseException) -> bytes:
    return encoded({"error": kind, "text": str(error)[:LONGEST_TEXT]})
