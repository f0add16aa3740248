"""Charts drawn with Pillow, so that every value and every place is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

from preprocess.charts.chart import Chart
from preprocess.charts.read import read_chart
from preprocess.document import Box, Page, PageText, Word
from preprocess.lines import to_lines

WIDTH, HEIGHT = 640, 480
LEFT, RIGHT, TOP, FOOT = 80, 600, 60, 400  # of the plot
BLUE, ORANGE, GREEN, GREY, INK = (40, 117, 221), (237, 125, 49), (60, 150, 60), (220, 220, 220), (60, 60, 60)
FONT = ImageFont.load_default(13)


@dataclass
class Sketch:
    """A picture in the making, and its words."""

    picture: Image.Image = field(default_factory=lambda: Image.new("RGB", (WIDTH, HEIGHT), "white"))
    words: list[Word] = field(default_factory=list)

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.picture)

    def write(self, x: float, y: float, text: str, anchor: str = "mm", seen: str | None = None, ink=INK) -> None:
        """`seen` is what a reader takes the text for."""
        self.draw.text((x, y), text, ink, FONT, anchor)
        x0, y0, x1, y1 = self.draw.textbbox((x, y), text, FONT, anchor)
        box = Box(x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT)
        self.words.append(Word(text if seen is None else seen, box, 0.95))

    def y_axis(self, ticks: Sequence[float], seen: dict[float, str] | None = None) -> None:
        for tick in ticks:
            y = self.y(tick, ticks)
            self.draw.line((LEFT, y, RIGHT, y), GREY)
            self.write(LEFT - 8, y, f"{tick:g}", "rm", (seen or {}).get(tick))

    def y(self, value: float, ticks: Sequence[float]) -> float:
        return FOOT - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (FOOT - TOP)

    def legend(self, names: Sequence[str], colours) -> None:
        for place, (name, colour) in enumerate(zip(names, colours, strict=True)):
            x = 150 + 120 * place
            self.draw.rectangle((x, 35, x + 10, 45), colour)
            self.write(x + 18, 40, name, "lm")

    def page(self) -> Page:
        words = PageText(to_lines(self.words, WIDTH / HEIGHT), "ocr")
        return Page(1, lambda: self.picture, lambda: words)

    def read(self) -> Chart:
        return read_chart(self.page())


TICKS = [0, 50, 100, 150, 200]
NAMES = ["North", "South", "East", "West"]
VALUES = [120, 183, 47, 96]


def centre(place: int, count: int = 4) -> float:
    return LEFT + (RIGHT - LEFT) / count * (place + 0.5)


def bars(values=VALUES, printed: bool = True, ticks=TICKS, seen=None, tick_seen=None) -> Sketch:
    """Standing bars of 60 pixels; `seen` is what a printed value is taken for, by its place."""
    sketch = Sketch()
    sketch.y_axis(ticks, tick_seen)
    for place, value in enumerate(values):
        x, y, zero = centre(place), sketch.y(value, ticks), sketch.y(0, ticks)
        sketch.draw.rectangle((x - 30, min(y, zero), x + 29, max(y, zero) - 1), BLUE)
        sketch.write(x, FOOT + 14, NAMES[place])
        if printed:
            sketch.write(x, y - 10 if value >= 0 else y + 10, f"{value}", seen=(seen or {}).get(place))
    return sketch


def grouped(stacked: bool = False, printed: bool = True) -> tuple[Sketch, list[list[int]]]:
    sketch, values = Sketch(), [[60, 90, 30, 75], [80, 50, 95, 40]]
    sketch.y_axis(TICKS)
    sketch.legend(["Men", "Women"], [BLUE, ORANGE])
    for place in range(4):
        base = FOOT
        for series, colour in enumerate((BLUE, ORANGE)):
            high = values[series][place] / 200 * (FOOT - TOP)
            x = centre(place) - 30 if stacked else centre(place) - 42 + 42 * series
            sketch.draw.rectangle((x, base - high, x + (59 if stacked else 39), base - 1), colour)
            if printed:
                y = base - high / 2 if stacked else base - high - 10
                sketch.write(x + (30 if stacked else 20), y, f"{values[series][place]}")
            base -= high if stacked else 0
        sketch.write(centre(place), FOOT + 14, NAMES[place])
    return sketch, values
