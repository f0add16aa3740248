"""Tables over pages: joined where the columns go on, and only there."""

from __future__ import annotations

import pytest

from preprocess.tables.find import Table, find_tables
from preprocess.tables.pages import join_over_pages
from tests.documents.typeset import page, table

EDGES = (0.1, 0.45, 0.65, 0.85)
HEAD = ["Region", "2021", "2022", "Change"]
FIRST = [[f"Town {number}", f"{number * 37}", f"{number * 41}", f"{number}.5%"] for number in range(1, 31)]
SECOND = [[f"Village {number}", f"{number * 3}", f"{number * 5}", f"{number}.1%"] for number in range(1, 9)]


def tables(*pages: list[list[str]], tops: tuple[float, ...] = (), edges=EDGES, align: str = "lrrr") -> list[Table]:
    found: list[Table] = []
    for number, rows in enumerate(pages):
        top = tops[number] if tops else 0.1
        found += find_tables(page(table(rows, edges, top=top, align=align)), number + 4)
    assert len(found) == len(pages)
    return found


def test_heads_that_are_repeated_are_left_out():
    (joined,) = join_over_pages(tables([HEAD, *FIRST], [HEAD, *SECOND]))
    assert joined.texts == [HEAD, *FIRST, *SECOND] and joined.head == 1
    assert [place.page for place in joined.places] == [4, 5]
    assert {cell.place.page for cell in joined.rows[-1] if cell.place} == {5}


def test_heads_that_differ_in_one_place_stay_as_rows():
    other = ["Villages", *HEAD[1:]]
    (joined,) = join_over_pages(tables([HEAD, *FIRST], [other, *SECOND]))
    assert joined.texts == [HEAD, *FIRST, other, *SECOND]


@pytest.mark.parametrize("seen", ["Regjon", "Reg ion", "Change"])
def test_heads_that_ocr_read_otherwise_are_still_repeated(seen):
    other = [seen, *HEAD[1:]] if seen != "Change" else [*HEAD[:3], "Chan"]
    (joined,) = join_over_pages(tables([HEAD, *FIRST], [other, *SECOND]))
    assert joined.texts == [HEAD, *FIRST, *SECOND]


def test_years_tell_heads_apart():
    (joined,) = join_over_pages(tables([HEAD, *FIRST], [["Region", "2022", "2022", "Change"], *SECOND]))
    assert len(joined.texts) == 1 + 30 + 1 + 8


def test_a_table_that_ends_high_on_its_page_is_whole():
    """Invoices of one kind in one file: their items are not one list."""
    assert len(join_over_pages(tables([HEAD, *SECOND], [HEAD, *SECOND]))) == 2


def test_the_foot_of_a_page_may_stand_between():
    (low,) = find_tables(page(table([HEAD, *FIRST], EDGES, align="lrrr")), 1)
    (foot,) = find_tables(
        page(table([["Bank", "Number"], ["First", "17"], ["Second", "18"]], EDGES[:2], align="lr")), 1
    )
    (following,) = find_tables(page(table([HEAD, *SECOND], EDGES, align="lrrr")), 2)
    first, second = join_over_pages([low, foot, following])
    assert len(first.rows) == 1 + 30 + 8 and second == foot


def test_rows_without_heads_go_on_at_the_top_of_the_next_page():
    (joined,) = join_over_pages(tables([HEAD, *FIRST], SECOND))
    assert joined.texts == [HEAD, *FIRST, *SECOND]


def test_three_pages_are_one_table():
    (joined,) = join_over_pages(tables([HEAD, *FIRST], FIRST, SECOND))
    assert len(joined.rows) == 1 + 30 + 30 + 8 and len(joined.places) == 3


def test_margins_may_change_from_left_pages_to_right_ones():
    left = find_tables(page(table([HEAD, *FIRST], EDGES, align="lrrr")), 1)
    right = find_tables(page(table([HEAD, *SECOND], [x + 0.06 for x in EDGES], align="lrrr")), 2)
    assert len(join_over_pages([*left, *right])) == 1


def test_words_alone_go_on_where_one_ends_low_and_the_other_begins_high():
    words = [["Term", "Says who", "Since"], *([f"Word {'abc'[n % 3]}", "everybody", "ever"] for n in range(30))]
    more = [["Phrase", "nobody", "never"]] * 4
    edges = (0.1, 0.4, 0.7)
    assert len(join_over_pages(tables(words, more, edges=edges, align="lll"))) == 1
    assert len(join_over_pages(tables(words, more, tops=(0.1, 0.5), edges=edges, align="lll"))) == 2


@pytest.mark.parametrize(
    ("second", "tops", "edges"),
    [
        ([["Product", "Weight", "Height", "Price"], *SECOND], (0.1, 0.1), EDGES),
        (SECOND, (0.1, 0.6), EDGES),
        (SECOND, (0.1, 0.1), (0.1, 0.28, 0.42, 0.56)),
    ],
    ids=["other heads", "further down", "other columns"],
)
def test_another_table_stays_another(second, tops, edges):
    first = find_tables(page(table([HEAD, *FIRST], EDGES, top=tops[0], align="lrrr")), 1)
    other = find_tables(page(table(second, edges, top=tops[1], align="lrrr")), 2)
    assert join_over_pages([*first, *other]) == (*first, *other)


def test_a_page_between_parts_them():
    first, second = tables([HEAD, *FIRST], [HEAD, *SECOND])
    later = find_tables(page(table([HEAD, *SECOND], EDGES, align="lrrr")), 6)
    assert len(join_over_pages([first, *later])) == 2
    assert join_over_pages([]) == () and join_over_pages([second]) == (second,)


def test_names_of_sums_do_not_say_where_a_column_ends():
    """They reach below the next one, and the list that they close goes on from the page before all the same."""
    head = ["No.", "Item", "Pieces", "Amount"]
    first = [[f"{number}", f"Bolt {number}", f"{number * 30000000}", f"{number}.50"] for number in range(1, 31)]
    second = [["31", "Bolt 31", "5", "31.50"], ["32", "Bolt 32", "7", "32.50"]]
    sums = [["", "Sum of everything that is listed", "", "17"], ["", "Tax on all of that", "", "3"]]
    found = tables([head, *first], [head, *second, *sums], edges=(0.1, 0.2, 0.45, 0.6), align="llrr")
    assert len(join_over_pages(found)) == 1
