"""Invoices, forms, letters and statements of the factory: what is asked is on the page, and sums add up."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from types import ModuleType

import pytest

from preprocess.document import PageText
from preprocess.lines import to_lines
from prompts.evidence import build
from prompts.scoring import METRICS, score
from train.factory.documents import form, invoice, letter, statement, utility
from train.factory.documents.bill import any_bill
from train.factory.documents.paper import one_of, variants
from train.factory.sample import Sample, Split
from train.factory.scene import words

MAKERS = (invoice, form, letter, statement, utility)
SEEDS = range(40)


def evidence(sample: Sample) -> str:
    pages = [PageText(to_lines(words(scene), scene.width / scene.height), "text") for scene in sample.scenes]
    return build(list(enumerate(pages, start=1)), len(pages)).text


def samples(module: ModuleType, split: Split = "train") -> Iterator[Sample]:
    for seed in SEEDS:
        yield module.make(random.Random(seed), split)


def flat(text: str) -> str:
    """Without the numbers of lines, for prose breaks where it likes."""
    return " ".join(re.sub(r"\n\[\d+\]", " ", text).split())


@pytest.fixture(params=MAKERS, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def module(request: pytest.FixtureRequest) -> ModuleType:
    return request.param


def test_same_chance_gives_the_same_sample(module: ModuleType) -> None:
    assert module.make(random.Random(3), "train") == module.make(random.Random(3), "train")


@pytest.mark.parametrize("split", ["train", "test"])
def test_values_that_are_read_stand_on_the_page(module: ModuleType, split: Split) -> None:
    for seed, sample in enumerate(samples(module, split)):
        page = flat(evidence(sample))
        for question in sample.questions:
            if not question.is_answerable or question.steps:
                continue
            value = question.thinking.splitlines()[0].partition(": ")[2]
            parts = value.split(", ") if "address" in question.task else [question.answer]
            if question.metric == "date" and question.answer not in value:
                parts = [value]
            for part in parts:
                assert flat(part) in page, (seed, question)


def test_nothing_is_printed_outside_the_page(module: ModuleType) -> None:
    for seed, sample in enumerate(samples(module)):
        for scene in sample.scenes:
            for word in words(scene):
                assert word.box.x0 < word.box.x1 <= 1 and word.box.y0 < word.box.y1 <= 1, (seed, word)
                assert word.box.x1 < 1 and word.box.y1 < 1, (seed, word)


def test_questions_are_sound(module: ModuleType) -> None:
    missing = asked = 0
    for sample in samples(module):
        texts = [question.text for question in sample.questions]
        assert len(texts) >= 5
        for question in sample.questions:
            asked += 1
            missing += not question.is_answerable
            assert question.metric in METRICS
            assert question.thinking.splitlines()[-1] == question.answer
            assert question.text and "{" not in question.text
            if question.is_answerable:
                assert score(question.metric, question.answer, [question.answer]) == 1.0, question
        assert not set(sample.absent) & set(sample.fields)
    assert 0.04 < missing / asked < 0.3


def test_invoices_add_up() -> None:
    for seed in SEEDS:
        bill = any_bill(random.Random(seed), "train")
        sums = bill.sums
        assert sums["goods"] + sums.get("discount", 0) + sums.get("shipping", 0) == sums["net"]
        assert sums["net"] + sum(tax for _, _, tax in bill.taxes()) == sums["total"]
        assert sum(base for _, base, _ in bill.taxes()) == sums["net"]
        if "payable" in sums:
            assert sums["payable"] == sums["total"] - sums.get("prepaid", 0)


def test_test_split_has_wordings_of_its_own() -> None:
    text = "a|b|c|d|e|f|g|h"
    assert not set(variants(text, "train")) & set(variants(text, "test"))
    assert one_of(random.Random(0), "a|b", "test") in "ab"
