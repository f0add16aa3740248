"""What receipts print beside their facts: greetings, branches, summaries of tax, points, codes, opening hours.

Nobody asks for it, but it holds names, numbers and amounts, and a reader must not take them for the facts.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from train.factory import names
from train.factory.documents.roll import Roll
from train.factory.sample import Split, share
from train.factory.scene import Anchor
from train.factory.wordlists import read

_WORDS: dict[str, list[Any]] = read("receipt_trimmings")
RULES = ("-", "=", "*", "_", "- ", "* ")


def above(roll: Roll, rng: Random, split: Split, anchor: Anchor) -> bool:
    """Up to two lines before the shop's name; whether one of them is such a name, too."""
    is_named = False
    for _ in range(rng.choice((0, 0, 0, 0, 0, 1, 1, 2))):
        if rng.random() < 0.25:
            roll.line(names.person(rng, "ms", split).lower(), anchor)  # who pressed the key
        else:
            text: str = rng.choice(share(_WORDS["above"], split))
            is_named |= "{shop}" in text
            roll.line(_filled(text, rng), anchor)
    return is_named


def branch(roll: Roll, rng: Random, split: Split, anchor: Anchor) -> None:
    """Which of the company's shops it was, below the address."""
    if rng.random() < 0.15:
        roll.line(_filled(rng.choice(share(_WORDS["branch"], split)), rng), anchor)


def is_discount(label: str) -> bool:
    return any(part in label.lower() for part in ("disc", "saving"))


def zeros(rng: Random, split: Split, zero: str, has_discount: bool) -> list[tuple[str, str]]:
    """Sums that are printed though they are nothing; no second discount beside one that is something."""
    labels = [label for label in share(_WORDS["zero"], split) if not (has_discount and is_discount(label))]
    count = rng.choice((0, 0, 0, 1, 2))
    return [(label, zero) for label in rng.sample(labels, min(count, len(labels)))]


def tax_summary(roll: Roll, rng: Random, split: Split, rate: int, net: str, tax: str, gross: str) -> None:
    """The little table of tax at the end: net and tax again, now and then gross."""
    places = (0.0, 0.65, 1.0)
    anchors: tuple[Anchor, ...] = ("left", "right", "right")
    roll.cells(rng.choice(share(_WORDS["tax_head"], split)), places, anchors)
    roll.cells((rng.choice(share(_WORDS["tax_code"], split)).format(rate=rate), net, tax), places, anchors)
    if rng.random() < 0.3:
        roll.cells(("ZR 0%", "0.00", "0.00"), places, anchors)
    if rng.random() < 0.35:
        total = rng.choice(share(_WORDS["tax_total"], split))
        roll.cells((total, rng.choice((net, gross)), tax) if rng.random() < 0.6 else (total, "", tax), places, anchors)


def below(roll: Roll, rng: Random, split: Split) -> None:
    """Points, codes, hours and phrases after the last sum."""
    if rng.random() < 0.1:
        title, old, earned, new = rng.choice(share(_WORDS["loyalty"], split))
        before, more = Decimal(rng.randrange(5000)), Decimal(rng.randrange(200))
        roll.line(title, "middle")
        for label, value in ((old, before), (earned, more), (new, before + more)):
            roll.pair(label, str(value))
    for _ in range(rng.choice((0, 0, 1, 2, 3, 5))):
        if rng.random() < 0.2:
            roll.line((rng.choice(RULES) * roll.columns)[: rng.randrange(8, roll.columns)], "middle")
        else:
            roll.line(_filled(rng.choice(share(_WORDS["below"], split)), rng), rng.choice(("left", "middle")))


def _filled(text: str, rng: Random) -> str:
    while "{n}" in text:
        text = text.replace("{n}", str(rng.randrange(10, 10 ** rng.randrange(2, 7))), 1)
    return text.replace("{shop}", rng.choice((names.coined(rng), names.coined(rng).upper())))
