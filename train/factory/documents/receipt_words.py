"""What is printed on receipts, and how people ask about it, from `words/receipt.toml`."""

from __future__ import annotations

from collections.abc import Mapping

from train.factory.sample import Split, part
from train.factory.wordlists import read

_WORDS = read("receipt")
_LABELS: Mapping[str, Mapping[str, list[str]]] = _WORDS["labels"]
CURRENCY: Mapping[str, list[str]] = _WORDS["currency"]
WORDINGS: Mapping[str, list[str]] = _WORDS["wordings"]
FRAMES: list[str] = _WORDS["frames"]
NAMES: Mapping[str, list[str]] = _WORDS["names"]
FOREIGN: Mapping[str, Mapping[str, list[str]]] = _WORDS["foreign"]
NUMBER_ONLY: Mapping[str, list[str]] = _WORDS["number_only"]
ITEM_PRICE: list[str] = _WORDS["item_price"]
MOST: list[str] = _WORDS["most"]
BOTH: list[str] = _WORDS["both"]
ABSENT_ITEM: list[str] = _WORDS["absent_item"]


def labels(name: str, tongue: str, split: Split) -> list[str]:
    """What may stand for `name`: in `de`, `fr` or `es`, else in English, to which `ms` and `uk` add words of theirs."""
    lists = _LABELS[name]
    own = lists.get(tongue, [])
    chosen = [own] if own and tongue in FOREIGN else [lists["en"], own]
    return [label for items in chosen for label in part(items, split)]
