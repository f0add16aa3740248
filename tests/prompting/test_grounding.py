"""Citations: what counts as standing in the document, and what does not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preprocess.document import Box, Line, PageText, Word
from prompts.evidence import Evidence, build
from prompts.grounding import Citation, ground
from prompts.matching import Passage, fold


def line(text: str, row: int = 0) -> Line:
    """Words one tenth wide, one after the other, on row `row`."""
    words = text.split()
    return Line(
        text, tuple(Word(w, Box(i / 10, row / 100, (i + 1) / 10, (row + 1) / 100)) for i, w in enumerate(words))
    )


def evidence(*pages: list[str], source: str = "text") -> Evidence:
    texts = [
        (number, PageText(tuple(line(text, row) for row, text in enumerate(lines)), source))  # type: ignore[arg-type]
        for number, lines in enumerate(pages, start=1)
    ]
    return build(texts, len(pages))


RECEIPT = evidence(
    [
        "ACME  Trading Sdn. Bhd.",  # 1
        "Invoice No: INV-2024-00123",  # 2
        "Date  05/03/2018",  # 3
        "Item A  112  12.50",  # 4
        "Item B  12  3.00",  # 5
        "Subtotal  1,015.50",  # 6
        "Total  RM9.00",  # 7
        "12 Jalan Meranti 1A,",  # 8
        "44300 Batang Kali, Selangor",  # 9
        "He said “well done” — twice",  # 10
        "Change  -8.79",  # 11
    ],
    ["Total  77.10", "Thank you"],  # 12, 13
)


def one(answer: str, document: Evidence = RECEIPT) -> Citation:
    citations = ground(answer, document).citations
    assert len(citations) == 1, citations
    return citations[0]


@pytest.mark.parametrize(
    ("answer", "text", "lines", "quote", "status"),
    [
        # at the cited line
        ("9.00 [7]", "9.00", (7,), "9.00", "verified"),
        ("RM9.00 [7].", "RM9.00.", (7,), "RM9.00", "verified"),
        ("acme trading SDN. BHD. [1]", "acme trading SDN. BHD.", (1,), "ACME Trading Sdn. Bhd", "verified"),
        ('"well done" - twice [10]', '"well done" - twice', (10,), "well done” — twice", "verified"),
        ("The total is RM9.00 [7]", "The total is RM9.00", (7,), "RM9.00", "verified"),
        ("[7] Total  RM9.00", "Total  RM9.00", (7,), "Total RM9.00", "verified"),
        ("- [7] Total RM9.00", "- Total RM9.00", (7,), "Total RM9.00", "verified"),
        ("12 [5]", "12", (5,), "12", "verified"),
        ("12 Jalan Meranti 1A, 44300 Batang Kali, Selangor [8-9]", None, (8, 9), None, "verified"),
        ("12 Jalan Meranti 1A, 44300 Batang Kali [8, 9]", None, (8, 9), None, "verified"),
        ("It was 3.00 for 12 of item B [5]", None, (5,), "3.00 … 12", "verified"),
        ("9.00\n[7]", "9.00", (7,), "9.00", "verified"),
        # nearly, or in another place
        ("Invoice No INV-2024-00123 [2]", None, (2,), "Invoice No: INV-2024-00123", "repaired"),
        ("ACNE Trading Sdn Bhd [1]", None, (1,), "ACME Trading Sdn. Bhd.", "repaired"),
        ("INV-2024-00123 [5]", "INV-2024-00123", (2,), "INV-2024-00123", "repaired"),
        ("INV-2024-00123 [99]", "INV-2024-00123", (2,), "INV-2024-00123", "repaired"),
        ("[3]", "Date 05/03/2018", (3,), "Date 05/03/2018", "repaired"),
        # not there
        ("9.10 [7]", "9.10", (7,), "9.10", "unverified"),
        ("INV-2024-00124 [2]", None, (2,), "INV-2024-00124", "unverified"),
        ("Invoice No: INV-2024-00132 [2]", None, (2,), "Invoice No: INV-2024-00132", "unverified"),
        ("9.00 [5]", "9.00", (5,), "9.00", "unverified"),  # short, and elsewhere
        ("12 [4]", "12", (4,), "12", "unverified"),  # neither in 112 nor in 12.50
        ("015.50 [6]", "015.50", (6,), "015.50", "unverified"),
        ("8.79 [11]", "8.79", (11,), "8.79", "unverified"),  # the sign is part of the number
        ("2018 [3]", "2018", (3,), "2018", "unverified"),  # part of a date
        ("Paris [1]", "Paris", (1,), "Paris", "unverified"),
        ("It was 3.00 for 13 of item B [5]", None, (5,), "It was 3.00 for 13 of item B", "unverified"),
        # without a marker
        ("INV-2024-00123", "INV-2024-00123", (2,), "INV-2024-00123", "verified"),
        ("The date is 05/03/2018.", "The date is 05/03/2018.", (3,), "05/03/2018", "verified"),
        ("12 Jalan Meranti 1A, 44300 Batang Kali", None, (8, 9), None, "verified"),
        ("ACNE Trading Sdn Bhd", None, (1,), "ACME Trading Sdn. Bhd.", "repaired"),
        ("3.00", "3.00", (5,), "3.00", "unverified"),  # short: may stand there by chance
        ("Item", "Item", (4, 5), "Item", "unverified"),  # twice on its page
    ],
)
def test_cases(answer: str, text: str | None, lines: tuple[int, ...], quote: str | None, status: str) -> None:
    citation = one(answer)
    assert (citation.lines, citation.status) == (lines, status)
    assert quote is None or citation.quote == quote
    assert text is None or ground(answer, RECEIPT).text == text


@pytest.mark.parametrize("answer", ["Paris", "42", "", "yes", "not found", "Not found.", "not found [3]", "12", "  "])
def test_no_citation_without_a_match(answer: str) -> None:
    assert ground(answer, RECEIPT).citations == ()


def test_unique_on_its_page() -> None:
    citation = one("Total", evidence(["Total 1", "Total 2"], ["Total 3"]))
    assert (citation.page, citation.lines, citation.status) == (2, (3,), "verified")


def test_boxes_are_of_the_matched_words() -> None:
    assert one("Item B [5]").boxes == (Box(0, 0.04, 0.2, 0.05),)
    assert one("3.00 [5]").boxes == (Box(0.3, 0.04, 0.4, 0.05),)
    assert one("Meranti 1A, 44300 [8-9]").boxes == (Box(0.2, 0.07, 0.4, 0.08), Box(0, 0.08, 0.1, 0.09))


def test_box_of_the_line_when_its_words_are_of_no_use() -> None:
    strange = Line("Total 9.00", (Word("T0tal", Box(0, 0, 0.1, 0.1)), Word("9", Box(0.5, 0, 0.6, 0.1))))
    wordless = Line("Sum 10.00", ())
    document = build([(1, PageText((strange, wordless), "ocr"))], 1)
    assert one("9.00 [1]", document).boxes == (Box(0, 0, 0.6, 0.1),)
    assert one("10.00 [2]", document).boxes == ()
    assert one("9.00 [1]", document).source == "ocr"


def test_several_claims() -> None:
    grounded = ground("Total: 9.00 [7]\nDate: 05/03/2018 [3], seller: ACME Trading [1] and [13].", RECEIPT)
    assert grounded.text == "Total: 9.00\nDate: 05/03/2018, seller: ACME Trading."
    assert [(c.page, c.lines, c.quote, c.status) for c in grounded.citations] == [
        (1, (7,), "9.00", "verified"),
        (1, (3,), "05/03/2018", "verified"),
        (1, (1,), "ACME Trading", "verified"),
    ]


def test_cited_on_two_pages() -> None:
    assert [c.page for c in ground("[7, 12]", RECEIPT).citations] == [1, 2]
    assert one("77.10 [7, 12]").page == 2


def test_lines_that_were_left_out_cannot_be_cited() -> None:
    document = build(
        [(1, PageText((line("alpha beta"), line("gamma delta eta theta iota")), "text"))],
        1,
        12,
        lambda t: len(t.split()),
    )
    assert list(document.lines) == [1]
    assert ground("gamma delta eta theta iota [2]", document).citations == ()


def test_scripts_without_spaces_and_composed_letters() -> None:
    document = evidence(["合計金額 九千円", "Cafe\u0301 Mu\u0308ller", "ＴＯＴＡＬ： １２．５０"])
    assert one("合計 [1]", document).status == "verified"
    assert one("CAFÉ MÜLLER [2]", document).quote == "Cafe\u0301 Mu\u0308ller"
    assert one("12.50 [3]", document).quote == "１２．５０"


def test_a_huge_range_is_harmless() -> None:
    assert one("9.00 [1-999999]").status == "unverified"
    assert one("9.00 [11-1]").lines == (7,)


def test_passages_do_not_join_lines_that_are_apart() -> None:
    passage = Passage([(1, line("one two")), (3, line("three four")), (4, line("five"))])
    assert passage.find("two three") == []
    assert [passage.locate(span).lines for span in passage.find("four five")] == [(3, 4)]


@given(st.text(max_size=40))
def test_both_ways_of_folding_agree(text: str) -> None:
    """A letter beyond ASCII takes the slow way, which must do to the rest what the fast way does."""
    assert fold(f"{text} é") == f"{fold(text)} é".lstrip()
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("printed", ["12.03.2024", "12 March 2024", "12. März 2024", "Mar 12, 2024", "2024/03/12"])
def test_an_iso_date_is_found_as_it_is_printed(printed: str) -> None:
    document = evidence([f"Invoice  7 dated {printed} Berlin", "Delivered  13.03.2024"], ["Page two"])
    (citation,) = ground("2024-03-12", document).citations
    assert (citation.status, citation.lines, citation.quote) == ("verified", (1,), printed)


def test_a_date_that_may_be_another_confirms_nothing() -> None:
    assert ground("2018-03-05", RECEIPT).citations == ()
    twice = evidence(["Issued  12.03.2024", "Delivered  12 March 2024"])
    assert [c.status for c in ground("2024-03-12", twice).citations] == ["unverified"]


def test_a_long_document_is_searched_in_reasonable_time() -> None:
    document = evidence(
        *[[f"row {row} of page {number} has some more words" for row in range(60)] for number in range(30)]
    )
    started = time.process_time()
    assert one("row 17 of page 21 has some mare words", document).status == "repaired"
    assert time.process_time() - started < 5


answers = st.lists(
    st.sampled_from(
        ["[3]", "[1, 5-7]", "[99]", "Total", "9.00", "RM", "12", " ", "\n", ". ", "is ", "“well", "INV-2024-00123", "é"]
    ),
    max_size=12,
).map("".join)


@given(answers)
def test_any_answer(answer: str) -> None:
    grounded = ground(answer, RECEIPT)
    assert grounded == ground(answer, RECEIPT)
    if grounded.text != answer.strip():  # an answer of nothing but markers that lead nowhere is shown as it is
        assert "[3]" not in grounded.text and "[99]" not in grounded.text
    for citation in grounded.citations:
        source = fold(" ".join(RECEIPT.lines[number].line.text for number in citation.lines))
        assert {RECEIPT.lines[number].page for number in citation.lines} == {citation.page}
        if citation.status != "unverified":
            assert all(fold(part) in source for part in citation.quote.split(" … "))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_number_that_differs_is_never_confirmed(shown: int, claimed: int) -> None:
    document = evidence([f"Grand total of everything  {shown}"])
    citation = one(f"Grand total of everything {claimed} [1]", document)
    assert (citation.status != "unverified") == (shown == claimed)
