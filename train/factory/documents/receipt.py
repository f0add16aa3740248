"""Receipts: long and thin, with several totals, cash and change, registration numbers, long addresses."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from train.factory.documents.receipt_head import header
from train.factory.documents.receipt_parts import Bill, draw_bill
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
    tongue = _tongue(rng, locale)
    has_other_name = header(roll, facts, rng, split, locale, tongue, look.anchor, look.upper)
    bill = Bill.of(rng, split, locale)
    draw_bill(roll, facts, bill, rng, split, locale, tongue)
    questions = ask_all(facts, bill, rng, split, locale, has_other_name)
    return Sample(
        kind="receipt",
        scenes=(roll.scene(),),
        questions=questions,
        fields=facts,
        language="en" if locale == "ms" else locale,
        medium=rng.choice(MEDIA),
    )


def _tongue(rng: Random, locale: str) -> str:
    """The language of the labels: most shops use their own, and Malaysian, British and American ones English."""
    return locale if locale == "ms" or (locale != "en" and rng.random() < 0.85) else "uk"
