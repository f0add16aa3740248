"""A page to write on: rows, blocks side by side, tables and paragraphs, put down from the top as texts of a scene.

Makers say what stands where; this keeps the place, begins a new page when one is full, and numbers pages in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import NamedTuple

from train.factory.sample import Split, share
from train.factory.scene import BLACK, Anchor, Colour, Font, Mark, Path, Rect, Scene, Text, estimated_width

SIZES = ((595.0, 842.0), (595.0, 842.0), (612.0, 792.0))
FONTS: tuple[Font, ...] = ("sans", "sans", "sans", "serif")
TINTS: tuple[Colour, ...] = ((232, 236, 242), (240, 240, 240), (228, 240, 230), (250, 238, 220), (225, 232, 250))
INKS: tuple[Colour, ...] = (BLACK, BLACK, (30, 60, 120), (130, 30, 30), (20, 95, 70))
GAP = 1.1  # of the size: least white between two columns


class Cell(NamedTuple):
    """A text at `x`, with its anchor."""

    x: float
    text: str
    anchor: Anchor = "left"
    bold: bool = False


class Column(NamedTuple):
    head: str
    weight: float
    anchor: Anchor = "left"


@dataclass(frozen=True, slots=True)
class Look:
    """What does not change on a page: paper, type and colours."""

    width: float
    height: float
    margin: float
    size: float
    leading: float
    font: Font
    ink: Colour
    tint: Colour


def any_look(rng: Random) -> Look:
    width, height = rng.choice(SIZES)
    return Look(
        width,
        height,
        margin=rng.uniform(36, 68),
        size=rng.uniform(8.2, 10.4),
        leading=rng.uniform(1.3, 1.65),
        font=rng.choice(FONTS),
        ink=rng.choice(INKS),
        tint=rng.choice(TINTS),
    )


@cache
def variants(text: str, split: Split) -> tuple[str, ...]:
    """The wordings in `a|b|c` that belong to `split`; lists too short to be shared out are there for both."""
    items = text.split("|")
    return tuple(share(items, split) if len(items) >= 4 else items)


def one_of(rng: Random, text: str, split: Split) -> str:
    return rng.choice(variants(text, split))


class Paper:
    """Pages under the pen. `y` is the baseline that is written next; `left` and `right` bound the text."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.left = look.margin
        self.right = look.width - look.margin
        self.bottom = look.height - look.margin - 3 * look.size  # room for a footer
        self._pages: list[tuple[list[Text], list[Mark]]] = []
        self.y = 0.0
        self.turn()

    @property
    def page_count(self) -> int:
        return len(self._pages)

    @property
    def step(self) -> float:
        return self.look.size * self.look.leading

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def turn(self) -> None:
        """Begin a new page."""
        self._pages.append(([], []))
        self.y = self.look.margin + self.look.size

    def need(self, lines: float) -> bool:
        """Begin a new page unless `lines` more fit on this one; true if it did."""
        full = self.y + (lines - 1) * self.step > self.bottom
        if full:
            self.turn()
        return full

    def down(self, lines: float = 1.0) -> None:
        self.y += lines * self.step

    def put(
        self,
        x: float,
        text: str,
        anchor: Anchor = "left",
        bold: bool = False,
        scale: float = 1.0,
        ink: bool = False,
    ) -> None:
        """Write at `x` on the current line, without moving on; `ink` uses the page's colour."""
        look = self.look
        colour = look.ink if ink else BLACK
        self._pages[-1][0].append(Text(x, self.y, text, look.size * scale, anchor, look.font, bold, colour))

    def width(self, text: str, bold: bool = False, scale: float = 1.0) -> float:
        return estimated_width(text, Text(0, 0, text, self.look.size * scale, font=self.look.font, bold=bold))

    def row(self, cells: Sequence[Cell]) -> None:
        for cell in cells:
            if cell.text:
                self.put(cell.x, cell.text, cell.anchor, cell.bold)
        self.down()

    def beside(self, blocks: Sequence[tuple[float, Sequence[str], bool]]) -> None:
        """Blocks of lines from the same height: (x, lines, is the first bold)."""
        top, deepest = self.y, self.y
        for x, lines, is_bold in blocks:
            self.y = top
            for place, line in enumerate(lines):
                self.put(x, line, bold=is_bold and place == 0)
                self.down()
            deepest = max(deepest, self.y)
        self.y = deepest

    def pairs(self, x: float, pairs: Sequence[tuple[str, str]], gutter: float | None = None, colon: str = ":") -> None:
        """`label: value` rows, values in a column `gutter` to the right of `x`; without one, right after the label."""
        widest = max((self.width(label + colon) for label, _ in pairs), default=0.0)
        for label, value in pairs:
            if gutter is None:
                self.put(x, f"{label}{colon} {value}".strip())
            else:
                self.put(x, label + colon)
                self.put(x + max(gutter, widest + self.look.size * GAP), value)
            self.down()

    def paragraph(self, text: str, width: float | None = None, x: float | None = None) -> None:
        for line in self.wrapped(text, width or self.right - self.left):
            self.need(1)
            self.put(self.left if x is None else x, line)
            self.down()

    def wrapped(self, text: str, width: float) -> list[str]:
        lines, current, used = [], "", 0.0
        space = self.width(" ")
        for word in text.split(" "):
            long = self.width(word)
            if current and used + space + long > width:
                lines.append(current)
                current, used = word, long
            else:
                current, used = (f"{current} {word}", used + space + long) if current else (word, long)
        return [*lines, current] if current else lines

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], ruled: bool = False, tinted: bool = False
    ) -> None:
        """A head and rows; cells too long for their column wrap, the head is printed again on a new page."""
        places = self._places(columns, rows)
        head = [column.head for column in columns]
        self._table_row(columns, places, head, ruled=True, tinted=tinted, bold=True)
        for row in rows:
            if self.need(2):
                self._table_row(columns, places, head, ruled=True, tinted=tinted, bold=True)
            self._table_row(columns, places, row, ruled)

    def _places(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[tuple[float, float]]:
        """Each column's (anchor's x, width): what its cells need, spare room by weight, or the widest one gives way."""
        gap = self.look.size * GAP
        widths = [
            gap
            + max(
                0.0,
                *(self.width(word, True) for word in column.head.split(" ")),
                *(self.width(row[place]) for row in rows),
            )
            for place, column in enumerate(columns)
        ]
        room = self.right - self.left - sum(widths)
        if room < 0:
            widths[widths.index(max(widths))] += room
        else:
            unit = room / sum(column.weight for column in columns)
            widths = [width + unit * column.weight for width, column in zip(widths, columns, strict=True)]
        places, x = [], self.left
        for column, width in zip(columns, widths, strict=True):
            inner = width - gap
            places.append(({"left": x, "right": x + inner, "middle": x + inner / 2}[column.anchor], inner))
            x += width
        return places

    def _table_row(
        self,
        columns: Sequence[Column],
        places: Sequence[tuple[float, float]],
        cells: Sequence[str],
        ruled: bool = False,
        tinted: bool = False,
        bold: bool = False,
    ) -> None:
        top, depth = self.y, 1
        for column, (x, width), cell in zip(columns, places, cells, strict=True):
            self.y = top
            lines = self.wrapped(cell, width + 0.1) if " " in cell else [cell]
            for line in lines:
                self.put(x, line, column.anchor, bold)
                self.down()
            depth = max(depth, len(lines))
        self.y = top
        if tinted:
            self.mark(
                Rect(
                    self.left - 3, top - self.step * 0.75, self.right - self.left + 6, depth * self.step, self.look.tint
                )
            )
        self.down(depth)
        if ruled:
            self.rule(self.left, self.right, -0.68)

    def rule(self, x0: float, x1: float, lines: float = -0.7) -> None:
        """A thin line, `lines` from the current baseline."""
        y = self.y + lines * self.step
        self.mark(Path(((x0, y), (x1, y)), stroke=(120, 120, 120), line_width=0.6))

    def mark(self, mark: Mark) -> None:
        self._pages[-1][1].append(mark)

    def feet(self, lines: Sequence[Sequence[Cell]], number: str = "", anchor: Anchor = "right") -> None:
        """The same small rows at the foot of each page; `number` has places for page and count (`Page {0} of {1}`)."""
        look, pages = self.look, self._pages
        x = {"left": self.left, "middle": self.middle, "right": self.right}[anchor]
        for place, (texts, _) in enumerate(pages, start=1):
            y = self.bottom + 1.6 * look.size
            for row in lines:
                texts += [Text(cell.x, y, cell.text, look.size * 0.8, cell.anchor, look.font) for cell in row]
                y += look.size * 1.15
            if number:
                text = number.format(place, len(pages))
                texts.append(Text(x, y, text, look.size * 0.8, anchor, look.font))

    def running_head(self, text: str) -> None:
        """The same small line over each page."""
        look = self.look
        y = look.margin - 0.6 * look.size
        for texts, _ in self._pages:
            texts.insert(0, Text(self.left, y, text, look.size * 0.8, font=look.font))

    def reserve(self, lines: int) -> None:
        """Keep room for a foot of so many small lines."""
        self.bottom -= lines * self.look.size * 1.15

    def scenes(self) -> tuple[Scene, ...]:
        look = self.look
        return tuple(Scene(look.width, look.height, tuple(texts), tuple(marks)) for texts, marks in self._pages)


def smaller(look: Look, scale: float) -> Look:
    return replace(look, size=look.size * scale)
