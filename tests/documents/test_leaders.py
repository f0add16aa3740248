"""Dots between a name and its value are told as a colon."""

from __future__ import annotations

import pytest

from preprocess.document import Line, PageText
from preprocess.leaders import told_leaders


def told(text: str) -> str:
    (line,) = told_leaders(PageText((Line(text, ()),), "text")).lines
    assert line.text == text
    return line.shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Surname ................ Okafor", "Surname: Okafor"),
        ("Surname.......Okafor", "Surname: Okafor"),
        ("Surname: ..... Okafor", "Surname: Okafor"),
        ("Tel. no. ............. +44 20", "Tel. no.: +44 20"),
        ("Roles . . . . . . . 7", "Roles: 7"),
        ("Roles …… 7", "Roles: 7"),
        ("Net loss .......... (1,234)", "Net loss: (1,234)"),
        ("Net loss ..... (1,234)  Tax ..... 5.00", "Net loss: (1,234)  Tax: 5.00"),
        ("Name ...... Ed  Born ...... 1958", "Name: Ed  Born: 1958"),
        ("Weight ............", "Weight:"),
        ("Name: ...... Ed  Born: ...... 1958", "Name: Ed  Born: 1958"),
    ],
)
def test_leaders(text, said):
    assert told(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "Wait... what?",
        "and so on.... Then",
        "1.2.3.4",
        "....... 12",
        "........",
        "A... B... C",
        "Total 3.00",
        "Place ........ Date ........",
        "I, ........, of ........, hereby",
        "IBAN DE12........34",
        "Name: ........ Date: 1 May",
        "Signature ........ (in block letters)",
    ],
)
def test_other_dots_stay(text):
    assert told(text) == text


def test_what_is_told_already_stays():
    own = PageText((Line("Born .... 1958", (), told="Born: 1958 (Ed)"),), "text")
    assert told_leaders(own) is own
