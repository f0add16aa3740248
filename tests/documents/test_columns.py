"""Prose set in columns is read column by column, whatever tables stand there and however narrow the gutter is."""

from __future__ import annotations

import pytest

from preprocess.lines import to_lines
from tests.documents import typeset

LENGTHS = [8, 3, 6, 4, 9, 5, 7, 2, 6]  # of the words of a line: in any order they are as wide
WIDTH = typeset.width_of(" ".join("n" * length for length in LENGTHS))
LEFT, RIGHT, TOP, STEP = 0.06, 0.53, 0.3, 1.5 * typeset.HEIGHT


def prose(letter: str, lines: int) -> list[str]:
    return [" ".join(letter * length for length in LENGTHS[row % 9 :] + LENGTHS[: row % 9]) for row in range(lines)]


def rows(count: int, columns: int) -> list[list[str]]:
    return [[f"Land {row}", *(f"{row + 3 * column}.50" for column in range(columns - 1))] for row in range(count)]


def set_in(lines: list[str], x: float, top: float = TOP) -> list:
    return typeset.table([[line] for line in lines], [x], top=top)


def read(*parts: list) -> list[str]:
    words = [word for part in parts for word in part]
    return [" ".join(line.text.split()) for line in to_lines(words, typeset.ASPECT)]


@pytest.mark.parametrize("gutter", [0.75, 1.0, 3.0])  # heights of a line
def test_a_gutter_may_be_narrow(gutter):
    right = LEFT + WIDTH + gutter * typeset.HEIGHT / typeset.ASPECT
    assert read(set_in(prose("a", 20), LEFT), set_in(prose("b", 20), right)) == prose("a", 20) + prose("b", 20)


@pytest.mark.parametrize("count", [3, 8, 14])
def test_a_table_in_a_column_stays_there(count):
    """Be it longer than the prose around it."""
    table = rows(count, 3)
    left = [
        set_in(prose("a", 4), LEFT),
        typeset.table(table, (LEFT + 0.02, 0.25, 0.36), top=TOP + 4 * STEP),
        set_in(prose("a", 4), LEFT, TOP + (4 + count) * STEP),
    ]
    right = prose("b", 8 + count)
    assert read(*left, set_in(right, RIGHT)) == [*prose("a", 4), *map(" ".join, table), *prose("a", 4), *right]


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("edges", [(LEFT, 0.2, 0.35, 0.6, 0.8), (LEFT, 0.6)])
def test_a_table_over_both_columns_is_read_across(above, edges):
    table = rows(6, len(edges))
    body = set_in(prose("a", 20), LEFT), set_in(prose("b", 20), RIGHT)
    across = typeset.table(table, edges, top=TOP - 8 * STEP if above else TOP + 22 * STEP)
    lines, columns = list(map(" ".join, table)), prose("a", 20) + prose("b", 20)
    assert read(*body, across) == (lines + columns if above else columns + lines)


def test_two_short_lines_of_both_columns_are_no_table():
    short = [["To begin", "To end"], ["with this", "with that"]]
    body = set_in(prose("a", 12), LEFT), set_in(prose("b", 12), RIGHT)
    found = read(typeset.table(short, (LEFT, RIGHT), top=TOP - 2 * STEP), *body)
    assert found == ["To begin", "with this", *prose("a", 12), "To end", "with that", *prose("b", 12)]
