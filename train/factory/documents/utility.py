"""Utility bills: a meter read twice, what was used, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from train.factory import names, traces, values
from train.factory.documents.business import digits, document_number, is_clear
from train.factory.documents.looks import any_look
from train.factory.documents.paper import Paper, one_of
from train.factory.documents.wordings import ISO, NUMBER_ONLY, ask, with_suffix
from train.factory.sample import Question, Sample, Split, missing, reading
from train.factory.wordlists import read

UNITS = {"Electricity": "kWh", "Gas": "kWh", "Water": "m³", "District heating": "MWh"}
_WORDS = read("utility")
LABELS: dict[str, str] = _WORDS["labels"]
NAMES: dict[str, dict[str, str]] = {key: {"en": text} for key, text in _WORDS["names"].items()}
USED: str = _WORDS["used"]
CHARGES: str = _WORDS["charges"]
AMOUNTS = ("energy", "standing", "net", "tax", "total", "price", "previous", "current", "used")
OPTIONAL = ("customer", "account", "meter", "due_date", "used", "net")


class Bill(NamedTuple):
    title: str
    issuer: str
    unit: str
    facts: dict[str, str]
    numbers: dict[str, Decimal]
    days: dict[str, date]
    labels: dict[str, str]


def make(rng: Random, split: Split) -> Sample:
    bill = _bill(rng, split)
    # What was used and the net total can be worked out, so nobody asks for them where they are not printed.
    absent = tuple(key for key in NAMES if key not in bill.facts and key not in ("used", "net"))
    return Sample(
        kind="utility_bill",
        scenes=_draw(rng, bill).scenes(),
        questions=tuple(_questions(rng, split, bill, absent)),
        fields=dict(bill.facts),
        medium="scan" if rng.random() < 0.3 else "digital",
    )


def _bill(rng: Random, split: Split) -> Bill:
    service = rng.choice(list(UNITS))
    style, show = rng.choice(values.NUMBER_STYLES["en"]), rng.choice(values.DATE_STYLES["en"])
    used = Decimal(rng.randrange(20, 2000))
    previous = Decimal(rng.randrange(1000, 90000))
    price = values.money(rng, 0.08, 3, 3)
    numbers = {"previous": previous, "current": previous + used, "used": used, "price": price}
    numbers["energy"] = traces.rounded(used * price, 2)
    numbers["standing"] = values.money(rng, 3, 60)
    numbers["net"] = numbers["energy"] + numbers["standing"]
    numbers["tax"] = traces.rounded(numbers["net"] * rng.choice((5, 7, 10, 20)) / 100, 2)
    numbers["total"] = numbers["net"] + numbers["tax"]
    issued = values.any_date(rng)
    days = {"bill_date": issued, "due_date": issued + timedelta(days=rng.randrange(10, 35))}
    customer = names.person(rng, "en", split)
    facts = {"customer": customer, "account": document_number(rng), "meter": digits(rng, "@########")}
    facts |= {key: show(day) for key, day in days.items()} | {key: style.bare(value) for key, value in numbers.items()}
    facts = {key: value for key, value in facts.items() if key not in OPTIONAL or rng.random() < 0.7}
    labels = {key: one_of(rng, text, split) for key, text in LABELS.items()}
    issuer = (
        f"{names.coined(rng, 3)} {service.split()[-1].title()} {rng.choice(('Ltd', 'Supply', 'Utilities', 'Company'))}"
    )
    return Bill(f"{service} bill", issuer, UNITS[service], facts, numbers, days, labels)


def _draw(rng: Random, bill: Bill) -> Paper:
    paper = Paper(any_look(rng))
    paper.put(paper.left, bill.issuer, bold=True, scale=1.5, ink=True)
    paper.down(1.6)
    paper.put(rng.choice((paper.left, paper.middle)), bill.title, scale=1.2)
    paper.down(2)
    keys = list(bill.facts)
    cut = next(place for place, key in enumerate(keys) if key in AMOUNTS)
    gutter = rng.choice((None, 20.0, 180.0))
    paper.pairs(paper.left, [(bill.labels[key], bill.facts[key]) for key in keys[:cut]], gutter)
    paper.down()
    for key in keys[cut:]:
        with_unit = key in ("previous", "current", "used") and rng.random() < 0.4
        value = f"{bill.facts[key]} {bill.unit}" if with_unit else bill.facts[key]
        if key in ("net", "tax", "total") and rng.random() < 0.5:
            paper.rule(paper.left, paper.right)
        paper.put(paper.left, bill.labels[key], bold=key == "total")
        paper.put(paper.right - (0 if gutter else 90), value, "right", bold=key == "total")
        paper.down(1.1)
    return paper


def _questions(rng: Random, split: Split, bill: Bill, absent: tuple[str, ...]) -> Iterator[Question]:
    for key in rng.sample(absent, min(len(absent), rng.randint(1, 2))):
        yield missing(ask(rng, NAMES[key], split), key.replace("_", " "), f"field/{key}")
    for key in rng.sample(list(bill.facts), min(len(bill.facts), rng.randint(6, 9))):
        yield _field(rng, split, bill, key)
    numbers = bill.numbers
    thoughts = (
        (USED, traces.difference(_read(bill, "current"), _read(bill, "previous")), "difference"),
        (CHARGES, traces.total([traces.Read(bill.labels[key], numbers[key]) for key in ("energy", "standing")]), "sum"),
    )
    for wordings, thought, task in thoughts:
        text = one_of(rng, wordings, split)
        yield traces.worked(text, thought, task)


def _read(bill: Bill, key: str) -> traces.Read:
    return traces.Read(bill.labels[key], bill.numbers[key])


def _field(rng: Random, split: Split, bill: Bill, key: str) -> Question:
    value, label, task = bill.facts[key], key.replace("_", " "), f"field/{key}"
    text = ask(rng, NAMES[key], split, suffix=NUMBER_ONLY if key in AMOUNTS else None)
    if key in bill.days:
        if rng.random() < 0.4 and is_clear(bill.days[key], value, "en"):
            iso = f"{bill.days[key]:%Y-%m-%d}"
            return Question(
                with_suffix(text, one_of(rng, ISO["en"], split)), iso, f"{label}: {value}\n{iso}", task, "date"
            )
        return reading(text, label, value, task, "date")
    metric = "amount" if key in AMOUNTS else "anls" if key == "customer" else "exact_field"
    return reading(text, label, value, task, metric)
