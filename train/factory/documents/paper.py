"""A page to write on: rows, blocks side by side, tables and paragraphs, put down from the top as texts of a scene.

Makers say what stands where; this keeps the place, begins a new page when one is full, and numbers pages in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from train.factory.documents.looks import Look, smaller
from train.factory.sample import Split, part
from train.factory.scene import BLACK, Anchor, Mark, Path, Rect, Scene, Text, estimated_width

FOOT = 0.8  # of the size: what stands at the foot of each page
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


@cache
def variants(text: str, split: Split) -> tuple[str, ...]:
    """The wordings in `a|b|c` that belong to `split`; lists too short to be shared out are there for both."""
    return tuple(part(text.split("|"), split))


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

    def beside(self, blocks: Sequence[tuple[float, Sequence[str], bool]], end: float | None = None) -> None:
        """Blocks of lines from the same height: (x, lines, is the first bold). The last one has room up to `end`.

        Where a line would run into the next block, all are set in a smaller type.
        """
        look = self.look
        ends = [*(x - GAP * look.size for x, _, _ in blocks[1:]), end or self.right]
        fits = [
            (until - x) / max(self.width(line, is_bold) for line in lines)
            for (x, lines, is_bold), until in zip(blocks, ends, strict=True)
        ]
        self.look = smaller(look, min(1.0, *fits))
        top, deepest = self.y, self.y
        for x, lines, is_bold in blocks:
            self.y = top
            for place, line in enumerate(lines):
                self.put(x, line, bold=is_bold and place == 0)
                self.down()
            deepest = max(deepest, self.y)
        self.y, self.look = deepest, look

    def pairs(self, x: float, pairs: Sequence[tuple[str, str]], gutter: float | None = None, colon: str = ":") -> None:
        """`label: value` rows, values in a column `gutter` to the right of `x`; without one, right after the label."""
        after = self._gutter(pairs, gutter or 0.0, colon)
        for label, value in pairs:
            if gutter is None:
                self.put(x, f"{label}{colon} {value}".strip())
            else:
                self.put(x, label + colon)
                self.put(x + after, value)
            self.down()

    def pairs_width(self, pairs: Sequence[tuple[str, str]], gutter: float | None = None) -> float:
        """How wide `pairs` would be, a gap behind them included."""
        gap = self.look.size * GAP
        if gutter is None:
            return gap + max((self.width(f"{label}: {value}") for label, value in pairs), default=0.0)
        return gap + self._gutter(pairs, gutter, ":") + max((self.width(value) for _, value in pairs), default=0.0)

    def _gutter(self, pairs: Sequence[tuple[str, str]], least: float, colon: str) -> float:
        """How far to the right of their labels the values stand."""
        return max(least, *(self.width(label + colon) + self.look.size * GAP for label, _ in pairs), 0.0)

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
        """A head and rows; cells too long for their column wrap, the head is printed again on a new page.

        Where the longest words of the columns do not fit side by side, the whole table is set in a smaller type.
        """
        look = self.look
        needed = sum(self._narrowest(columns, rows))
        self.look = smaller(look, min(1.0, (self.right - self.left) / needed))
        places = self._places(columns, rows)
        head = [column.head for column in columns]
        self._table_row(columns, places, head, ruled=True, tinted=tinted, bold=True)
        for row in rows:
            if self.need(2):
                self._table_row(columns, places, head, ruled=True, tinted=tinted, bold=True)
            self._table_row(columns, places, row, ruled)
        self.look = look

    def _narrowest(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[float]:
        """How wide each column has to be, a gap included: numbers stay whole, words may stand one below the other."""
        found = []
        for place, column in enumerate(columns):
            cells = [row[place] for row in rows]
            if column.anchor != "right":
                cells = [word for cell in cells for word in cell.split(" ")]
            heads = (self.width(word, True) for word in column.head.split(" "))
            found.append(self.look.size * GAP + max(*heads, *map(self.width, cells), 0.0))
        return found

    def _places(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[tuple[float, float]]:
        """Each column's (anchor's x, width): what its cells need and spare room by weight, or as little as it takes."""
        gap, narrowest = self.look.size * GAP, self._narrowest(columns, rows)
        widths = [
            max(least, *(gap + self.width(row[place]) for row in rows), 0.0) for place, least in enumerate(narrowest)
        ]
        room = self.right - self.left - sum(widths)
        while room < -0.01:  # whoever can best gives way
            spare = [width - least for width, least in zip(widths, narrowest, strict=True)]
            place = spare.index(max(spare))
            given = min(spare[place], -room)
            widths[place] -= given
            room += given
        if room > 0:
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
                texts += [Text(cell.x, y, cell.text, look.size * FOOT, cell.anchor, look.font) for cell in row]
                y += look.size * 1.15
            if number:
                text = number.format(place, len(pages))
                texts.append(Text(x, y, text, look.size * FOOT, anchor, look.font))

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
