"""Pages that a question names: whole lists of them, in the ways that people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.folding import fold
from prompts.page_names import named_pages, speaks_of_others, without_names
from prompts.retrieval import rank


@pytest.mark.parametrize(
    ("question", "pages"),
    [
        ("Compare pages 2, 3, and 5", (2, 3, 5)),
        ("Summarise pages 2 through 4", (2, 3, 4)),
        ("Is it on page 3 or 4?", (3, 4)),
        ("Steht es auf Seite 3 oder 4?", (3, 4)),
        ("pages 2 & 3", (2, 3)),
        ("páginas 3 a 5", (3, 4, 5)),
        ("páginas 3 o 5", (3, 5)),
        ("pages 3 à 5, et page 7", (3, 4, 5, 7)),
        ("Seiten 2 bis 4", (2, 3, 4)),
        ("from page 3 to page 5", (3, 4, 5)),
        ("between pages 3 and 5", (3, 4, 5)),
        ("pagina 3", (3,)),
        ("pagina's 3 en 4", (3, 4)),
        ("page no. 3", (3,)),
        ("page(s) 2 and 3", (2, 3)),
        ("pages: 2, 3", (2, 3)),
        ("Seiten 2/3", (2, 3)),
        ("Seite 2 u. 3", (2, 3)),
        ("from page 6 on", (6, 7, 8)),
        ("page number 3", (3,)),
        ("Seite Nr. 3", (3,)),
        ("page № 3", (3,)),
        ("page two", (2,)),
        ("pages two and three", (2, 3)),
        ("Seite zwei", (2,)),
        ("第3至第5页", (3, 4, 5)),
        ("第3页和第5页", (3, 5)),
        ("倒数第2页", (7,)),
        ("see p. 6", (6,)),
        ("pg. 7", (7,)),
        ("pp 3-5", (3, 4, 5)),
        ("from pg 3 to pg 5", (3, 4, 5)),
        ("the table (pp 3, 4)", (3, 4)),
        ("pages 7 to 400", (7, 8)),
        ("page 40", ()),
        ("page 0", ()),
        ("前两页", (1, 2)),
        ("最后三页", (6, 7, 8)),
    ],
)
def test_lists_of_numbers(question: str, pages: tuple[int, ...]) -> None:
    assert named_pages(question, 8) == pages


@pytest.mark.parametrize(
    ("question", "pages"),
    [
        ("What is on the first page?", (1,)),
        ("the first and the last page", (1, 8)),
        ("the first page and the last page", (1, 8)),
        ("first and last pages", (1, 8)),
        ("2nd page", (2,)),
        ("the twenty-first page", ()),  # of eight
        ("2nd and 3rd pages", (2, 3)),
        ("second to last page", (7,)),
        ("the penultimate page", (7,)),
        ("from the second to the last page", (2, 3, 4, 5, 6, 7, 8)),
        ("page 6 to the last page", (6, 7, 8)),
        ("from page 6 to the end", (6, 7, 8)),
        ("the first three pages", (1, 2, 3)),
        ("die letzten zwei Seiten", (7, 8)),
        ("Was steht auf der 3. Seite?", (3,)),
        ("auf der 3. und 4. Seite", (3, 4)),
        ("die zweite Seite", (2,)),
        ("der ersten bis zur dritten Seite", (1, 2, 3)),
        ("ab Seite 6", (6, 7, 8)),
        ("ab Seite 5 bis Seite 6", (5, 6)),
        ("bis Seite 3", (1, 2, 3)),
        ("la première page", (1,)),
        ("la 2e page", (2,)),
        ("la segunda página", (2,)),
        ("de eerste pagina", (1,)),
    ],
)
def test_ordinals_and_ends(question: str, pages: tuple[int, ...]) -> None:
    assert named_pages(question, 8) == pages


@pytest.mark.parametrize(
    "question",
    [
        "What is the first item?",
        "the last two rows",
        "S. 3",
        "the homepage 3",
        "three pages in all",
        "In how many pages, or 4 lines?",
        "30 pages",
        "the price of the pp 3 pipe",
        "pg 3 rating",
        "Section 3. What does it say?",
        "between 3 and 5",
        "目前三页",
        "first page of the annex",
        "page 3 of Appendix B",
        "Seite 3 des Anhangs",
        "the hundred-first page",
        "On which page is the total?",
        "What is 2019's total?",
    ],
)
def test_no_pages(question: str) -> None:
    assert named_pages(question, 8) == ()


@pytest.mark.parametrize(
    ("question", "pages"),
    [
        ("page 3 of 8", (3,)),
        ("page 3, and 2nd table", (3,)),
        ("page 3 and 5 % of it", (3,)),
        ("In Kapitel 3. Seite 4 zeigt es", (4,)),
        ("pages 3-5, 4.50", (3, 4, 5)),
        ("page 3 and one figure", (3,)),
    ],
)
def test_what_a_list_does_not_go_on_with(question: str, pages: tuple[int, ...]) -> None:
    assert named_pages(question, 8) == pages


def test_the_names_of_pages_are_no_words_to_look_for() -> None:
    assert without_names("total of pages 2, 3, and 5?").split() == ["total", "of", "?"]


def test_pages_that_are_not_understood_are_not_shut_out() -> None:
    lines = [(page, "some words") for page in range(1, 5)]
    assert rank("Compare page 3 with the facing page", (3,), lines) == [2, 0, 1, 3]
    assert rank("What does page 3 say?", (3,), lines) == [2]
    assert not speaks_of_others("the first and the last page, and pages 2, 3")
    assert speaks_of_others("page 3 of the annex")
    assert named_pages("the twenty-first page", 30) == (21,)


@given(st.text(alphabet="pages 0123456789,.-and第页到firlt", max_size=60), st.integers(1, 9))
def test_pages_are_there(question: str, last: int) -> None:
    assert all(1 <= number <= last for number in named_pages(question, last))
    assert set(without_names(fold(question))) <= set(fold(question)) | {" "}
