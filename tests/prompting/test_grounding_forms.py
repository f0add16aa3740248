"""Citations where an answer says the same otherwise, or only nearly says what the document says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preprocess.document import Box, Line, PageText, Word
from prompts.evidence import Evidence, build
from prompts.grounding import Citation, ground


def line(y: float, *cells: str) -> Line:
    """Cells 0.4 apart, words 0.1; columns are two spaces apart, as in a page's lines."""
    words = [
        Word(word, Box(0.4 * column + 0.1 * place, y, 0.4 * column + 0.1 * place + 0.09, y + 0.02))
        for column, cell in enumerate(cells)
        for place, word in enumerate(cell.split(" "))
    ]
    return Line("  ".join(cells), tuple(words))


def evidence(*pages: list[str | tuple[str, ...]]) -> Evidence:
    texts = []
    for number, rows in enumerate(pages, 1):
        cells = [(row,) if isinstance(row, str) else row for row in rows]
        lines = tuple(line(0.03 * place, *row) for place, row in enumerate(cells))
        texts.append((number, PageText(lines, "text")))
    return build(texts, len(pages))


BILL = evidence(
    [
        "Rechnung vom 10. Dez. 2020",  # 1
        ("A.S. Quigley L.P.", "Nicole C. Gruber"),  # 2
        ("15 Church Lane", "9 Mill Road"),  # 3
        ("Memphis, MD 13777", "Derby DE1 2AB"),  # 4
        "info@khan.de",  # 5
        "Summe  1.234,50 EUR",  # 6
        "Saldo  554,11-",  # 7
        "Einlage  11 466",  # 8
        "Rabatt  (12,75)",  # 9
        ("Grade 4", "12", "345"),  # 10
        ("Grade 5", "12", "678"),  # 11
        "Every bank was collected by mail before publication",  # 12
        "Some 76,646 patients were interviewed again",  # 13
        "Appendix C: Museum Visits",  # 14
    ]
)


def one(answer: str, document: Evidence = BILL, question: str = "") -> Citation:
    citations = ground(answer, document, question).citations
    assert len(citations) == 1, citations
    return citations[0]


@pytest.mark.parametrize(
    ("answer", "lines", "quote", "status"),
    [
        # the same number in another form
        ("1234.50", (6,), "1.234,50", "verified"),
        ("EUR 1,234.50", (6,), "1.234,50", "verified"),
        ("The sum is 1234.50.", (6,), "1.234,50", "verified"),
        ("1234.50 [6]", (6,), "1.234,50", "verified"),
        ("11466", (8,), "11 466", "verified"),
        ("-554.11", (7,), "554,11-", "verified"),
        ("-12.75 [9]", (9,), "(12,75)", "verified"),
        ("11,466", (8,), "11 466", "repaired"),  # which may be little more than eleven
        # another sign, another currency: there, but not that
        ("554,11", (7,), "554,11", "unverified"),
        ("12,75 [9]", (9,), "12,75", "unverified"),
        ("$1234.50", (6,), "1.234,50", "unverified"),
        ("1.234,50 GBP [6]", (6,), "1.234,50", "unverified"),
        ("1.234,50 GBP [8]", (6,), "1.234,50", "unverified"),
        ("1.234,50 EUR [8]", (6,), "1.234,50 EUR", "repaired"),
        # beside one another, read downwards
        ("15 Church Lane, Memphis, MD 13777", (3, 4), "15 Church Lane Memphis, MD 13777", "verified"),
        ("9 Mill Road, Derby DE1 2AB [3, 4]", (3, 4), "9 Mill Road Derby DE1 2AB", "verified"),
        ("15 Church Lane; Memphis MD 13777", (3, 4), "15 Church Lane Memphis, MD 13777", "repaired"),
        # the same words in another order, with other spaces
        ("Gruber, Nicole C.", (2,), "Nicole C. Gruber", "repaired"),
        ("A.S. L.P. Quigley", (2,), "A.S. Quigley L.P.", "repaired"),
        ("Gruber Nicole C [2]", (2,), "Nicole C. Gruber", "repaired"),
        ("4 Grade", (10,), "Grade 4", "repaired"),
        ("MuseumVisits", (14,), "Museum Visits", "repaired"),
        ("Appendix Museum C: Visits", (14,), "Appendix C: Museum Visits", "repaired"),
        # what only its end has
        ("The title is Museum Visits", (14,), "Museum Visits", "verified"),
        ("10. Dez. 2020", (1,), "10. Dez. 2020", "verified"),
        ("17. Dez. 2020 [1]", (1,), "17. Dez. 2020", "unverified"),
        ("Some 76,640 patients were interviewed again [13]", (13,), None, "unverified"),
        ("The whole of this town was collected by mail before publication [12]", (12,), None, "unverified"),
        ("9 Road Mill, Derby DE1 2AB 15 [3-4]", (3, 4), None, "unverified"),  # all its numbers are there
    ],
)
def test_cases(answer: str, lines: tuple[int, ...], quote: str | None, status: str) -> None:
    citation = one(answer)
    assert (citation.lines, citation.status) == (lines, status)
    assert quote is None or citation.quote == quote


