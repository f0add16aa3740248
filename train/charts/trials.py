"""One chart read and held against its truth, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from time import perf_counter
from typing import Literal, cast

from preprocess.charts.chart import Chart, NoChart, Value
from preprocess.charts.read import read_chart
from preprocess.document import Page
from train.charts.truth import Truth

NEAR = 0.05  # of the value: how far an estimate may be off
LIKE = 0.8  # how alike names must be that OCR may have misread

Outcome = Literal["right", "wrong", "missing"]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one chart. `outcomes` has one for each cell of its truth; `named` counts categories whose name was
    read; `passed` is None where it was refused."""

    kind: str
    printed: bool
    medium: str
    read: bool
    outcomes: tuple[Outcome, ...]
    estimates: int
    extra: int
    named: int
    categories: int
    passed: bool | None
    failed: tuple[str, ...]
    seconds: float


def try_chart(page: Page, truth: Truth, medium: str) -> tuple[Trial, Chart | None]:
    """Read `page` and hold it against `truth`."""
    page.text()
    start = perf_counter()
    try:
        chart: Chart | None = read_chart(page)
    except NoChart:
        chart = None
    seconds = perf_counter() - start
    count = len(truth.categories) * len(truth.series)
    if chart is None:
        names = len(truth.categories)
        missing = cast(tuple[Outcome, ...], ("missing",) * count)
        return Trial(truth.kind, truth.printed, medium, False, missing, 0, 0, 0, names, None, (), seconds), None
    places = matched(truth.categories, chart.categories)
    columns = matched(truth.series, [series.name for series in chart.series])
    total = sum(sum(row) for row in truth.numbers) if chart.kind == "pie" else 0.0
    outcomes: list[Outcome] = []
    estimates = 0
    for row, place in zip(truth.numbers, places, strict=True):
        for number, column in zip(row, columns, strict=True):
            value = None if place is None or column is None else chart.series[column].values[place]
            estimates += value is not None and value.kind == "estimated"
            outcomes.append(_outcome(value, number, total))
    cells = sum(value is not None for series in chart.series for value in series.values)
    failed: tuple[str, ...] = tuple(check.name for check in chart.checks if not check.passed)
    trial = Trial(
        kind=truth.kind,
        printed=truth.printed,
        medium=medium,
        read=True,
        outcomes=tuple(outcomes),
        estimates=estimates,
        extra=max(cells - count, 0),
        named=sum(_squeezed(name) in set(map(_squeezed, chart.categories)) for name in truth.categories),
        categories=len(truth.categories),
        passed=not failed,
        failed=failed,
        seconds=seconds,
    )
    return trial, chart


def matched(wanted: Sequence[str], found: Sequence[str]) -> list[int | None]:
    """For each wanted name the place of it among `found`: by name, else by order where there are as many."""
    keys = [_squeezed(name) for name in found]
    places: list[int | None] = []
    for name in wanted:
        like = [SequenceMatcher(None, _squeezed(name), key).ratio() if key else 0.0 for key in keys]
        best = max(range(len(like)), key=like.__getitem__, default=None)
        places.append(best if best is not None and like[best] >= LIKE else None)
    known = [place for place in places if place is not None]
    if len(wanted) == len(found) and (len(set(known)) < len(known) or len(known) < len(wanted)):
        rising = known == sorted(set(known)) and all(place in (None, at) for at, place in enumerate(places))
        return list(range(len(found))) if rising or len(set(known)) < len(known) else places
    return places


def _outcome(value: Value | None, number: float, total: float) -> Outcome:
    if value is None:
        return "missing"
    if value.kind == "printed":
        return "right" if abs(value.number - number) <= 1e-9 * max(abs(number), 1.0) else "wrong"
    wanted = 100 * number / total if total else number
    return "right" if abs(value.number - wanted) <= NEAR * abs(wanted) else "wrong"


def _squeezed(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())
