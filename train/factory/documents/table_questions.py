"""Questions about one table: reading a cell, looking back from a value, comparing, computing, and what is not there.

Each asker returns None where its question would be ambiguous or has no answer in this table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from train.factory.documents import table_wordings as wordings
from train.factory.documents.tables import Grid
from train.factory.sample import Question, Split, missing, part, reading
from train.factory.traces import MAX_READS, Read, difference, largest, mean, plain, ratio, rounded, total, worked


@dataclass(frozen=True, slots=True)
class Asked:
    """A table, where it stands (`where` ends a question: `` in Table 3``), and the language of its page."""

    grid: Grid
    page: int
    where: str
    language: str = "en"

    @property
    def body(self) -> int:
        """How many rows there are without the total."""
        return len(self.grid.labels) if self.grid.total is None else self.grid.total

    @property
    def where_body(self) -> str:
        return self.where if self.grid.total is None else f"{self.where} (leave out the total)"


Asker = Callable[[Random, Split, Asked], Question | None]


def _said(rng: Random, split: Split, texts: Sequence[str], **slots: object) -> str:
    return rng.choice(part(texts, split)).format(**slots)


def _column(rng: Random, asked: Asked, least: int = 2) -> tuple[int, list[Read]] | None:
    """A column of numbers, each by its row, without the total."""
    values = asked.grid.values[: asked.body]
    good = [place for place in range(len(asked.grid.heads)) if sum(r[place] is not None for r in values) >= least]
    if not good:
        return None
    place = rng.choice(good)
    names = asked.grid.table.rows
    return place, [Read(names[row], value) for row, cells in enumerate(values) if (value := cells[place]) is not None]


def _cells(reads: Sequence[Read], column: str) -> list[Read]:
    """Named as a look-up names them: the one skill serves both."""
    return [Read(f"{read.label}, {column}", read.value) for read in reads]


def _across(rng: Random, asked: Asked, least: int = 2) -> tuple[str, list[Read]] | None:
    """A row of numbers that measure the same, each by its column."""
    if not asked.grid.comparable:
        return None
    names = asked.grid.table.columns
    row = rng.randrange(len(asked.grid.labels))
    reads = [Read(names[p], value) for p, value in enumerate(asked.grid.values[row]) if value is not None]
    return (asked.grid.table.rows[row], reads) if len(reads) >= least else None


def _cell(rng: Random, asked: Asked) -> tuple[str, str, str]:
    table = asked.grid.table
    row, column = rng.randrange(len(table.rows)), rng.randrange(len(table.columns))
    return table.rows[row], table.columns[column], table.cells[row][column]


def lookup(rng: Random, split: Split, asked: Asked) -> Question | None:
    row, column, text = _cell(rng, asked)
    return reading(_lookup_text(rng, split, asked, row, column), f"{row}, {column}", text, "table/lookup")


def _lookup_text(rng: Random, split: Split, asked: Asked, row: str, column: str) -> str:
    if rng.random() < 0.4:
        return wordings.EXACT.format(p=asked.page, r=row, c=column)
    own = wordings.LOOKUP_IN.get(asked.language)
    if own and not asked.where and rng.random() < 0.5:
        return _said(rng, split, own, r=row, c=column)
    return _said(rng, split, wordings.LOOKUP, r=row, c=column, w=asked.where)


def absent(rng: Random, split: Split, asked: Asked) -> Question | None:
    """A row or a column that would fit and is not there."""
    row, column, _ = _cell(rng, asked)
    if asked.grid.spare_columns and rng.random() < 0.5:
        column = rng.choice(asked.grid.spare_columns)
    elif asked.grid.spare_rows:
        row = rng.choice(asked.grid.spare_rows)
    else:
        return None
    return missing(_lookup_text(rng, split, asked, row, column), f"{row}, {column}", "table/missing")


def reverse(rng: Random, split: Split, asked: Asked) -> Question | None:
    row, column, text = _cell(rng, asked)
    place = asked.grid.table.columns.index(column)
    if [cells[place] for cells in asked.grid.table.cells].count(text) > 1 or len(text) < 2:
        return None
    question = _said(rng, split, wordings.REVERSE, v=text, c=column, w=asked.where)
    return Question(question, row, f"{column} {text}: {row}\n{row}", "table/reverse")


def extreme_row(rng: Random, split: Split, asked: Asked) -> Question | None:
    found = _column(rng, asked, 3)
    if found is None or len(found[1]) > MAX_READS or len(found[1]) < asked.body:
        return None
    column = asked.grid.table.columns[found[0]]
    return _extreme(rng, split, found[1], wordings.EXTREME_ROW, c=column, w=asked.where_body)


def extreme_column(rng: Random, split: Split, asked: Asked) -> Question | None:
    found = _across(rng, asked, 3)
    if found is None or len(found[1]) > MAX_READS or len(found[1]) < len(asked.grid.heads):
        return None
    return _extreme(rng, split, found[1], wordings.EXTREME_COLUMN, r=found[0], w=asked.where)


def _extreme(rng: Random, split: Split, reads: list[Read], texts: Sequence[str], **slots: object) -> Question | None:
    smallest = rng.random() < 0.45
    values = sorted(read.value for read in reads)
    if values[0] == values[1] or values[-1] == values[-2]:
        return None
    text = _said(rng, split, texts, x=rng.choice(wordings.SUPERLATIVES[smallest]), **slots)
    return worked(text, largest(reads, smallest), "table/min" if smallest else "table/max", "exact_field")


def differing(rng: Random, split: Split, asked: Asked) -> Question | None:
    """Two cells of a column, or of a row: the larger less the smaller."""
    across = _across(rng, asked) if rng.random() < 0.5 else None
    if across is not None:
        row, reads = across
        first, second = sorted(rng.sample(reads, 2), key=lambda read: -read.value)
        slots, texts, tail = {"r": row}, wordings.DIFFERENCE_COLUMNS, f"{row}, {{}}"
    else:
        found = _column(rng, asked)
        if found is None:
            return None
        first, second = sorted(rng.sample(found[1], 2), key=lambda read: -read.value)
        column = asked.grid.table.columns[found[0]]
        slots, texts, tail = {"c": column}, wordings.DIFFERENCE_ROWS, f"{{}}, {column}"
    if first.value == second.value:
        return None
    text = _said(rng, split, texts, a=first.label, b=second.label, w=asked.where, **slots)
    named = [Read(tail.replace("{}", read.label), read.value) for read in (first, second)]
    return worked(text, difference(*named), "table/difference")


def summing(rng: Random, split: Split, asked: Asked) -> Question | None:
    found = _column(rng, asked)
    if found is None:
        return None
    column = asked.grid.table.columns[found[0]]
    picked = sorted(rng.sample(range(len(found[1])), min(len(found[1]), rng.choice((2, 2, 3, 3, 4, 5)))))
    picks = [found[1][place] for place in picked]
    names = ", ".join(f'"{read.label}"' for read in picks[:-1]) + f' and "{picks[-1].label}"'
    reads = _cells(picks, column)
    if rng.random() < 0.6:
        return worked(_said(rng, split, wordings.SUM, n=names, c=column, w=asked.where), total(reads), "table/sum")
    places = rng.choice((1, 2))
    text = _said(rng, split, wordings.MEAN, n=names, c=column, w=asked.where, d=wordings.ROUNDED[places])
    return worked(text, mean(reads, places), "table/mean")


def dividing(rng: Random, split: Split, asked: Asked) -> Question | None:
    found = _column(rng, asked)
    if found is None:
        return None
    first, second = rng.sample(found[1], 2)
    if not second.value or first.value / second.value < Decimal("0.05"):
        return None
    column = asked.grid.table.columns[found[0]]
    text = _said(rng, split, wordings.RATIO, a=first.label, b=second.label, c=column, w=asked.where)
    first, second = _cells((first, second), column)
    return worked(text, ratio(first, second), "table/ratio")


def counting(rng: Random, split: Split, asked: Asked) -> Question | None:
    if asked.grid.groups:
        return None
    rows = asked.grid.table.rows[: asked.body]
    lines = [f"{place}: {row}" for place, row in enumerate(rows, 1)]
    text = _said(rng, split, wordings.COUNT, w=asked.where_body)
    return Question(text, str(len(rows)), "\n".join([*lines, str(len(rows))]), "table/count", steps=1)


def above(rng: Random, split: Split, asked: Asked) -> Question | None:
    """How many rows are above a limit that lies between two values."""
    found = _column(rng, asked, 3)
    if found is None or len(found[1]) > MAX_READS:
        return None
    values = sorted({read.value for read in found[1]})
    if len(values) < 3:
        return None
    place = rng.randrange(len(values) - 1)
    limit = rounded((values[place] + values[place + 1]) / 2, 0)
    if limit in values:
        return None
    column, over = asked.grid.table.columns[found[0]], rng.random() < 0.6
    count = sum((read.value > limit) == over for read in found[1])
    texts = wordings.ABOVE if over else wordings.BELOW
    text = _said(rng, split, texts, v=plain(limit), c=column, w=asked.where_body)
    lines = [f"{read.label}: {plain(read.value)}" for read in found[1]]
    compared = f"{'above' if over else 'below'} {plain(limit)}: {count}"
    return Question(text, str(count), "\n".join([*lines, compared, str(count)]), "table/above", steps=1)


_ASKERS: tuple[tuple[Asker, int], ...] = (
    (lookup, 38), (absent, 11), (reverse, 9), (extreme_row, 9), (extreme_column, 5), (differing, 12), (summing, 8),
    (dividing, 3), (counting, 2), (above, 4),
)  # fmt: skip
_COMPUTING = tuple((asker, weight) for asker, weight in _ASKERS if asker not in (lookup, absent, reverse, counting))


def questions(
    rng: Random, split: Split, tables: Sequence[Asked], count: int, computing: bool = False
) -> list[Question]:
    """About `count` different questions over `tables`: most of them plain look-ups, or none of them if `computing`."""
    askers, weights = zip(*(_COMPUTING if computing else _ASKERS), strict=True)
    found: dict[str, Question] = {}
    for asker in rng.choices(askers, weights, k=3 * count):
        question = asker(rng, split, rng.choice(tables))
        if question is not None and len(found) < count:
            found.setdefault(question.text, question)
    return list(found.values())
