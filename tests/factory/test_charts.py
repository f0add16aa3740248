"""Charts of the factory: deterministic, inside the page, and true: answers are what the page prints."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from prompts.scoring import METRICS
from prompts.tasks import NOT_FOUND
from train.factory.charts.chart import KINDS, make
from train.factory.charts.style import LOOKS
from train.factory.charts.tongues import TONGUES
from train.factory.charts.values import shares
from train.factory.sample import Sample, share
from train.factory.scene import words

COUNT = 400
READ = ("value", "series_value", "find", "max_label", "min_label", "second", "max_value", "min_value")


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return [make(Random(seed), "train") for seed in range(COUNT)]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_chart_depends_on_its_seed_alone():
    assert make(Random(7), "train") == make(Random(7), "train")
    assert make(Random(7), "train") != make(Random(8), "train")


def test_all_kinds_and_languages_are_made(samples):
    assert {sample.kind for sample in samples} == {f"chart/{kind}" for kind in KINDS}
    assert {sample.language for sample in samples} == set(TONGUES)
    scanned = sum(sample.medium != "digital" for sample in samples)
    assert 0.75 < scanned / COUNT < 0.95


def test_most_words_lie_on_the_page(samples):
    for sample in samples:
        boxes = [word.box for word in words(sample.scenes[0])]
        out = [box for box in boxes if box.x1 - box.x0 < 1e-3 or box.y1 - box.y0 < 1e-3]
        assert len(out) <= 0.05 * len(boxes), sample.kind


def test_questions_have_a_trace_that_ends_in_the_answer(samples):
    for sample in samples:
        assert 5 <= len(sample.questions) <= 12
        assert len({question.text for question in sample.questions}) == len(sample.questions)
        for question in sample.questions:
            assert question.thinking.splitlines()[-1] == question.answer
            assert question.metric in METRICS
            assert "{" not in question.text and "  " not in question.text


def test_what_is_read_is_printed(samples):
    for sample in samples:
        page = squeezed("".join(text.text for text in sample.scenes[0].texts))
        for question in sample.questions:
            if question.task in READ and question.is_answerable:
                parts = _unsigned(question.answer).split()  # -$3.4 is -3.4
                assert all(squeezed(part) in page for part in parts), (sample.kind, question)


def test_values_are_those_of_the_table(samples):
    for sample in samples:
        cells = {squeezed(cell) for row in sample.table.cells for cell in row}
        for question in sample.questions:
            if question.task.removeprefix("sight/") in ("value", "series_value", "max_value", "min_value"):
                assert any(question.answer in cell or _unsigned(question.answer) in cell for cell in cells), question


def _unsigned(answer: str) -> str:
    return answer.lstrip("-")


def test_a_found_label_has_its_value_once(samples):
    for sample in samples:
        for question in sample.questions:
            if question.task == "find":
                value = question.thinking.splitlines()[0].rpartition(": ")[2]
                bare = [squeezed(cell).strip("$€%bnmKM") for row in sample.table.cells for cell in row]
                assert bare.count(value.strip("KM")) == 1, question


def test_missing_ones_are_not_on_the_chart(samples):
    absent = [(sample, question) for sample in samples for question in sample.questions if question.answer == NOT_FOUND]
    assert 0.06 < len(absent) / sum(len(sample.questions) for sample in samples) < 0.14
    for sample, question in absent:
        assert question.thinking.split(":")[0] not in (*sample.table.rows, *sample.table.columns)


def test_shares_sum_to_one_hundred():
    for seed in range(50):
        found = shares(Random(seed), 6, 1, has_rest=seed % 2 == 0)
        assert round(sum(found), 6) == 100 and min(found) > 0


def test_the_splits_share_no_look_and_no_topic():
    assert not set(share(LOOKS, "train")) & set(share(LOOKS, "test"))
    kinds = Counter(make(Random(seed), "test").kind for seed in range(60))
    assert len(kinds) >= 5


def test_every_task_has_ten_wordings_in_english():
    assert min(map(len, TONGUES["en"].wordings.values())) >= 10
