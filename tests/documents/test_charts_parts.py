"""The parts of reading charts: numbers as printed, axes from misread ticks, even places, points of lines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from preprocess.charts.axes import find_scales
from preprocess.charts.bars import Bar, rectangles
from preprocess.charts.curves import Curve
from preprocess.charts.draft import learned, rounded
from preprocess.charts.numbers import figure, point_of
from preprocess.charts.pieces import Area, Piece, atoms
from preprocess.charts.points import numbers
from preprocess.charts.printed import at_points
from preprocess.charts.slots import even, lay_out
from preprocess.charts.turn import Span, Turn
from preprocess.document import Box, PageText, Word
from preprocess.lines import to_lines


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("1,204.5", 1204.5, ""),
        ("1 200", 1200, ""),
        ("6000 000", 6_000_000, ""),  # OCR lost a space
        ("1'200", 1200, ""),
        ("21.35%", 21.35, "%"),
        ("2021*", 2021, ""),
        ("−4.7 %", -4.7, "%"),
        ("- 4.7", -4.7, ""),
        ("4.7-", -4.7, ""),
        ("(4.7)", -4.7, ""),
        ("-$3.4bn", -3.4, "$bn"),
        ("€12m", 12, "€m"),
        ("7,000K", 7000, "K"),
        (".5", 0.5, ""),
    ],
)
def test_numbers_as_printed(text, number, unit):
    found = figure(text)
    assert found is not None and found.number == pytest.approx(number) and found.unit == unit


@pytest.mark.parametrize(
    "text", ["1O0", "$1,2OO", "l2", "1,2345", "12,50", "1.2.3", "4-5", "1 2", "12 34", "2019/20", "Q1", "", "%", "--4"]
)
def test_what_is_not_wholly_a_number_is_none(text):
    assert figure(text) is None


def test_what_parts_decimals_is_learned_from_all_numbers_of_a_chart():
    assert point_of(["1.234", "5,6"]) == "," and point_of(["1,234", "5.6"]) == "."
    assert point_of(["0", "1.000", "2.000"]) == ","  # with decimals, 0 would have them too
    assert point_of(["0.000", "1.000", "2.000"]) == "." and point_of(["1.234"]) == "."
    assert figure("1.234", ",").number == 1234 and figure("1.234", ".").number == 1.234


@given(
    st.integers(-(10**9), 10**9), st.integers(0, 3), st.sampled_from([(",", "."), (".", ","), (" ", "."), ("", ".")])
)
def test_a_number_that_was_written_is_read_again(whole, places, style):
    thousands, point = style
    number = whole / 10**places
    text = f"{number:,.{places}f}".replace(",", "_").replace(".", point).replace("_", thousands)
    assert figure(text, point).number == pytest.approx(number)


def word(text: str, x: float, y: float, size: float = 12.0) -> Word:
    """On a picture of 1000 by 1000 pixels."""
    wide = 0.55 * size * len(text)
    return Word(text, Box(x / 1000, (y - size / 2) / 1000, (x + wide) / 1000, (y + size / 2) / 1000))


def test_digits_in_groups_are_one_number_and_neighbours_are_two():
    words = [word("12", 100, 50), word("500", 117, 50), word("30", 300, 50), word("Aged", 500, 50), word("25", 530, 50)]
    found = numbers(atoms(PageText(to_lines(words), "text"), (1000, 1000)), 12.0)
    assert sorted(piece.figure.number for piece in found) == [30, 12500]


@given(
    st.integers(4, 9),
    st.floats(-50, 50),
    st.sampled_from([0.25, 5, 20, 1000]),
    st.data(),
)
def test_an_axis_is_found_among_misread_ticks(count, first, step, data):
    first = round(first) * step
    ticks = [first + step * place for place in range(count)]
    bad = data.draw(st.sets(st.integers(0, count - 1), max_size=(count - 1) // 3))
    words = []
    for place, tick in enumerate(ticks):
        shown = tick + step * data.draw(st.sampled_from([-37.3, 11.7, 53.1])) if place in bad else tick
        words.append(word(f"{shown:.2f}", 40, 900 - 80 * place))
    found = find_scales(numbers(atoms(PageText(to_lines(words), "ocr"), (1000, 1000)), 12.0), Turn(False), 12.0)
    scale = found[0]
    assert scale.slope == pytest.approx(80 / step, rel=1e-3)
    assert scale.number(-900) == pytest.approx(ticks[0], abs=0.02 * step)
    assert len(scale.left_out) == len(bad)


def test_ticks_in_thousands_and_millions_have_no_common_letter():
    words = [word(text, 40, 900 - 80 * place) for place, text in enumerate(("$0", "$500K", "$1M", "$1.5M", "$2M"))]
    (scale,) = find_scales(numbers(atoms(PageText(to_lines(words), "ocr"), (1000, 1000)), 12.0), Turn(False), 12.0)
    assert scale.number(-900 + 160) == pytest.approx(1e6, rel=0.02) and scale.unit == "$"


def test_three_numbers_that_do_not_lie_evenly_are_no_axis():
    words = [word(text, 40, y) for text, y in (("0", 900), ("10", 800), ("500", 700))]
    assert not find_scales(numbers(atoms(PageText(to_lines(words), "ocr"), (1000, 1000)), 12.0), Turn(False), 12.0)


@given(st.floats(0, 500), st.floats(20, 80), st.sets(st.integers(0, 12), min_size=4), st.data())
def test_even_places_are_found_though_some_are_missing(first, step, places, data):
    places = sorted(places)
    if sum(right - left == 1 for left, right in pairwise(places)) < len(places) / 2:
        return  # too few neighbours to tell the step
    centres = [first + step * place + data.draw(st.floats(-0.04, 0.04)) * step for place in places]
    slots = even(centres, step / 2)
    assert slots.number == places[-1] - places[0] + 1
    assert [slots.of(centre) for centre in centres] == [place - places[0] for place in places]


def bar(a0: float, colour: int, long: float = 50.0) -> Bar:
    return Bar(Span(a0, a0 + 20, 0, long), colour)


def test_groups_keep_their_places_where_a_bar_is_missing():
    bars = [
        bar(100 * group + 22 * colour, colour) for group in range(4) for colour in range(3) if (group, colour) != (1, 1)
    ]
    layout = lay_out(bars, [0, 1, 2])
    assert layout.slots.number == 4 and layout.series == (0, 1, 2) and not layout.stacked
    assert [layout.slots.of(each.span.a) for each in bars] == [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 3]


def test_an_accent_without_a_legend_is_no_series():
    layout = lay_out([bar(50 * place, place == 2) for place in range(5)], [])
    assert layout.slots.number == 5 and layout.series == ()


def test_bars_tied_together_by_the_edge_of_an_axis_are_parted():
    colour_of = np.full((100, 200), -1)
    colour_of[10:90, 20] = 0
    for top in (10, 40, 70):
        colour_of[top : top + 20, 20:120] = 0
    found = sorted(area for area, _ in rectangles(colour_of, 1, []))
    assert [(area.y0, area.y1, area.x1) for area in found] == [(10, 30, 120), (40, 60, 120), (70, 90, 120)]


def test_a_printed_value_is_no_hole_in_its_bar():
    colour_of = np.full((100, 200), -1)
    colour_of[20:60, 30:150] = 0
    colour_of[35:45, 80:84] = colour_of[35:45, 90:94] = -1
    (found,) = rectangles(colour_of, 1, [Piece("11", Area(78, 33, 97, 47))])
    assert found == (Area(30, 20, 150, 60), 0)


def test_the_corner_of_a_thick_line_is_where_its_sides_meet():
    columns = np.arange(101) + 0.5
    middle = 100 - np.abs(columns - 50)
    middle[44:57] = 91  # a marker hides the corner
    assert Curve(np.zeros(3), middle).at(50, 50) == pytest.approx(100, abs=0.1)
    assert Curve(np.zeros(3), np.full(101, np.nan)).at(50, 50) is None


def test_lines_that_run_close_together_keep_the_order_of_their_values():
    """The lower line's value stands nearest to the upper line's point."""
    upper, lower = (100.0, 100.0), (100.0, 112.0)
    texts = [Piece("13", Area(90, 80, 110, 92)), Piece("12", Area(90, 97, 110, 109))]
    found = at_points([upper, lower], texts, 80)
    assert [found[place].text for place in range(2)] == ["13", "12"]


def test_a_scale_is_learned_where_most_values_agree():
    assert learned([(100, 10), (200, 20), (50, 5)]) == pytest.approx(10)
    assert learned([(100, 10), (200, 20), (50, 5), (30, 300)]) == pytest.approx(10)
    assert learned([(100, 10), (200, 50), (50, 9)]) is None and learned([(100, 10), (200, 20)]) is None


def test_a_measured_number_has_the_digits_that_a_pixel_can_tell():
    assert rounded(4_231_877.3, 15_300) == 4_230_000 and rounded(0.12345, 0.004) == 0.123 and rounded(7.9, 0.8) == 7.9
