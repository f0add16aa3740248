"""What an invoice says: parties, items, sums that add up, numbers and dates, all drawn before anything is laid out.

`facts` holds everything as printed; a page prints each fact, so what it lacks is truly absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from train.factory import names, traces, values
from train.factory.documents.business import bank_of, document_number, email_of, phone, tongue, vat_id
from train.factory.documents.invoice_labels import CREDIT_TITLES, EXTRAS, GOODS, LABELS, TITLES, UNITS
from train.factory.documents.paper import one_of, variants
from train.factory.sample import Split

RATES = {"en": (20, 5, 10, 7.5, 8.25, 0), "de": (19, 7, 19, 0), "fr": (20, 5.5, 10), "es": (21, 10, 4)}
CURRENCIES = {
    "en": (("$", ""), ("£", ""), ("€", ""), ("", " EUR"), ("USD ", ""), ("", " GBP")),
    "de": (("", " €"), ("", " EUR"), ("EUR ", ""), ("", " CHF")),
    "fr": (("", " €"), ("", " EUR")),
    "es": (("", " €"), ("", " EUR")),
}
AMOUNTS = ("total", "net", "tax", "payable", "discount", "shipping", "prepaid")
DATES = ("date", "due_date", "delivery_date")
NUMBERS = ("invoice_number", "date", "due_date", "delivery_date", "customer_number", "order_number")
PREFIXES = ("",) * 12 + ("INV-", "RE-", "R", "RG ")  # of an invoice's own number
OPTIONAL = (
    *("due_date", "delivery_date", "customer_number", "order_number", "contact", "phone", "email", "vat_id", "iban"),
    *("bic", "discount", "shipping", "prepaid", "ship_to"),
)


class Item(NamedTuple):
    name: str
    quantity: Decimal
    price: Decimal
    rate: Decimal
    amount: Decimal
    unit: str
    article: str


class Party(NamedTuple):
    name: str
    address: names.Address
    vat: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """Everything an invoice says. `facts` are strings as printed, amounts with their currency if it is printed."""

    language: str
    title: str
    seller: Party
    buyer: Party
    ship_to: Party | None
    items: tuple[Item, ...]
    facts: dict[str, str]
    labels: dict[str, str]
    days: dict[str, date]
    sums: dict[str, Decimal]
    style: values.NumberStyle
    has_currency: bool
    extras: tuple[tuple[str, str], ...]
    date_style: values.DateStyle
    is_credit: bool = False
    original: str = ""

    def shown(self, value: Decimal) -> str:
        """An amount of the totals, as printed."""
        return self.style.write(value) if self.has_currency else self.style.bare(value)

    def headline(self, rng: Random, code: str = "") -> str:
        """Title, number and date as one sentence, `code` in brackets behind the title."""
        joint = {"en": "dated", "de": "vom", "fr": "du", "es": "de fecha"}[self.language]
        mark = rng.choice({"en": ("No.", "#", ""), "de": ("Nr.", "Nr.:", "")}.get(self.language, ("n.º", "")))
        words = (self.title, f"({code})" if code else "", mark, self.facts["invoice_number"], joint, self.facts["date"])
        return " ".join(word for word in words if word)

    def numbers(self) -> list[tuple[str, str]]:
        """Labels and values of its numbers and dates, the bill's own number and date first."""
        pairs = [(self.labels[key], self.facts[key]) for key in NUMBERS if key in self.facts]
        pairs += self.extras
        return [*pairs, (self.labels["original"], self.original)] if self.original else pairs

    def taxes(self) -> list[tuple[Decimal, Decimal, Decimal]]:
        """(rate, base, tax) for each rate; discount and shipping go to the only rate there is."""
        rates = sorted({item.rate for item in self.items}, reverse=True)
        bases = [sum((item.amount for item in self.items if item.rate == rate), Decimal("0.00")) for rate in rates]
        if len(rates) == 1:
            bases = [self.sums["net"]]
        return [(rate, base, tax_on(base, rate)) for rate, base in zip(rates, bases, strict=True)]


def tax_on(base: Decimal, rate: Decimal) -> Decimal:
    return traces.rounded(base * rate / 100, 2)


def any_bill(rng: Random, split: Split, spells_out: bool = False) -> Bill:
    """`spells_out`: sums that are nought are printed, too."""
    language = tongue(rng, (42, 40, 11, 7))
    is_credit = rng.random() < 0.1
    style = rng.choice(values.NUMBER_STYLES[language])
    before, after = rng.choice(CURRENCIES[language])
    style = values.NumberStyle(style.thousands, style.point, before, after)
    items = _items(rng, split, language, -1 if is_credit and rng.random() < 0.6 else 1)
    labels = {key: one_of(rng, text, split) for key, text in LABELS[language].items()}
    bill = Bill(
        language,
        one_of(rng, (CREDIT_TITLES if is_credit else TITLES)[language], split),
        _party(rng, split, language),
        _party(rng, split, language, is_person=rng.random() < 0.25),
        _party(rng, split, language) if rng.random() < 0.25 else None,
        items,
        {},
        labels,
        {},
        {},
        style,
        rng.random() < 0.6,
        _extras(rng, split, language),
        rng.choice(values.DATE_STYLES[language]),
        is_credit,
        document_number(rng) if is_credit and rng.random() < 0.7 else "",
    )
    parties = [bill.seller.name, bill.buyer.name, *((bill.ship_to.name,) if bill.ship_to else ())]
    if len(set(parties)) < len(parties):
        return any_bill(rng, split, spells_out)
    _sum_up(rng, bill, spells_out)
    _state(rng, split, bill)
    return bill


