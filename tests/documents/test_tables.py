"""Tables from words alone: every cell at its place, lines of a cell together, and nothing that is none."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from math import cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preprocess.document import Box, PageText, Word
from preprocess.lines import to_lines
from preprocess.tables.find import Place, find_tables, located_tables
from tests.documents.typeset import ASPECT, HEIGHT, LETTER, page, prose, put, table, width_of

EDGES = (0.1, 0.4, 0.55, 0.7)
SALES = [
    ["Region", "2021", "2022", "Change"],
    ["North", "1,204", "1,310", "8.8%"],
    ["South and islands", "980", "1,002", "2.2%"],
    ["Total", "2,184", "2,312", "5.9%"],
]
ESSAY = [
    "The survey was carried out in spring and covers all",
    "households of the region. It was repeated in autumn,",
    "with the same questions and by the same people, who",
    "had been trained for it. Answers were weighted by the",
    "size of the household, as the regulation demands, and",
    "checked against the register of the year before. What",
    "was missing was left out, and is said in the notes of",
    "each of the tables that follow in this report, below.",
]


def texts(found: PageText) -> list[list[list[str]]]:
    return [table.texts for table in find_tables(found)]


def edges_of(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


@pytest.mark.parametrize("align", ["llll", "lrrr", "lmmm", "rlmr"])
def test_a_table_without_rules(align):
    assert texts(page(table(SALES, EDGES, align=align))) == [SALES]


def test_where_it_stands():
    (found,) = find_tables(page(prose(ESSAY, 0.1, 0.05), table(SALES, EDGES, top=0.4, align="lrrr")), 7)
    assert (found.page, found.head) == (7, 1)
    assert found.box.y0 == pytest.approx(0.4) and found.box.x0 == pytest.approx(0.1)
    assert found.box.x1 == pytest.approx(0.7) and found.box.y1 == pytest.approx(0.4 + 5.5 * HEIGHT)
    cell = found.rows[1][2]
    place = Place(7, Box(0.55 - 5 * LETTER, 0.4 + 1.5 * HEIGHT, 0.55, 0.4 + 2.5 * HEIGHT))
    assert cell.text == "1,310" and cell.place is not None and cell.place.page == place.page
    assert edges_of(cell.place.box) == pytest.approx(edges_of(place.box))


def test_empty_cells_stay_empty():
    rows = [["Item", "Old", "New", "Note"], ["Bolts", "", "12", ""], ["Nuts", "7", "", "few"], ["Pins", "1", "2", ""]]
    (found,) = find_tables(page(table(rows, EDGES, align="lrrl")))
    assert found.texts == rows and found.rows[1][1].place is None


def test_a_head_of_several_lines_is_one_row():
    lines = [["", "Share of", "Share of", ""], ["", "all", "large", ""], ["Town", "households", "households", "Total"]]
    body = [["Ulm", "12%", "3%", "15"], ["Kiel", "14%", "2%", "16"], ["Bonn", "11%", "4%", "15"]]
    (found,) = find_tables(page(table([*lines, *body], EDGES, align="lmmr")))
    assert found.texts == [["Town", "Share of all households", "Share of large households", "Total"], *body]
    assert found.head == 1


def test_heads_over_several_columns_cover_them():
    over = put("Cats", 0.475, 0.1 - 1.5 * HEIGHT, "middle") + put("Dogs", 0.745, 0.1 - 1.5 * HEIGHT, "middle")
    rows = [["Town", "2021", "2022", "2021", "2022"], ["Ulm", "3", "4", "5", "6"], ["Kiel", "7", "8", "9", "10"]]
    (found,) = find_tables(page(over, table(rows, (0.1, 0.4, 0.55, 0.67, 0.82), align="lmmmm")))
    assert [(cell.text, cell.span) for cell in found.rows[0]] == [("", 1), ("Cats", 2), ("Dogs", 2)]
    assert found.texts == [["", "Cats", "", "Dogs", ""], *rows] and found.head == 2


def test_lines_of_a_cell_are_one_cell():
    """Labels that were too long for their column, and a text that goes on under itself."""
    lines = [
        ["Right", "Granted to", "Since"],
        ["To enter all buildings", "staff, and on working", "2004"],
        ["of the factory", "days visitors too", ""],
        ["To leave", "everybody", "2001"],
        ["To park", "whoever has a permit", "2011"],
    ]
    assert texts(page(table(lines, (0.1, 0.26, 0.42)))) == [
        [
            ["Right", "Granted to", "Since"],
            ["To enter all buildings of the factory", "staff, and on working days visitors too", "2004"],
            *lines[3:],
        ]
    ]


def test_values_on_the_last_line_of_their_label():
    lines = [["", "2020", "2021"], ["Machines, tools and", "", ""], ["other equipment", "12", "13"]]
    lines += [["Land, buildings and", "", ""], ["what stands on it", "44", "45"], ["Cash", "3", "4"]]
    assert texts(page(table(lines, (0.1, 0.34, 0.5), align="lrr"))) == [
        [
            ["", "2020", "2021"],
            ["Machines, tools and other equipment", "12", "13"],
            ["Land, buildings and what stands on it", "44", "45"],
            ["Cash", "3", "4"],
        ]
    ]


def test_a_heading_between_groups_is_a_row_of_its_own():
    rows = [["Pupils", "2020", "2021"], ["Boys", "", ""], ["Passed", "12", "13"], ["Failed", "1", "2"]]
    rows += [["Girls", "", ""], ["Passed", "14", "15"], ["Failed", "0", "1"]]
    assert texts(page(table(rows, (0.1, 0.4, 0.5), align="lrr"))) == [rows]


def test_dot_leaders_are_gaps():
    rows = [["Rent", "500"], ["Electricity", "80"], ["Water", "35"]]
    words = [
        word
        for number, (label, value) in enumerate(rows)
        for text, x in ((label, 0.1), ("." * 20, 0.25), (value, 0.6))
        for word in put(text, x, 0.1 + 0.02 * number)
    ]
    assert texts(page(words)) == [rows]


def test_two_tables_on_a_page():
    second = [["Size", "Price"], ["Small", "3.00"], ["Large", "4.50"]]
    first = table(SALES, EDGES, align="lrrr")
    caption = put("Table 2. Prices", 0.1, 0.1 + 9 * HEIGHT)
    found = page(first, caption, table(second, (0.1, 0.5), top=0.1 + 11 * HEIGHT, align="lr"))
    assert texts(found) == [SALES, second]


def test_text_above_and_below_is_left_out():
    body = table(SALES, EDGES, top=0.4, align="lrrr")
    above = put("Table 1. Sales by region, in thousands of euros", 0.1, 0.4 - 1.8 * HEIGHT)
    below = put("Source: our own books, as of the end of each year, without value added tax.", 0.1, 0.4 + 6.2 * HEIGHT)
    assert texts(page(prose(ESSAY, 0.1, 0.1), above, body, below, prose(ESSAY, 0.1, 0.6))) == [SALES]


def test_labels_and_values_are_a_table_from_three_rows_on():
    rows = [["Date", "1 May"], ["Name", "Ann"], ["Town", "Ulm"]]
    assert texts(page(table(rows, (0.1, 0.4)))) == [rows]
    assert texts(page(table(rows[:2], (0.1, 0.4)))) == []


def test_a_head_and_one_row_are_a_table_where_four_columns_line_up():
    rows = [["Net", "Rate", "Tax", "Gross"], ["100.00", "20%", "20.00", "120.00"]]
    assert texts(page(table(rows, EDGES))) == [rows]
    assert texts(page(table([rows[0], ["Ann", "Bob", "Cyd", "Dan"]], EDGES))) == []


@pytest.mark.parametrize(
    "words",
    [
        prose(ESSAY, 0.1, 0.1),
        prose(ESSAY, 0.05, 0.1) + prose(ESSAY[::-1], 0.52, 0.1),
        prose(ESSAY[:4], 0.05, 0.1) + prose(ESSAY[4:], 0.52, 0.1),
        [word for n, line in enumerate(ESSAY) for word in put("•", 0.1, 0.02 * n) + put(line, 0.14, 0.02 * n)],
        [word for n, line in enumerate(ESSAY) for word in put(f"{n}.", 0.1, 0.02 * n) + put(line, 0.14, 0.02 * n)],
        put("ACME Ltd", 0.1, 0.9) + put("Page 1", 0.8, 0.9),
        [],
    ],
    ids=["prose", "two columns", "two short columns", "bullets", "numbers", "footer", "nothing"],
)
def test_these_are_no_tables(words):
    assert texts(page(words)) == []


def test_a_tilted_scan_has_the_same_cells():
    turn = radians(1.2)

    def tilted(word: Word) -> Word:
        x, y = (word.box.x0 + word.box.x1) / 2 * ASPECT, (word.box.y0 + word.box.y1) / 2
        right, down = (x * cos(turn) - y * sin(turn)) / ASPECT + 0.03, x * sin(turn) + y * cos(turn)
        half = (word.box.x1 - word.box.x0) / 2
        return replace(word, box=Box(right - half, down - HEIGHT / 2, right + half, down + HEIGHT / 2))

    rows = [*SALES[:1], *([f"Town {n}", f"{n * 37}", f"{n * 41}", f"{n}.5%"] for n in range(1, 15))]
    assert texts(page(map(tilted, table(rows, EDGES, align="lrrr")))) == [rows]


def test_from_right_to_left_the_first_column_is_the_right_one():
    rows = [["מחיר", "מספר", "פריט"], ["12.00", "3", "עט"], ["7.50", "2", "נייר"], ["1.20", "9", "מחק"]]
    assert texts(page(table(rows, (0.3, 0.5, 0.9), align="rrr"))) == [[row[::-1] for row in rows]]


def test_ideographs_are_two_letters_wide():
    words = [Word("東京都", Box(0.1, 0.1, 0.18, 0.12)), Word("12", Box(0.5, 0.1, 0.53, 0.12))]
    words += [Word("大阪府", Box(0.1, 0.13, 0.18, 0.15)), Word("34", Box(0.5, 0.13, 0.53, 0.15))]
    words += [Word("北海道", Box(0.1, 0.16, 0.18, 0.18)), Word("56", Box(0.5, 0.16, 0.53, 0.18))]
    found = PageText(to_lines(words, ASPECT), "ocr")
    assert texts(found) == [[["東京都", "12"], ["大阪府", "34"], ["北海道", "56"]]]


def test_a_word_that_was_broken_at_the_end_of_a_line_stays_one_word():
    lines = [["Kind", "Meaning", "Code"], ["Loan", "money lent with inter-", "A1"], ["", "est to whom it may con-", ""]]
    lines += [["", "cern", ""], ["Gift", "money given away", "B2"], ["Debt", "money owed", "C3"]]
    (found,) = find_tables(page(table(lines, (0.1, 0.16, 0.34))))
    assert found.texts[1] == ["Loan", "money lent with inter-est to whom it may con-cern", "A1"]


WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=7).map(str.capitalize)
LABEL = st.lists(WORD, min_size=1, max_size=2).map(" ".join)
VALUE = st.integers(0, 99999).map(lambda number: f"{number:,}") | st.floats(0, 99).map(lambda x: f"{x:.1f}%")


@st.composite
def grids(draw):
    """Heads, rows of a label and values, here and there an empty cell; how wide gaps and steps are; alignment."""
    columns = draw(st.integers(2, 5))
    heads = draw(st.lists(WORD, min_size=columns, max_size=columns, unique=True))
    rows = draw(st.lists(st.tuples(LABEL, *[VALUE] * (columns - 1)), min_size=3, max_size=9))
    grid = [heads, *map(list, rows)]
    if columns > 2:
        for number in draw(st.sets(st.integers(1, len(rows)), max_size=len(rows) // 2)):
            grid[number][draw(st.integers(1, columns - 1))] = ""
    gaps = draw(st.lists(st.floats(2.5, 14), min_size=columns - 1, max_size=columns - 1))
    return grid, gaps, draw(st.floats(1.2, 2.5)), "l" + draw(st.sampled_from("lrm")) * (columns - 1)


@given(grids())
def test_every_cell_comes_back_at_its_place(given_grid):
    grid, gaps, step, align = given_grid
    widths = [max(map(width_of, column)) for column in zip(*grid, strict=True)]
    starts = [0.05]
    for width, gap in zip(widths, gaps, strict=False):
        starts.append(starts[-1] + width + gap * LETTER)
    share = {"l": 0.0, "m": 0.5, "r": 1.0}
    edges = [start + share[way] * width for start, width, way in zip(starts, widths, align, strict=True)]
    assert all(left < right for left, right in pairwise(edges))
    assert texts(page(table(grid, edges, step=step, align=align))) == [grid]


TEXTS = st.sampled_from(["a", "12", "word", "....", ".", "1,234.50", "東京", "שלום", "(n = 3)", "longer than others"])


@st.composite
def strewn(draw):
    """Words that stand more or less in rows and columns, some over one another, some of no size at all."""
    x, y = draw(st.integers(0, 7)) * 0.12, draw(st.integers(0, 9)) * 0.022
    x, y = x + draw(st.floats(0, 0.03)), y + draw(st.floats(0, 0.006))
    return Word(
        draw(TEXTS), Box(x, y, x + draw(st.floats(0, 0.1)), y + draw(st.sampled_from([0.0, 0.012, 0.012, 0.02])))
    )


@given(st.lists(strewn(), min_size=30, max_size=70))
def test_whatever_stands_on_a_page_no_word_is_lost_or_told_twice(words):
    """But dots that lead from a label to its value."""
    text = page(words)
    taken: set[int] = set()
    for found in located_tables(text):
        assert not taken & {*found.lines}
        taken |= {*found.lines}
        printed = Counter("".join(word.text for line in found.lines for word in text.lines[line].words))
        said = Counter("".join("".join(cell.text.split()) for row in found.table.rows for cell in row))
        del printed["."], said["."]
        assert said == Counter({char: count for char, count in printed.items() if char != " "})
        assert {sum(cell.span for cell in row) for row in found.table.rows} == {len(found.table.texts[0])}
        assert all((cell.place is None) == (not cell.text) for row in found.table.rows for cell in row)
