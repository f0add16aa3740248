"""A page that is filled from the top: headings, running text, lines of its own, tables with true geometry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from train.factory.documents.tables import Grid
from train.factory.scene import Anchor, Font, Mark, Path, Rect, Scene, Text, estimated_width

SHEETS = ((595.0, 842.0), (612.0, 792.0), (595.0, 842.0), (516.0, 729.0))
ANCHORS: tuple[Anchor, ...] = ("left", "middle", "right")
ADVANCE = 0.5  # of the size: how much room a character of running text takes, with a little to spare


@dataclass(frozen=True, slots=True)
class Style:
    """How the pages of one document look."""

    width: float
    height: float
    margin: float
    size: float
    leading: float
    font: Font
    ruled: str  # of tables: "", "lines", "rows", "box", "shade"
    tight: bool  # tables as wide as they need to be, not as the page is
    cells: Anchor

    @property
    def inner(self) -> float:
        return self.width - 2 * self.margin


def medium(rng: Random) -> Literal["digital", "scan"]:
    """Most pages have a text layer."""
    return "digital" if rng.random() < 0.75 else "scan"


def style(rng: Random) -> Style:
    width, height = rng.choice(SHEETS)
    return Style(
        width, height, rng.uniform(42, 84), rng.choice((8.5, 9.0, 9.5, 10.0, 10.5, 11.0)), rng.uniform(1.18, 1.5),
        rng.choice(("sans", "serif", "serif")), rng.choice(("", "", "lines", "lines", "rows", "box", "shade")),
        rng.random() < 0.35, rng.choice(("right", "right", "middle", "left")),
    )  # fmt: skip


@dataclass(slots=True)
class Flow:
    """The page while it is filled: `y` is where the next thing begins."""

    style: Style
    y: float = 0.0
    texts: list[Text] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.y = self.y or self.style.margin + self.style.size

    @property
    def characters_left(self) -> int:
        """How much running text fits above the bottom margin, its last lines and gaps spared; 0 on a full page."""
        lines = (self.style.height - self.style.margin - self.y) / (self.style.size * self.style.leading) - 4
        return max(int(lines * self.style.inner / (self.style.size * ADVANCE)), 0)

    def line(self, text: str, size: float = 0.0, bold: bool = False, anchor: Anchor = "left", x: float = 0.0) -> None:
        """One line of its own; `x` is where it is anchored, else the margin, the middle or the right margin."""
        style = self.style
        size = size or style.size
        places = {"left": style.margin, "middle": style.width / 2, "right": style.width - style.margin}
        self.texts.append(Text(x or places[anchor], self.y, text, size, anchor, style.font, bold))
        self.y += size * style.leading

    def block(
        self, text: str, size: float = 0.0, bold: bool = False, anchor: Anchor = "left", x: float = 0.0,
        width: float = 0.0, hang: float = 0.0,
    ) -> None:  # fmt: skip
        """Running text, broken into lines of `width`; all but the first begin `hang` further right."""
        size = size or self.style.size
        width = (width or self.style.inner) - hang
        room = int(width / (size * ADVANCE * (1.1 if bold else 1.0)))
        start = x or (self.style.margin if anchor == "left" else 0.0)
        probe = Text(0, 0, "", size, font=self.style.font, bold=bold)
        lines = broken(text, room, lambda line: estimated_width(line, probe) <= width)  # capitals need more than usual
        for place, line in enumerate(lines):
            self.line(line, size, bold, anchor, start + (hang if place else 0.0) if start else 0.0)

    def heading(self, rng: Random, text: str, size: float) -> None:
        self.gap(0.5)
        self.block(text, size, rng.random() < 0.8)
        self.gap(0.2)

    def gap(self, lines: float = 1.0) -> None:
        self.y += lines * self.style.size * self.style.leading

    def foot(self, text: str, anchor: Anchor) -> None:
        """A line in the bottom margin."""
        self.y = self.style.height - self.style.margin * 0.5
        self.line(text, min(self.style.size, 9.0), anchor=anchor)

    def scene(self) -> Scene:
        return Scene(self.style.width, self.style.height, tuple(self.texts), tuple(self.marks))

    def table(self, rng: Random, grid: Grid) -> None:
        """Labels on the left, cells in columns as wide as the page allows; heads stand on the row above the cells."""
        size = self.style.size * rng.choice((1.0, 1.0, 0.92, 0.85))
        columns = len(grid.heads)
        while True:
            layout = _layout(self.style, grid, size)
            if layout.fits or size < 5.5:
                break
            size *= 0.92
        top = self.y
        self._heads(rng, grid, layout)
        below_heads = self.y - 0.75 * size
        indent = rng.choice((0.0, 8.0, 12.0))
        last_row = rng.random() < 0.7
        for row, label in enumerate(grid.labels):
            if row in grid.groups:
                self._put(grid.groups[row], layout, 0)
                self.y += layout.step
            lines = broken(label, layout.label_room)
            if row == grid.total and rng.random() < 0.5:
                self.marks.append(_rule(layout.left, layout.right, self.y - 0.9 * size))
            first = self.y
            for place, line in enumerate(lines):
                self._put(line, layout, indent if grid.groups and row != grid.total else place * 4.0)
                self.y += layout.step
            y = self.y - layout.step if last_row else first
            for column in range(columns):
                self.texts.append(layout.cell(self.style, grid.table.cells[row][column], column, y))
            if self.style.ruled == "rows":
                self.marks.append(_rule(layout.left, layout.right, self.y - 0.75 * size))
        self._frame(layout, top - size, below_heads, self.y - 0.75 * size)
        self.gap(0.5)

    def _put(self, text: str, layout: _Layout, indent: float) -> None:
        self.texts.append(Text(layout.left + 3 + indent, self.y, text, layout.size, "left", self.style.font))

    def _heads(self, rng: Random, grid: Grid, layout: _Layout) -> None:
        bold = rng.random() < 0.5
        for text, first, last in grid.spans:
            middle = (layout.edges[first] + layout.edges[last + 1]) / 2
            self.texts.append(Text(middle, self.y, text, layout.size, "middle", self.style.font, bold))
        if grid.spans:
            self.y += layout.step
        heads = [broken(head, layout.head_room[place]) for place, head in enumerate(grid.heads)]
        corner = broken(grid.corner, layout.label_room) if grid.corner else []
        tallest = max(len(lines) for lines in (*heads, corner))
        for place, lines in enumerate(heads):
            for row, line in enumerate(lines):
                y = self.y + (tallest - len(lines) + row) * layout.step
                self.texts.append(replace(layout.cell(self.style, line, place, y), bold=bold))
        for row, line in enumerate(corner):
            y = self.y + (tallest - len(corner) + row) * layout.step
            self.texts.append(Text(layout.left + 3, y, line, layout.size, "left", self.style.font, bold))
        self.y += tallest * layout.step + 2

    def _frame(self, layout: _Layout, top: float, head: float, bottom: float) -> None:
        ruled, width = self.style.ruled, layout.right - layout.left
        if ruled == "shade":
            self.marks.append(Rect(layout.left, top, width, head - top, (225, 230, 238)))
        if ruled in ("lines", "rows"):
            self.marks += [_rule(layout.left, layout.right, y) for y in (top, head, bottom)]
        if ruled == "box":
            self.marks.append(Rect(layout.left, top, width, bottom - top, None, (60, 60, 60)))
            self.marks.append(_rule(layout.left, layout.right, head))
            self.marks += [Path(((x, top), (x, bottom)), (60, 60, 60)) for x in layout.edges[:-1]]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the columns of a table stand; `edges` has one more than there are columns."""

    size: float
    step: float
    left: float
    edges: tuple[float, ...]
    label_room: int
    head_room: tuple[int, ...]
    fits: bool

    @property
    def right(self) -> float:
        return self.edges[-1]

    def cell(self, style: Style, text: str, column: int, y: float) -> Text:
        left, right, pad = self.edges[column], self.edges[column + 1], 0.6 * self.size
        x = {"left": left + pad, "middle": (left + right) / 2, "right": right - pad}[style.cells]
        return Text(x, y, text, self.size, style.cells, style.font)


