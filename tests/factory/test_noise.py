"""The errors of OCR: letters for letters, and none in what is asked for or reckoned with."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from train.citations import trials
from train.factory import noise, traces
from train.factory.evidence import evidence_of
from train.factory.sample import Question, Sample, reading
from train.factory.scene import Scene, Text


def test_a_letter_may_be_taken_for_two() -> None:
    assert noise._misread("m", 1.0, Random(0)) == "rn" and noise._misread("w", 1.0, Random(0)) == "vv"
    assert {trials._right("mw", Random(seed))[trials.OCR_ERROR] for seed in range(9)} == {"rnw", "mvv"}


@pytest.mark.parametrize(
    ("printed", "bare"), [("(12.5%),", "12.5"), ("“Total”", "Total"), ("¥9.00", "9.00"), ("--", "--"), ("a-b.", "a-b")]
)
def test_marks_around_a_word_do_not_count(printed: str, bare: str) -> None:
    assert noise.bare(printed) == bare


def test_what_is_asked_for_and_what_it_is_worked_out_of_is_read_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise.Ocr, "of", lambda rng: noise.Ocr(letters=9.0, joins=0.0, losses=0.5, junk=0.0))
    rows = ("Rate 51.2%", "Rent 1,240.58", "Hire 2 058,10", "Paid 1.5.2018", "Note 5081.20")
    texts = tuple(Text(20, 20 + 20 * place, row) for place, row in enumerate(rows))
    reads = [traces.Read("Rent", Decimal("1240.58")), traces.Read("Hire", Decimal("2058.10"))]
    asked = (
        reading("Rate?", "Rate", "51.2", "field/rate"),
        traces.worked("Rent and hire?", traces.total(reads), "sum"),
        Question("Paid when?", "2018-05-01", "Paid: 1.5.2018\n2018-05-01", "field/paid", "date"),
    )
    read = [
        evidence_of(Sample("bill", (Scene(300, 200, texts),), asked, medium="scan"), Random(seed)).text
        for seed in range(20)
    ]
    for text in read:
        assert all(value in text for value in ("51.2%", "1,240.58", "2 058,10", "1.5.2018")), text
    assert not any("Note 5081.20" in text for text in read), "the rest is read badly"
