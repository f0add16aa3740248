"""Receipts: all that is printed is on the paper, in columns of its own, and an address is one however it is broken."""

from __future__ import annotations

import re
from random import Random

import pytest

from tests.factory.pages import colliding, outside
from train.factory import names
from train.factory.documents import receipt
from train.factory.documents.roll import Roll
from train.factory.sample import Sample


def squeezed(text: str) -> str:
    return re.sub(r"[\s,]", "", text)


@pytest.fixture(scope="module", params=["train", "test"])
def receipts(request: pytest.FixtureRequest) -> list[Sample]:
    return [receipt.make(Random(f"receipts {seed}"), request.param) for seed in range(200)]


def test_no_text_leaves_the_paper(receipts: list[Sample]) -> None:
    assert not [text for made in receipts for scene in made.scenes for text in outside(scene)]


def test_words_of_a_row_never_touch(receipts: list[Sample]) -> None:
    assert not [pair for made in receipts for scene in made.scenes for pair in colliding(scene)]


def test_a_name_that_a_question_calls_an_item_by_is_printed_whole(receipts: list[Sample]) -> None:
    asked = 0
    for made in receipts:
        printed = "\n".join(text.text for scene in made.scenes for text in scene.texts)
        for question in made.questions:
            if question.task == "lookup/item":
                asked += 1
                assert question.reads[0] in printed and question.thinking.partition(":")[0] in printed
    assert asked > 50


def test_a_long_row_goes_on_below_as_on_a_till() -> None:
    roll = Roll(20, Random(0))
    roll.line("No. 12, Jalan Tun Razak, 50400 Kuala Lumpur", "middle")
    roll.line("short")
    assert [text.text for text in roll.texts] == ["No. 12, Jalan Tun", "Razak, 50400 Kuala", "Lumpur", "short"]
    assert [text.anchor for text in roll.texts[:3]] == ["middle"] * 3
    assert len({text.y for text in roll.texts}) == 4


def test_an_address_is_asked_for_as_a_whole(receipts: list[Sample]) -> None:
    """On one line of a letterhead, over two rows of a narrow roll: the answer is the same."""
    broken = 0
    for made in receipts:
        rows = [text.text for scene in made.scenes for text in scene.texts]
        if address := made.fields.get("address"):
            assert squeezed(address) in squeezed(" ".join(rows))
            assert {question.answer for question in made.questions if question.task == "field/address"} == {address}
            broken += not any(address in row for row in rows)
    assert broken > 100


def test_the_test_split_has_addresses_of_several_layouts() -> None:
    depths = {
        split: [len(names.address(Random(seed), "ms", split).lines) for seed in range(300)]
        for split in ("train", "test")
    }
    assert set(depths["test"]) == {1, 2, 3, 4} and depths["test"].count(1) < 150
    assert 1 not in depths["train"], "an address on one line is the test split's alone"
