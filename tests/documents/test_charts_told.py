"""A page's words with its chart's values beside their labels: which, where, and that no word is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from preprocess.document import Box, DocumentError, Page, PageText, Word
from preprocess.lines import to_lines
from preprocess.load import load
from preprocess.told import told_text
from prompts.evidence import build
from prompts.grounding import ground
from tests.documents.sketch import HEIGHT, NAMES, TICKS, WIDTH, Sketch, bars, centre, grouped
from tests.documents.typeset import page, prose, table


def told(sketch: Sketch) -> list[str]:
    return [line.shown for line in told_text(sketch.page()).lines]


def words(text: PageText) -> list[str]:
    return sorted(part for line in text.lines for word in line.words for part in word.text.split())


def as_text(sketch: Sketch) -> Page:
    """The same page with a text layer."""
    own = sketch.page()
    lines = own.text().lines
    return Page(1, own.render, lambda: PageText(lines, "text"))


def test_printed_values_stand_beside_their_labels_and_ticks_in_one_line():
    sketch = bars()
    sketch.write(320, 20, "Members by region")
    sketch.write(320, 460, "Source: ACME")
    assert told(sketch) == [
        "Members by region",
        "North  120",
        "South  183",
        "East  47",
        "West  96",
        "0  50  100  150  200",
        "Source: ACME",
    ]


def test_measured_values_have_a_tilde_and_point_at_their_marks():
    text = told_text(bars(printed=False).page())
    (north,) = [line for line in text.lines if line.text.startswith("North")]
    label, value = north.words
    assert label.text == "North" and value.text.startswith("~") and abs(float(value.text[1:]) - 120) < 2
    assert value.box.y0 < label.box.y0, "the bar stands over its name"


@pytest.mark.parametrize("tilde", ["~", ""])
def test_an_answer_from_a_bar_without_a_number_cites_the_bar_as_measured(tilde):
    text = told_text(bars(printed=False).page())
    _, value = next(line.words for line in text.lines if line.text.startswith("South"))
    answer = value.text.replace("~", tilde)
    (citation,) = ground(answer, build([(1, text)], 1), "How many members are in the South?").citations
    assert (citation.source, citation.status, citation.boxes) == ("measured", "repaired", (value.box,))


def test_ticks_are_cited_where_they_stand():
    sketch = bars()
    text = told_text(sketch.page())
    (box,) = [word.box for word in sketch.words if word.text == "150"]
    (citation,) = ground("150 [5]", build([(1, text)], 1)).citations
    assert citation.boxes == (box,) and citation.source == "ocr"


@pytest.mark.parametrize("stacked", [False, True])
def test_series_are_named_at_each_value(stacked):
    sketch, values = grouped(stacked)
    rows = [f"{name}  Men: {men}  Women: {women}" for name, men, women in zip(NAMES, *values, strict=True)]
    assert told(sketch)[:5] == ["Men  Women", *rows]


@settings(deadline=None, max_examples=15)
@given(values=st.lists(st.integers(10, 199), min_size=4, max_size=4), seen=st.sampled_from([None, "12O", "7"]))
def test_every_word_of_the_page_stays(values, seen):
    """Misread values, too; nothing is said twice."""
    sketch = bars(values, seen={1: seen} if seen else None)
    sketch.write(320, 20, "Members by region 120")
    own = sketch.page()
    before, after = words(own.text()), words(told_text(own))
    assert [word for word in after if not word.startswith("~")] == before


def test_totals_over_stacks_stay_even_where_they_equal_a_value():
    sketch, values = grouped(stacked=True)
    totals = [men + women for men, women in zip(*values, strict=True)]
    for place, total in enumerate([*totals[:3], values[0][0]]):
        sketch.write(centre(place), sketch.y(total, TICKS) - 10, f"{total}")
    own = sketch.page()
    assert words(told_text(own)) == words(own.text())


def test_a_chart_beside_a_column_of_text_stays_in_its_own_column():
    left = prose([f"these words are line {number} of the left column" for number in range(24)], 0.02, 0.1)
    lines = [line.text for line in page(left).lines]
    sketch = bars()
    shrunk = [Word(word.text, Box(*(0.55 + 0.45 * x if at % 2 == 0 else 0.2 + 0.4 * x for at, x in enumerate(
        (word.box.x0, word.box.y0, word.box.x1, word.box.y1)))), word.confidence) for word in sketch.words]  # fmt: skip
    picture = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), "white")
    picture.paste(
        sketch.picture.resize((int(0.45 * WIDTH * 2), int(0.4 * HEIGHT * 2))),
        (int(0.55 * WIDTH * 2), int(0.2 * HEIGHT * 2)),
    )
    text = PageText(to_lines([*left, *shrunk], WIDTH / HEIGHT), "ocr")
    told = [line.shown for line in told_text(Page(1, lambda: picture, lambda: text)).lines]
    assert "North  120" in told
    places = [told.index(line) for line in lines]
    assert places == list(range(places[0], places[0] + len(lines))), "nothing stands between lines of the other column"


def test_a_page_of_text_is_looked_at_only_where_it_has_an_axis():
    def fail():
        raise AssertionError("rendered")

    plain = page(table([["Item", "Price"], ["Tea", "4.20"], ["Rice", "11.75"], ["Salt", "0.95"]], [0.1, 0.6]))
    assert told_text(Page(1, fail, lambda: plain)) is plain
    assert told_text(as_text(bars())).lines[0].text == "North  120"


def test_a_page_whose_picture_cannot_be_made_is_read_without_it():
    def fail():
        raise DocumentError("too_slow", "Page 1 took too long.")

    own = as_text(bars())
    assert told_text(Page(1, fail, own.text)).lines == own.text().lines


def test_values_that_their_marks_contradict_are_not_told():
    own = bars([100, 150, 50, 120], seen={0: "15", 1: "10"}).page()
    assert told_text(own) is own.text()


def test_a_chart_that_is_hardly_read_is_left_as_it_is():
    sketch = bars(printed=False)
    sketch.words = [word for word in sketch.words if word.text not in NAMES[1:]]
    own = sketch.page()
    assert told_text(own) is own.text()


def test_no_words_no_look():
    empty = PageText((), "none")
    assert told_text(Page(1, lambda: None, lambda: empty)) is empty


class Reads:
    """An OCR engine that knows what stands on the picture, and counts."""

    def __init__(self, words: list[Word]) -> None:
        self.words, self.count = words, 0

    def read(self, image) -> list[Word]:
        self.count += 1
        return self.words


def test_a_loaded_picture_is_told_once():
    sketch = bars()
    engine = Reads(sketch.words)
    (own,) = load(sketch.picture, ocr=engine).pages
    assert own.shown() is own.shown() and own.shown().lines[0].text == "North  120"
    assert own.text() is not own.shown() and engine.count == 1
