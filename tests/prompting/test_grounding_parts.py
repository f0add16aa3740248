"""Answers of several parts: a false one is not carried by those that the document has."""

from __future__ import annotations

import pytest

from preprocess.document import Box, Line, PageText, Word
from prompts.evidence import Evidence, build
from prompts.extracted import graded
from prompts.grounding import Citation, Source, Status, ground


def line(text: str, row: int) -> Line:
    """Words one twentieth wide, one after the other, on row `row`."""
    words = enumerate(text.split())
    return Line(text, tuple(Word(w, Box(i / 20, row / 50, (i + 1) / 20, (row + 1) / 50)) for i, w in words))


def evidence(*lines: str) -> Evidence:
    return build([(1, PageText(tuple(line(text, row) for row, text in enumerate(lines)), "text"))], 1)


LETTER = evidence(
    "ACME GmbH",  # 1
    "Hauptstraße 5",  # 2
    "80331 München",  # 3
    "Buyer  Max Mustermann",  # 4
    "Paid on 05.03.2018 in all 285.60",  # 5
    "He said “well done”",  # 6
    "Visit ACME GmbH in München",  # 7
)
ONCE = evidence("ACME GmbH", "Hauptstraße 5", "80331 München", "Max Mustermann", "285.60")


def grade(answer: str, document: Evidence) -> str:
    grounded = ground(answer, document)
    return graded(grounded.text, grounded.citations, False)[0]


@pytest.mark.parametrize(
    ("answer", "document", "expected"),
    [
        ("ACME GmbH\nInvented Road 99, 80331 Munich", ONCE, "low"),
        ("Invented Road 99\nACME GmbH", ONCE, "low"),
        ("Max Mustermann\nErika Musterfrau", ONCE, "low"),
        ("ACME GmbH [1] Invented Road 99 [2]", ONCE, "low"),
        ("ACME GmbH [1] Invented Road 99", ONCE, "low"),
        ("- Max Mustermann\n- unknown", ONCE, "low"),
        ("The sum was 999.99 last year. ACME GmbH", ONCE, "low"),
        ("The 999.99 went to:\nACME GmbH", ONCE, "low"),
        ("ACME GmbH\nHauptstraße 5\n80331 München", ONCE, "high"),
        ("ACME GmbH [1]\nHauptstraße 5 [2]\n80331 München [3]", ONCE, "high"),
        ("ACME GmbH\nHauptstraße 5\n80331 München [1-3]", ONCE, "high"),
        ("ACME GmbH\nHauptstraße 5, 80331 München", ONCE, "high"),
        ("The address is:\nACME GmbH\nHauptstraße 5", ONCE, "high"),
        ("Yes.\nMax Mustermann", ONCE, "high"),
        ("Hauptstraße 5\nACNE GmbH in Munich", ONCE, "low"),
        # the name stands twice, but with its street only once
        ("ACME GmbH", LETTER, "low"),
        ("ACME GmbH\nHauptstraße 5\n80331 München", LETTER, "high"),
        ("ACME GmbH\nHauptstraße 5\n80331 München [1-3]", LETTER, "high"),
        ("ACME GmbH\nHauptstraße 5\n80331 Hamburg", LETTER, "low"),
        ("ACME GmbH\n80331 München", LETTER, "low"),
    ],
)
def test_an_answer_is_worth_what_its_worst_part_is(answer: str, document: Evidence, expected: str) -> None:
    assert grade(answer, document) == expected


def test_what_is_missing_is_said_at_the_place_of_the_rest() -> None:
    found, missing = ground("Max Mustermann\nErika Musterfrau\nKarl Mustermann jun.", ONCE).citations
    assert (found.quote, found.status) == ("Max Mustermann", "verified")
    assert missing == Citation(
        1, found.lines, found.boxes, "Erika Musterfrau … Karl Mustermann jun", "unverified", "text"
    )
    assert ground("Erika Musterfrau\nKarl Meier", ONCE).citations == (), "nothing of it has a place"


