"""Citations are judged right: hand-computed places, tables, and the answers that citations are tried with."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preprocess.document import Box, Line, PageText, Word
from prompts import citation_probes
from prompts.citation_scoring import Place, Verdict, is_on, judge, right_table, rows, share_ground, wrong_table
from prompts.evidence import build
from prompts.grounding import Citation, ground
from prompts.occurrences import Words

UPPER, LOWER = Box(0.6, 0.10, 0.8, 0.12), Box(0.6, 0.50, 0.8, 0.52)


def cite(page: int, *boxes: Box, status: str = "verified") -> Citation:
    return Citation(page, (1,), boxes, "9.00", status, "text")  # type: ignore[arg-type]


def test_a_page_with_two_totals() -> None:
    """The same value twice: either place is right, and so is pointing at both; the space between them is not."""
    totals = [Place(1, (UPPER,)), Place(1, (LOWER,))]
    assert judge([cite(1, UPPER)], totals) == Verdict("verified", True, True, True)
    assert judge([cite(1, LOWER)], totals) == Verdict("verified", True, True, True)
    both = judge([cite(1, UPPER, LOWER, status="unverified")], totals)
    assert (both.status, both.page, both.box) == ("unverified", True, True)
    assert judge([cite(1, Box(0.6, 0.2, 0.8, 0.4))], totals) == Verdict("verified", True, False, False)
    assert judge([], totals) == Verdict("none", False, False, False)


def test_a_value_over_two_lines() -> None:
    """Of two lines of 0.4 x 0.02 and 0.2 x 0.02 the first is two thirds, the second is one."""
    first, second = Box(0.1, 0.10, 0.5, 0.12), Box(0.1, 0.12, 0.3, 0.14)
    place = Place(1, (first, second))
    assert judge([cite(1, first, second)], [place]) == Verdict("verified", True, True, True)
    assert judge([cite(1, first)], [place]) == Verdict("verified", True, True, True)
    assert judge([cite(1, second)], [place]) == Verdict("verified", True, False, False)
    whole_rows = cite(1, Box(0.0, 0.10, 1.0, 0.12), Box(0.0, 0.12, 1.0, 0.14))
    assert judge([whole_rows], [place]) == Verdict("verified", True, True, False), "0.012 of 0.04"


def test_a_value_on_two_pages() -> None:
    places = [Place(2, (UPPER,)), Place(3, (LOWER,))]
    assert judge([cite(3, LOWER)], places) == Verdict("verified", True, True, True)
    assert judge([cite(3, UPPER)], places) == Verdict("verified", True, False, False), (
        "that box is right on page 2 alone"
    )
    assert judge([cite(1, UPPER)], places) == Verdict("verified", False, False, False)
    assert judge([cite(2, UPPER), cite(1, UPPER, status="repaired")], places).page is False, "all pages must be right"
    assert judge([cite(1, UPPER, status="repaired"), cite(2, UPPER, status="unverified")]) == Verdict("repaired")


def test_places_and_lines() -> None:
    line = Line("Total 9.00", (Word("Total", Box(0.1, 0.1, 0.2, 0.12)), Word("9.00", UPPER)))
    assert is_on(1, line, [Place(1, (UPPER,))]) and not is_on(2, line, [Place(1, (UPPER,))])
    assert not is_on(1, line, [Place(1, (LOWER,))])
    assert share_ground(Place(1, (UPPER,)), Place(1, (LOWER, UPPER)))
    assert not share_ground(Place(1, (UPPER,)), Place(2, (UPPER,)))
    assert not share_ground(Place(1, (UPPER,)), Place(1, (LOWER,)))


def test_rows_count_what_is_known() -> None:
    verdicts = [
        ("b", Verdict("verified", True, True, True)),
        ("a", Verdict("none", False, False, False)),
        ("b", Verdict("repaired", True, False, False)),
        ("b", Verdict("unverified")),
    ]
    first, second = rows(verdicts)
    assert (first.name, first.n, first.page, first.cited_wrongly) == ("a", 1, 0, 0), "not cited at all is not wrongly"
    assert (second.n, second.page_n, second.page, second.box_n, second.box) == (3, 2, 2, 2, 1)
    assert (second.tight, second.cited_wrongly) == (1, 1)
    assert second.statuses == {"verified": 1, "repaired": 1, "unverified": 1, "none": 0}
    assert right_table([second], "kind").splitlines()[-1] == (
        "| b | 3 | 100.0% (34.2% to 100.0%) | 50.0% (9.5% to 90.5%) | 33.3% | 33.3% | 33.3% | 33.3% | 0.0% |"
    )
    assert wrong_table([first], "kind").splitlines()[-1] == "| a | 1 | 0.0% (0.0% to 79.3%) | 0.0% | 0.0% | 100.0% |"
    assert "| – | – |" in right_table(rows([("x", Verdict("none"))]), "kind")


def test_what_grounding_cites_is_judged_by_its_boxes() -> None:
    """Two totals drawn apart: the one that is cited is the one that is marked."""
    lines = [
        Line("Total 9.00", (Word("Total", Box(0.1, 0.10, 0.2, 0.12)), Word("9.00", UPPER))),
        Line("Total 77.10", (Word("Total", Box(0.1, 0.50, 0.2, 0.52)), Word("77.10", LOWER))),
    ]
    evidence = build([(1, PageText(tuple(lines), "text"))], 1)
    assert judge(ground("9.00 [1]", evidence).citations, [Place(1, (UPPER,))]) == Verdict("verified", True, True, True)
    assert judge(ground("77.10", evidence).citations, [Place(1, (UPPER,))]) == Verdict("verified", True, False, False)


@pytest.mark.parametrize(
    ("value", "forms"),
    [
        ("12. März 2024", {"lower case": "12. märz 2024", "ISO date": "2024-03-12"}),
        ("03/04/2024", {}),  # March or April
        ("1.234,50 €", {"plain number": "1234.50", "thousands parted": "1,234.50", "without currency": "1.234,50"}),
        ("RM 9.00", {"lower case": "rm 9.00", "plain number": "9.00"}),
        ("12.50", {"currency added": "€12.50"}),
        ("(12.50)", {"plain number": "-12.50"}),
        ("007", {}),
        ("1.234", {}),  # a thousand or one
        ("ACME Ltd", {"lower case": "acme ltd"}),
    ],
)
def test_forms_of_a_right_answer(value: str, forms: dict[str, str]) -> None:
    assert citation_probes.right(value) == {"as printed": value} | forms


@pytest.mark.parametrize(
    ("value", "form", "answers"),
    [
        ("7", "a digit changed", set("012345689")),
        ("John Carter Ltd", "two words swapped", {"Carter John Ltd", "John Ltd Carter"}),
        ("+44 7645 342969", "two words swapped", {"7645 +44 342969", "+44 342969 7645"}),
        ("48.7 h", "two words swapped", {None}),
        ("5 March 2018", "two words swapped", {None}),
        ("112", "part of a number", {"11", "12"}),
        ("12", "part of a number", {None}),
        ("$9.00", "another currency", {"€9.00"}),
        ("9.00 EUR", "another currency", {"£9.00"}),
        ("9.00", "another currency", {None}),
        ("(9.00)", "without its sign", {"9.00"}),
        ("9.00-", "without its sign", {"9.00"}),
        ("9.00", "without its sign", {None}),
        ("8176-WW", "without its sign", {None}),
    ],
)
def test_false_answers(value: str, form: str, answers: set[str | None]) -> None:
    assert {citation_probes.wrong(value, Random(seed)).get(form) for seed in range(80)} == answers


@given(st.text(alphabet="019.,- €aB", max_size=12), st.integers(0, 9))
def test_a_false_answer_is_never_the_right_one(value: str, seed: int) -> None:
    assert value not in citation_probes.wrong(value, Random(seed)).values()


PRINTED = Words(
    [["Summe", "1.234,50", "EUR"], ["vom", "12.", "März", "2024"], ["ACME", "Ltd.,", "Derby"], ["12", "34"]]
)


@pytest.mark.parametrize(
    ("value", "runs"),
    [
        ("1234.50", [range(1, 2), range(1, 3)]),
        ("1,234.50 EUR", [range(1, 2), range(1, 3)]),
        ("234.50", []),
        ("2024-03-12", [range(4, 7)]),
        ("12. märz 2024", [range(4, 7), range(4, 7)]),  # by its letters and by its day
        ("acme ltd", [range(7, 9)]),
        ("Acme Ltd, Derby", [range(7, 10)]),
        ("Ltd ACME", []),
        ("1234", []),  # two numbers beside each other are not one
        ("12", [range(4, 5), range(10, 11)]),  # the day's number is a number
        ("", []),
    ],
)
def test_where_a_value_stands(value: str, runs: list[range]) -> None:
    assert sorted(PRINTED.find(value), key=lambda run: (run.start, run.stop)) == runs
