"""What surrounds the data: title, legend, source and footer, axes with their ticks, and the room left for the plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import floor, log10
from random import Random
from typing import NamedTuple

from train.factory.charts.style import Setting
from train.factory.scene import Anchor, Circle, Colour, Mark, Path, Rect, Scene, Text, estimated_width
from train.factory.values import NumberStyle


class Area(NamedTuple):
    """A part of the picture; what is drawn shrinks it."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0


@dataclass(slots=True)
class Canvas:
    """A scene in the making, in one setting."""

    width: float
    height: float
    setting: Setting
    texts: list[Text] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def write(
        self, x: float, y: float, text: str, anchor: Anchor = "left", size: float = 0.0, bold: bool = False,
        colour: Colour | None = None, upright: bool = False,
    ) -> None:  # fmt: skip
        look = self.setting.look
        self.texts.append(
            Text(x, y, text, size or self.setting.size, anchor, look.font, bold, colour or look.ink, upright)
        )

    def line(self, *points: tuple[float, float], colour: Colour, width: float = 1.0, dash: float = 0.0) -> None:
        self.marks.append(Path(points, colour, line_width=width, dash=dash))

    def measure(self, text: str, size: float = 0.0, bold: bool = False) -> float:
        return estimated_width(text, Text(0, 0, "", size or self.setting.size, font=self.setting.look.font, bold=bold))

    def wrap(self, text: str, width: float, size: float = 0.0) -> list[str]:
        """`text` on lines no wider than `width`, cut between words; Chinese is cut anywhere."""
        lines = [""]
        spaced = " " in text or text.isascii()
        for word in text.split(" ") if spaced else text:
            longer = f"{lines[-1]} {word}" if spaced and lines[-1] else lines[-1] + word
            if lines[-1] and self.measure(longer, size) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def scene(self) -> Scene:
        return Scene(self.width, self.height, tuple(self.texts), tuple(self.marks), self.setting.look.paper)


class Scale(NamedTuple):
    """A value axis: its ends and ticks."""

    low: float
    high: float
    ticks: tuple[Decimal, ...]

    def at(self, value: Decimal | float, start: float, end: float) -> float:
        return start + (float(value) - self.low) / (self.high - self.low) * (end - start)


def scale(values: Sequence[Decimal], ticks: int, from_zero: bool = True, head: float = 1.04) -> Scale:
    """Round ticks about `values`; without `from_zero` the axis may begin near the lowest value."""
    low, high = float(min(values)), float(max(values))
    if from_zero or low <= 0 or (low > 0.7 * high * (1 if high > 0 else -1) and high - low < 0.02 * high):
        low, high = min(low, 0.0), max(high, 0.0)
    span = max(high - low, 1e-9) * head
    exponent = floor(log10(span / ticks))
    steps = [Decimal(m).scaleb(exponent) for m in ("1", "2", "2.5", "5", "10")]
    step = next(step for step in steps if float(step) * ticks >= span)
    first = floor(low / float(step))
    last = -floor(-(high + (head - 1) * span) / float(step))
    found = tuple((step * place).normalize() + 0 for place in range(first, max(last, first + 1) + 1))
    return Scale(float(found[0]), float(found[-1]), found)


def tick_text(tick: Decimal, number: NumberStyle) -> str:
    return number.write(Decimal(f"{tick:f}"))


def header(rng: Random, canvas: Canvas, area: Area) -> Area:
    setting, top = canvas.setting, area.y0
    size = setting.size * rng.uniform(1.2, 1.6)
    x = area.x0 if setting.look.title == "left" else (area.x0 + area.x1) / 2
    for text, points, bold in ((setting.title, size, setting.look.title_bold), (setting.subtitle, setting.size, False)):
        for line in canvas.wrap(text, area.width * 0.95, points) if text else ():
            top += points * 1.25
            canvas.write(x, top, line, setting.look.title, points, bold)
    return area._replace(y0=top + setting.size * 0.9) if top > area.y0 else area


