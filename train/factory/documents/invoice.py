"""Invoices and credit notes with questions: `bill` draws the facts; a form, a viewer or a letter states them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from train.factory import traces
from train.factory.documents import e_invoice, invoice_page, prose_invoice, wordings
from train.factory.documents.bill import AMOUNTS, DATES, OPTIONAL, Bill, any_bill
from train.factory.documents.business import is_clear
from train.factory.documents.paper import one_of
from train.factory.sample import Question, Sample, Split, missing, reading

ELECTRONIC, PROSE = 0.45, 0.2  # of all invoices
SPELLED_OUT = 0.5  # of electronic ones: a sum of 0.00 stands there as well
LOOSE = frozenset(("seller", "buyer", "ship_to", "contact", "seller_address", "buyer_address"))
OWN = ("invoice_number", "date")  # of a credit note, which may name the invoice that it corrects
# Goods that a question for one of the sums may mean as well.
BILLED = {
    "shipping": "delivery|postage|courier|registered mail|handling fee|transport|möbeltransport|transporte|"
    "déménagement|mudanza",
    "prepaid": "deposit",
}
_VOWELS = re.compile("[aeiou]")
CORE = ("invoice_number", "date", "seller", "buyer", "total", "net", "tax", "payable", "iban")


def make(rng: Random, split: Split) -> Sample:
    kind = rng.random()
    look = e_invoice if kind < ELECTRONIC else invoice_page
    bill = any_bill(rng, split, look is e_invoice and rng.random() < SPELLED_OUT)
    if kind > 1 - PROSE and bill.language in prose_invoice.LANGUAGES:
        look = prose_invoice
    asked = [key for key in bill.facts if key in wordings.INVOICE]
    absent = tuple(key for key in OPTIONAL if key not in bill.facts)
    return Sample(
        kind="credit_note" if bill.is_credit else "invoice",
        scenes=look.draw(rng, split, bill),
        questions=tuple(_questions(rng, split, bill, asked, absent)),
        fields={key: bill.facts[key] for key in asked},
        language=bill.language,
        medium="scan" if rng.random() < 0.3 else "digital",
    )


def _questions(rng: Random, split: Split, bill: Bill, asked: list[str], absent: tuple[str, ...]) -> Iterator[Question]:
    wanted = rng.randint(12, 18)
    core = [key for key in CORE if key in asked]
    rest = [key for key in asked if key not in CORE]
    yield from rng.sample(thoughts := list(_thinking(rng, split, bill)), min(len(thoughts), 2))
    yield from rng.sample(lines := list(_lines(rng, split, bill)), min(len(lines), rng.randint(1, 2)))
    billed = [key for key in BILLED if _is_billed(bill, key)]
    rest = [key for key in rest if key not in billed]
    holes = [key for key in absent if key not in ("ship_to", *billed)]  # without one the goods go to the buyer
    for key in rng.sample(holes, min(len(holes), rng.randint(1, 2))):
        yield missing(_ask(rng, split, bill, key, key in AMOUNTS, key in DATES), key.replace("_", " "), f"field/{key}")
    core = rng.sample(core, min(len(core), max(3, wanted - 7)))
    for key in core + rng.sample(rest, min(len(rest), max(1, wanted - len(core) - 5))):
        yield _field(rng, split, bill, key)


def _is_billed(bill: Bill, key: str) -> bool:
    """Whether an item is what `key` asks for; vowels do not count, for some items are printed without theirs."""
    names = [f" {_VOWELS.sub('', item.name.casefold())} " for item in bill.items]
    return any(f" {_VOWELS.sub('', word)} " in name for word in BILLED[key].split("|") for name in names)


def _field(rng: Random, split: Split, bill: Bill, key: str) -> Question:
    value, label, task = bill.facts[key], key.replace("_", " "), f"field/{key}"
    if key in AMOUNTS:
        bare = bill.style.bare(bill.sums[key])
        if rng.random() < 0.65 and bare in value:  # not in -USD 5.00
            return reading(_ask(rng, split, bill, key, True, False), label, bare, task, "amount")
        return reading(_ask(rng, split, bill, key, False, False), label, value, task, "amount")
    if key in DATES:
        day = bill.days[key]
        if rng.random() < 0.55 and is_clear(day, value, bill.language):
            text = _ask(rng, split, bill, key, False, True)
            return Question(text, f"{day:%Y-%m-%d}", f"{label}: {value}\n{day:%Y-%m-%d}", task, "date")
        return reading(_ask(rng, split, bill, key, False, False), label, value, task, "date")
    return reading(
        _ask(rng, split, bill, key, False, False), label, value, task, "anls" if key in LOOSE else "exact_field"
    )


def _ask(rng: Random, split: Split, bill: Bill, key: str, bare: bool, iso: bool) -> str:
    suffix = wordings.NUMBER_ONLY if bare else wordings.ISO if iso else None
    is_whole = key != "total" or bill.sums.get("payable", bill.sums["total"]) == bill.sums["total"]
    if key in wordings.OWED and is_whole and not bill.is_credit and rng.random() < 0.2:
        text = one_of(rng, wordings.OWED[key]["en"], split)
        return wordings.with_suffix(text, one_of(rng, suffix["en"], split) if suffix else "")
    whole = wordings.WHOLE.get(key, "")
    if bill.original and key in OWN:
        text = wordings.ask(rng, wordings.INVOICE[key], split, "en", whole, suffix)
        return re.sub(r"\b(?:invoice|inv\.?|bill)(?!\w)", "credit note", text)
    text = wordings.ask(rng, wordings.INVOICE[key], split, bill.language, whole, suffix)
    return re.sub(r"\binvoice\b", "credit note", text) if bill.is_credit and rng.random() < 0.5 else text


def _lines(rng: Random, split: Split, bill: Bill) -> Iterator[Question]:
    """Look-ups in the table of items; asked by name."""
    for item in rng.sample(bill.items, min(2, len(bill.items))):
        name = f'"{item.name}"' if rng.random() < 0.5 else item.name
        cells = {"quantity": item.quantity, "price": item.price, "amount": item.amount}
        for part, value in cells.items():
            text = one_of(rng, wordings.ITEM[part], split).format(name)
            text = wordings.with_suffix(text, " (number only)")
            metric = "exact_field" if part == "quantity" else "amount"
            label = f"{item.name}, {'unit price' if part == 'price' else part}"
            yield reading(text, label, bill.style.bare(value), f"item/{part}", metric)


def _thinking(rng: Random, split: Split, bill: Bill) -> Iterator[Question]:
    """What takes counting, comparing or adding."""
    items = bill.items
    if not 2 <= len(items) <= traces.MAX_READS:
        return
    listed = "\n".join(f"item {place}: {item.name}" for place, item in enumerate(items, start=1))
    text = one_of(rng, wordings.ITEM["count"], split)
    yield Question(text, str(len(items)), f"{listed}\n{len(items)}", "count", "exact_field", 1)
    reads = [traces.Read(item.name, item.amount) for item in items]
    ranked = sorted((abs(item.amount) for item in items), reverse=True)
    if items[0].amount > 0 and ranked[0] > ranked[1]:
        thought = traces.largest(reads)
        text = one_of(rng, wordings.ITEM["largest"], split)
        yield traces.worked(text, thought, "largest", "anls")
    pair = rng.sample(reads, 2)
    text = one_of(rng, wordings.ITEM["sum"], split).format(*(f'"{read.label}"' for read in pair))
    thought = traces.total(pair)
    yield traces.worked(text, thought, "sum")
