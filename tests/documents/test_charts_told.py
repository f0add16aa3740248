"""A page's words with its chart's values beside their labels: which, where, and that no word is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preprocess.document import Page, PageText, Word
from preprocess.load import load
from preprocess.told import told_text
from prompts.evidence import build
from prompts.grounding import ground
from tests.documents.sketch import NAMES, TICKS, Sketch, bars, centre, grouped
from tests.documents.typeset import page, table


def told(sketch: Sketch) -> list[str]:
    return [line.text for line in told_text(sketch.page()).lines]


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


def test_an_answer_from_a_bar_without_a_number_cites_the_bar():
    text = told_text(bars(printed=False).page())
    label, value = next(line.words for line in text.lines if line.text.startswith("South"))
    (citation,) = ground(value.text, build([(1, text)], 1), "How many members are in the South?").citations
    assert (citation.status, citation.quote, citation.boxes) == ("verified", value.text, (value.box,))
    assert label.box not in citation.boxes


@pytest.mark.parametrize("stacked", [False, True])
def test_series_are_named_at_each_value(stacked):
    sketch, values = grouped(stacked)
    rows = [f"{name}  Men {men}  Women {women}" for name, men, women in zip(NAMES, *values, strict=True)]
    assert told(sketch)[:4] == rows


@settings(deadline=None, max_examples=15)
@given(values=st.lists(st.integers(10, 199), min_size=4, max_size=4), seen=st.sampled_from([None, "12O", "7"]))
def test_every_word_of_the_page_stays(values, seen):
    """Misread values, too; nothing is said twice."""
    sketch = bars(values, seen={1: seen} if seen else None)
    sketch.write(320, 20, "Members by region 120")
    own = sketch.page()
    before, after = words(own.text()), words(told_text(own))
    assert [word for word in after if not word.startswith("~")] == before


def test_totals_over_stacks_stay():
    sketch, values = grouped(stacked=True)
    totals = [men + women for men, women in zip(*values, strict=True)]
    for place, total in enumerate(totals):
        sketch.write(centre(place), sketch.y(total, TICKS) - 10, f"{total}")
    assert {str(total) for total in totals} <= set(words(told_text(sketch.page())))


def test_a_page_of_text_is_looked_at_only_where_it_has_an_axis():
    def fail():
        raise AssertionError("rendered")

    plain = page(table([["Item", "Price"], ["Tea", "4.20"], ["Rice", "11.75"], ["Salt", "0.95"]], [0.1, 0.6]))
    assert told_text(Page(1, fail, lambda: plain)) is plain
    assert told_text(as_text(bars())).lines[0].text == "North  120"


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
