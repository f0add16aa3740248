"""The head of a receipt: who sold it, where, and under which numbers."""

from __future__ import annotations

from random import Random

from train.factory import names
from train.factory.documents import receipt_trimmings
from train.factory.documents.receipt_words import labels
from train.factory.documents.roll import Roll
from train.factory.sample import Split, share
from train.factory.scene import Anchor


def header(
    roll: Roll,
    facts: dict[str, str],
    rng: Random,
    split: Split,
    locale: str,
    tongue: str,
    anchor: Anchor,
    upper: bool,
) -> bool:
    """Shop, registration, address, phone and tax numbers; what is written goes into `facts`. Labels are in `tongue`.

    Returns whether another name may be taken for the shop's: a trade name above the company that owns it, a greeting.
    """
    company = names.company(rng, locale, split)
    company = company.upper() if upper else company
    registration = _registration(rng) if locale == "ms" else ""
    is_titled = rng.random() < 0.1
    if is_titled:
        roll.line(rng.choice(labels("title", tongue, split)), anchor)
    greets = receipt_trimmings.above(roll, rng, split, anchor)
    has_trade = rng.random() < 0.3
    if has_trade:
        brand = names.coined(rng)
        trade = f"{brand} {rng.choice(share(names.TRADES, split))}"
        place = f"{brand.upper()}{rng.choice('@ ')}{rng.choice(share(names.CITIES[locale], split)).upper()}"
        roll.line(rng.choice((trade.upper(), trade, brand, brand.upper(), place)), anchor)
    facts["company"] = company
    beside = bool(registration) and rng.random() < 0.4
    if len(company) > 0.55 * roll.columns and " " in company and rng.random() < 0.4:
        cut = rng.choice([place for place, character in enumerate(company) if character == " "])
        roll.line(company[:cut], anchor)
        roll.line(company[cut + 1 :], anchor)
    else:
        roll.line(f"{company} {registration}" if beside else company, anchor)
    if registration and not beside and rng.random() < 0.7:
        label = rng.choice(labels("registration", tongue, split)) if rng.random() < 0.7 else ""
        roll.line(label + registration, anchor)
    is_contact_first = rng.random() < 0.12
    if is_contact_first:
        _contact(roll, facts, rng, split, tongue, anchor)
    if rng.random() < 0.93:
        where = names.address(rng, locale, split)
        facts["address"] = where.text
        for line in where.lines:
            roll.line(line, anchor)
    receipt_trimmings.branch(roll, rng, split, anchor)
    if not is_contact_first:
        _contact(roll, facts, rng, split, tongue, anchor)
    if rng.random() < 0.25:
        roll.line("-" * rng.randrange(10, roll.columns), anchor)
    if not is_titled and rng.random() < 0.75:
        roll.line(rng.choice(labels("title", tongue, split)), rng.choice(("middle", anchor)))
    return greets or has_trade


def _contact(roll: Roll, facts: dict[str, str], rng: Random, split: Split, tongue: str, anchor: Anchor) -> None:
    if rng.random() < 0.65:
        phone = (
            f"{rng.choice(('03', '07', '04', '0', '+60'))}{rng.choice(('-', ' ', '- '))}{rng.randrange(10**6, 10**8)}"
        )
        facts["phone"] = phone
        line = rng.choice(labels("phone", tongue, split)) + phone
        if rng.random() < 0.2:
            fax = f"{rng.choice(labels('fax', tongue, split))}{rng.randrange(10**6, 10**8)}"
            if len(line) + len(fax) + 2 > roll.columns:
                roll.line(line, anchor)
                line = fax
            else:
                line += f"  {fax}"
        roll.line(line, anchor)
    if rng.random() < 0.6:
        number = f"{rng.randrange(10**11, 10**12):012d}"
        facts["tax number"] = number
        label = rng.choice(labels("tax_number", tongue, split))
        roll.line(f"{label}{rng.choice((': ', ':', ' : '))}{number}{')' if label[0] == '(' else ''}", anchor)
    if rng.random() < 0.15:
        mail = f"info@{names.coined(rng).lower()}.com"
        facts["e-mail"] = mail
        roll.line((rng.choice(labels("email", tongue, split)) if rng.random() < 0.75 else "") + mail, anchor)


def _registration(rng: Random) -> str:
    number = f"{rng.randrange(10**5, 10**7)}-{rng.choice('ADHKMPTUVWX')}"
    return rng.choice((f"({number})", f"({number})", f"({number})", number, number.replace("-", "")))
