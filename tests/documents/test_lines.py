"""Reading order: what stands on one visual line stays on one line."""

from __future__ import annotations

import math
import random
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preprocess.document import Box, Word
from preprocess.lines import to_lines

HEIGHT = 0.012
ASPECT = 0.7
EM = 0.5 * HEIGHT / ASPECT  # width of a letter as a fraction of the page


def put(text: str, x: float, y: float, *, slope: float = 0.0, height: float = HEIGHT) -> list[Word]:
    """The words of `text` set from (x, y) on, a letter half as wide as it is high, on a baseline of that slope."""
    words = []
    for part in text.split(" "):
        width = len(part) * EM * height / HEIGHT
        top = y + slope * (x + width / 2) * ASPECT
        rise = abs(slope) * width * ASPECT
        words.append(Word(part, Box(x, top - rise / 2, x + width, top + height + rise / 2)))
        x += width + 0.6 * EM
    return words


def texts(words: list[Word]) -> list[str]:
    return [line.text for line in to_lines(words, ASPECT)]


PROSE = [
    "the quick brown fox jumps over a lazy dog",
    "and then it goes on to sleep in the warm sun",
    "while nobody looks at what the dog may think",
    "for dogs are patient when the weather is good",
    "so that the story ends here without a moral",
    "except that foxes are faster than they look now",
]


def test_label_and_value_are_one_line() -> None:
    assert texts(put("9.00", 0.8, 0.3) + put("Total due", 0.1, 0.3)) == ["Total due  9.00"]


def test_touching_words_are_joined_without_a_space() -> None:
    assert texts([Word("of", Box(0.1, 0.1, 0.12, 0.112)), Word("fice", Box(0.12, 0.1, 0.15, 0.112))]) == ["office"]


def test_ideographs_close_together_take_no_space_and_korean_does() -> None:
    gap = 0.2 * HEIGHT / ASPECT
    pair = lambda a, b: [Word(a, Box(0.1, 0.1, 0.13, 0.112)), Word(b, Box(0.13 + gap, 0.1, 0.16 + gap, 0.112))]  # noqa: E731
    assert texts(pair("合計", "金額")) == ["合計金額"]
    assert texts(pair("합계", "금액")) == ["합계 금액"]


def test_text_is_composed() -> None:
    assert texts(put("Cafe\u0301", 0.1, 0.1)) == ["Caf\u00e9"]


def test_blank_words_and_no_words() -> None:
    assert to_lines([]) == ()
    assert to_lines([Word("  ", Box(0, 0, 1, 1))]) == ()


def test_superscript_stays_on_its_line() -> None:
    words = put("area 12 m", 0.1, 0.1)
    end = words[-1].box.x1
    words.append(Word("2", Box(end, 0.1 - 0.35 * HEIGHT, end + 0.5 * EM, 0.1 + 0.25 * HEIGHT)))
    assert texts([*words, *put("next line", 0.1, 0.1 + 1.3 * HEIGHT)]) == ["area 12 m2", "next line"]


def test_a_tall_word_has_several_lines_beside_it() -> None:
    title = put("INVOICE", 0.08, 0.05, height=3 * HEIGHT)
    address = [
        word
        for k, line in enumerate(["ACME Ltd", "12 High Street", "Derby TH3 9RQ"])
        for word in put(line, 0.6, 0.045 + 0.016 * k)
    ]
    assert texts([*title, *address]) == ["INVOICE  ACME Ltd", "12 High Street", "Derby TH3 9RQ"]
    total = put("TOTAL", 0.1, 0.5, height=2 * HEIGHT)
    sums = [*put("Net 100.00", 0.6, 0.495), *put("VAT 19.00", 0.6, 0.511)]
    assert texts([*total, *sums]) == ["TOTAL  Net 100.00", "VAT 19.00"]


@pytest.mark.parametrize("degrees", [-3.0, -1.0, 0.7, 2.0])
def test_skewed_rows_keep_label_and_value_together(degrees: float) -> None:
    slope = math.tan(math.radians(degrees))
    words: list[Word] = []
    for k in range(12):
        words += put(f"Item number {k}", 0.05, 0.1 + 0.02 * k, slope=slope)
        words += put(f"{k}.50", 0.85, 0.1 + 0.02 * k, slope=slope)
    random.Random(1).shuffle(words)
    assert texts(words) == [f"Item number {k}  {k}.50" for k in range(12)]


