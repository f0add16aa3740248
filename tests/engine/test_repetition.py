"""A text that runs in a circle is told from one that merely says a thing twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlm.engine.repetition import LEAST, PERIOD, TIMES, is_looping


@given(st.lists(st.integers(0, 500), max_size=60), st.lists(st.integers(0, 500), min_size=1, max_size=PERIOD))
def test_every_loop_is_seen_in_the_end_whatever_stood_before(before, loop):
    rounds = 1 + TIMES + LEAST // len(loop) + 1
    assert is_looping(before + loop * rounds)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=PERIOD), st.integers(1000, 2000))
def test_one_other_token_ends_it(loop, other):
    said = loop * (1 + TIMES + LEAST // len(loop) + 1)
    assert not is_looping([*said, other])


@pytest.mark.parametrize("period", [1, 2, 7, 30, PERIOD])
def test_a_thing_may_be_said_so_often(period):
    loop = list(range(period))
    fewest = max(LEAST, TIMES * period) + period
    said = (loop * fewest)[:fewest]
    assert is_looping(said) and not is_looping(said[1:])


def test_a_table_with_a_column_of_noughts_is_no_loop():
    rows = [token for row in range(40) for token in (100 + row, 5, 0, 0, 6)]
    assert not is_looping(rows)