def _layout(style: Style, grid: Grid, size: float) -> _Layout:
    probe = Text(0, 0, "", size, font=style.font, bold=True)
    label_room = max(min(max(map(len, (*grid.labels, *grid.groups.values(), grid.corner))), 40), 6)
    longest = max(estimated_width(word, probe) for label in (*grid.labels, grid.corner) for word in label.split(" "))
    label_width = min(max(label_room * 0.56 * size, longest) + 18, 0.45 * style.inner)
    room = int((label_width - 16) / (0.54 * size))
    widths, head_room = [], []
    for place, head in enumerate(grid.heads):
        cells = max((row[place] for row in grid.table.cells), key=len)
        word = max(head.split(" "), key=len)
        short = max(len(word), min(len(head), 14))
        width = max(estimated_width(cells, probe), 0.56 * size * short) + 1.8 * size
        widths.append(width)
        head_room.append(short)
    for top, first, last in grid.spans:
        lack = estimated_width(top, probe) + 1.8 * size - sum(widths[first : last + 1])
        for place in range(first, last + 1):
            widths[place] += max(lack, 0.0) / (last + 1 - first)
    spare = style.inner - label_width - sum(widths)
    if spare > 0 and not style.tight:
        widths = [width + spare / len(widths) for width in widths]
        head_room = [int((width - 1.8 * size) / (0.56 * size)) for width in widths]
    edges = [style.margin + label_width]
    for width in widths:
        edges.append(edges[-1] + width)
    return _Layout(size, size * 1.35, style.margin, tuple(edges), room, tuple(head_room), spare >= 0)


def _rule(left: float, right: float, y: float) -> Path:
    return Path(((left, y), (right, y)), (60, 60, 60), line_width=0.7)


def broken(text: str, room: int, fits: Callable[[str], bool] = lambda line: True) -> list[str]:
    """Lines of at most `room` characters that fit; a longer word has a line of its own."""
    line, *words = text.split(" ")
    lines = []
    for word in words:
        longer = f"{line} {word}"
        if line and (len(longer) > room or not fits(longer)):
            lines.append(line)
            line = word
        else:
            line = longer if line else word
    return [*lines, line]
