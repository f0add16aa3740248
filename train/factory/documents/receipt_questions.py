"""What people ask of a receipt, in many words: those that fit another line of it as well are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random

from prompts.dates import meaning
from train.factory.documents.paper import one_of
from train.factory.documents.receipt_parts import Bill
from train.factory.documents.receipt_words import (
    ABSENT_ITEM,
    BOTH,
    FOREIGN,
    FRAMES,
    ITEM_PRICE,
    MOST,
    NAMES,
    NUMBER_ONLY,
    WORDINGS,
)
from train.factory.documents.wordings import ISO, with_suffix
from train.factory.sample import Question, Split, missing, reading, share
from train.factory.traces import Read, largest, total, worked

METRICS = {"address": "anls", "date": "exact_field"}
AMOUNTS = ("total", "subtotal", "tax", "discount", "rounding", "cash", "change")
MAIN = ("company", "date", "address", "total")

# Words for a company that a name over its door fits, too; of one piece of an item; of how far a sum was moved; of a tax
# that only Malaysia had; and of all pieces of an item.
_SHOP = re.compile(r"shop|store|outlet|brand|laden|geschäft|magasin|boutique|enseigne|commerce|tienda|comercio|negocio")
_UNIT = re.compile(r"expens|dear|cost|pric")
_SIZE = re.compile(r"how|amount|by what|rounded|put on|changed")
_GST = re.compile("gst")
_LINE = re.compile(r"line|amount|charged|paid|pay|money|bill|sum\b|total")


def ask_all(
    facts: Mapping[str, str], bill: Bill, rng: Random, split: Split, locale: str, has_other_name: bool
) -> tuple[Question, ...]:
    """Questions on all main facts, most of the others, and one or two that the receipt does not answer.

    `has_other_name`: something else may be taken for the shop's name than the company's.
    """
    unfit = {"company": _SHOP} if has_other_name else {}
    if bill.rounding < 0:
        unfit["rounding"] = _SIZE  # a size has no sign

    def word(key: str) -> tuple[str, str]:
        return _wording(key, rng, split, locale, unfit.get(key))

    asked = [key for key in WORDINGS if key in facts and (key in MAIN or rng.random() < 0.6)]
    asked += [key for key in MAIN if key in facts and rng.random() < 0.6]  # once more, in other words
    absent = tuple(key for key in WORDINGS if key not in facts and not _stands_elsewhere(key, facts))
    questions = [_field(key, facts[key], *word(key), rng, split) for key in asked]
    for key in rng.sample(absent, min(len(absent), rng.randint(1, 2))):
        questions.append(missing(word(key)[0], key, f"missing/{key}"))
    questions += _items(facts, bill, rng, split)
    rng.shuffle(questions)
    return tuple(questions)


def _stands_elsewhere(key: str, facts: Mapping[str, str]) -> bool:
    """Things that a receipt states in other words even where the row itself is not there."""
    if key == "discount":
        return "-" in facts.get("rounding", "")
    return key in ("subtotal", "cash", "tax") or (key in ("change", "time") and "cash" not in facts)


def _field(key: str, value: str, text: str, language: str, rng: Random, split: Split) -> Question:
    if key == "date" and rng.random() < 0.2 and (day := meaning(value)) is not None:
        text = with_suffix(text, one_of(rng, ISO["en"], split))
        return Question(text, f"{day}", f"{key}: {value}\n{day}", f"field/{key}", "date")
    if key not in AMOUNTS:
        return reading(text, key, value, f"field/{key}", METRICS.get(key, "exact_field"))
    if rng.random() < 0.15:
        text = with_suffix(text, rng.choice(share(NUMBER_ONLY[language], split)))
        value = value.lstrip("RMYUSDE$£€ ")
    return reading(text, key, value, f"field/{key}", "amount")


def _wording(key: str, rng: Random, split: Split, locale: str, unfit: re.Pattern[str] | None) -> tuple[str, str]:
    """A question and its language: whole or a name in a frame, and some in the receipt's own language.

    Only Malaysian receipts are asked for their GST; elsewhere the tax may have another name.
    """
    wrong = [pattern for pattern in (unfit, None if locale == "ms" else _GST) if pattern is not None]

    def any_of(wordings: Sequence[str]) -> str:
        return rng.choice([text for text in share(wordings, split) if not any(w.search(text.lower()) for w in wrong)])

    if key in FOREIGN.get(locale, {}) and rng.random() < 1 / 6:
        return any_of(FOREIGN[locale][key]), locale
    if rng.random() < 0.3:
        text = rng.choice(share(FRAMES, split)).format(any_of(NAMES[key]))
        return text[0].upper() + text[1:] if rng.random() < 0.4 else text, "en"
    return any_of(WORDINGS[key]), "en"


def _items(facts: Mapping[str, str], bill: Bill, rng: Random, split: Split) -> list[Question]:
    """Single items, and what takes more than one of them."""
    found = []
    item = rng.choice(bill.items)
    short = all(len(other.name) <= 16 for other in bill.items)
    asked = share(ITEM_PRICE, split, 3)
    wording = rng.choice([text for text in asked if item.quantity == 1 or _LINE.search(text)])
    if short:
        found.append(
            reading(wording.format(item.name), item.name, facts[f"amount of {item.name}"], "lookup/item", "amount")
        )
    if rng.random() < 0.3:
        sold = " ".join(item.name.lower() for item in bill.items)
        name = rng.choice([name for name in ABSENT_ITEM if name not in sold])
        found.append(missing(wording.format(name), name, "missing/item"))
    reads = [Read(other.name, other.amount) for other in bill.items]
    if short and 2 <= len(reads) <= 6:
        amounts = sorted(read.value for read in reads)
        if amounts[-1] > amounts[-2]:
            thought = largest(reads)
            ranked = sorted(bill.items, key=lambda item: item.price)
            is_dearest = ranked[-1].name == thought.answer and ranked[-1].price > ranked[-2].price
            text = rng.choice([text for text in share(MOST, split) if is_dearest or not _UNIT.search(text.lower())])
            found.append(worked(text, thought, "max/item", "anls"))
        pair = rng.sample(reads, 2)
        thought = total(pair)
        text = rng.choice(share(BOTH, split)).format(pair[0].label, pair[1].label)
        found.append(worked(text, thought, "sum/items"))
    return found
