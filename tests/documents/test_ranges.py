"""Page numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preprocess.ranges import parse_ranges, write_ranges


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("8", (8,)),
        ("1-5,8,-3--1", (1, 2, 3, 4, 5, 8, 9, 10)),
        (" 9 - 10 , 2,2", (2, 9, 10)),
        ("8-", (8, 9, 10)),
        ("-2-", (9, 10)),
        ("3--7", (3, 4)),
        ("9-20,30", (9, 10)),
        ("-20--9", (1, 2)),
        ("11", ()),
    ],
)
def test_of_ten_pages(text: str, pages: tuple[int, ...]) -> None:
    assert parse_ranges(text, 10) == pages


@pytest.mark.parametrize("text", ["", "0", "1,,2", "a", "1-2-3", "1.5", "5-3", "1 5", "-1--3", "0-4", "--1"])
def test_what_names_no_pages(text: str) -> None:
    with pytest.raises(ValueError, match=r"pages|page first"):
        parse_ranges(text, 10)


def test_ranges_are_written_short() -> None:
    assert write_ranges((1, 2, 3, 8, 11, 12)) == "1–3, 8, 11–12" and write_ranges((8,)) == "8"


@given(st.sets(st.integers(1, 40), min_size=1))
def test_what_is_written_is_read_again(numbers: set[int]) -> None:
    written = write_ranges(sorted(numbers)).replace("–", "-")
    assert parse_ranges(written, 40) == tuple(sorted(numbers))
