"""What stands on a receipt, from the shop's name to the last thank-you, and the arithmetic that ties it together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from train.factory import names
from train.factory.documents.receipt_words import (
    CARD_LABELS,
    CASH_LABELS,
    CHANGE_LABELS,
    CURRENCY,
    DATE_LABELS,
    NUMBER_LABELS,
    ROUNDING_LABELS,
    SUBTOTAL_LABELS,
    THANKS,
    TITLES,
    TOTAL_LABELS,
)
from train.factory.documents.roll import Roll
from train.factory.sample import Split, share
from train.factory.scene import Anchor
from train.factory.values import DATE_STYLES, any_date, money

Money = Callable[..., str]
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Bill:
    """Items and the sums under them; `total` is what the customer pays."""

    items: tuple[Item, ...]
    discount: Decimal
    tax_rate: int
    tax_inclusive: bool
    rounding: Decimal
    day: date
    cash: Decimal | None

    @staticmethod
    def of(rng: Random, split: Split, locale: str) -> Bill:
        named = {}
        for _ in range(rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 6, 8))):
            item = Item(names.product(rng, split), rng.choice((1, 1, 1, 2, 3, 4, 10)), money(rng, 0.8, 180))
            named[item.name] = item
        subtotal = sum((item.amount for item in named.values()), Decimal(0))
        discount = (subtotal / rng.choice((10, 20))).quantize(CENT) if rng.random() < 0.12 else Decimal(0)
        rate = rng.choice((0, 6, 6, 6, 10, 19, 7, 20)) if rng.random() < 0.75 else 0
        inclusive = rng.random() < 0.6
        net = subtotal - discount
        gross = net if inclusive else net + (net * rate / 100).quantize(CENT, ROUND_HALF_UP)
        rounding = Decimal(0)
        if locale == "ms" and rng.random() < 0.6:
            rounding = (gross * 20).quantize(Decimal(1), ROUND_HALF_UP) / 20 - gross
        total = gross + rounding
        cash = None
        if rng.random() < 0.7:
            step = rng.choice((1, 5, 10, 50))
            cash = total if rng.random() < 0.3 else ((total / step).to_integral_value() + 1) * step
        return Bill(tuple(named.values()), discount, rate, inclusive, rounding, any_date(rng), cash)

    @property
    def subtotal(self) -> Decimal:
        return sum((item.amount for item in self.items), Decimal(0))

    @property
    def tax(self) -> Decimal:
        net = self.subtotal - self.discount
        share_of = 100 + self.tax_rate if self.tax_inclusive else 100
        return (net * self.tax_rate / share_of).quantize(CENT, ROUND_HALF_UP)

    @property
    def total(self) -> Decimal:
        gross = self.subtotal - self.discount + (Decimal(0) if self.tax_inclusive else self.tax)
        return gross + self.rounding


def header(
    roll: Roll, facts: dict[str, str], rng: Random, split: Split, locale: str, anchor: Anchor, upper: bool
) -> None:
    """Shop, registration, address, phone and tax numbers; what is written goes into `facts`."""
    company = names.company(rng, locale, split)
    company = company.upper() if upper else company
    registration = f"({rng.randrange(10**5, 10**7)}-{rng.choice('ADHKMPTUVWX')})" if locale == "ms" else ""
    if rng.random() < 0.15:  # the trade name above the company that owns it
        roll.line(f"{names.coined(rng)} {rng.choice(share(names.TRADES, split))}".upper(), anchor)
    facts["company"] = company
    beside = bool(registration) and rng.random() < 0.4
    if len(company) > 0.7 * roll.columns and " " in company and rng.random() < 0.4:
        cut = company.rindex(" ")
        roll.line(company[:cut], anchor)
        roll.line(company[cut + 1 :], anchor)
    else:
        roll.line(f"{company} {registration}" if beside else company, anchor)
    if registration and not beside and rng.random() < 0.7:
        roll.line(rng.choice(("Co. Reg No: ", "", "", "Company Reg. No. ", "ROC NO: ")) + registration, anchor)
    if rng.random() < 0.93:
        where = names.address(rng, locale, split)
        facts["address"] = where.text
        for line in where.lines:
            roll.line(line, anchor)
    _contact(roll, facts, rng, locale, anchor)
    if rng.random() < 0.25:
        roll.line("-" * rng.randrange(10, roll.columns), anchor)
    if rng.random() < 0.75:
        roll.line(rng.choice(share(TITLES, split)), rng.choice(("middle", anchor)))


def _contact(roll: Roll, facts: dict[str, str], rng: Random, locale: str, anchor: Anchor) -> None:
    if rng.random() < 0.65:
        phone = (
            f"{rng.choice(('03', '07', '04', '0', '+60'))}{rng.choice(('-', ' ', '- '))}{rng.randrange(10**6, 10**8)}"
        )
        facts["phone"] = phone
        fax = f"  FAX: {rng.randrange(10**6, 10**8)}" if rng.random() < 0.2 else ""
        roll.line(f"{rng.choice(('TEL: ', 'Tel : ', 'Tel:', 'PHONE ', 'TEL. '))}{phone}{fax}", anchor)
    if rng.random() < 0.6:
        number = f"{rng.randrange(10**11, 10**12):012d}"
        label = "GST ID" if locale in ("ms", "en") else "USt-IdNr."
        facts["tax number"] = number
        label = rng.choice((label, f"{label} No", f"({label}", "GST Reg No", "GST Reg"))
        roll.line(f"{label}{rng.choice((': ', ':', ' : '))}{number}{')' if label[0] == '(' else ''}", anchor)
    if rng.random() < 0.15:
        mail = f"info@{names.coined(rng).lower()}.com"
        facts["e-mail"] = mail
        roll.line(rng.choice(("Email: ", "", "E-mail : ")) + mail, anchor)


def draw_bill(roll: Roll, facts: dict[str, str], bill: Bill, rng: Random, split: Split, locale: str) -> None:
    """Number and date, items, sums, payment, tax summary, thanks."""
    colon = rng.choice((": ", " : ", ":", " ", "  "))
    _meta(roll, facts, bill, rng, split, locale, colon)
    symbol = rng.choice(CURRENCY[locale])
    point = "," if locale in ("de", "fr", "es") else "."

    def write(value: Decimal, marked: bool = True) -> str:
        digits = f"{value:,.2f}" if rng.random() < 0.3 else f"{value:.2f}"
        if point == ",":
            digits = digits.replace(",", " ").replace(".", ",").replace(" ", ".")
        return f"{symbol if marked else ''}{digits}"

    facts["number of items"] = str(len(bill.items))
    _items(roll, facts, bill, rng, write)
    rows = _sums(facts, bill, rng, split, write)
    tight = rng.random()
    for label, value in rows:
        mark = rng.choice(("", ":", " :"))
        if tight < 0.15:
            roll.line(f"{label}{mark} {value}", "right")
        elif tight < 0.3:
            roll.pair(label + mark, value, 0.62)
        else:
            roll.pair(label + mark, value)
    if bill.tax_rate and locale == "ms" and rng.random() < 0.6:
        net = bill.total - bill.rounding - bill.tax
        roll.cells(("GST Summary", "Amount", "Tax"), (0, 0.65, 1), ("left", "right", "right"))
        cells = (f"S = {bill.tax_rate}%", write(net, False), write(bill.tax, False))
        roll.cells(cells, (0, 0.65, 1), ("left", "right", "right"))
    for text in rng.sample(THANKS, rng.randrange(0, 4)):
        roll.line(text, "middle")


def _meta(roll: Roll, facts: dict[str, str], bill: Bill, rng: Random, split: Split, locale: str, colon: str) -> None:
    tail = rng.choice(("", f":{rng.randrange(10, 60)}", " PM", "AM"))
    clock = f"{rng.randrange(8, 22):02d}:{rng.randrange(60):02d}{tail}"
    rows = []
    if rng.random() < 0.95:
        language = "en" if locale == "ms" else locale
        printed = rng.choice(share(DATE_STYLES[language], split) if language == "en" else DATE_STYLES[language])(
            bill.day
        )
        facts["date"] = printed
        label = rng.choice(share(DATE_LABELS, split)).rstrip(":")
        with_clock = rng.random() < 0.55
        facts |= {"time": clock} if with_clock else {}
        rows.append(
            f"{label + colon if label else ''}{printed}{rng.choice(('  ', ' ', ' ')) + clock if with_clock else ''}"
        )
    if rng.random() < 0.75:
        number = rng.choice(("{a}", "INV-{a}", "CS{a}", "{b}/{a}", "{b}-{b}-{a}", "OR{a}", "#{a}", "A{a}/{b}")).format(
            a=rng.randrange(1000, 10**8), b=rng.randrange(100, 9999)
        )
        facts["receipt number"] = number
        rows.append(f"{rng.choice(share(NUMBER_LABELS, split))}{colon}{number}")
    if rng.random() < 0.5:
        cashier = rng.choice(
            (names.person(rng, "en", split).split()[0].upper(), f"USER {rng.randrange(1, 9)}", "admin")
        )
        facts["cashier"] = cashier
        rows.append(f"{rng.choice(('Cashier', 'Served By', 'Staff', 'Operator', 'CASHIER'))}{colon}{cashier}")
    for label, low, high in (("Table", 1, 60), ("Pax", 1, 9), ("Counter", 1, 12), ("Member", 10**7, 10**8)):
        if rng.random() < 0.12:
            rows.append(f"{label}{colon}{rng.randrange(low, high)}")
    rng.shuffle(rows)
    while rows:
        row = rows.pop()
        if rows and rng.random() < 0.3 and len(row) + len(rows[-1]) < roll.columns - 4:
            roll.pair(row, rows.pop())
        else:
            roll.line(row)


def _items(roll: Roll, facts: dict[str, str], bill: Bill, rng: Random, write: Money) -> None:
    form = rng.randrange(4)
    right: tuple[Anchor, ...] = ("left", "right", "right", "right")
    if rng.random() < 0.6:
        heads = (("Item", "Qty", "Price", "Amount"), ("DESCRIPTION", "QTY", "U/P", "AMT"), ("Item", "Qty", "RM", "RM"))
        roll.cells(rng.choice(heads), (0, 0.55, 0.78, 1), right)
    flag = rng.choice(("", "", " SR", " S", " Z"))
    for item in bill.items:
        price, amount = write(item.price, False), write(item.amount, False)
        facts[f"amount of {item.name}"] = amount
        amount += flag
        code = str(rng.randrange(10**5, 10**13))
        if form == 0:
            roll.cells(
                (item.name[: int(0.5 * roll.columns)], str(item.quantity), price, amount), (0, 0.55, 0.78, 1), right
            )
        elif form == 1:
            roll.line(item.name)
            roll.cells((code[:8], str(item.quantity), price, amount), (0, 0.5, 0.75, 1), right)
        elif form == 2:
            roll.pair(f"{item.quantity} {item.name}"[: roll.columns - 12], amount)
        else:
            roll.line(f"{code} {item.name}"[: roll.columns])
            roll.pair(f"  {item.quantity} X {price}", amount)


def _sums(facts: dict[str, str], bill: Bill, rng: Random, split: Split, write: Money) -> list[tuple[str, str]]:
    rows = []
    total = write(bill.total)
    facts["total"] = total

    def row(labels: list[str], key: str, value: Decimal) -> None:
        facts[key] = write(value)
        rows.append((rng.choice(share(labels, split)), facts[key]))

    if bill.discount:
        row(["Discount", "Less discount", "DISC", "Promotion"], "discount", bill.discount)
    if not bill.tax_inclusive or bill.discount or rng.random() < 0.4:
        facts["subtotal"] = write(bill.subtotal)
        rows.insert(0, (rng.choice(share(SUBTOTAL_LABELS, split)), facts["subtotal"]))
    if bill.tax_rate and rng.random() < 0.7:
        named = [
            f"GST {bill.tax_rate}%",
            f"Tax {bill.tax_rate}%",
            f"GST @{bill.tax_rate}%",
            "GST",
            "Tax",
            "VAT",
            "Service Tax",
            "Sales tax",
        ]
        row(named, "tax", bill.tax)
    if bill.rounding or rng.random() < 0.1:
        row(ROUNDING_LABELS, "rounding", bill.rounding)
        if rng.random() < 0.3:
            rows.insert(len(rows) - 1, ("Total Sales", write(bill.total - bill.rounding)))
    if rng.random() < 0.25:
        rows.append(
            (
                rng.choice(("Total Qty", "Item(s)", "No. of items", "TOTAL QTY")),
                str(sum(i.quantity for i in bill.items)),
            )
        )
    rows.append((rng.choice(share(TOTAL_LABELS, split)), total))
    if bill.cash is not None:
        row(CASH_LABELS, "cash", bill.cash)
        row(CHANGE_LABELS, "change", bill.cash - bill.total)
    elif rng.random() < 0.6:
        rows.append((rng.choice(share(CARD_LABELS, split)), total))
    return rows
