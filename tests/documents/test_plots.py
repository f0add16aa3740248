"""Charts whose values stand over their labels are read label by label; tables, receipts and prose are not touched."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preprocess.document import Box, Word
from preprocess.lines import to_lines

HEIGHT, LETTER = 0.02, 0.01


def put(text: str, x: float, y: float) -> Word:
    """A word with its middle at (x, y)."""
    half = len(text) * LETTER / 2
    return Word(text, Box(x - half, y - HEIGHT / 2, x + half, y + HEIGHT / 2))


def bars(values: dict[str, float], top: float = 0.2, bottom: float = 0.8) -> list[Word]:
    """A bar chart: the higher the value, the higher it stands."""
    step, most = 0.8 / len(values), max(values.values())
    words = []
    for place, (label, value) in enumerate(values.items()):
        x = 0.15 + step * (place + 0.5)
        words += [put(label, x, bottom), put(str(value), x, bottom - 0.04 - value / most * (bottom - top - 0.04))]
    return words


def texts(words: list[Word]) -> list[str]:
    return [line.text for line in to_lines(words)]


SALES = {"2017": 8.5, "2018": 3.25, "2019": 6.0, "2020": 1.1}
AXIS = [put(str(value), 0.06, 0.76 - value / 8.5 * 0.56) for value in (0, 2, 4, 6, 8)]


def test_a_value_stands_behind_its_label() -> None:
    title = put("Sales in millions", 0.3, 0.08)
    source = put("Source: ACME", 0.3, 0.92)
    lines = texts([title, *AXIS, *bars(SALES), source])
    assert lines[0] == "Sales in millions" and lines[-1] == "Source: ACME"
    assert [line for line in lines if line[:2] == "20"] == ["2017  8.5", "2018  3.25", "2019  6.0", "2020  1.1"]
    assert sorted(lines[1:-5]) == ["0", "2", "4", "6", "8"]


def test_two_series_stand_behind_one_another_from_top_to_bottom() -> None:
    second = {label: value / 10 for label, value in SALES.items()}
    upper = bars(SALES, 0.1, 0.8)
    lower = [word for word in bars(second, 0.72, 0.8) if word.text in map(str, second.values())]
    assert "2017  8.5  0.85" in texts(upper + lower)


def test_boxes_are_those_of_label_and_values() -> None:
    line = next(line for line in to_lines(bars(SALES)) if line.text.startswith("2018"))
    assert [word.text for word in line.words] == ["2018", "3.25"]


TABLE = [
    put(text, 0.2 + 0.2 * column, 0.2 + 0.1 * row)
    for row, cells in enumerate([("North", "12", "14", "9"), ("South", "8", "11", "7"), ("All", "20", "25", "16")])
    for column, text in enumerate(cells)
]
ROTA = [
    put(text, 0.1 + 0.16 * column, 0.2 + 0.1 * row)
    for row, cells in enumerate(
        [
            ("Name", "Mon", "Tue", "Wed"),
            ("Ann", "8", "", ""),
            ("Bob", "", "8", "4"),
            ("Cyd", "", "", "8"),
            ("", "8", "8", "12"),
        ]
    )
    for column, text in enumerate(cells)
    if text
]
RECEIPT = [
    word
    for row, (name, amount) in enumerate([("Bread", "1.20"), ("Milk", "0.90"), ("Tea", "3.40"), ("Soap", "2.10")])
    for word in (put(name, 0.2, 0.2 + 0.1 * row), put(amount, 0.8, 0.2 + 0.1 * row))
] + [put("6%", 0.2, 0.7), put("7.17", 0.5, 0.7), put("0.43", 0.8, 0.7)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (TABLE, ["North  12  14  9", "South  8  11  7", "All  20  25  16"]),
        (ROTA, ["Name  Mon  Tue  Wed", "Ann  8", "Bob  8  4", "Cyd  8", "8  8  12"]),
        (RECEIPT, ["Bread  1.20", "Milk  0.90", "Tea  3.40", "Soap  2.10", "6%  7.17  0.43"]),
        (bars({"a": 1, "b": 2}), ["2", "1", "a  b"]),
    ],
    ids=["table", "table with gaps", "receipt", "too few labels"],
)
def test_what_is_no_chart_stays_row_by_row(words: list[Word], expected: list[str]) -> None:
    assert texts(words) == expected


def test_words_between_the_values_make_it_no_chart() -> None:
    notes = [put("remark", 0.15 + 0.2 * place, 0.3 + 0.11 * place) for place in range(1, 4)]
    assert not any("2017  8.5" in line for line in texts(bars(SALES) + notes))


@given(
    st.lists(
        st.tuples(st.sampled_from(["2019", "12.5", "7%", "North", "a"]), st.integers(1, 9), st.integers(1, 9)),
        max_size=25,
        unique_by=lambda word: word[1:],
    )
)
def test_every_word_comes_out_once(words: list[tuple[str, int, int]]) -> None:
    made = [put(text, column / 10, row / 10) for text, column, row in words]
    found = Counter(id(word) for line in to_lines(made) for word in line.words)
    assert found == Counter(map(id, made))
