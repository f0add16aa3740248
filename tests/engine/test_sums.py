"""Sums in a thought come to what they come to, whatever the model would say."""

from __future__ import annotations

import random
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vlm.sums import Spelled, Sums, going_on

PIECES = [*"0123456789.-+*/= ab\n", " 1", "12", "00", "5\n", " =", ".5"]
SPELLED = Spelled({piece.encode(): number for number, piece in enumerate(PIECES)})
END = PIECES.index("\n")


def encode(text: str) -> list[int]:
    return [PIECES.index(char) for char in text]


def said(begun: str, shuffler: random.Random, thought_of=lambda ids: ids, most: int = 40) -> str:
    """What a model says that likes every token as well as any other, up to the end of the line."""
    sums, ids = Sums(thought_of, SPELLED), encode(begun)
    for _ in range(most):
        logits = torch.tensor([shuffler.random() for _ in PIECES])
        ids.append(int(sums(ids, logits).argmax()))
        text = "".join(PIECES[token] for token in ids)[len(begun) :]
        if text.endswith("\n"):
            break
    return text


decimals = st.decimals(-9999, 9999, places=2) | st.decimals(0, 9999, places=0) | st.decimals(-99, 99, places=3)


@settings(max_examples=150, deadline=None)
@given(decimals, st.lists(st.tuples(st.sampled_from("+-"), decimals), min_size=1, max_size=4), st.integers(0, 999))
def test_whatever_is_liked_a_sum_comes_to_what_it_comes_to(
    first: Decimal, others: list[tuple[str, Decimal]], seed: int
) -> None:
    line = f"{first:f}" + "".join(f" {sign} {number:f}" for sign, number in others)
    result = first + sum(number if sign == "+" else -number for sign, number in others)
    text = said(f"a\n{line} =", random.Random(seed))
    assert text.startswith(f" {result:f}")
    after = text[len(f" {result:f}") :]
    assert not after or after[0] not in "0123456789."


@settings(max_examples=100, deadline=None)
@given(st.integers(-99999, 99999), st.integers(1, 9999), st.integers(0, 999))
def test_a_quotient_is_rounded_where_it_ends(first: int, second: int, seed: int) -> None:
    text = said(f"{first} / {second} = ", random.Random(seed))
    number = re.match(r"-?\d+(?:\.\d+)?", text).group()
    places = len(number.partition(".")[2])
    exact = Decimal(first) / Decimal(second)
    assert Decimal(number) == exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("text", "rests"),
    [
        ("92.50 + 8.75 =", {" 101.25"}),
        ("rent: 92.50\n92.50 + 8.75 = 10", {"1.25"}),
        ("1 + 2 - 5 = ", {"-2"}),
        ("1.50 * 3 = 4.5", {"0"}),
        ("123456789012.345 * 987654321012.345 = ", {"121932631126351935653102.399025"}),  # 30 digits
        ("92.50 + 8.75 = 101.25", {""}),
    ],
)
def test_what_follows_a_line(text: str, rests: set[str]) -> None:
    assert going_on(text) == rests


@pytest.mark.parametrize(
    "text",
    [
        "so 2 + 3 = ",  # who knows what belongs to it
        "2+3=",
        "2 + x = ",
        "1,000 + 5 = ",
        "7 = ",
        "2 + 3 * 4 = ",  # from the left, or not?
        "4 / 0 = ",
        "2 + 3 = 7",  # of somebody else
        "2 + 3 = 5\n",
        f"{'9' * 20} + 1 = ",
        "",
    ],
)
def test_other_lines_are_the_models_own(text: str) -> None:
    assert going_on(text) is None
    logits = torch.rand(len(PIECES))
    if set(text) <= set(PIECES):
        assert torch.equal(Sums(lambda ids: ids, SPELLED)(encode(text), logits), logits)


def test_answers_are_the_models_own() -> None:
    logits = torch.rand(len(PIECES))
    assert torch.equal(Sums(lambda _: None, SPELLED)(encode("2 + 3 = "), logits), logits)


def test_a_line_whose_beginning_is_too_far_away_is_none() -> None:
    begun = "1 + " * 40
    logits = torch.rand(len(PIECES))
    assert torch.equal(Sums(lambda ids: ids, SPELLED)(encode(f"{begun}1 = "), logits), logits)
