"""What an answer was worked out from, against sums done by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preprocess.document import Box, Line, PageText, Word
from prompts.calculation import Read, calculation, cited
from prompts.evidence import Evidence, build


def evidence_of(lines: list[str]) -> Evidence:
    """One page; columns of a line are two spaces apart."""

    def line(y: int, text: str) -> Line:
        boxes = (Box(x / 20, y / 50, (x + 1) / 20, (y + 1) / 50) for x in range(20))
        return Line(text, tuple(map(Word, text.split(), boxes)))

    return build([(1, PageText(tuple(map(line, range(len(lines)), lines)), "text"))], 1)


DIFFERENCE = "Books: 102.00\nPencils: 72.00\n10-0=9\n102.00 - 72.00 = 30.00\n30.00"
MEAN = "A: 10\nB: 20\nC: 33\n10 + 20 = 30\n30 + 33 = 63\n6/3=2, 3/3=1\n63 / 3 = 21\n21"


def test_a_difference():
    found = calculation(DIFFERENCE, "30.00")
    assert found is not None and found.text == "102.00 - 72.00 = 30.00"
    assert found.numbers == (Read("Books", "102.00"), Read("Pencils", "72.00"))


def test_steps_that_lead_to_one_another():
    found = calculation(MEAN, "21")
    assert found is not None and found.text == "10 + 20 = 30; 30 + 33 = 63; 63 / 3 = 21"
    assert found.numbers == (Read("A", "10"), Read("B", "20"), Read("C", "33"))


@pytest.mark.parametrize(
    ("reasoning", "answer"),
    [
        ("Books: 102.00\nBooks", "102.00"),  # nothing is worked out
        ("102.00 - 72.00 = 31.00", "31.00"),  # it comes to something else
        ("102.00 - 72.00 = 30.00", "72.00"),  # the answer is another
        ("2 + 3 * 4 = 20", "20"),  # what is meant nobody knows
        ("7 / 0 = 0", "0"),
        ("on 2024 - 05 - 06 = a day", "2024"),
        ("", ""),
    ],
)
def test_what_is_no_sum(reasoning: str, answer: str) -> None:
    assert calculation(reasoning, answer) is None


@pytest.mark.parametrize(
    ("reasoning", "answer", "numbers"),
    [
        ("That is £1,020.00 − £20.00 = £1,000.00.", "£1,000.00", ("£1,020.00", "£20.00")),
        ("10.5 ÷ 3 = 3.5", "3.50", ("10.5", "3")),
        ("1200.00 / 400 = 3", "3", ("1200.00", "400")),
        ("30 / 40 = 0.75; 0.75 * 100 = 75", "75", ("30", "40")),
        ("Apples: 5\nPears: 5\n5 + 5 = 10", "10", ("5", "5")),
        ("10 + 20 = 30\nTotal: 30\n30 / 2 = 15", "15", ("10", "20")),
        ("A: 40\nB: 30\n40 - 30 = 10\n10 / 40 = 0.25", "0.25", ("40", "30", "40")),
        ("0 + 0 = 0\n" * 40, "0", ("0", "0")),
        ("7.5 × 2 = 15", "15", ("7.5", "2")),
    ],
)
def test_as_others_write_them(reasoning: str, answer: str, numbers: tuple[str, ...]) -> None:
    found = calculation(reasoning, answer)
    assert found is not None and tuple(read.number for read in found.numbers) == numbers


@given(st.lists(st.decimals(-9999, 9999, places=2), min_size=2, max_size=6))
def test_running_sums_are_traced_to_all_they_began_with(values: list[Decimal]) -> None:
    total, lines = values[0], [f"v{number}: {value}" for number, value in enumerate(values)]
    for value in values[1:]:
        lines.append(f"{total} + {value} = {total + value}")
        total += value
    found = calculation("\n".join([*lines, str(total)]), str(total))
    assert found is not None
    assert sorted(Decimal(read.number) for read in found.numbers) == sorted(values)
    assert Decimal(found.text.rpartition(" = ")[2]) == total


def test_its_numbers_are_cited():
    evidence = evidence_of(["Books  120  102.00", "Pencils  30  72.00", "Total  326.00"])
    found = calculation(DIFFERENCE, "30.00")
    assert found is not None
    assert [(one.quote, one.status, one.lines) for one in cited(found, evidence)] == [
        ("102.00", "verified", (1,)),
        ("72.00", "verified", (2,)),
    ]


def test_a_number_that_the_document_does_not_have_is_said():
    found = calculation("102.00 - 71.00 = 31.00", "31.00")
    assert found is not None
    citations = cited(found, evidence_of(["Books  120  102.00", "Pencils  30  72.00"]))
    assert [(one.quote, one.status) for one in citations] == [("102.00", "verified"), ("71.00", "unverified")]
    assert cited(found, evidence_of(["Nothing of it"])) == ()