def _extras(rng: Random, split: Split, language: str) -> tuple[tuple[str, str], ...]:
    labels = variants(EXTRAS[language], split)
    chosen = rng.sample(labels, min(len(labels), rng.randrange(3)))
    return tuple((label, document_number(rng)) for label in chosen)


def _party(rng: Random, split: Split, language: str, is_person: bool = False) -> Party:
    name = (names.person if is_person else names.company)(rng, language, split)
    while len(name) > 27:
        name = names.company(rng, language, split)
    return Party(name, names.address(rng, language, split), "" if is_person else vat_id(rng, language))


def _items(rng: Random, split: Split, language: str, sign: int) -> tuple[Item, ...]:
    rates = rng.sample(RATES[language], 2 if rng.random() < 0.25 else 1)
    count = rng.choice((1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 12, 18, 32))
    found: list[str] = []
    for _ in range(4 * count):
        name = names.product(rng, split) if language == "en" else _good(rng, split, language)
        folded = name.casefold()
        if len(name) <= 26 and not any(folded in other or other in folded for other in found):
            found.append(folded)
            found.append(name)
        if len(found) == 2 * count:
            break
    unit = one_of(rng, UNITS[language], split)
    items = []
    for name in found[1::2]:
        quantity = Decimal(sign) * Decimal(rng.choice((1, 1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 24, 50, 100)))
        if rng.random() < 0.1:
            quantity += Decimal("0.5") * sign
        price = values.money(rng, 0.8, 900)
        rate = Decimal(str(rng.choice(rates)))
        amount = traces.rounded(quantity * price, 2)
        items.append(Item(name, quantity, price, rate, amount, unit, document_number(rng)))
    return tuple(items)


def _good(rng: Random, split: Split, language: str) -> str:
    good = one_of(rng, GOODS[language], split)
    return (
        f"{names.coined(rng)} {good}" if rng.random() < 0.4 else f"{good} {rng.choice(('', '', *names.UNITS))}".strip()
    )


def _sum_up(rng: Random, bill: Bill, spells_out: bool) -> None:
    sums = bill.sums
    sums["goods"] = sum((item.amount for item in bill.items), Decimal("0.00"))
    sums["net"] = sums["goods"]
    if len({item.rate for item in bill.items}) == 1 and not bill.is_credit:
        if rng.random() < 0.25:
            sums["discount"] = -traces.rounded(sums["goods"] * rng.choice((2, 3, 5, 10)) / 100, 2)
            sums["net"] += sums["discount"]
        if rng.random() < 0.25:
            sums["shipping"] = values.money(rng, 3, 60)
            sums["net"] += sums["shipping"]
    sums["tax"] = sum((tax for _, _, tax in bill.taxes()), Decimal("0.00"))
    sums["total"] = sums["net"] + sums["tax"]
    if rng.random() < 0.25 and sums["total"] > 1:
        sums["prepaid"] = traces.rounded(sums["total"] * rng.choice((0, 10, 25, 50)) / 100, 2)
    if spells_out:
        for key in ("discount", "shipping", "prepaid"):
            sums.setdefault(key, Decimal("0.00"))
    if "prepaid" in sums or rng.random() < 0.2:
        sums["payable"] = sums["total"] - sums.get("prepaid", Decimal(0))


def _state(rng: Random, split: Split, bill: Bill) -> None:
    """Fill in `facts` and `days`."""
    facts, days, language = bill.facts, bill.days, bill.language
    issued = values.any_date(rng)
    facts["invoice_number"] = rng.choice(PREFIXES) + document_number(rng)
    days["date"] = issued
    if rng.random() < 0.6:
        days["due_date"] = issued + timedelta(days=rng.choice((7, 10, 14, 21, 30, 45)))
    if rng.random() < 0.5:
        days["delivery_date"] = issued - timedelta(days=rng.randrange(1, 30))
    facts.update({key: bill.date_style(day) for key, day in days.items()})
    facts |= {"seller": bill.seller.name, "buyer": bill.buyer.name}
    facts |= {"seller_address": bill.seller.address.text, "buyer_address": bill.buyer.address.text}
    if bill.ship_to:
        facts["ship_to"] = bill.ship_to.name
    bank, iban, bic = bank_of(rng, language)
    drawn = {
        "customer_number": document_number(rng),
        "order_number": document_number(rng),
        "contact": names.person(rng, language, split),
        "phone": phone(rng, language),
        "email": email_of(rng, bill.seller.name),
        "vat_id": bill.seller.vat,
    }
    facts |= {key: value for key, value in drawn.items() if rng.random() < 0.6}
    if rng.random() < 0.7:
        facts |= {"iban": iban, "bic": bic, "bank": bank}
    facts.update({key: bill.shown(value) for key, value in bill.sums.items() if key in AMOUNTS})
