"""The cells of a table: numbers in the ways of several countries, bounds, codes, dates, words.

A cell keeps the exact value beside what is printed, so that no question has to read its own page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from train.factory.documents.table_words import PHRASES, TEXTS, TYPES
from train.factory.sample import Split, part
from train.factory.values import DATE_STYLES, NUMBER_STYLES, NumberStyle, any_date

NUMERIC = ("int", "decimal", "percent", "money")
DASHES = ("–", "—", "-", "n/a", "..", "*")
CURRENCIES = {"en": ("$", "$", "$", "£", "€"), "de": (" €", " EUR"), "fr": (" €", " EUR"), "es": (" €", " EUR")}


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    value: Decimal | None = None


def column_cells(
    rng: Random, split: Split, language: str, kinds: Sequence[str], comparable: bool, rows: int
) -> list[list[Cell]]:
    """Rows of cells. `comparable` columns are written alike; some tables have dashes where nothing is known."""
    base = rng.choice((NUMBER_STYLES[language][0], NUMBER_STYLES[language][0], *NUMBER_STYLES[language]))
    if comparable and kinds[0] in NUMERIC:
        columns = _alike(rng, base, language, kinds[0], len(kinds), rows)
    elif comparable:
        columns = _bands(rng, split, language, kinds[0], len(kinds), rows)
    else:
        columns = [_column(rng, split, base, language, kind, rows) for kind in kinds]
    grid = [[column[place] for column in columns] for place in range(rows)]
    if rng.random() < 0.12 and len(columns) > 1:
        dash = Cell(rng.choice(DASHES))
        grid = [[dash if rng.random() < 0.07 else cell for cell in row] for row in grid]
    return grid


def with_total(cells: Sequence[Sequence[Cell]], language: str) -> list[list[Cell]]:
    """Numbers and one more row, their sum, all written as the first is."""
    text = "".join(cell.text for row in cells for cell in row)
    found = [style for style in NUMBER_STYLES[language] if style.thousands and style.thousands in text]
    style = found[0] if found else NUMBER_STYLES[language][0]
    numbers = [[cell.value or Decimal(0) for cell in row] for row in cells]
    sums = [sum(column, Decimal(0)) for column in zip(*numbers, strict=True)]
    return [[Cell(style.write(value), value) for value in row] for row in (*numbers, sums)]


def _alike(rng: Random, base: NumberStyle, language: str, kind: str, columns: int, rows: int) -> list[list[Cell]]:
    """Columns of one kind and size: a row's values are near each other, as those of years are."""
    size = 10 ** rng.uniform(1.2, 5.2)
    bases = [size * rng.uniform(0.3, 2.5) for _ in range(rows)]
    places = {"int": 0, "percent": rng.choice((0, 1, 1, 2))}.get(kind, rng.choice((0, 2)) if kind == "money" else 1)
    style = _style(rng, base, language, kind)
    found = []
    for _ in range(columns):
        drawn = [
            rng.uniform(0.5, 99)
            if kind == "percent"
            else (size if rng.random() < 0.3 else base) * rng.uniform(0.7, 1.4)
            for base in bases
        ]
        found.append([_number(value if kind != "decimal" else value % 1000, places, style) for value in drawn])
    return found


def _number(value: float, places: int, style: NumberStyle) -> Cell:
    exact = Decimal(f"{value:.{places}f}")
    return Cell(style.write(exact), exact)


def _style(rng: Random, base: NumberStyle, language: str, kind: str) -> NumberStyle:
    if kind == "money":
        sign = rng.choice(CURRENCIES[language])
        before, after = (sign, "") if len(sign) == 1 else ("", sign)
        return NumberStyle(base.thousands, base.point, before, after)
    if kind == "percent":
        return NumberStyle(base.thousands, base.point, "", rng.choice(("%", "%", "%" if language == "en" else " %")))
    return base


def _column(rng: Random, split: Split, base: NumberStyle, language: str, kind: str, rows: int) -> list[Cell]:
    """A column by itself."""
    if kind in NUMERIC:
        return _alike(rng, base, language, kind, 1, rows)[0]
    day_style = rng.choice(DATE_STYLES[language])
    makers = {
        "date": lambda: day_style(any_date(rng, 1995)),
        "code": lambda: f"{rng.choice('ABCDEFGHKLMNPRSTUVW')}{rng.randrange(10, 9999)}",
        "type": lambda: rng.choice(TYPES).format(rng.choice((3, 5, 7, 8, 10, 15, 18, 20, 32, 50, 64, 128, 255))),
        "yesno": lambda: rng.choice({"en": ("Yes", "No"), "de": ("Ja", "Nein"), "fr": ("Oui", "Non")}.get(
            language, ("Sí", "No"))),
        "text": lambda: rng.choice(part(TEXTS[language], split)),
    }  # fmt: skip
    return [Cell(makers[kind]()) for _ in range(rows)]


def _bands(rng: Random, split: Split, language: str, kind: str, columns: int, rows: int) -> list[list[Cell]]:
    """Bounds in words, from the lowest to the highest: `Less than 50`, `$48,001–$66,900`."""
    first, middle, last = rng.choice(part(PHRASES[language], split))
    write = NUMBER_STYLES[language][0].write
    money = rng.choice(("$", "$", "")) if kind == "range" and language == "en" else ""
    step = 10 ** rng.randrange(1, 5) if kind == "range" else 1
    found = []
    for _ in range(columns):
        bounds = sorted(rng.sample(range(2 * step, 300 * step, max(1, step // 100)), rows - 1))
        low = [money + write(Decimal(bound)) for bound in bounds]
        above = [money + write(Decimal(bound + 1)) for bound in bounds]
        inner = [middle.format(a=above[place], b=low[place + 1]) for place in range(rows - 2)]
        found.append([Cell(text) for text in (first.format(low[0]), *inner, last.format(low[-1]))])
    return found
