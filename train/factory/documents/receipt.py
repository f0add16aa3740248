"""Receipts: long and thin, with several totals, cash and change, registration numbers, long addresses."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from train.factory.documents.receipt_parts import Bill, draw_bill, header
from train.factory.documents.receipt_questions import ask_all
from train.factory.documents.roll import Roll
from train.factory.sample import Medium, Sample, Split, share
from train.factory.scene import Anchor

LOCALES = ("ms", "ms", "ms", "ms", "ms", "ms", "en", "en", "en", "de", "fr", "es")
MEDIA: tuple[Medium, ...] = ("scan", "scan", "photo", "photo", "digital")


class Look(NamedTuple):
    """How wide a receipt is, in characters, and how its head is set."""

    width: int
    anchor: Anchor
    upper: bool


LOOKS = [
    Look(width, anchor, upper)
    for width in (34, 40, 44, 48, 56)
    for anchor in ("middle", "left", "middle")
    for upper in (True, False)
]


def make(rng: Random, split: Split) -> Sample:
    locale = rng.choice(LOCALES)
    look = rng.choice(share(LOOKS, split, 5))
    roll = Roll(look.width, rng)
    facts: dict[str, str] = {}
    header(roll, facts, rng, split, locale, look.anchor, look.upper)
    bill = Bill.of(rng, split, locale)
    draw_bill(roll, facts, bill, rng, split, locale)
    questions, absent = ask_all(facts, bill, rng, split)
    return Sample(
        kind="receipt",
        scenes=(roll.scene(),),
        questions=questions,
        fields=facts,
        absent=absent,
        language="en" if locale == "ms" else locale,
        medium=rng.choice(MEDIA),
    )
