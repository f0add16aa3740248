"""What tables hold: families of row labels, column heads and cells, put together to a `Grid` with its truth.

A grid knows what is printed (labels, heads of several lines, groups) apart from what a question calls it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from random import Random

from train.factory.documents.table_cells import NUMERIC, column_cells, with_total
from train.factory.documents.table_words import (
    BARE_HEADS,
    CAPTIONS,
    COLUMN_GROUPS,
    CORNERS,
    IDENTIFIERS,
    MEASURES,
    MIXED,
    ROWS,
    SHARE_HEADS,
    SPANS,
    TOTALS,
)
from train.factory.names import CITIES, coined, company
from train.factory.sample import Split, Table, part

# Columns that can be worked out of the others, so that one that is not there has an answer all the same.
DERIVED = re.compile(
    r"differ|both|\ball |total|change|balance|shortfall|varian|carrying|combined|insgesamt|veränd|saldo|ensemble|"
    r"variation|solde|ambos|variación",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its truth. `table` names rows and columns as questions do; `labels` and `heads` are as printed.

    `groups` are lines between rows, by the row that follows; `spans` are heads over several columns (text, first,
    last); `spare_rows` and `spare_columns` would fit but are absent; `comparable` says that all columns measure the
    same thing; `total` is the row that adds the others up.
    """

    table: Table
    title: str
    corner: str
    labels: tuple[str, ...]
    heads: tuple[str, ...]
    values: tuple[tuple[Decimal | None, ...], ...]
    comparable: bool
    groups: dict[int, str]
    spans: tuple[tuple[str, int, int], ...]
    total: int | None
    spare_rows: tuple[str, ...]
    spare_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    names: tuple[str, ...]
    heads: tuple[str, ...]
    kinds: tuple[str, ...]
    comparable: bool
    spare: tuple[str, ...] = ()
    spans: tuple[tuple[str, int, int], ...] = ()


def grid(rng: Random, split: Split, language: str = "en", rows: int = 0, columns: int = 0) -> Grid:
    """A table of `rows` and `columns`, or of as many as chance gives."""
    rows = rows or rng.choice((3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8, 9, 11, 14))
    columns = columns or rng.choice((1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7))
    heads = _columns(rng, split, language, columns)
    dimension, names = _rows(rng, split, language, rows + 2, heads)
    printed, spare = names[:-2], names[-2:]
    cells = column_cells(rng, split, language, heads.kinds, heads.comparable, len(printed))
    total = None
    if set(heads.kinds) == {"int"} and rng.random() < 0.4 and all(c.value is not None for row in cells for c in row):
        total = len(printed)
        printed = (*printed, rng.choice(TOTALS[language]))
        cells = with_total(cells, language)
    labels, groups, total_names = _grouped(rng, language, printed, total)
    corner = rng.choice(("", dimension[0].upper() + dimension[1:], rng.choice(CORNERS[language])))
    table = Table(heads.names, total_names, tuple(tuple(cell.text for cell in row) for row in cells))
    values = tuple(tuple(cell.value for cell in row) for row in cells)
    title = _title(rng, split, language, heads, dimension)
    known = {*labels, *total_names}
    return Grid(
        table, title, corner, labels, heads.heads, values, heads.comparable, groups, heads.spans, total,
        tuple(name for name in spare if name not in known), tuple(n for n in heads.spare if n not in heads.names),
    )  # fmt: skip


def shuffled(rng: Random, like: Grid) -> Grid:
    """The same rows and columns with the values moved to other rows: a table that only its page tells apart."""
    body = len(like.labels) if like.total is None else like.total
    order = [*rng.sample(range(body), body), *range(body, len(like.labels))]
    table = replace(like.table, cells=tuple(like.table.cells[row] for row in order))
    return replace(like, table=table, values=tuple(like.values[row] for row in order))


def _grouped(
    rng: Random, language: str, names: Sequence[str], total: int | None
) -> tuple[tuple[str, ...], dict[int, str], tuple[str, ...]]:
    """Printed labels, group lines by row, and names: the same label under two groups is named with its group."""
    body = len(names) if total is None else total
    chance = rng.random()
    if body < 4 or chance > 0.22:
        return tuple(names), {}, tuple(names)
    starts = range(0, body, 2 if body % 2 == 0 and rng.random() < 0.5 else 3)
    titles = rng.sample(SPANS[language], 2) if len(starts) == 2 else [coined(rng) for _ in starts]
    groups = dict(zip(starts, titles, strict=True))
    labels, called = list(names), list(names)
    if chance < 0.09 and len(starts) * (starts.step) == body:
        for place in range(body):
            labels[place] = names[place % starts.step]
            called[place] = f"{labels[place]} ({groups[place - place % starts.step]})"
    return tuple(labels), groups, tuple(called)


def _rows(rng: Random, split: Split, language: str, count: int, heads: _Columns) -> tuple[str, tuple[str, ...]]:
    """What the rows are, and `count` different labels of that kind in their usual order."""
    if heads.kinds[0] == "type":
        return "column name", tuple(_identifiers(rng, count))
    families = _families(language, split)
    fitting = [family for family in families if len(family[1]) >= count]
    chance = rng.random()
    if not fitting or chance < 0.3:
        return _many(rng, split, language, count, heads)
    dimension, labels = rng.choice(fitting)
    places = sorted(rng.sample(range(len(labels)), count)) if chance < 0.8 else rng.sample(range(len(labels)), count)
    spare = rng.sample(range(count), 2)
    picked = [labels[place] for place in places]
    return dimension, (*(p for i, p in enumerate(picked) if i not in spare), *(picked[i] for i in spare))


@cache
def _families(language: str, split: Split) -> Sequence[tuple[str, tuple[str, ...]]]:
    return [(dimension, tuple(labels.split("|"))) for dimension, labels in part(ROWS[language], split)]


