"""Which lines of a long document a question is about."""

from __future__ import annotations

import math
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preprocess.document import Line, PageText
from prompts.evidence import build
from prompts.retrieval import rank

LINES = [
    (1, "Contents"),
    (1, "Introduction . . . 2"),
    (2, "Introduction"),
    (2, "The harbour was built in 1902."),
    (2, "It has three docks."),
    (3, "Item  Weight  Price"),
    (3, "Rope  4 kg  9.50"),
    (3, "Anchor  90 kg  210.00"),
    (3, "Thanks"),
]


def test_the_page_that_has_the_words_comes_first() -> None:
    assert LINES[rank("When was the harbour built?", (), LINES)[0]][0] == 2
    assert LINES[rank("What is the price of the anchor?", (), LINES)[0]][0] == 3


def test_named_pages_are_meant_alone_even_if_they_are_empty() -> None:
    assert sorted(rank("When was the harbour built, by page 1?", (1,), LINES)) == [0, 1]
    assert sorted(rank("Compare pages 1 and 2", (1, 2), LINES)) == [0, 1, 2, 3, 4]
    assert rank("What does page 4 say?", (4,), LINES) == []


def test_without_a_shared_word_the_order_is_the_document_s() -> None:
    assert rank("Wie heißt der Kapitän?", (), LINES) == list(range(len(LINES)))
    assert rank("", (), LINES) == list(range(len(LINES)))
    assert rank("What?", (), []) == []


def test_scripts_without_spaces_are_found_by_pairs_of_characters() -> None:
    lines = [(1, "项目名称"), (2, "发票号码：2024-17"), (3, "谢谢")]
    assert rank("这张发票的号码是多少？", (), lines)[0] == 1


def test_an_amount_is_one_word_and_the_parts_of_dates_and_names_are_words() -> None:
    """The cents of 27.20 are no 20; but who asks for 2024 means 12.03.2024, and who asks for the hôtel `l'hôtel`."""
    lines = [(1, "fee 27.20"), (2, "5.20"), (3, "paid 12.03.2024"), (4, "l'hôtel")]
    assert rank("20", (), [(1, "31.20 27.20 9.20"), (2, "some other words, 20")])[0] == 1
    assert rank("Where is 27.20?", (), [(1, "27 items, 20 of them"), (2, "costs 27.20")])[0] == 1
    assert lines[rank("What was paid in 2024?", (), lines)[0]][0] == 3
    assert lines[rank("hôtel", (), lines)[0]][0] == 4


def test_words_in_quotation_marks_weigh_more() -> None:
    lines = [(1, "rope rope price list of the rope"), (2, "blue whale")]
    assert rank('Rope: where is "blue whale"?', (), lines)[0] == 1
    french = [(1, "corde avec une voile"), (2, "acompte versé en août")]
    assert rank("Corde, corde: l'acompte d'une", (), french)[0] == 0, "an apostrophe is no such mark"


def test_the_score_is_lucene_s_bm25() -> None:
    """Two pages of two words: the score by hand, so that its order is the one that is claimed."""
    from prompts.retrieval import _scores

    k1, b, average = 1.5, 0.75, 2.5
    passages = [["rope", "rope"], ["rope", "anchor", "dock"]]

    def score(times: int, length: int, having: int) -> float:
        idf = math.log(1 + (len(passages) - having + 0.5) / (having + 0.5))
        return idf * times / (times + k1 * (1 - b + b * length / average))

    expected = [score(2, 2, 2), score(1, 3, 2) + score(1, 3, 1)]
    assert _scores(["rope", "anchor"], passages).tolist() == pytest.approx(expected, rel=1e-5)


@given(st.lists(st.tuples(st.integers(1, 5), st.text(max_size=20)), max_size=30), st.text(max_size=40))
def test_every_line_has_one_place(lines: list[tuple[int, str]], question: str) -> None:
    lines.sort(key=lambda line: line[0])
    assert sorted(rank(question, (), lines)) == list(range(len(lines)))


def test_evidence_shows_what_was_chosen_in_reading_order_with_its_own_numbers() -> None:
    pages = [(page, PageText(tuple(Line(text, ()) for at, text in LINES if at == page), "text")) for page in (1, 2, 3)]

    def count(text: str) -> int:
        return len(text.split())

    question = "What is the price of the anchor?"
    evidence = build(pages, 3, 28, count, partial(rank, question, ()))
    assert evidence.text == (
        "Page 3 of 3\n[6] Item  Weight  Price\n[7] Rope  4 kg  9.50\n[8] Anchor  90 kg  210.00\n[9] Thanks\n"
        "(5 more lines left out)"
    )
    assert evidence.pages_shown == (3,) and evidence.pages == (1, 2, 3) and evidence.omitted_lines == 5
    whole = build(pages, 3, 1000, count, partial(rank, question, ()))
    assert whole == build(pages, 3)
