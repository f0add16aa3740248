"""Numbers of an answer have the date, the sign, the scale and the currency of the place that is cited for them."""

from __future__ import annotations

import pytest

from preprocess.document import Line, PageText
from prompts.evidence import build
from prompts.grounding import ground


def statuses(answer: str, *lines: str) -> list[str]:
    evidence = build([(1, PageText(tuple(Line(text, ()) for text in lines), "text"))], 1)
    return [citation.status for citation in ground(answer, evidence).citations]


@pytest.mark.parametrize(
    ("answer", "is_verified"),
    [
        ("It was paid on March 5, 2024 [1]", True),
        ("It was paid on 2024-03-05 [1]", True),
        ("Payment of 1234.50 was on 5 March 2024 [1]", True),  # both as they are printed otherwise
        ("It was paid on May 5, 2024 [1]", False),
        ("It was paid on March 24, 2005 [1]", False),
        ("Payment of 1234.50 was on 5 May 2024 [1]", False),
    ],
)
def test_a_date_of_a_sentence_is_held_to_its_month(answer: str, is_verified: bool) -> None:
    assert statuses(answer, "Paid 05.03.2024  1.234,50") == ["verified" if is_verified else "unverified"]


def test_another_date_is_not_nearly_the_same() -> None:
    assert statuses("Invoice was issued 05 May 2024 in Bern", "Invoice was issued 05 Mar 2024 in Bern") == []
    assert statuses("Invoice was isued 05 Mar 2024 in Bern", "Invoice was issued 05 Mar 2024 in Bern") == ["repaired"]


@pytest.mark.parametrize("printed", ["8.79-", "(8.79)", "▲8.79", "$8.79-"])
@pytest.mark.parametrize("answer", ["Total 8.79", "Total: 8.79 [1]", "It came to 8.79, which was what is owed [1]"])
def test_a_label_in_the_quote_does_not_make_its_number_positive(printed: str, answer: str) -> None:
    assert "verified" not in statuses(answer, f"Total  {printed}")


def test_a_minus_in_words_is_one() -> None:
    assert statuses("The change is minus 8.79 [1]", "Change  8.79-") == ["verified"]
    assert statuses("The change is minus 8.79 [1]", "Change  8.79") == ["verified"], "as words say it, too"
    assert statuses("030 555 1234", "Tel (030) 555 1234") == ["repaired"], "a prefix is no negative number"


@pytest.mark.parametrize(
    ("answer", "lines", "status"),
    [
        ("5.2 [1]", "Revenue 5.2 million", "repaired"),
        ("Revenue 5.2 [1]", "Revenue 5.2 million", "repaired"),
        ("5.2 million [1]", "Revenue 5.2 million", "verified"),
        ("25 [1]", "Length 25 m", "verified"),  # or millions
        ("500.00 [1]", "Balance 500.00 DR", "repaired"),
        ("500.00 [1]", "Balance 500.00 CR", "verified"),
        ("$100.00 [2]", "Amount (EUR)\nTotal  100.00", "repaired"),
        ("€100.00 [2]", "Amount (EUR)\nTotal  100.00", "verified"),
        ("€100.00 [2]", "Amount\nTotal  100.00", "verified"),
    ],
)
def test_what_only_the_document_says_of_a_number_leaves_it_repaired(answer: str, lines: str, status: str) -> None:
    assert statuses(answer, *lines.split("\n")) == [status]


@pytest.mark.parametrize(
    ("answer", "line", "is_verified"),
    [
        ("The CAD licence is 500.00 [1]", "CAD licence  €500.00", True),
        ("AMD's revenue was 5.20 [1]", "AMD revenue  $5.20", True),
        ("The price of Franken Riesling is 5.00 [1]", "Franken Riesling  €5.00", True),
        ("In Swiss francs the price is 5.00 [1]", "Price  €5.00", False),
        ("The CAD licence is CAD 500.00 [1]", "CAD licence  €500.00", False),
    ],
)
def test_a_word_elsewhere_is_not_a_numbers_currency(answer: str, line: str, is_verified: bool) -> None:
    assert statuses(answer, line) == ["verified" if is_verified else "unverified"]
