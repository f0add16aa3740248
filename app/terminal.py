"""What the terminal programs share: where they speak, how they end, and what their exit codes mean."""

from __future__ import annotations

import argparse
import functools
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Protocol

from app.settings import WITHOUT_FLAG, Settings
from app.sheets import ESCAPED
from preprocess.document import DocumentError
from prompts.schema import SchemaError
from vlm.errors import ConfigError, ContextError, VLMError

INTERRUPTED, UNHEARD = 130, 141  # as a shell has it: 128 and the signal that ends other programs so

_KNOBS = ["pages=", "password=", *(field.name for field in fields(Settings) if "_" in field.name)]
_KNOB = re.compile(rf"(?<![\w./\\-])({'|'.join(_KNOBS)})(?![\w/\\-]|\.\w)")


class Main(Protocol):
    def __call__(self, argv: Sequence[str] | None = None) -> int: ...


def program(main: Callable[[Sequence[str] | None], int]) -> Main:
    """`main`, whose errors are told in a sentence and have their exit codes, whatever it was at."""

    @functools.wraps(main)
    def run(argv: Sequence[str] | None = None) -> int:
        speak_utf8()
        try:
            code = main(argv)
            sys.stdout.flush()
            return code
        except (SchemaError, DocumentError, VLMError) as error:
            return fail(error)
        except KeyboardInterrupt:
            tell("interrupted")
            return INTERRUPTED
        except BrokenPipeError:
            return UNHEARD  # as where `head` has read enough
        except OSError as error:
            tell(f"error: {error}")
            return 2
        finally:
            _let_go()

    return run


def _let_go() -> None:
    """What the standard output could not take is lost, and is not tried again, loudly, when the interpreter ends."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def speak_utf8() -> None:
    """Documents are full of characters that a Windows terminal's own encoding does not have.

    What UTF-8 itself cannot hold, of files' names, stays told apart. Where a program was started without a stream, what
    it says is lost.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors=ESCAPED)


def listed_names() -> Iterable[str]:
    """Lines of the standard input, which are names of files and need not be UTF-8."""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="surrogateescape", newline="")  # a name may hold any line end, where NULs part them
    return sys.stdin


def said(text: str) -> str:
    """An argument that must say something, as a question or a name."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty")
    return text


def folder(text: str) -> Path:
    """An argument that names one; nothing at all, as of a variable that is not set, would be the current one."""
    return Path(said(text))


def as_flags(text: str) -> str:
    """The same sentence for a command line, where `max_pages` is called `--max-pages`."""

    def called(found: re.Match[str]) -> str:
        name = found[1].rstrip("=")
        return f"LECTOR_{name.upper()}" if name in WITHOUT_FLAG else f"--{name.replace('_', '-')}"

    return _KNOB.sub(called, text)


def tell(text: str) -> None:
    """Say something aside, if anybody hears it; answers alone go to the standard output."""
    with suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def fail(error: VLMError | DocumentError | SchemaError) -> int:
    """Tell an error and give its exit code.

    2 is a wrong setting or schema, 3 a file that cannot be read or a question that does not fit, 4 a model
    that is not here or cannot be used.
    """
    tell(f"error: {as_flags(str(error))}")
    if isinstance(error, ConfigError | SchemaError):
        return 2
    return 3 if isinstance(error, ContextError | DocumentError) else 4