def test_a_line_set_half_a_line_lower_is_another_line() -> None:
    """Whatever stands beside both."""
    cell = [*put("access to data in a way", 0.4, 0.1), *put("publication helps you much", 0.4, 0.1 + HEIGHT)]
    label = put("Leverage row", 0.05, 0.1 + 0.45 * HEIGHT)
    assert texts([*cell, *label]) == ["Leverage row  access to data in a way", "publication helps you much"]
    over = [*put("GBP 163.16", 0.5, 0.3), *put("EUR 183.14", 0.5, 0.3 + 0.55 * HEIGHT)]
    assert texts([*put("Tax in", 0.1, 0.3), *over]) == ["Tax in  GBP 163.16", "EUR 183.14"]


@pytest.mark.parametrize("offset", [0.0, 0.03, 0.1])
def test_what_is_printed_twice_is_said_once(offset: float) -> None:
    """Bold letters and shadows, by their words a little beside one another."""
    shadow = put("Signed on as ALICE", 0.1 + offset * EM, 0.1 + offset * HEIGHT)
    assert texts([*put("Signed on as ALICE", 0.1, 0.1), *shadow]) == ["Signed on as ALICE"]
    assert texts(put("very very long", 0.1, 0.1)) == ["very very long"]


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    title = put("A title that runs over the whole width of this page and both of its columns here", 0.08, 0.05)
    left = [put(line, 0.06, 0.10 + 0.016 * k) for k, line in enumerate(PROSE)]
    right = [put(line.upper(), 0.53, 0.104 + 0.016 * k) for k, line in enumerate(PROSE)]
    words = sum(left + right, title)
    assert texts(words)[1:] == PROSE + [line.upper() for line in PROSE]


@pytest.mark.parametrize("mark", ["，", "字"])
def test_columns_of_ideographs_are_prose_though_each_line_is_one_word(mark: str) -> None:
    """Where they have commas; else they are a table."""
    sides = [[chr(0x4E00 + 99 * side + 9 * k) * 14 + mark for k in range(8)] for side in range(2)]
    boxes = [[Box(x, 0.1 + 0.02 * k, x + 0.36, 0.112 + 0.02 * k) for k in range(8)] for x in (0.06, 0.53)]
    words = [Word(*line) for side in zip(sides, boxes, strict=True) for line in zip(*side, strict=True)]
    together = [f"{left}  {right}" for left, right in zip(*sides, strict=True)]
    assert texts(words) == ([*sides[0], *sides[1]] if mark == "，" else together)


def test_a_table_stays_row_by_row() -> None:
    words: list[Word] = []
    for k, line in enumerate(PROSE * 2):
        words += put(line, 0.05, 0.1 + 0.02 * k) + put(f"{k},00", 0.6, 0.1 + 0.02 * k)
        words += put(f"{9 * k}.25", 0.8, 0.1 + 0.02 * k)
    expected = [f"{line}  {k},00  {9 * k}.25" for k, line in enumerate(PROSE * 2)]
    assert texts(words) == expected


def test_hebrew_reads_from_the_right() -> None:
    assert texts([Word("שלום", Box(0.5, 0.1, 0.6, 0.112)), Word("עולם", Box(0.39, 0.1, 0.49, 0.112))]) == ["שלום עולם"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["1234567", "03", "טלפון"], "טלפון 03 1234567"),
        (["Smith", "&", "Sons", "Ltd", "בעלים", "ומנהלים", "החברה"], "החברה ומנהלים בעלים Smith & Sons Ltd"),
        (["Apple", "Inc", "חברת", "עולמית"], "עולמית חברת Apple Inc"),
        (["12", "March", "2024", "תאריך", "הפקה"], "הפקה תאריך 12 March 2024"),
        (["12", "-", "עמוד", "ראשון"], "ראשון עמוד - 12"),
        (["1", "234,50", "סכום"], "סכום 1 234,50"),
    ],
)
def test_latin_words_and_numbers_in_hebrew_read_from_the_left(words: list[str], text: str) -> None:
    """`words` from left to right, as they are printed."""
    line = [Word(word, Box(0.1 * place, 0.1, 0.1 * place + 0.093, 0.112)) for place, word in enumerate(words, 1)]
    assert texts(line) == [text]


def test_columns_of_numbers_in_hebrew_read_from_the_right() -> None:
    cells = [("12,50", 0.1), ("7,00", 0.4), ("סכום", 0.7)]
    assert texts([Word(word, Box(x, 0.1, x + 0.08, 0.112)) for word, x in cells]) == ["סכום  7,00  12,50"]


