"""What holds for every sample of every maker: repeatable, true to its own page, and apart from the other split."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import islice
from random import Random

import pytest

from prompts.scoring import METRICS, score
from prompts.tasks import NOT_FOUND
from train.factory.documents.receipt_trimmings import zeros
from train.factory.evidence import evidence_of
from train.factory.sample import share
from train.factory.stream import MAKERS, samples
from train.turns import Diet, both_modes, lessons, turn_of

EVERY = dict.fromkeys(MAKERS, 1.0)


def made(name, split, count=12):
    """Samples, and charts as a reader tells them too."""
    own = [MAKERS[name](Random(f"{name} {split} {seed}"), split) for seed in range(count)]
    return own + [sample.told for sample in own if sample.told]


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_receipt_has_no_more_sums_of_nothing_than_there_are_names_for(split):
    """The test split has one such name that is no discount."""
    rows = [zeros(Random(seed), split, "0.00", has_discount=True) for seed in range(60)]
    assert any(rows) and all(len(dict(row)) == len(row) for row in rows)


def squeezed(text):
    return "".join(text.lower().split())


def test_the_same_seed_gives_the_same_samples_and_workers_share_them():
    alone = [sample for sample, _ in islice(samples(7, "train", EVERY), 12)]
    again = [sample for sample, _ in islice(samples(7, "train", EVERY), 12)]
    assert alone == again
    first = [sample for sample, _ in islice(samples(7, "train", EVERY, 0, 2), 6)]
    second = [sample for sample, _ in islice(samples(7, "train", EVERY, 1, 2), 6)]
    assert [sample for pair in zip(first, second, strict=True) for sample in pair] == alone
    assert [sample for sample, _ in islice(samples(8, "train", EVERY), 12)] != alone


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("name", MAKERS)
def test_questions_are_whole(name, split):
    for sample in made(name, split):
        assert sample.scenes and sample.questions
        for question in sample.questions:
            assert question.text.strip() and question.answer.strip() and question.task
            assert question.metric in METRICS
            assert question.thinking.endswith(f"\n{question.answer}"), "a thought ends in the answer"
            assert score(question.metric, question.answer, [question.answer]) == 1.0 or question.metric == "anls"


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("name", MAKERS)
def test_what_is_read_stands_on_the_page(name, split):
    """An answer that takes no step is made of words of the page; `not found` is the only other one."""
    read = wrong = 0
    for sample in made(name, split):
        evidence = evidence_of(sample, Random(1)).text
        page = squeezed(" ".join(line.partition("] ")[2] or line for line in evidence.splitlines()))
        for question in sample.questions:
            if question.steps or not question.is_answerable or question.task.startswith(("sight/", "page/")):
                continue
            if question.answer not in question.thinking.splitlines()[0]:  # a date read, and said as ISO
                continue
            read += 1
            parts = question.answer.replace(",", " ").replace("-", " ").split()
            wrong += not all(squeezed(part) in page.replace(",", "").replace("-", "") for part in parts)
    assert read and wrong <= 0.04 * read, f"{wrong} of {read}"  # OCR noise may cut through a word


def test_a_tenth_is_unanswerable():
    answers = [
        question.answer for sample, _ in islice(samples(3, "train", EVERY), 200) for question in sample.questions
    ]
    assert 0.08 < answers.count(NOT_FOUND) / len(answers) < 0.2


def test_splits_share_no_item():
    items = list(range(10))
    assert set(share(items, "train")) | set(share(items, "test")) == set(items)
    assert not set(share(items, "train")) & set(share(items, "test"))


def test_scans_are_read_with_errors_and_digital_pages_without():
    from dataclasses import replace

    sample = MAKERS["receipt"](Random(4), "train")
    clean = replace(sample, medium="digital")
    printed = {
        tuple(sorted(word.text for _, line in evidence_of(clean, Random(seed)).lines.values() for word in line.words))
        for seed in range(4)
    }
    assert len(printed) == 1, "whether its table is told or not"
    texts = {evidence_of(replace(sample, medium="scan"), Random(seed)).text for seed in range(16)}
    assert len(texts) > 4


def test_lessons_ask_about_other_documents_too():
    pairs = samples(5, "train", EVERY)
    turns = [turn for _, turns in islice(lessons(pairs, Diet(strangers=1.0)), 60) for turn in turns]
    strange = [turn for turn in turns if turn.task == "missing/stranger"]
    assert strange and all(turn.answer == NOT_FOUND for turn in strange)
    assert not any(turn.task.startswith("sight/") for turn in turns)


def test_guessed_arithmetic_weighs_less_than_thought_arithmetic():
    questions = islice((q for n in range(99) for q in MAKERS["drill"](Random(n), "train").questions), 200)
    question = next(q for q in questions if q.computes)
    turns = [turn_of(question, Random(seed), Diet()) for seed in range(40)]
    assert {(turn.thinking is not None, turn.weight) for turn in turns} == {(True, 1.0), (False, Diet().guess_weight)}
    assert [turn.thinking is None for turn in both_modes([question])] == [True, False]


def test_words_alone_need_no_drawing_library():
    code = (
        "import train.nano_text, sys; print([m for m in ('skia', 'cv2', 'pymupdf', 'gguf', 'app') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_a_seed_is_the_same_page_in_every_process():
    """Python's hashes of strings differ from process to process; nothing drawn may hang on them."""
    told = (
        "from train.factory.stream import MAKERS, samples; from itertools import islice; from hashlib import sha256;"
        "pairs = islice(samples('hash', 'train', dict.fromkeys(MAKERS, 1.0)), 60);"
        "print(sha256(repr([sample for sample, _ in pairs]).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", told], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
