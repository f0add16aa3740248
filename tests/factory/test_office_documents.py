"""Invoices, forms, letters and statements of the factory: what is asked is on the page, and sums add up."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

import pytest

from preprocess.document import PageText
from preprocess.lines import to_lines
from prompts.evidence import build
from prompts.scoring import METRICS, score
from tests.factory.pages import colliding, outside
from train.factory.documents import (
    e_invoice,
    form,
    invoice,
    invoice_body,
    letter,
    prose_invoice,
    statement,
    utility,
    wordings,
)
from train.factory.documents.bill import OPTIONAL, any_bill
from train.factory.documents.looks import any_look
from train.factory.documents.paper import Column, Paper, one_of, variants
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


@pytest.mark.parametrize("split", ["train", "test"])
def test_nothing_is_printed_outside_the_page(module: ModuleType, split: Split) -> None:
    for seed, sample in enumerate(samples(module, split)):
        for scene in sample.scenes:
            assert not outside(scene) and not colliding(scene), seed
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
    assert 0.04 < missing / asked < 0.3


@pytest.mark.parametrize("split", ["train", "test"])
def test_texts_of_an_invoice_stay_apart(split: Split) -> None:
    """Long heads, long addresses, long mail addresses at the foot: they meet once in fifty."""
    for seed in range(150):
        for scene in invoice.make(random.Random(f"apart {seed}"), split).scenes:
            assert not outside(scene) and not colliding(scene), seed


def test_columns_that_are_too_wide_wrap_words_keep_numbers_and_shrink_at_last() -> None:
    paper = Paper(any_look(random.Random(0)))
    heads = ("Geschäftsvorfall", "Verkaufspreis", "Mengenangabe", "MWST-Prozent", "Nettosumme", "Zwischensumme", "Rate")
    columns = [Column(head, 1.0, "right" if place else "left") for place, head in enumerate(heads)]
    paper.table(columns, [["Möbel und Transport, laut Angebot vom 12. Mai"] + ["3 125 802,03"] * 6])
    paper.table(columns[:2], [["one", "two"]])
    (scene,) = paper.scenes()
    assert not outside(scene) and not colliding(scene)
    assert [text.text for text in scene.texts].count("3 125 802,03") == 6
    assert scene.texts[0].size < paper.look.size == scene.texts[-1].size


def test_long_words_of_an_invoice_find_room() -> None:
    """A mail address at the right of a letter's head, a name beside its price, a label beside its sum."""
    for seed in range(60):
        rng = random.Random(seed)
        bill = any_bill(rng, "test")
        bill = replace(bill, items=(bill.items[0]._replace(name="STAINLESS WIRELESS SAUSAGE"), *bill.items[1:]))
        bill.facts["email"] = "customer.service@fliesenleger-aflimskiax.shop"
        bill.labels["net"] = "Zwischensumme aller Positionen ohne MwSt."
        if bill.language in prose_invoice.LANGUAGES:
            assert not any(map(outside, prose_invoice.draw(rng, "test", bill))), seed
        body = invoice_body.Body(rng, "test", bill, Paper(any_look(rng)), "right", ":")
        body.spread_items()
        body.sums()
        assert not any(map(colliding, body.paper.scenes())), seed


@pytest.mark.parametrize("gutter", [None, 10.0, 90.0])
def test_pairs_are_as_wide_as_they_say(gutter: float | None) -> None:
    paper = Paper(any_look(random.Random(0)))
    pairs = [("Number of the customer", "7"), ("IBAN", "GB51NFLL62308097081305")]
    paper.pairs(0.0, pairs, gutter)
    ends = [text.x + paper.width(text.text) for scene in paper.scenes() for text in scene.texts]
    assert max(ends) < paper.pairs_width(pairs, gutter) < max(ends) + 2 * paper.look.size


def test_the_account_is_not_printed_over_the_foot() -> None:
    for seed in range(60):
        bill = any_bill(random.Random(seed), "test")
        view = e_invoice._View(random.Random(seed), "test", bill)
        view.paper.y = view.paper.bottom - 7.1 * view.paper.step
        view.payment()
        lowest = max((text.y for scene in view.paper.scenes() for text in scene.texts), default=0.0)
        assert lowest <= view.paper.bottom + 0.5 * view.paper.step, seed


def test_nobody_asks_for_a_sum_that_an_item_may_be_meant_by() -> None:
    """`Delivery` on a line of the bill is a cost of shipping, whatever the sums below say."""
    for name, key in (("Delivery", "shipping"), ("DLVRY", "shipping"), ("Möbeltransport", "shipping"),
                      ("DEPOSIT 1PC", "prepaid"), ("Curry powder", "")):  # fmt: skip
        tasks = set()
        for seed in range(60):
            bill = any_bill(random.Random(seed), "train")
            bill = replace(bill, items=(bill.items[0]._replace(name=name), *bill.items[1:]))
            clean = replace(bill, items=bill.items[:1])
            asked = [fact for fact in bill.facts if fact in wordings.INVOICE]
            absent = tuple(fact for fact in OPTIONAL if fact not in bill.facts)
            questions = invoice._questions(random.Random(seed), "train", clean, asked, absent)
            tasks |= {question.task.removeprefix("field/") for question in questions}
        assert key not in tasks
        assert {"shipping", "prepaid", "discount"} - {key} <= tasks


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