def test_lines_that_follow_one_another_are_one_citation_where_one_alone_is_in_doubt() -> None:
    (citation,) = ground("ACME GmbH\nHauptstraße 5\n80331 München", LETTER).citations
    assert (citation.lines, citation.status) == ((1, 2, 3), "verified")


@pytest.mark.parametrize(
    ("statuses", "sources", "expected"),
    [
        (("verified", "verified"), ("text", "text"), "high"),
        (("verified", "repaired"), ("text", "text"), "medium"),
        (("verified", "verified"), ("text", "ocr"), "medium"),
        (("verified", "unverified"), ("text", "text"), "low"),
    ],
)
def test_grades_are_of_the_worst_citation(
    statuses: tuple[Status, Status], sources: tuple[Source, Source], expected: str
) -> None:
    citations = [Citation(1, (1,), (), "x", *each) for each in zip(statuses, sources, strict=True)]
    assert graded("x", citations, False)[0] == graded("x", citations[::-1], False)[0] == expected


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ('The total of 999.99 was paid by "Max Mustermann"', None),
        ('The total of 999.99 was paid by "Max Mustermann" [4]', "unverified"),
        ('"Max Mustermann" paid 999.99 [4]', "unverified"),
        ("The sum was 999.99 last year. Max Mustermann [4]", "unverified"),
        ("The sum was 999.99 last year. Max Mustermann", "unverified"),
        ('On 6 March 2018 he said "well done" [6]', "unverified"),
        ('The total of 285.60 was paid by "Max Mustermann"', "verified"),
        ('"Max Mustermann" paid 285.60 [4]', "verified"),
        ("The sum was 285.60 in all. Max Mustermann [4]", "verified"),
        ('On 5 March 2018 he said "well done" [6]', "verified"),  # the same day, printed otherwise
        ('The note on page 1, line 6, reads "well done" [6]', "verified"),
    ],
)
def test_what_is_said_around_a_quote_has_no_false_number(answer: str, status: str | None) -> None:
    citations = ground(answer, LETTER).citations
    assert [citation.status for citation in citations[:1]] == ([status] if status else [])
    assert status == "verified" or grade(answer, LETTER) == "low"


REPORT = evidence(
    "Total  285.60 EUR",  # 1
    "Sum  99.10 CHF",  # 2
    "A profit of $3.2 billion in 2020",  # 3
    "A gain of €4.5 Mio. in 2021",  # 4
    "Visitors  17,300",  # 5
    "Length  25 m",  # 6
    "Loss  8.25",  # 7
    "Fee  61.00 Swiss francs",  # 8
    "营业收入 45.6 亿元",  # 9
    "Spent  T€ 740 and TEUR 912",  # 10
)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        # another scale or currency
        ("The total is 99.10 US dollars [2]", "unverified"),
        ("In US dollars the sum is 99.10 [2]", "unverified"),
        ("The profit was $3.2 million [3]", "unverified"),
        ("In 2020, $3.2 million was what they earned [3]", "unverified"),
        ("A profit of $3.2 million in 2020 [3]", "unverified"),
        ("The profit was €3.2 billion [3]", "unverified"),
        ("There was a profit of 3.2 billion euros [3]", "unverified"),
        ("Es waren 3,2 Mio. [3]", "unverified"),
        ("It is 45.6 万 in all [9]", "unverified"),
        ("The fee is $61.00 [8]", "unverified"),
        ("There was 740 million spent [10]", "unverified"),
        ("There were 17,300 billion visitors [5]", "repaired"),  # a scale that the page has, as in heads of tables
        ("There were 17,300 trillion visitors [5]", "unverified"),  # one that it has not
        # only one side says it
        ("The total is 285.60 million euros [1]", "repaired"),
        ("There was 8.25 EUR lost [7]", "repaired"),
        ("There was 740 spent [10]", "repaired"),
        # the same
        ("In 2021 they were up by €4.5 million, which is a gain [4]", "verified"),
        ("There was a profit of 3.2bn dollars [3]", "verified"),
        ("There was 99.10 CHF to pay [2]", "verified"),
        ("There was 740 thousand euros spent [10]", "verified"),
        ("There was 912 k€ spent [10]", "verified"),
        ("There were 17,300 visitors [5]", "verified"),
        ("The sum is 99.10 [2]", "verified"),
        ("The profit was $3.2 billion [3]", "verified"),
        ("The total is 285.60 EUR [1]", "verified"),
        ("The fee is 61.00 Swiss francs [8]", "verified"),
        ("It is 25 m long [6]", "verified"),
        ("99.10", "verified"),
        ("3.2 billion", "verified"),
    ],
)
def test_a_statement_has_the_scale_and_the_currency_of_its_numbers(answer: str, status: str) -> None:
    citations = ground(answer, REPORT).citations
    assert [citation.status for citation in citations] == [status]


