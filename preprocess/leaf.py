"""A page of a file, of which nobody knows which way is up before it was read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from PIL import Image

from preprocess.document import PageText
from preprocess.turned import turned

T = TypeVar("T")


class Reading(NamedTuple):
    """The words of a page, and by how many degrees clockwise it was turned for them."""

    text: PageText
    turn: int


class Leaf:
    """The readers of a `Page`: its picture as `show` gives it, turned as soon as `read` has told how it lies."""

    def __init__(self, show: Callable[[], Image.Image], read: Callable[[], Reading]) -> None:
        self._show = show
        self._read = once(read)
        self._turn = 0

    def render(self) -> Image.Image:
        return turned(self._show(), self._turn)

    def text(self) -> PageText:
        text, self._turn = self._read()
        return text

    def turn(self) -> int:
        return self._turn


def once(read: Callable[[], T]) -> Callable[[], T]:
    """`read`, run at most once whoever asks at the same time; a failure is not kept."""
    lock = threading.Lock()
    kept: list[T] = []

    def first() -> T:
        with lock:
            if not kept:
                kept.append(read())
            return kept[0]

    return first
