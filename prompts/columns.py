"""Which column of a table is which field of a list: by its head, by what stands in it, and by arithmetic.

A head is compared with the names that the schema gives a field. Where heads say nothing known, or there are none,
numbers do: a column that is the product of two others, row by row, is the field whose `product_of` they are. A text
without a column gets the wordiest one that is left, as does one whose head only resembles its name and whose column
holds codes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import permutations, product
from math import inf
from statistics import mean

from preprocess.tables.find import Table
from prompts.extracted import value_of
from prompts.folding import fold
from prompts.numbers import readings
from prompts.schema import Field

ALIKE, SHORT = 0.8, 6  # of the letters: a head with an error of OCR is still the same, unless it is short (unit, units)
LEAST_SCORE = 0.5
MOST = 0.6  # of a column's cells have the form of the field; of the rows the product is right
NEAR = Decimal("0.006")  # of a product, and a thousandth of it: quantities are rounded where they are printed
DIGITS = 3  # of a product that proves itself in one row
NAMED = 1.0  # a score that only a head which is a field's name has
WORDY, LETTERS = 0.2, 40  # what many letters in a column add to a text's score, and how many are many
Numbers = Collection[Decimal]
_WORD = re.compile(r"\w+")


def assigned(fields: Sequence[Field], table: Table) -> dict[str, tuple[int, float]]:
    """The column of each field that has one, and how sure that is, about from 0.5 to 1."""
    heads = table.heads
    bodies = [[row[column] for row in table.texts[table.head :]] for column in range(len(heads))]
    chosen = _by_product(fields, heads, bodies)
    taken = {column for column, _ in chosen.values()}
    multiplied = {name for field in fields if field.product_of for name in (field.last, *field.product_of)}
    pairs = [
        (score * _form(field, bodies[column]), -place, -column)
        for (place, field), column in product(enumerate(fields), range(len(heads)))
        if (score := likeness(field, heads[column])) >= LEAST_SCORE
        and not (field.last in multiplied and _is_of_percents(bodies[column]))
    ]
    for score, place, column in sorted(pairs, reverse=True):
        name = fields[-place].last
        if score >= LEAST_SCORE and name not in chosen and -column not in taken:
            chosen[name] = -column, score
            taken.add(-column)
    if chosen:
        _give_words(fields, bodies, chosen, taken)
    return chosen


def likeness(field: Field, head: str) -> float:
    """1 where the head is one of the field's names, less where it only contains one, or one but for a letter or two."""
    said = _words(head)
    return max(_likeness(_words(name), said) for name in (*field.heads, field.last.replace("_", " "))) if said else 0.0


def _likeness(name: list[str], said: list[str]) -> float:
    if name == said:
        return 1.0
    if name and set(name) <= set(said):
        return 0.6 + 0.3 * len(name) / len(said)
    one, other = " ".join(name), " ".join(said)
    if min(len(one), len(other)) < SHORT:
        return 0.0
    ratio = SequenceMatcher(None, one, other).ratio()
    return 0.8 * ratio if ratio >= ALIKE else 0.0


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _form(field: Field, cells: Sequence[str]) -> float:
    """1 where the cells have the form of the field, 0 where they have not; more for a text of many words."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return 0.0
    if field.kind == "string":
        return 1.0 + WORDY * min(1.0, mean(map(_letters, filled)) / LETTERS)
    return float(sum(_fits(field, cell) for cell in filled) >= MOST * len(filled))


def _fits(field: Field, text: str) -> bool:
    """Whether a value of the field's kind is printed there; of a number, which one need not be certain (`1,200`)."""
    return bool(readings(text)) if field.kind in ("number", "integer") else value_of(field, text) is not None


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text)


