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
from preprocess.charts.chart import Chart, Tick, Value
from preprocess.charts.look import look_at
from preprocess.charts.pieces import atoms, text_height
from preprocess.charts.points import MOST, numbers
from preprocess.charts.read import chart_of
from preprocess.charts.turn import Turn
from preprocess.document import COLUMN, Box, DocumentError, Line, Page, PageText, Word
from preprocess.lines import to_lines

LEAST_READ = 0.5  # of the categories have a name, and of the values one that was read
TRUSTED = ("marks", "order")  # checks: where both fail, values stand at the wrong labels
PAPER = (1000, 1414)  # a page of which only words are known, in any unit: as high as paper usually is


def told_chart(page: Page) -> PageText | None:
    """The page's text, the words of its chart as lines of labels and values; None where no chart can be read.

    Pictures and scans are looked at. A page with a text layer is so only where numbers lie evenly, as those of an axis
    do: looking takes longer than reading it.

    Raises:
        DocumentError: the page's words cannot be read. Where only its picture cannot, there is no chart.
    """
    text = page.text()
    if not text.lines or (text.source == "text" and not _has_axis(text)):
        return None
    try:
        look = look_at(page)
        chart = chart_of(look)
    except DocumentError:  # `NoChart` is one
        return None
    return _told(text, chart, look.size[0] / look.size[1]) if _is_telling(chart) else None


def _told(text: PageText, chart: Chart, aspect: float) -> PageText:
    """Labels, printed values and ticks leave their lines for those of the chart. `aspect`: width over height."""
    words = [word for line in text.lines for word in line.words]
    told = list(_rows(chart))
    printed = [value for series in chart.series for value in series.values if value and value.kind == "printed"]
    moved = [(value.box, value.text) for value in printed]
    moved += [(box, name) for box, name in zip(chart.labels, chart.categories, strict=True) if box]
    moved += [(tick.box, tick.text) for tick in _ticks(chart)]
    ticks = [(tick.text, tuple(word for word in words if word.box.is_in(tick.box))) for tick in _ticks(chart)]
    if ticks:
        told.append(Line(COLUMN.join(text for text, _ in ticks), tuple(word for _, own in ticks for word in own)))
    rest = to_lines([word for word in words if not any(_says(word, *piece) for piece in moved)], aspect)
    place = _place(rest, Box.around([line.box for line in told]))
    return PageText((*rest[:place], *told, *rest[place:]), text.source)


def _says(word: Word, box: Box, text: str) -> bool:
    """Whether a word is one of those that say `text` in `box`."""
    return word.box.is_in(box) and set(text.split()).issuperset(word.text.split())


def _rows(chart: Chart) -> Iterator[Line]:
    """`label  value` of each category, told as `label  series: value  series: value` where series have names."""
    for place, category in enumerate(chart.categories):
        found = [(series.name, value) for series in chart.series if (value := series.values[place]) is not None]
        label = chart.labels[place]
        cells = [(category, label, False)] if category and label else []
        cells += [(_said(value, chart), value.box, value.kind == "estimated") for _, value in found]
        if not cells:
            continue
        told = [category] if category else []
        told += [f"{name}: {_said(value, chart)}" if name else _said(value, chart) for name, value in found]
        words = tuple(Word(word, box, is_measured=measured) for text, box, measured in cells for word in text.split())
        yield Line(COLUMN.join(text for text, _, _ in cells), words, COLUMN.join(told), needs_telling=True)


def _said(value: Value, chart: Chart) -> str:
    if value.kind == "printed":
        return value.text
    if chart.axis is None:
        return f"~{value.text}%"
    unit = chart.unit
    return f"~{value.text}{unit}" if any(tick.text.endswith(unit) for tick in chart.axis.ticks) else f"~{value.text}"


def _ticks(chart: Chart) -> Sequence[Tick]:
    return chart.axis.ticks if chart.axis else ()


def _place(rest: Sequence[Line], chart: Box) -> int:
    """Before which of the other lines a chart stands: the first one over or below it that begins under its middle."""
    middle = (chart.y0 + chart.y1) / 2
    beside = [at for at, line in enumerate(rest) if line.box.x0 < chart.x1 and line.box.x1 > chart.x0]
    under = next((at for at in beside if rest[at].box.y0 > middle), None)
    return under if under is not None else beside[-1] + 1 if beside else len(rest)


def _is_telling(chart: Chart) -> bool:
    values = [value for series in chart.series for value in series.values]
    named, read = sum(map(bool, chart.categories)), sum(value is not None for value in values)
    failed = {check.name for check in chart.checks if not check.passed}
    return (
        named > 0
        and named >= LEAST_READ * len(chart.categories)
        and read >= LEAST_READ * len(values)
        and not failed.issuperset(TRUSTED)
    )


def _has_axis(text: PageText) -> bool:
    pieces = atoms(text, PAPER)
    height = text_height(pieces)
    found = numbers(pieces, height)
    if len(found) > MOST:
        return False
    return any(find_scales(found, Turn(lying), height) for lying in (False, True))
