"""The charts of a document, without a model: `charts_of(document)`; and their ways out, CSV, JSON, Markdown, XLSX."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.sheets import write_workbook
from preprocess.charts.chart import Chart, NoChart, Series
from preprocess.charts.read import read_chart
from preprocess.document import Box, Document

PRINTED, ESTIMATED = "printed", "estimated"


def charts_of(document: Document) -> tuple[Chart, ...]:
    """The charts of all pages in order, one a page at most; pages without one are left out.

    Raises:
        NoChart: there is none on any page, and why not.
        DocumentError: a page cannot be read.
    """
    found: list[Chart] = []
    reasons: list[NoChart] = []
    for page in document.pages:
        try:
            found.append(read_chart(page))
        except NoChart as reason:
            reasons.append(reason)
    if not found:
        raise (
            reasons[0]
            if len(reasons) == 1
            else NoChart(f"None of {len(reasons)} pages shows a chart that can be read.")
        )
    return tuple(found)


def rows_of(chart: Chart) -> list[list[str | float]]:
    """A head and a row for each category and series: category, series, value, unit, text, and how it was read.

    A value that could not be read has an empty row's end.
    """
    head: list[str | float] = ["category", "series", "value", "unit", "text", "how"]
    rows = [head]
    for place, category in enumerate(chart.categories):
        for series in chart.series:
            value = series.values[place]
            told: list[str | float] = (
                ["", "", "", ""] if value is None else [value.number, chart.unit, value.text, value.kind]
            )
            rows.append([category, series.name, *told])
    return rows


def as_json(charts: Sequence[Chart]) -> str:
    """A list of objects: what was read, the box of each value as `[x0, y0, x1, y1]` in fractions of the upright page.

    Left out is what only drawing needs: boxes of labels, ticks, words and marks, the axis' slope and offset, the disc.
    """
    return json.dumps([_plain(chart) for chart in charts], ensure_ascii=False, indent=2)


def as_markdown(charts: Sequence[Chart]) -> str:
    """Pipe tables of categories by series, estimates with a ~, each with its title, checks and notices."""
    return "\n\n".join(_markdown(number, chart) for number, chart in enumerate(charts, 1))


def write_xlsx(charts: Sequence[Chart], path: Path) -> None:
    """A workbook with a sheet for each chart, at least one; values are numbers.

    Raises:
        OSError: the file cannot be written.
    """
    write_workbook(
        {f"chart {number}, page {chart.page}": rows_of(chart) for number, chart in enumerate(charts, 1)}, path
    )


def _plain(chart: Chart) -> dict[str, Any]:
    axis = chart.axis
    return {
        "page": chart.page,
        "kind": chart.kind,
        "lying": chart.lying,
        "stacked": chart.stacked,
        "title": chart.title,
        "categories": {"name": chart.category_name, "names": list(chart.categories)},
        "unit": chart.unit,
        "axis": axis
        and {
            "name": axis.name,
            "range": axis.range and list(axis.range),
            "ticks": [{"text": tick.text, "number": tick.number} for tick in axis.ticks],
        },
        "series": [_plain_series(series) for series in chart.series],
        "checks": [{"name": c.name, "passed": c.passed, "sentence": c.sentence} for c in chart.checks],
        "notices": list(chart.notices),
    }


def _plain_series(series: Series) -> dict[str, Any]:
    values = [
        value and {"number": value.number, "text": value.text, "kind": value.kind, "box": _box(value.box)}
        for value in series.values
    ]
    return {"name": series.name, "colour": "#{:02x}{:02x}{:02x}".format(*series.colour), "values": values}


def _markdown(number: int, chart: Chart) -> str:
    lines = [f"<!-- chart {number}, page {chart.page} -->", ""]
    if chart.title:
        lines += [f"**{_cell(chart.title)}**", ""]
    names = [series.name or (chart.axis.name if chart.axis else "") or "value" for series in chart.series]
    lines.append(_pipes([chart.category_name, *names]))
    lines.append(_pipes(["---"] * (len(names) + 1)))
    for place, category in enumerate(chart.categories):
        values = [series.values[place] for series in chart.series]
        texts = ["" if v is None else v.text if v.kind == PRINTED else f"~{v.text}" for v in values]
        lines.append(_pipes([category, *texts]))
    said = [f"- {'passed' if check.passed else 'FAILED'}: {check.sentence}" for check in chart.checks]
    said += [f"- note: {notice}" for notice in chart.notices]
    return "\n".join([*lines, *([""] if said else []), *said])


def _pipes(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _box(box: Box) -> list[float]:
    return [round(edge, 5) for edge in (box.x0, box.y0, box.x1, box.y1)]
