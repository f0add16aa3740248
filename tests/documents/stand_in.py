"""A PDF library that does what the file says, well or badly: pages are words of JSON, each a function of `DEEDS`.

It is imported by the process that parses, by its name, as a true library's module is.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from preprocess.document import Box, Word
from preprocess.parser import Locked, Pixels

HEAD = b"%PDF-stand-in\n"
_HOARD: list[bytearray] = []
_OPEN: list[Any] = []


def script(*pages: str, opening: str = "read") -> bytes:
    """A file: what happens when it is opened, and on each of its pages."""
    return HEAD + json.dumps({"opening": opening, "pages": pages}).encode()


def sleep() -> None:
    time.sleep(3600)


def spin() -> None:
    while True:
        pass


def allocate() -> None:
    hoard = []
    while True:
        hoard.append(bytearray(2**22))


def hoard() -> None:
    """Keep 60 MB for ever, as a library that leaks does."""
    _HOARD.append(bytearray(60 * 2**20))


def print_much() -> None:
    os.write(1, b"\x00" * 2**16)
    os.write(2, b"\x00" * 2**16)
    print("noise")


def leave() -> None:
    os._exit(3)


def refuse() -> None:
    raise ValueError("no sense in it")


def lock() -> None:
    raise Locked


def miss() -> None:
    raise ModuleNotFoundError("No module named 'stand_in_library'")


DEEDS = {
    "read": lambda: None,
    "sleep": sleep,
    "spin": spin,
    "allocate": allocate,
    "hoard": hoard,
    "abort": os.abort,
    "print": print_much,
    "leave": leave,
    "refuse": refuse,
    "lock": lock,
    "miss": miss,
}


def prepare() -> None:
    """It needs no library."""


def open_document(data: bytes, password: str) -> Any:
    told = json.loads(data.removeprefix(HEAD))
    DEEDS[told["opening"]]()
    _OPEN.append(told)
    return told


def close_document(document: Any) -> None:
    _OPEN.remove(document)


def count_pages(document: Any) -> int:
    return len(document["pages"])


@contextmanager
def opened_page(document: Any, index: int) -> Iterator[tuple[int, str]]:
    yield index, document["pages"][index]


def page_size(page: tuple[int, str]) -> tuple[float, float]:
    return 100.0, 200.0


def words(page: tuple[int, str]) -> list[Word]:
    index, deed = page
    DEEDS[deed]()
    return [Word(f"{deed}{index}", Box(0.1, 0.1, 0.5, 0.2))]


def render(page: tuple[int, str], zoom: float, longest: int) -> Pixels:
    DEEDS[page[1]]()
    return Pixels(2, 1, 8, b"\xff\x00\x00\x00\xff\x00\x00\x00")


def picture_boxes(page: tuple[int, str]) -> list[tuple[float, float, float, float]]:
    return []


def many_words(page: tuple[int, str], count: int) -> list[Word]:
    return [Word("w", Box(0.0, 0.0, 0.1, 0.1))] * count


def many_pixels(page: tuple[int, str], count: int) -> Pixels:
    return Pixels(count, 1, 3 * count, bytes(3 * count))


def open_documents(page: tuple[int, str]) -> int:
    return len(_OPEN)


def modules(page: tuple[int, str]) -> list[str]:
    return sorted(sys.modules)


def process_id(page: tuple[int, str]) -> int:
    return os.getpid()
