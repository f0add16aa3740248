"""A page of fixed-width rows, as printers of receipts and terminals set it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from textwrap import wrap

from train.factory.scene import Anchor, Scene, Text

SIZE = 10.0
ADVANCE = 0.6 * SIZE
MARGIN = 18.0


class Roll:
    """Rows from the top down; places are counted in characters."""

    def __init__(self, width: int, rng: Random) -> None:
        self.columns = width
        self.leading = rng.uniform(1.15, 1.6) * SIZE
        self.y = MARGIN + SIZE
        self.texts: list[Text] = []

    def put(self, text: str, anchor: Anchor = "left", indent: float = 0.0, bold: bool = False) -> None:
        """A text on the current row; `anchor` says to which side of the roll it is set."""
        if not text:
            return
        edge = {"left": indent, "middle": self.columns / 2, "right": self.columns - indent}[anchor]
        self.texts.append(Text(MARGIN + edge * ADVANCE, self.y, text, SIZE, anchor, "receipt", bold))

    def at(self, text: str, column: float, anchor: Anchor = "left") -> None:
        """A text at a column given as a fraction of the width."""
        if text:
            x = MARGIN + column * self.columns * ADVANCE
            self.texts.append(Text(x, self.y, text, SIZE, anchor, "receipt"))

    def feed(self, rows: float = 1.0) -> None:
        self.y += rows * self.leading

    def line(self, text: str, anchor: Anchor = "left", indent: int = 0) -> None:
        """A row of its own; what is too long for the paper goes on below, broken at spaces as a till does."""
        room = self.columns - indent
        for row in [text] if len(text) <= room else wrap(text, room, break_on_hyphens=False):
            self.put(row, anchor, indent)
            self.feed()

    def pair(self, left: str, right: str, reach: float = 1.0) -> None:
        """A label and its value, the value ending at `reach` of the width."""
        self.put(left)
        self.at(right, reach, "right")
        self.feed()

    def cells(self, texts: Sequence[str], places: Sequence[float], anchors: Sequence[Anchor]) -> None:
        for text, place, anchor in zip(texts, places, anchors, strict=True):
            self.at(text, place, anchor)
        self.feed()

    def scene(self) -> Scene:
        return Scene(self.columns * ADVANCE + 2 * MARGIN, self.y + MARGIN, tuple(self.texts))