def _many(rng: Random, split: Split, language: str, count: int, heads: _Columns) -> tuple[str, tuple[str, ...]]:
    """Labels of which there are always enough: years, made-up places, companies, codes."""
    if rng.random() < 0.25 and not any(char.isdigit() for char in heads.names[0]):
        first = rng.randrange(1970, 2018 - count)
        return {"de": "Jahr", "fr": "année", "es": "año"}.get(language, "year"), tuple(
            str(first + step) for step in range(count)
        )
    cities = list(part(CITIES[language], split))
    makers = {
        "country": lambda: coined(rng, 2) + rng.choice(("ia", "land", "a", "istan", "")),
        "company": lambda: company(rng, language, split),
        "item code": lambda: f"{rng.choice('ABCDEKLMRST')}{rng.choice(('-', ''))}{rng.randrange(100, 9999)}",
        "region": lambda: f"{rng.choice(SPANS[language])} {coined(rng)}" if rng.random() < 0.5 else coined(rng, 3),
        "office": lambda: rng.choice(cities) if rng.random() < 0.6 else f"{rng.choice(cities)} {coined(rng)}",
    }
    dimension = rng.choice(list(makers))
    found: dict[str, None] = {}
    while len(found) < count:
        found[makers[dimension]()] = None
    called = {"de": "Gebiet", "fr": "territoire", "es": "territorio"}.get(language, dimension)
    return called, tuple(found)


def _identifiers(rng: Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        name = "_".join(rng.sample(IDENTIFIERS, rng.choice((1, 2, 2, 3))))
        found[name] = None
    lower = rng.random() < 0.3
    return [name.lower() if lower else name for name in found]


def _columns(rng: Random, split: Split, language: str, count: int) -> _Columns:
    kind = rng.choice(("int", "int", "decimal", "percent", "percent", "money"))
    chance = rng.random()
    if count == 1:
        only = (rng.choice(part(SHARE_HEADS[language], split)),)
        return _Columns(only, only, (rng.choice((*NUMERIC, "phrase", "phrase")),), True)
    if chance < 0.32:
        return _years(rng, language, count, kind)
    if chance < 0.6:
        return _compared(rng, split, language, count, kind)
    if chance < 0.68 and language == "en":
        names = ("Data type", *rng.sample(("Length", "Nullable", "Status", "Code"), min(count, 3) - 1))
        kinds = {"Data type": "type", "Length": "int", "Nullable": "yesno", "Status": "text", "Code": "code"}
        return _Columns(names, names, tuple(kinds[name] for name in names), False, ("Default value", "Description"))
    if chance < 0.75 and language == "en" and count <= 3:
        return _years(rng, language, count, "range")
    pool = part(MIXED[language], split)
    picked = rng.sample(pool, min(count, 6, len(pool) - 1))
    names = tuple(name for name, _ in picked)
    spare = tuple(name for name, _ in pool if name not in names)
    return _Columns(names, names, tuple(kind for _, kind in picked), False, spare)


def _years(rng: Random, language: str, count: int, kind: str) -> _Columns:
    step = rng.choice((1, 1, 1, 2, 5, 10)) if count < 6 else 1
    first = rng.randrange(1960, 2024 - step * count)
    write = rng.choice(("{y}", "{y}", "{y}", "{y}", "FY {y}", "{y}/{z:02d}", "{y}–{z:02d}", "June {y}", "Q{q} {y}"))
    if language != "en":
        write = "{y}"
    years = [first + step * place for place in range(-1, count + 1)]
    if rng.random() < 0.15:
        years.reverse()
    quarter = rng.randrange(1, 5)
    names = [write.format(y=year, z=(year + 1) % 100, q=quarter) for year in years]
    shown = tuple(names[1:-1])
    return _Columns(shown, shown, (kind,) * count, True, (names[0], names[-1]))


def _compared(rng: Random, split: Split, language: str, count: int, kind: str) -> _Columns:
    """Groups that are compared, some under spanning heads, some with their numbers of cases."""
    group = rng.choice([group for group in part(COLUMN_GROUPS[language], split) if len(group) >= min(count, 2)])
    if count >= 4 and rng.random() < 0.5:
        below = [str(y) for y in (lambda f: (f, f + 1))(rng.randrange(1990, 2023))]
        if rng.random() < 0.5:
            below = list(rng.choice(BARE_HEADS[language]))
        over = group[:2]
        names = tuple(f"{top} {low}" for top in over for low in below)
        spans = tuple((top, len(below) * place, len(below) * (place + 1) - 1) for place, top in enumerate(over))
        return _Columns(names, tuple(below) * 2, (kind,) * len(names), True, (), spans)
    names = group[:count]
    spare = tuple(name for name in group[count:] if not DERIVED.search(name))
    if rng.random() < 0.25:
        names = tuple(f"{name} (n = {rng.randrange(40, 2400)})" for name in names)
    heads = tuple(name.replace(" = ", "\u00a0=\u00a0") for name in names)  # a line does not end within `(n = 9)`
    return _Columns(names, heads, (kind,) * len(names), True, spare)


def _title(rng: Random, split: Split, language: str, heads: _Columns, dimension: str) -> str:
    kind = heads.kinds[0] if heads.comparable else "mixed"
    measure = rng.choice(part(MEASURES[language].get(kind, MEASURES[language]["mixed"]), split))
    period = (
        f"{heads.names[0]} – {heads.names[-1]}"
        if heads.names[0][:4].isdigit() and len(heads.names) > 1
        else str(rng.randrange(1990, 2025))
    )
    return rng.choice(part(CAPTIONS[language], split)).format(m=measure, d=dimension, p=period, c=coined(rng))
