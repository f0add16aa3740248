"""What is looked up quickly on pages of thousands of words is what a look at every place would have found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from preprocess.plots import nearest
from preprocess.tables.columns import columns_reached
from preprocess.tables.regions import overlap

PLACES = st.lists(st.integers(0, 40), min_size=3, max_size=12, unique=True).map(sorted)


@given(PLACES, st.integers(-5, 45))
def test_the_nearest_of_rising_places(places, x):
    assert nearest(places, x) == min(range(len(places)), key=lambda place: abs(places[place] - x))


@given(PLACES, st.integers(-5, 45), st.integers(1, 20), st.sampled_from([0, 0.5, 2]))
def test_the_columns_that_a_span_reaches(places, x, width, reach):
    edges = [float("-inf"), *places[: len(places) // 2 * 2], float("inf")]
    begins, ends = edges[::2], edges[1::2]
    shared = [overlap((x, x + width), column) for column in zip(begins, ends, strict=True)]
    reached = [column for column, much in enumerate(shared) if much > reach] or [shared.index(max(shared))]
    assert columns_reached((x, x + width), begins, ends, reach) == (reached[0], reached[-1])
