"""A page's tables row by row, each value behind the head of its column: what a model is shown of them.

    Region  2019  2020                 Region  2019  2020
    North  120  131         becomes    North  2019: 120  2020: 131
    South  98  87                      South  2019: 98  2020: 87

Whoever reads a line of text cannot count columns, least of all over cells that are empty; and a line that says which
column it speaks of is found by its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from preprocess.document import COLUMN, Line, PageText
from preprocess.tables.fields import is_field
from preprocess.tables.find import Cell, Found, Table, located_tables
from preprocess.tables.values import NUMERIC, is_period, is_value

LEAST_COLUMNS = 3  # with two, a row is a label and its value as it is
LEAST_NAMED = 0.75  # of the columns behind the first have a head
MOST_FIELDS = 0.2  # of the cells name themselves, as `Date: 1 May` does: those of a form, side by side
LONGEST_HEAD = 100  # characters: more are a paragraph
LONGEST = 6.0  # times the characters that the page has for the table


def told_tables(text: PageText) -> PageText:
    """The same lines, those of tables made one a row, and told with the heads of their columns.

    Of pages with a text layer: on scans, columns that were put together wrongly would do more harm than good.
    """
    if text.source != "text":
        return text
    lines: list[Line] = []
    taken: set[int] = set()
    firsts = {found.lines[0]: found for found in located_tables(text)}
    for number, line in enumerate(text.lines):
        if number in firsts:
            own = [text.lines[place] for place in sorted(firsts[number].lines)]
            told = list(_rows(firsts[number]))
            if told and sum(len(row.shown) for row in told) <= LONGEST * sum(len(each.text) for each in own):
                lines += told
                taken |= set(firsts[number].lines)
        if number not in taken:
            lines.append(line)
    return PageText(tuple(lines), text.source) if taken else text


def _rows(found: Found) -> Iterator[Line]:
    """The heads as they are, then `label  head: value  head: value`; nothing of a table that heads do not explain."""
    table, names = found.table, found.table.heads
    if not _is_headed(table, names):
        return
    first = 0 if _is_numeric(table, 0) else 1  # a label needs no name, a number does
    for number, (row, own) in enumerate(zip(table.rows, found.words, strict=True)):
        cells = [(column, cell) for column, cell in _placed(row) if cell.place is not None]
        if not cells:
            continue
        is_body = number >= table.head and not _is_foot(table, number, cells)
        named = names if is_body else [""] * len(names)
        told = [
            f"{named[column]}: {cell.text}" if column >= first and named[column] and cell.span == 1 else cell.text
            for column, cell in cells
        ]
        plain = COLUMN.join(cell.text for _, cell in cells)
        yield Line(plain, own, COLUMN.join(told), needs_telling=is_body and len(cells) < len(row))


def _is_foot(table: Table, number: int, cells: Sequence[tuple[int, Cell]]) -> bool:
    """Whether a row without a label has a name where all rows above have values, and a value of its own: a total, say,
    which is no row of those columns. No row with a label follows."""
    if cells[0][0] == 0 or not is_value(cells[-1][1].text):
        return False
    texts = table.texts
    if any(row[0] for row in texts[number:]):
        return False
    above = [row for row in texts[table.head : number] if row[0]]
    for column, cell in cells:
        values = [row[column] for row in above if row[column]]
        if values and all(map(is_value, values)) and any(map(str.isalpha, cell.text)) and not is_value(cell.text):
            return True
    return False


def _is_headed(table: Table, names: Sequence[str]) -> bool:
    cells = [cell.text for row in table.rows for cell in row if cell.text]
    return (
        table.head > 0
        and len(names) >= LEAST_COLUMNS
        and sum(map(bool, names[1:])) >= LEAST_NAMED * (len(names) - 1)
        and max(map(len, names[1:])) <= LONGEST_HEAD
        and (len(names) < 3 or len(set(names[1:])) > 1)  # `closed  closed` is a row like any other
        and sum(map(is_field, cells)) <= MOST_FIELDS * len(cells)
        and any(_is_proved(table, names, column) for column in range(1, len(names)))
    )


def _is_proved(table: Table, names: Sequence[str], column: int) -> bool:
    """Whether a column has values below a head that is none: among words alone, the first row may be one of many."""
    texts = [text for row in table.texts[table.head :] if (text := row[column])]
    head = names[column]
    is_head = bool(head) and (is_period(head) or not is_value(head))
    return is_head and len(texts) > 0 and sum(map(_says_a_value, texts)) >= NUMERIC * len(texts)


def _is_numeric(table: Table, column: int) -> bool:
    """Whether nothing but numbers stands below a head, and no years, which are labels."""
    texts = [text for row in table.texts[table.head :] if (text := row[column])]
    is_number = len(texts) > 0 and all(is_value(text) and not is_period(text) for text in texts)
    return is_number and len(table.heads[column]) <= LONGEST_HEAD


def _says_a_value(text: str) -> bool:
    """A value, or a code, be it mostly of letters; not words of which one has a number."""
    return is_value(text) or (" " not in text and any(map(str.isdigit, text)))


def _placed(row: Sequence[Cell]) -> Iterator[tuple[int, Cell]]:
    column = 0
    for cell in row:
        yield column, cell
        column += cell.span
