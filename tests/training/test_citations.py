"""What the citations of generated pages are measured by: where values were drawn, and which answers are false."""

from __future__ import annotations

import json
from itertools import islice
from random import Random

import pytest

from prompts.grounding import ground
from train.citations import __main__ as program
from train.citations.trials import STRANGER, sort_of, trials
from train.citations.truth import Fact, Truth, facts
from train.factory.sample import Question, Sample, missing, reading
from train.factory.scene import Scene, Text
from train.factory.stream import MAKERS, samples


def sample(*pages: tuple[Text, ...], medium: str = "digital", **more) -> Sample:
    return Sample("bill", tuple(Scene(600, 800, texts) for texts in pages), (), medium=medium, **more)  # type: ignore[arg-type]


def middles(truth: Truth, value: str) -> list[tuple[int, list[tuple[float, float]]]]:
    """Page, and the middle of each box in points, of every place."""
    return [
        (page, [(round((b.x0 + b.x1) * 300), round((b.y0 + b.y1) * 400)) for b in boxes])
        for page, boxes in truth.places(value)
    ]


# 10 points high and mono: a letter is 6 points wide, a box from 7.6 above the baseline to 2.4 below it.
MONO = {"font": "mono"}


def test_a_page_with_two_totals() -> None:
    page = (Text(100, 107.6, "Total 9.00", **MONO), Text(100, 207.6, "Paid 9.00", **MONO))
    truth = Truth.of(sample(page), Random(0))
    space = 100 + 5 * 6 + 6
    assert middles(truth, "9.00") == [(1, [(space + 12, 105)]), (1, [(space - 6 + 12, 205)])]
    assert middles(truth, "Total 9.00") == [(1, [(130, 105)])]
    assert middles(truth, "9.01") == []


def test_a_value_over_two_lines_beside_another_one() -> None:
    """They were drawn one after the other, whatever the order in which the page is read."""
    page = (
        Text(100, 107.6, "15 Church Lane", **MONO),
        Text(100, 127.6, "Memphis", **MONO),
        Text(400, 107.6, "9 Mill Road", **MONO),
        Text(400, 127.6, "Derby", **MONO),
    )
    truth = Truth.of(sample(page), Random(0))
    assert middles(truth, "15 Church Lane, Memphis") == [(1, [(142, 105), (121, 125)])]
    assert sort_of("15 Church Lane, Memphis", truth.places("15 Church Lane, Memphis")) == "over several lines"
    assert truth.says("Lane 9 Mill"), "so it may be read over the rows"
    assert not truth.says("Derby Memphis")


def test_a_value_on_two_pages() -> None:
    page = (Text(100, 107.6, "Total 9.00", **MONO),)
    truth = Truth.of(sample(page, (Text(100, 107.6, "nothing", **MONO),), page), Random(0))
    assert [place.page for place in truth.places("9.00")] == [1, 3]
    assert [citation.page for citation in ground("9.00 [3]", truth.evidence).citations] == [3]


def test_places_tilt_with_a_scan() -> None:
    """Tilted by a, what stands x from the left moves down by x times a, in the page's own measure."""
    page = (Text(300, 400, "word", **MONO),)
    level = Truth.of(sample(page), Random(4)).places("word")[0].boxes[0]
    scan = Truth.of(sample(page, medium="scan"), Random(4))
    tilt = scan.pages[0].tilt
    moved = scan.places("word")[0].boxes[0]
    assert tilt != 0
    assert moved.y0 - level.y0 == pytest.approx(tilt * (300 + 12) / 800)
    assert (moved.x0, moved.x1) == (level.x0, level.x1)


def test_facts_are_fields_and_what_can_be_read_off() -> None:
    questions = (
        reading("What is the total?", "total", "9.00", "field/total"),
        reading("How much is tea?", "tea", "3.00", "item/amount"),
        Question("How much more?", "6.00", "6.00", "difference", steps=1),
        Question("On which page?", "1", "1", "page/heading"),
        missing("What is the IBAN?", "iban", "field/iban"),
    )
    made = Sample("bill", (), questions, fields={"total": "RM 9.00", "shop": "ACME"})
    assert facts(made) == [
        Fact("total", "RM 9.00", "What is the total?"),
        Fact("shop", "ACME", ""),
        Fact("item/amount", "3.00", "How much is tea?"),
    ]


def test_trials_of_two_bills() -> None:
    first = sample((Text(100, 100, "Total 912.00"), Text(100, 150, "Tax 77.10")), fields={"total": "912.00"})
    second = sample((Text(100, 100, "Total 35.00"), Text(100, 150, "Paid 35.00")), fields={"total": "35.00"})
    found = list(trials([(first, Random(1)), (second, Random(1))]))
    printed = {t.way: t.verdict for t in found if t.form == "as printed" and t.value == "912.00"}
    assert {way: (verdict.status, verdict.box) for way, verdict in printed.items()} == {
        "alone": ("verified", True),
        "right line": ("verified", True),
        "wrong line": ("repaired", True),
    }
    twice = next(t.verdict for t in found if t.form == "as printed" and t.way == "alone" and t.value == "35.00")
    assert (twice.status, twice.page, twice.box) == ("unverified", True, True)
    strangers = [t for t in found if t.form == STRANGER]
    assert [(t.answer, t.way) for t in strangers] == [("912.00", "alone"), ("912.00", "right line")]
    assert all(t.verdict.status in ("none", "unverified") for t in found if not t.is_right)


@pytest.mark.parametrize("kind", MAKERS)
def test_most_facts_of_every_maker_have_a_place(kind: str) -> None:
    """Otherwise what is measured would be a choice of the easy ones."""
    placed = total = 0
    for made, rng in islice(samples("places", "test", {kind: 1.0}), 15):
        truth = Truth.of(made, rng)
        known = facts(made)
        total += len(known)
        placed += sum(bool(truth.places(fact.value)) for fact in known)
    assert placed >= 0.8 * total > 0


def test_the_program(tmp_path, capsys) -> None:
    records = tmp_path / "records.jsonl"
    assert program.main(["--samples", "6", "--kinds", "receipt,form", "--records", str(records)]) == 0
    out = capsys.readouterr().out.splitlines()
    trials_made = [json.loads(line) for line in records.read_text(encoding="utf-8").splitlines()]
    counted = json.loads(out[-1])
    assert sum(row["n"] for row in counted["right answers by kind"]) == sum(
        trial["is_right"] and trial["way"] == "alone" and "misread" not in trial["form"] for trial in trials_made
    )
    assert {row["name"] for row in counted["right answers by kind"]} == {"form", "receipt"}
    assert sum(row["n"] for row in counted["false answers"]) == sum(not trial["is_right"] for trial in trials_made)
    assert out[0].startswith("| right answers | n | page right | box right |")
    with pytest.raises(SystemExit):
        program.main(["--kinds", "novel"])