def _by_product(
    fields: Sequence[Field], heads: Sequence[str], bodies: Sequence[Sequence[str]]
) -> dict[str, tuple[int, float]]:
    """The columns of a product and its factors, if three of them multiply row by row; heads tell the factors apart."""
    by_name = {field.last: field for field in fields}
    whole = next((field for field in fields if field.product_of and set(field.product_of) <= set(by_name)), None)
    if whole is None:
        return {}
    values = [[() if "%" in cell else readings(cell) for cell in cells] for cells in bodies]  # 10 % of 15.90 is 1.59
    best: tuple[float, tuple[int, ...]] = (-inf, ())
    for columns in permutations(range(len(heads)), 3):
        if _multiply(*(values[column] for column in columns)):
            names = (by_name[name] for name in (*whole.product_of, whole.last))
            fit = sum(likeness(field, heads[column]) for field, column in zip(names, columns, strict=True))
            # Heads that say nothing: quantities stand before prices, and have fewer digits behind the point.
            best = max(best, (fit - 0.01 * _places(bodies[columns[0]]) + 0.001 * (columns[0] < columns[1]), columns))
    return {name: (column, 1.0) for name, column in zip((*whole.product_of, whole.last), best[1], strict=False)}


def _multiply(first: Sequence[Numbers], second: Sequence[Numbers], whole: Sequence[Numbers]) -> bool:
    """Whether most rows of the three columns multiply, one of them with factors other than 1; of a single row, only if
    the product has many digits: 2 x 3 is 6 by chance."""
    rows = [row for row in zip(first, second, whole, strict=True) if all(row)]
    right = [any(abs(a * b - c) <= NEAR + abs(c) / 1000 for a, b, c in product(*row)) for row in rows]
    telling = sum(hit and min(row[0]) != 1 and min(row[1]) != 1 for hit, row in zip(right, rows, strict=True))
    if len(rows) == 1 and max(len(number.normalize().as_tuple().digits) for number in rows[0][2]) < DIGITS:
        return False
    return sum(right) >= MOST * len(rows) and telling >= 1


def _places(cells: Sequence[str]) -> float:
    """Digits behind the last point or comma, on average."""
    return mean(len(re.split(r"[.,]", cell)[-1]) if re.search(r"[.,]\d", cell) else 0 for cell in cells)


def _give_words(
    fields: Sequence[Field], bodies: Sequence[Sequence[str]], chosen: dict[str, tuple[int, float]], taken: set[int]
) -> None:
    """The wordiest column left, if it is of words, for a text that has none, or one of codes by a likeness.

    Sums below a list have names as well, in any column: only rows with most of the other fields count.
    """
    filled = [sum(map(bool, cells)) for cells in zip(*(bodies[column] for column in taken), strict=True)]
    bodies = [[cell for cell, many in zip(cells, filled, strict=True) if many == max(filled)] for cells in bodies]

    def lacks(field: Field) -> bool:
        column, score = chosen.get(field.last, (None, 0.0))
        return field.kind == "string" and (column is None or (score < NAMED and not _is_of_words(bodies[column])))

    field = next(filter(lacks, fields), None)
    left = [column for column in range(len(bodies)) if column not in taken]
    if field is None or not left:
        return
    column = max(left, key=lambda place: sum(map(_letters, bodies[place])))
    if _is_of_words(bodies[column]):
        chosen[field.last] = column, LEAST_SCORE


def _is_of_percents(cells: Sequence[str]) -> bool:
    return sum("%" in cell for cell in cells) > sum(map(bool, cells)) / 2


def _is_of_words(cells: Sequence[str]) -> bool:
    return sum(map(_letters, cells)) > sum(map(len, cells)) / 2


def named(heads: Sequence[str]) -> list[str]:
    """Heads as names that are all different."""
    names: list[str] = []
    for place, head in enumerate(heads, 1):
        name = head or f"column {place}"
        names.append(name if name not in names else f"{name} ({place})")
    return names


def columns_by_head(path: tuple[str, ...], table: Table) -> Mapping[str, tuple[Field, int]]:
    """A field for every column, by its head."""
    return {name: (Field((*path, name), "string", name), column) for column, name in enumerate(named(table.heads))}
