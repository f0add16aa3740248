"""A chart as it was read: its table, how it held against itself, and a picture to see that by."""

from __future__ import annotations

from html import escape

from app.charts import ESTIMATED
from app.ui.render.found import outward
from app.ui.render.head import alert, progress, quiet, translated
from app.ui.results import ReadChart
from app.ui.words import Words
from preprocess.charts.chart import Chart, Value
from preprocess.document import Document

CHART_FORMATS = ("xlsx", "csv", "json", "md")


def chart(key: str, document: Document | None, found: ReadChart | None, words: Words) -> str:
    """The chart of a page, on its way, read, or why there is none."""
    if found is None or document is None:
        return quiet(words("chart.none_yet"))
    if found.state == "failed":
        return alert(found.error)
    if found.state == "running":
        return progress(words("chart.running", page=words.whole(found.page)))
    if found.state == "stopped":
        return quiet(words("chart.stopped"))
    if found.chart is None:
        return quiet(translated(found.nothing, words))
    name = words("chart.named", page=words.whole(found.page))
    return (
        outward(key, "chart", name, CHART_FORMATS, words)
        + _table(found.chart, name, words)
        + _checks(found.chart, words)
        + _picture(f"lector/{key}/{document.sha256[:16]}/{found.page}-chart.jpg", found, words)
    )


def _table(read: Chart, name: str, words: Words) -> str:
    """Categories by series; below it what its signs mean."""
    unnamed = (read.axis.name if read.axis else "") or words("chart.value")
    names = [read.category_name, *(series.name or unnamed for series in read.series)]
    head = "".join(f'<th scope="col">{escape(text)}</th>' if text else "<td></td>" for text in names)
    body = ""
    for place, category in enumerate(read.categories):
        cells = "".join(_value(series.values[place], words) for series in read.series)
        body += f'<tr><th scope="row">{escape(category)}</th>{cells}</tr>'
    title = f"<h3>{escape(read.title)}</h3>" if read.title else ""
    facts = [words(f"chart.kind.{read.kind}")]
    if read.unit:
        facts.append(words("chart.unit", unit=escape(read.unit)))
    if read.has_estimates:
        facts.append(words("chart.estimates"))
    return (
        f'{title}<div class="grid chart" tabindex="0"><table aria-label="{name}"><thead><tr>{head}</tr></thead>'
        f'<tbody>{body}</tbody></table></div><p class="quiet">{" · ".join(facts)}</p>'
    )


def _value(value: Value | None, words: Words) -> str:
    if value is None:
        return '<td class="figure"></td>'
    if value.kind == ESTIMATED:
        return f'<td class="figure estimated" title="{words("chart.estimated")}">~{escape(value.text)}</td>'
    return f'<td class="figure">{escape(value.text)}</td>'


def _checks(read: Chart, words: Words) -> str:
    """What holds of it and what does not, and what could not be read."""
    items = ""
    for check in read.checks:
        outcome = "passed" if check.passed else "failed"
        said = escape(translated(check.sentence, words))
        items += f'<li class="{outcome}"><strong>{words(f"chart.{outcome}")}</strong> {said}</li>'
    items += "".join(f"<li>{escape(translated(notice, words))}</li>" for notice in read.notices)
    return f'<ul class="checks" aria-label="{words("chart.checks")}">{items}</ul>' if items else ""


def _picture(source: str, found: ReadChart, words: Words) -> str:
    width, height = found.size
    return (
        f'<p class="quiet">{words("chart.compare")}</p>'
        f'<figure class="sheet" tabindex="0" title="{words("page.zoom")}">'
        f'<div style="aspect-ratio:{width}/{height}">'
        f'<img src="{source}" alt="{words("chart.overlay")}" width="{width}" height="{height}"></div></figure>'
    )
