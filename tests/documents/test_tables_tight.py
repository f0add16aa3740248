"""Tables whose columns or rows stand so close that little tells where one ends."""

from __future__ import annotations

import time

import pytest

from preprocess.document import Box, PageText, Word
from preprocess.lines import to_lines
from preprocess.tables.find import find_tables
from tests.documents.typeset import ASPECT, HEIGHT, LETTER, page, put, table

AMOUNTS = [["Sales", "1,204.50", "1,310.20", "1,410.90"], ["Cost", "1,180.10", "1,002.30", "1,100.00"]]
AMOUNTS += [["Profit", "1,024.40", "1,307.90", "1,310.90"], ["Tax", "1,224.40", "1,107.90", "1,010.90"]]
ITEMS = [["Item", "Qty", "Amount"], ["Chair of good oak", "1", "10.50"], ["Lamp", "2", "17.50"]]
ITEMS += [["Table of that oak", "3", "24.50"]]
EDGES = (0.1, 0.4, 0.6)


def texts(found: PageText) -> list[list[list[str]]]:
    return [table.texts for table in find_tables(found)]


@pytest.mark.parametrize("letters", [1.0, 1.5, 3.0])
def test_amounts_hardly_more_than_a_space_apart_stand_in_columns(letters):
    edges = [0.1, *(0.5 + column * (8 + letters) * LETTER for column in range(3))]
    assert texts(page(table(AMOUNTS, edges, align="lrrr"))) == [AMOUNTS]


def test_groups_of_a_number_stay_together():
    rows = [["Rent", "1 204 500"], ["Heating", "1 310 200"], ["Water", "1 410 900"]]
    assert texts(page(table(rows, (0.1, 0.5), align="lr"))) == [rows]


def second_lines(*tops: float) -> list[list[Word]]:
    return [put(text, 0.1, top) for text, top in zip(("with four legs", "for six people"), tops, strict=True)]


def test_the_last_item_has_its_second_line_as_others_have():
    tops = [0.1, 0.14, 0.14 + 3.6 * HEIGHT, 0.14 + 5.6 * HEIGHT]
    rows = [table([row], EDGES, top=top, align="lrr") for row, top in zip(ITEMS, tops, strict=True)]
    first, last = (top + 1.2 * HEIGHT for top in (tops[1], tops[3]))
    (found,) = texts(page(*rows, *second_lines(first, last)))
    assert [row[0] for row in found[1:]] == [
        "Chair of good oak with four legs",
        "Lamp",
        "Table of that oak for six people",
    ]
    (found,) = texts(page(*rows, *second_lines(first, last + 0.6 * HEIGHT)))
    assert found[-1] == ITEMS[-1]


def test_a_page_full_of_labels_is_quick():
    """Three hundred of them, as of a long balance sheet."""
    step = 0.98 / 300
    words = [Word(f"Label {row}", Box(0.1, row * step, 0.2, (row + 0.7) * step)) for row in range(300)]
    for row in range(0, 300, 3):
        words += [Word("12", Box(x, row * step, x + 0.05, (row + 0.7) * step)) for x in (0.5, 0.6, 0.7)]
    text = PageText(to_lines(words, ASPECT), "text")
    start = time.process_time()
    find_tables(text)
    assert time.process_time() - start < 0.7  # takes about 0.15 s; what is quadratic takes one