def footer(rng: Random, canvas: Canvas, area: Area) -> Area:
    """Notes and source at the foot; a portal adds its copyright, links, and a column of icons at the right."""
    setting, size, y = canvas.setting, canvas.setting.size, area.y1
    if setting.brand:
        canvas.write(
            area.x0 + 14, y - 6, rng.choice(("Additional Information", "Additional information", "Details")), size=size
        )
        canvas.write(
            area.x1 - 14, y - 6, rng.choice(("Show source", "Show source", "Show sources", "Source")), "right", size
        )
        canvas.write(area.x1 - 24, y - 6 - 2 * size, f"© {setting.brand}", "right", size)
        y -= 4.4 * size
        if rng.random() < 0.2:
            canvas.write(area.x1 - 24, y, rng.choice(("Collapse statistic", "Zoom", "Expand statistic")), "right", size)
            y -= 1.6 * size
        _icons(rng, canvas, area)
        area = area._replace(x1=area.x1 - 56)
    for text in (setting.source, setting.note):
        for line in reversed(canvas.wrap(text, area.width * 0.97, size * 0.9)) if text else ():
            canvas.write(area.x0, y - 0.3 * size, line, size=size * 0.9)
            y -= 1.3 * size
    return area._replace(y1=y - 0.4 * size)


def _icons(rng: Random, canvas: Canvas, area: Area) -> None:
    """Buttons along the right edge; a reader takes some for characters."""
    grey = (178, 186, 202)
    for place, signs in enumerate(("★", "4", "✿", "2<", "❞", "D日")):
        y = area.y0 + 8 + place * 42
        canvas.marks.append(Rect(area.x1 - 36, y, 34, 34, (255, 255, 255), (235, 235, 240), radius=4))
        if rng.random() < 0.6 and place != 2:
            sign = "99" if signs == "❞" else rng.choice(signs)
            canvas.write(area.x1 - 19, y + 22, sign, "middle", 13, colour=grey)


def legend(canvas: Canvas, area: Area, names: Sequence[str], round_keys: bool = False) -> Area:
    """Keys and names at the top, the bottom or the right."""
    setting, size = canvas.setting, canvas.setting.size
    bold = setting.look.values_bold
    if setting.legend == "right":
        width = min(max(canvas.measure(name, size, bold) for name in names) + 2.2 * size, area.width * 0.35)
        x, y = area.x1 - width, area.y0 + area.height * 0.3
        for place, name in enumerate(names):
            _key(canvas, x, y, place, round_keys)
            for line in canvas.wrap(name, width - 1.6 * size):
                canvas.write(x + 1.6 * size, y, line, bold=bold)
                y += 1.35 * size
            y += 0.35 * size
        return area._replace(x1=x - size)
    rows: list[list[tuple[int, str, float]]] = [[]]
    used = 0.0
    for place, name in enumerate(names):
        need = canvas.measure(name, size, bold) + 3.2 * size
        if rows[-1] and used + need > area.width:
            rows.append([])
            used = 0.0
        rows[-1].append((place, name, need))
        used += need
    height = 1.6 * size * len(rows)
    y = area.y0 + size if setting.legend == "top" else area.y1 - height + size
    for row in rows:
        x = (area.x0 + area.x1 - sum(need for _, _, need in row)) / 2
        for place, name, need in row:
            _key(canvas, x, y, place, round_keys)
            canvas.write(x + 1.6 * size, y, name, bold=bold)
            x += need
        y += 1.6 * size
    if setting.legend == "top":
        return area._replace(y0=area.y0 + height + size)
    return area._replace(y1=area.y1 - height - 0.8 * size)


def _key(canvas: Canvas, x: float, y: float, place: int, is_round: bool) -> None:
    size, ink = canvas.setting.size, canvas.setting.ink(place)
    centre = y - 0.35 * size
    canvas.marks.append(
        Circle(x + 0.8 * size, centre, 0.45 * size, ink)
        if is_round
        else Rect(x + 0.35 * size, centre - 0.4 * size, 0.8 * size, 0.8 * size, ink)
    )


def upright_title(rng: Random, canvas: Canvas, x: float, area: Area, text: str) -> None:
    """An axis title that runs upwards. Broken, only pieces of it are left, which read as flat bits of text."""
    size = canvas.setting.size * 0.92
    middle = (area.y0 + area.y1) / 2
    lines = canvas.wrap(text, area.height, size)[:2]
    for place, line in enumerate(lines):
        at = x + place * size * 1.2
        if not canvas.setting.broken_axis:
            canvas.write(at, middle, line, "middle", size, upright=True)
            continue
        y = middle + canvas.measure(line, size) / 2
        while line:
            piece, line = line[: (cut := rng.randint(1, 3))], line[cut:]
            if piece.strip() and rng.random() < 0.4:
                canvas.write(at, y, piece.strip(), "left", size, upright=True)
            y -= canvas.measure(piece, size)
