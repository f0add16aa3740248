"""What may be put into a jail (`preprocess.jail`): a module of functions that read one kind of file.

Such a module imports its library in `prepare`, since the process that parses imports it and Lector's own does not need
to. What its functions return goes through a pipe: numbers, texts, lists of them, `Word`s, or `Pixels`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol


class Locked(Exception):
    """The file wants a password, or another one."""


class Pixels(NamedTuple):
    """A picture in RGB, 8 bits a channel; a row begins every `stride` bytes."""

    width: int
    height: int
    stride: int
    data: bytes


class Parser(Protocol):
    """A module that reads files, page by page. Its further functions take a page, and are called by `on_page`."""

    __name__: str

    def prepare(self) -> None:
        """Import the library: before any file is there, and before memory is limited.

        Raises:
            ImportError: it is not installed.
        """

    @property
    def open_document(self) -> Callable[..., Any]:
        """From a file's bytes, and what else it takes, to the library's handle."""

    def close_document(self, document: Any) -> None: ...

    def count_pages(self, document: Any) -> int: ...

    def opened_page(self, document: Any, index: int) -> AbstractContextManager[Any]:
        """A page, counted from 0, for as long as it is worked with."""