@pytest.mark.parametrize("answer", ["3.2 million", "profit of $3.2 million in 2020", "The profit was 3.2 million"])
def test_another_scale_is_not_nearly_the_same(answer: str) -> None:
    assert ground(answer, REPORT).citations == ()


def test_one_number_in_two_scales() -> None:
    document = evidence("Paid 3.2 million, owed 3.2 billion")
    (both,) = ground("It was 3.2 billion owed and 3.2 million paid [1]", document).citations
    (other,) = ground("It was 3.2 billion owed and 3.2 thousand paid [1]", document).citations
    assert (both.status, other.status) == ("verified", "unverified")


CARD = evidence(
    "IBAN DE89 3704 0044 0532 0130 00",  # 1
    "Tel 030 555 1234",  # 2
    "Mobile +49 170/555-6677",  # 3
    "Menge 1 234 567",  # 4
    "Fläche  1234  5678",  # 5
    "Years 2019 2020",  # 6
    "Net 12345 678,90 EUR",  # 7
    "Card 4111 1111 1111 1111",  # 8
)


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        ("DE89370400440532013000", (1,)),
        ("DE89370400440532013000 [1]", (1,)),
        ("The IBAN is DE89370400440532013000.", (1,)),
        ("0305551234", (2,)),
        ("+491705556677", (3,)),
        ("4111111111111111", (8,)),
    ],
)
def test_long_codes_stand_where_they_are_printed_in_groups(answer: str, lines: tuple[int, ...]) -> None:
    (citation,) = ground(answer, CARD).citations
    assert (citation.lines, citation.status) == (lines, "repaired")


@pytest.mark.parametrize(
    "answer",
    [
        "DE89370400440532013001",
        "DE893704004405320130",  # without its end
        "370400440532013000",  # without its head
        "DE8937040044053201300",
        "05551234",
        "12345678",  # two cells
        "20192020",  # two years
        "12345678,90",
        "1234567890",
        "EUR1234567890",
        "234567",
    ],
)
def test_neither_parts_of_codes_nor_amounts_are_put_together(answer: str) -> None:
    assert not [found for found in ground(answer, CARD).citations if found.status != "unverified"]


@pytest.mark.parametrize(
    ("printed", "answer"),
    [
        ("Total 100.00 EUR  112.50 USD", "112.50 USD"),
        ("EUR 300.00 USD 337.50", "EUR 300.00"),
        ("EUR 300.00 USD 337.50", "USD 337.50"),
        ("Pay $300.00", "MXN 300.00"),
        ("fee 99.10", "99.10 CHF"),
    ],
)
def test_a_currency_of_another_number_refutes_nothing(printed: str, answer: str) -> None:
    assert [cited.status for cited in ground(answer, evidence(printed), "What?").citations] == ["verified"]


@pytest.mark.parametrize("answer", ["112.50 EUR", "100.00 USD"])
def test_a_currency_of_another_number_is_not_this_ones(answer: str) -> None:
    (cited,) = ground(answer, evidence("Total 100.00 EUR  112.50 USD"), "What?").citations
    assert cited.status == "unverified"
