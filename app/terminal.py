"""What the terminal programs share: where they speak, and what their exit codes mean."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from preprocess.document import DocumentError
from prompts.schema import SchemaError
from vlm.errors import ConfigError, ContextError, VLMError


def speak_utf8() -> None:
    """Documents are full of characters that a Windows terminal's own encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def listed_names() -> Iterable[str]:
    """Lines of the standard input, which are names of files and need not be UTF-8."""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="surrogateescape", newline="")  # a name may hold any line end, where NULs part them
    return sys.stdin


def said(text: str) -> str:
    """An argument that must say something, as a question."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty")
    return text


def tell(text: str) -> None:
    """Say something aside; answers alone go to the standard output."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def fail(error: VLMError | DocumentError | SchemaError) -> int:
    """Tell an error and give its exit code.

    2 is a wrong setting or schema, 3 a file that cannot be read or a question that does not fit, 4 a model
    that is not here or cannot be used.
    """
    tell(f"error: {error}")
    if isinstance(error, ConfigError | SchemaError):
        return 2
    return 3 if isinstance(error, ContextError | DocumentError) else 4
