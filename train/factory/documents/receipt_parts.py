"""What stands on a receipt below its head, down to the last thank-you, and the arithmetic that ties it together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import NamedTuple

from train.factory import names
from train.factory.documents import receipt_trimmings
from train.factory.documents.receipt_words import CURRENCY, labels
from train.factory.documents.roll import Roll
from train.factory.sample import Split, share
from train.factory.values import DATE_STYLES, any_date, money

Money = Callable[..., str]
CENT = Decimal("0.01")
MARKED_AT = 0.62  # of the width: where a currency begins that has a column of its own
CELLS_END, CODES_END = (0.55, 0.78), (0.5, 0.75)  # of the width: where quantities and prices end, if there is room


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


def draw_bill(
    roll: Roll, facts: dict[str, str], bill: Bill, rng: Random, split: Split, locale: str, tongue: str
) -> None:
    """Number and date, items, sums, payment, tax summary, thanks."""
    colon = rng.choice((": ", " : ", ":", " ", "  "))
    is_late = rng.random() < 0.08  # number and date at the end
    if not is_late:
        _meta(roll, facts, bill, rng, split, locale, tongue, colon)
    symbol = rng.choice(CURRENCY[locale])
    apart = rng.random() < 0.25 and symbol.strip()  # in a column of its own: no part of the values
    point = "," if locale in ("de", "fr", "es") else "."

    def write(value: Decimal, marked: bool = True) -> str:
        digits = f"{value:,.2f}" if rng.random() < 0.3 else f"{value:.2f}"
        if point == ",":
            digits = digits.replace(",", " ").replace(".", ",").replace(" ", ".")
        return f"{symbol if marked and not apart else ''}{digits}"

    _items(roll, facts, bill, rng, split, tongue, write)
    rows = _sums(facts, bill, rng, split, tongue, write)
    tight = rng.random()
    for label, value in rows:
        label = label.rstrip(":") + rng.choice(("", ":", " :"))
        reach = 0.62 if 0.15 <= tight < 0.3 else 1.0
        if apart and len(label) + 1 <= MARKED_AT * roll.columns and len(value) < (1 - MARKED_AT) * roll.columns - 6:
            roll.cells((label, apart, value), (0, MARKED_AT, 1), ("left", "left", "right"))
        elif len(label) + len(value) >= roll.columns:  # there is no room beside it
            roll.line(label)
            roll.line(value, "right")
        elif tight < 0.15:
            roll.line(f"{label} {value}", "right")
        else:
            roll.pair(label, value, reach if len(label) + len(value) + 1 <= reach * roll.columns else 1.0)
    if is_late:
        _meta(roll, facts, bill, rng, split, locale, tongue, colon)
    if bill.tax_rate and rng.random() < (0.7 if locale == "ms" else 0.25):
        gross = bill.total - bill.rounding
        amounts = [write(value, False) for value in (gross - bill.tax, bill.tax, gross)]
        receipt_trimmings.tax_summary(roll, rng, split, bill.tax_rate, *amounts)
    for text in rng.sample(labels("thanks", tongue, split), rng.randrange(0, 4)):
        roll.line(text, "middle")
    receipt_trimmings.below(roll, rng, split)


def _meta(
    roll: Roll, facts: dict[str, str], bill: Bill, rng: Random, split: Split, locale: str, tongue: str, colon: str
) -> None:
    def named(name: str, value: object) -> str:
        return f"{rng.choice(labels(name, tongue, split))}{colon}{value}"

    hour = rng.randrange(8, 22)
    half = "AM" if hour < 12 else "PM"
    clock = f"{hour:02d}:{rng.randrange(60):02d}{rng.choice(('', f':{rng.randrange(10, 60)}', f' {half}', half))}"
    rows = []
    if rng.random() < 0.95:
        language = "en" if locale == "ms" else locale
        printed = rng.choice(share(DATE_STYLES[language], split) if language == "en" else DATE_STYLES[language])(
            bill.day
        )
        facts["date"] = printed
        label = "" if rng.random() < 0.15 else rng.choice(labels("date", tongue, split)).rstrip(":")
        row = f"{label + colon if label else ''}{printed}"
        if rng.random() < 0.55:
            facts["time"] = clock
            if rng.random() < 0.3 or len(row) + len(clock) + 2 > roll.columns:
                rows.append(named("time", clock))
            else:
                row += rng.choice(("  ", " ", " ")) + clock
        rows.append(row)
    if rng.random() < 0.75:
        number = rng.choice(("{a}", "INV-{a}", "CS{a}", "{b}/{a}", "{b}-{b}-{a}", "OR{a}", "#{a}", "A{a}/{b}")).format(
            a=rng.randrange(1000, 10**8), b=rng.randrange(100, 9999)
        )
        facts["receipt number"] = number
        rows.append(named("number", number))
    if rng.random() < 0.5:
        cashier = rng.choice(
            (rng.choice(share(names.FIRST["en"], split)).upper(), f"USER {rng.randrange(1, 9)}", "admin")
        )
        facts["cashier"] = cashier
        rows.append(named("cashier", cashier))
    for name, low, high in (("table", 1, 60), ("pax", 1, 9), ("counter", 1, 12), ("member", 10**7, 10**8)):
        if rng.random() < 0.12:
            rows.append(named(name, rng.randrange(low, high)))
    rng.shuffle(rows)
    while rows:
        row = rows.pop()
        if rows and rng.random() < 0.3 and len(row) + len(rows[-1]) < roll.columns - 4:
            roll.pair(row, rows.pop())
        else:
            roll.line(row)


def _items(roll: Roll, facts: dict[str, str], bill: Bill, rng: Random, split: Split, tongue: str, write: Money) -> None:
    form = rng.randrange(6)
    heads = rng.choice(labels("heads", tongue, split)).split(";") if rng.random() < 0.6 else []
    flag = rng.choice(("", "", " SR", " S", " Z"))
    rows = []
    for item in bill.items:
        price, amount = write(item.price, False), write(item.amount, False)
        facts[f"amount of {item.name}"] = amount
        rows.append((str(rng.randrange(10**5, 10**13)), str(item.quantity), price, amount + flag))
    if form in (0, 1, 4):
        _columns(roll, bill, rows, heads, flag, form)
        return
    if heads:
        columns = _Columns.of(roll.columns, [heads], CELLS_END)
        if columns.room >= len(heads[0]):
            columns.put(roll, heads)
    for item, (code, quantity, price, amount) in zip(bill.items, rows, strict=True):
        if form == 2:
            roll.pair(f"{quantity} {item.name}"[: roll.columns - 12], amount)
        elif form == 3:
            roll.line(f"{code} {item.name}"[: roll.columns])
            roll.pair(f"  {quantity} X {price}", amount)
        else:
            roll.pair(f"{code[:4]} {item.name}"[: roll.columns - 12], amount)
            roll.line(f"@{quantity} X {write(item.price)}", "left", 4)


class _Columns(NamedTuple):
    """Where quantity, price and amount end, in characters, and how much room there is before them."""

    ends: tuple[float, float, float]
    room: int

    @staticmethod
    def of(width: int, rows: Sequence[Sequence[str]], planned: tuple[float, float]) -> _Columns:
        """At the `planned` shares of the width, or as far to the left as the widest cells of `rows` push them."""
        quantity, price, amount = (max(len(row[place]) for row in rows) for place in (1, 2, 3))
        price_end = min(planned[1] * width, width - amount - 1)
        quantity_end = min(planned[0] * width, price_end - price - 1)
        return _Columns((quantity_end, price_end, width), int(quantity_end - quantity - 1))

    def put(self, roll: Roll, cells: Sequence[str]) -> None:
        roll.cells(cells, (0, *(end / roll.columns for end in self.ends)), ("left", "right", "right", "right"))


def _columns(
    roll: Roll, bill: Bill, rows: list[tuple[str, str, str, str]], heads: list[str], flag: str, form: int
) -> None:
    """Items in columns: their names in the first one (0), above (1) or below it (4)."""
    planned = CODES_END if form == 1 else CELLS_END
    columns = _Columns.of(roll.columns, rows, planned)
    names = [item.name[: roll.columns // 2] for item in bill.items]
    if form == 0 and columns.room < max(map(len, names)):
        form = 1  # a name that would fit half a row stays whole, for a question may call the item by it
    least = max(map(len, names)) if form == 0 else 8
    if heads:
        headed = _Columns.of(roll.columns, [*rows, heads], planned)
        if headed.room >= max(least, len(heads[0])):
            headed.put(roll, heads)
            columns = headed
    for item, name, (code, *cells) in zip(bill.items, names, rows, strict=True):
        if form == 1:
            roll.line(item.name)
        first = {0: name, 1: code[:8]}.get(form, f"{flag.strip()} {code}".strip()[: columns.room].strip())
        columns.put(roll, (first, *cells))
        if form == 4:
            roll.line(item.name)


def _sums(
    facts: dict[str, str], bill: Bill, rng: Random, split: Split, tongue: str, write: Money
) -> list[tuple[str, str]]:
    rows = []
    total = write(bill.total)
    facts["total"] = total
    total_labels = labels("total", tongue, split)

    def row(key: str, value: Decimal, *more: str) -> None:
        """`more` are lists of labels that fit this receipt, too."""
        facts[key] = write(value)
        name = rng.choice(more) if more and rng.random() < 0.4 else key
        rows.append((rng.choice(labels(name, tongue, split)).format(bill.tax_rate), facts[key]))

    if not bill.tax_inclusive or bill.discount or rng.random() < 0.4:
        is_net = bill.tax_rate and not bill.tax_inclusive and not bill.discount
        row("subtotal", bill.subtotal, *(("subtotal_net",) if is_net else ()))
    if bill.discount:
        row("discount", bill.discount)
    if bill.tax_rate and rng.random() < 0.7:
        row("tax", bill.tax, "tax_included" if bill.tax_inclusive else "tax_added")
    if bill.rounding or rng.random() < 0.1:
        row("rounding", bill.rounding)
        if bill.rounding and rng.random() < 0.3:
            label = rng.choice(labels("before_rounding", tongue, split))
            rows.insert(len(rows) - 1, (label, write(bill.total - bill.rounding)))
            total_labels = labels("rounded_total", tongue, split)
    if tongue in ("ms", "uk"):
        zero = write(Decimal("0.00"), False)
        zeros = receipt_trimmings.zeros(rng, split, zero, has_discount=bool(bill.discount))
        if any(receipt_trimmings.is_discount(label) for label, _ in zeros):
            facts["discount"] = zero
        rows += zeros
    if rng.random() < 0.25:
        label = rng.choice(labels("quantity", tongue, split))
        rows.append((label, str(sum(item.quantity for item in bill.items))))
    rows.append((rng.choice(total_labels), total))
    if bill.cash is not None:
        row("cash", bill.cash)
        row("change", bill.cash - bill.total)
    elif rng.random() < 0.6:
        rows.append((rng.choice(labels("card", tongue, split)), total))
    return rows