NOTES = evidence(["Invoice RE-20240315-001", "Date 15.03.24", "Price 5¹ each", "Total CHF 120.–"])


def test_signs_that_are_no_part_of_a_number() -> None:
    """The 1 is a footnote's, the dash says that there are no cents, and the number of a bill is no date."""
    assert (one("5 each", NOTES).quote, one("CHF 120", NOTES).quote) == ("5¹ each", "CHF 120")
    assert one("5 each", NOTES).status == one("CHF 120", NOTES).status == "verified"
    stamp = one("2024-03-15", evidence(["Printed 2024-03-15T10:15:00"]))
    assert stamp.status == "verified" and stamp.quote == "2024-03-15"
    assert one("Revenue12", evidence(["Revenue¹² grew"])).status == "verified"
    for answer in ("51", "51 each", "-120", "2024-03-15"):
        assert not [found for found in ground(answer, NOTES, "").citations if found.status == "verified"], answer


@pytest.mark.parametrize(
    "answer",
    [
        "17. Dez. 2020",
        "khan",  # of an address of e-mail
        "1234.51",
        "1234",
        "12345",  # two columns
        "Some 76,640 patients were interviewed again",
        "The whole of this town was collected by mail before publication",
        "+44 7645 342969",
    ],
)
def test_no_citation_without_a_match(answer: str) -> None:
    assert ground(answer, BILL).citations == ()


def test_boxes_of_an_address_are_in_its_column() -> None:
    left, right = (one(answer).boxes for answer in ("15 Church Lane, Memphis, MD 13777", "9 Mill Road, Derby DE1 2AB"))
    assert [(box.x0, round(box.y0, 2)) for box in left] == [(0, 0.06), (0, 0.09)]
    assert all(box.x1 < 0.4 for box in left) and all(box.x0 == 0.4 for box in right)


TWICE = evidence(
    ["Wing mirrors  3.00  12", "Total  9.00", "Deposit  9.00"],
    ["Door handles  12", "Total  77.10", "Name  Smith"],
    ["Signed by Smith"],
)


@pytest.mark.parametrize(
    ("answer", "question", "page", "lines", "status"),
    [
        # a number that may stand there by chance is never sure, but the question says which one it may be
        ("12", "How many door handles were there?", 2, (4,), "unverified"),
        ("12", "How many wing mirrors were there?", 1, (1,), "unverified"),
        ("9.00", "What is the deposit?", 1, (3,), "unverified"),
        ("9.00", "", 1, (2, 3), "unverified"),  # an amount; all its places are on one page
        ("Smith", "", 2, (6,), "verified"),
        ("Smith", "Who signed?", 3, (7,), "verified"),
        ("Smith", "What is the name?", 2, (6,), "verified"),
        ("Total", "Which total is 77.10?", 2, (5,), "verified"),
    ],
)
def test_the_question_chooses_between_places(
    answer: str, question: str, page: int, lines: tuple[int, ...], status: str
) -> None:
    citation = one(answer, TWICE, question)
    assert (citation.page, citation.lines, citation.status) == (page, lines, status)


@pytest.mark.parametrize("question", ["", "How many seats were there?", "What does page 2 say?"])
def test_a_counting_number_in_several_places_needs_a_question_about_one(question: str) -> None:
    assert ground("12", TWICE, question).citations == ()


DIGITS = st.integers(10**4, 10**8).map(lambda cents: cents / 100)


@given(DIGITS, DIGITS, st.sampled_from(["{:,.2f}", "{:.2f}", "EUR {:,.2f}", "€{:.2f}"]))
def test_an_amount_is_verified_in_any_form_if_it_is_the_same(printed: float, said: float, form: str) -> None:
    german = f"{printed:,.2f}".translate(str.maketrans(",.", ".,"))
    document = evidence([("Gesamtbetrag", f"{german} EUR")])
    citations = ground(form.format(said), document).citations
    assert [citation.status for citation in citations] == (["verified"] if printed == said else [])


names = st.lists(st.sampled_from(["Ada", "Bea", "Cleo", "von", "Dr.", "12", "&"]), min_size=2, max_size=5)


@given(names, st.randoms())
def test_words_in_another_order_are_never_verified(words: list[str], random) -> None:
    document = evidence([" ".join(words), "Something else altogether"])
    other = random.sample(words, len(words))
    answer = " ".join(other)
    for citation in ground(f"{answer} [1]", document).citations:
        assert citation.status != "verified" or answer in " ".join(words)
