"""Which column of a table is which field of a list: by its head, by what stands in it, and by arithmetic.

A head is compared with the names that the schema gives a field. Where heads say nothing known, or there are none,
numbers do: a column that is the product of two others, row by row, is the field whose `product_of` they are. A text
without a column gets the wordiest one that is left, as does one whose head only resembles its name and whose column
holds codes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import compress, product
from statistics import mean

from preprocess.spaceless import is_spaceless, unspread
from preprocess.tables.find import Table
from prompts import dates
from prompts.extracted import value_of
from prompts.folding import fold
from prompts.numbers import digits
from prompts.products import ROWS, Product, products
from prompts.quantities import quantities
from prompts.schema import NUMBERS, Field

ALIKE, SHORT = 0.8, 6  # of the letters: a head with an error of OCR is still the same, unless it is short (unit, units)
LEAST_SCORE = 0.5
MOST = 0.6  # of a column's cells have the form of the field
NAMED = 1.0  # a score that only a head which is a field's name has
WORDY, LETTERS = 0.2, 40  # what many letters in a column add to a text's score, and how many are many
UNKNOWN = 0.95  # what a column under the field's own name is worth in an unknown notation: more than any likeness
LEAP, LONGEST_DAY = 2024, 20
_WORD = re.compile(r"\w+")
_ONE_NUMBER = re.compile(r"\W*(?:[^\W\d]+\W*)?\d(?:[\d.,'’\s]*\d)?\W*(?:[^\W\d]+\W*)?")
_PERCENTS = re.compile(r"(?:^|[^\d\s])\s*%")


def assigned(fields: Sequence[Field], table: Table) -> dict[str, tuple[int, float]]:
    """The column of each field that has one, and how sure that is, about from 0.5 to 1."""
    heads = table.heads
    bodies = [[row[column] for row in table.texts[table.head :]] for column in range(len(heads))]
    chosen = _by_product(fields, heads, bodies)
    taken = {column for column, _ in chosen.values()}
    multiplied = {name for field in fields if field.product_of for name in (field.last, *field.product_of)}
    percents = {column for column, head in enumerate(heads) if _is_of_percents(head, bodies[column])}
    pairs = [
        (score * _form(field, bodies[column], score >= NAMED), -place, -column)
        for (place, field), column in product(enumerate(fields), range(len(heads)))
        if (score := likeness(field, heads[column])) >= LEAST_SCORE
        and not (field.last in multiplied and column in percents)
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
    said = words_of(head)
    return (
        max(_likeness(words_of(name), said) for name in (*field.heads, field.last.replace("_", " "))) if said else 0.0
    )


def _likeness(name: list[str], said: list[str]) -> float:
    if name == said:
        return 1.0
    if name and set(name) <= set(said):
        return 0.6 + 0.3 * len(name) / len(said)
    one, other = " ".join(name), " ".join(said)
    if is_spaceless(one[:1]) and other.endswith(one):  # what it is stands last: 交易日期
        return 0.6 + 0.3 * len(one) / len(other)
    if min(len(one), len(other)) < SHORT:
        return 0.0
    ratio = SequenceMatcher(None, one, other).ratio()
    return 0.8 * ratio if ratio >= ALIKE else 0.0


def words_of(text: str) -> list[str]:
    """The words of a cell, as they are compared."""
    return _WORD.findall(unspread(fold(text)))


def _form(field: Field, cells: Sequence[str], is_named: bool) -> float:
    """1 where the cells have the form of the field, 0 where they have not; more for a text of many words.

    Under a head that is the field's own name (`is_named`) an unknown notation is one of the field's all the same: a
    column that is not shown cannot be checked by anybody. Words are no notation of a number.
    """
    filled = [cell for cell in cells if cell]
    if not filled:
        return 0.0
    if field.kind == "string":
        return 1.0 + WORDY * min(1.0, mean(map(_letters, filled)) / LETTERS)
    least = MOST * len(filled)
    if sum(_fits(field, cell) for cell in filled) >= least:
        return 1.0
    if not is_named:
        return 0.0
    if sum(map(is_number_like if field.kind in NUMBERS else _has_digit, filled)) >= least:
        return UNKNOWN
    return 0.0 if field.kind in NUMBERS else LEAST_SCORE


def _fits(field: Field, text: str) -> bool:
    """Whether a value of the field's kind is printed there; which number or date it is need not be certain (`1,200`,
    `03/04/2024`), and lists of one month leave out the year (`03.04.`)."""
    if field.kind in NUMBERS:
        return bool(quantities(text))
    if field.kind == "date" and not field.choices:
        return bool(dates.readings(text)) or is_day_of_a_year(text)
    return value_of(field, text) is not None


def is_number_like(text: str) -> bool:
    """Whether one number stands there, with at most a word on either side, in any notation: `$(9.00)`, `9.00 CR`."""
    return bool(quantities(text)) or _ONE_NUMBER.fullmatch(text) is not None


def is_day_of_a_year(text: str) -> bool:
    """Whether a day and a month stand there without a year: `03 Jan`, `01/14`, `03.01.`, `1月3日`."""
    day = text.strip()
    if not _has_digit(day) or len(day) > LONGEST_DAY or re.search(r"\d{3}", day):
        return False
    parted = f"{day}{day[-1] if day[-1] in './-' else next((mark for mark in './-' if mark in day), ' ')}"
    years = (f"{day} {LEAP}", f"{day}{LEAP}", f"{parted}{LEAP}", f"{LEAP}年{day}")
    return any(dates.readings(year) for year in years)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


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
    members = [by_name[name] for name in (*whole.product_of, whole.last)]
    likely = [[likeness(field, head) for head in heads] for field in members]
    known = [[column for column, score in enumerate(scores) if score >= NAMED] for scores in likely]
    countable = [
        [() if _is_percent(cell) else quantities(cell) for cell in cells[:ROWS]] if not _says_percents(head) else []
        for head, cells in zip(heads, bodies, strict=True)
    ]

    def rank(found: Product) -> tuple[float, float, float]:
        fit = sum(likely[place][column] for place, column in enumerate(found.columns))
        # Heads that say nothing: quantities stand before prices, and have fewer digits behind the point.
        first, second, _ = found.columns
        return fit, found.share, 0.001 * (first < second) - 0.01 * _places(bodies[first])

    def denials(found: Product) -> int:
        """How many heads are the name of one of its fields, and stand over other columns alone."""
        return sum(column not in places for places, column in zip(known, found.columns, strict=True) if places)

    candidates = [found for found in products(countable) if denials(found) <= found.is_certain]
    if not candidates:
        return {}
    best = max(candidates, key=rank)
    score = 1.0 if rank(best)[0] >= LEAST_SCORE else LEAST_SCORE
    return {field.last: (column, score) for field, column in zip(members, best.columns, strict=True)}


def _places(cells: Sequence[str]) -> float:
    """Digits behind the last point or comma, on average."""
    return mean(len(digits(re.split(r"[.,]", cell)[-1])) if re.search(r"[.,]\d", cell) else 0 for cell in cells)


def _give_words(
    fields: Sequence[Field], bodies: Sequence[Sequence[str]], chosen: dict[str, tuple[int, float]], taken: set[int]
) -> None:
    """The wordiest column left, if it is of words, for a text that has none, or one of codes by a likeness.

    Sums below a list have names as well, in any column: rows that say less of the other fields than one of the first
    two are left out.
    """
    filled = [sum(map(bool, cells)) for cells in zip(*(bodies[column] for column in taken), strict=True)]
    least = max(filled[:2], default=0)
    bodies = [list(compress(cells, (many >= least for many in filled))) for cells in bodies]

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


def _is_of_percents(head: str, cells: Sequence[str]) -> bool:
    return _says_percents(head) or 2 * sum(map(_is_percent, cells)) > sum(map(bool, cells))


def _says_percents(head: str) -> bool:
    """`VAT %`, but not `Total with 20 % VAT`."""
    return bool(_PERCENTS.search(unicodedata.normalize("NFKC", head)))


def _is_percent(text: str) -> bool:
    return "%" in unicodedata.normalize("NFKC", text)


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
