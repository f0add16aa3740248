"""A page's words with the values of its chart beside their labels.

    70%
    60%  66.1%                        Alpha  66.1%
    50%         41%         becomes   Beta  41%
         Alpha  Beta                  50%  60%  70%

Heights and colours say which value belongs to which label and series; words alone do not. Where no value is printed,
what was measured stands there, with a ~ before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from preprocess.charts.axes import find_scales
from preprocess.charts.chart import Chart, NoChart, Value
from preprocess.charts.look import look_at
from preprocess.charts.pieces import atoms, numbers, text_height
from preprocess.charts.read import chart_of
from preprocess.charts.turn import Turn
from preprocess.document import Box, Line, Page, PageText, Word
from preprocess.lines import to_lines

COLUMN = "  "
LEAST_READ = 0.5  # of the categories have a name, and of the values one that was read
PAPER = (1000, 1414)  # a page of which only words are known, in any unit: as high as paper usually is


def told_chart(page: Page) -> PageText | None:
    """The page's text, the words of its chart as lines of labels and values; None where no chart can be read.

    Pictures and scans are looked at. A page with a text layer is so only where numbers lie evenly, as those of an axis
    do: looking takes longer than reading it.

    Raises:
        DocumentError: the page cannot be read.
    """
    text = page.text()
    if not text.lines or (text.source == "text" and not _has_axis(text)):
        return None
    look = look_at(page)
    try:
        chart = chart_of(look)
    except NoChart:
        return None
    return _told(text, chart, look.size[0] / look.size[1]) if _is_telling(chart) else None


def chart_lines(chart: Chart) -> Iterator[Line]:
    """`label  value` of each category, `label  series value  series value` where series have names."""
    for place, category in enumerate(chart.categories):
        found = [(series.name, value) for series in chart.series if (value := series.values[place]) is not None]
        anywhere = chart.labels[place] or (found[0][1].box if found else None)
        if anywhere is None:
            continue
        cells = [(category, anywhere)] if category else []
        cells += [(f"{name} {_said(value, chart)}".strip(), value.box) for name, value in found]
        words = [Word(word, box) for text, box in cells for word in text.split()]
        yield Line(COLUMN.join(text for text, _ in cells), tuple(words))


def _said(value: Value, chart: Chart) -> str:
    if value.kind == "printed":
        return value.text
    unit = chart.axis.unit if chart.axis else "%"
    return f"~{value.text}{unit if unit == '%' else ''}"


def _is_telling(chart: Chart) -> bool:
    values = [value for series in chart.series for value in series.values]
    read = sum(value is not None for value in values)
    return sum(map(bool, chart.categories)) >= LEAST_READ * len(chart.categories) and read >= LEAST_READ * len(values)


def _told(text: PageText, chart: Chart, aspect: float) -> PageText:
    """The chart's lines and ticks come before what stands below its middle. `aspect`: the page's width over height."""
    words = [word for line in text.lines for word in line.words]
    ticks = chart.axis.ticks if chart.axis else ()
    axis = [word for word in words if _is_in(word.box, [tick.box for tick in ticks])]
    told = list(chart_lines(chart))
    said = {part for line in told for part in line.text.split()}
    rest = [word for word in words if not (_is_in(word.box, chart.words) and said.issuperset(word.text.split()))]
    around = to_lines([word for word in rest if word not in axis], aspect)
    if axis:
        told.append(Line(COLUMN.join(tick.text for tick in ticks), tuple(axis)))
    middle = Box.around([line.box for line in told])
    height = (middle.y0 + middle.y1) / 2
    place = next((at for at, line in enumerate(around) if line.box.y0 > height), len(around))
    return PageText((*around[:place], *told, *around[place:]), text.source)


def _is_in(box: Box, others: Sequence[Box]) -> bool:
    """Whether the middle of `box` lies in one of `others`."""
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return any(other.x0 <= x <= other.x1 and other.y0 <= y <= other.y1 for other in others)


def _has_axis(text: PageText) -> bool:
    pieces = atoms(text, PAPER)
    found, height = numbers(pieces), text_height(pieces)
    return any(find_scales(found, Turn(lying), height) for lying in (False, True))