@pytest.mark.parametrize("downwards", [False, True])
def test_a_page_set_sideways_is_read_as_it_was_meant(downwards: bool) -> None:
    """A wide table on a portrait page: the words come as they are read, from the foot up or from the top down."""

    def turned(box: Box) -> Box:
        return Box(1 - box.y1, box.x0, 1 - box.y0, box.x1) if downwards else Box(box.y0, 1 - box.x1, box.y1, 1 - box.x0)

    rows = [put(f"Item {n}", 0.1, 0.1 + 0.03 * n) + put(f"{n * 137}.50", 0.8, 0.1 + 0.03 * n) for n in range(9)]
    straight = [word for row in [put("Description of goods", 0.1, 0.05), *rows] for word in row]
    lines = to_lines([Word(word.text, turned(word.box)) for word in straight], 1 / ASPECT)
    assert [line.text for line in lines] == texts(straight)


def test_upright_text_does_not_glue_rows_together() -> None:
    axis = Word("Percent", Box(0.02, 0.1, 0.035, 0.2))
    rows = [word for k in range(5) for word in put(f"row {k}", 0.1, 0.1 + 0.02 * k)]
    assert texts([axis, *rows]) == [f"row {k}" for k in range(5)] + ["Percent"]


def test_short_words_of_an_upright_title_stay_on_its_line() -> None:
    em = HEIGHT / ASPECT  # of the page's width, as high as text is
    title = [Word("Share", Box(0.02, 0.5, 0.02 + em, 0.54)), Word("of", Box(0.02, 0.482, 0.02 + em, 0.495))]
    title += [Word("the", Box(0.02, 0.46, 0.02 + em, 0.478)), Word("market", Box(0.02, 0.4, 0.02 + em, 0.455))]
    title += [Word("%", Box(0.02, 0.382, 0.02 + em, 0.394))]
    rows = [word for k in range(20) for word in put(f"{k}.0", 0.1, 0.1 + 0.03 * k)]
    assert texts([*title, *rows]) == [*(f"{k}.0" for k in range(20)), "Share of the market %"]


def test_a_value_above_an_upright_name_is_not_part_of_it() -> None:
    em = HEIGHT / ASPECT
    names = [Word("January", Box(0.1 + 0.1 * k, 0.5, 0.1 + 0.1 * k + em, 0.56)) for k in range(3)]
    values = [Word("12", Box(0.1 + 0.1 * k, 0.484, 0.1 + 0.1 * k + em, 0.496)) for k in range(3)]
    assert texts([*names, *values]) == ["12  12  12", "January", "January", "January"]


boxes = st.tuples(*[st.floats(0, 1, allow_nan=False, width=32)] * 4).map(
    lambda v: Box(min(v[0], v[2]), min(v[1], v[3]), max(v[0], v[2]), max(v[1], v[3]))
)
anywhere = st.lists(st.builds(Word, st.text("abc1.", min_size=1, max_size=6), boxes), max_size=60)


@settings(max_examples=60, deadline=None)
@given(anywhere, st.floats(0.2, 5))
def test_every_word_comes_out_exactly_once(words: list[Word], aspect: float) -> None:
    """But for what stands in one place twice."""
    out = [word for line in to_lines(words, aspect) for word in line.words]
    assert not Counter(out) - Counter(words)
    assert all(any(same.text == word.text and meet(same.box, word.box) for same in out) for word in set(words) - {*out})


def meet(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


grid = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 30)), min_size=1, max_size=80)


@settings(max_examples=60, deadline=None)
@given(grid, st.randoms(use_true_random=False))
def test_rows_of_a_grid_are_its_lines(cells: set[tuple[int, int]], shuffler: random.Random) -> None:
    words = [word for x, y in cells for word in put(f"{x}-{y}", 0.1 * x, 0.03 * y)]
    shuffler.shuffle(words)
    lines = {y: sorted(x for x, row in cells if row == y) for y in sorted({y for _, y in cells})}
    assert texts(words) == ["  ".join(f"{x}-{y}" for x in row) for y, row in lines.items()]


def test_a_thousand_words_are_quick() -> None:
    words = [word for k in range(55) for word in put(" ".join(["word"] * 18), 0.05, 0.05 + 0.016 * k)]
    start = time.process_time()
    lines = to_lines(words, ASPECT)
    assert len(words) == 990 and len(lines) == 55
    assert time.process_time() - start < 0.5  # takes about 0.05 s; a quadratic slip takes seconds
