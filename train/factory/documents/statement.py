"""Statements of a bank account or a customer's account: rows that add up from opening to closing.

No two rows share a text, a date or an absolute amount, so a question about one of them has one answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from train.factory import names, traces, values
from train.factory.documents import utility
from train.factory.documents.business import bank_of, document_number, is_clear, tongue
from train.factory.documents.looks import any_look
from train.factory.documents.paper import Cell, Column, Paper, one_of
from train.factory.documents.statement_words import ASK, LABELS, META, PAYMENTS, ROWS
from train.factory.documents.wordings import ISO, ask, with_suffix
from train.factory.sample import Question, Sample, Split, missing, reading, share
from train.factory.scene import Anchor

OPTIONAL = ("holder", "account", "statement_number", "statement_date", "customer_number")
COLUMNS = (
    "date text amount balance",
    "date text out in balance",
    "date number text amount balance",
    "text date amount balance",  # test
    "number date text out in balance",
    "date text in out balance",
    "date text amount",
    "date amount text balance",  # test
)
WEIGHTS = {"text": 3.2, "date": 1.5, "number": 1.3}


class Row(NamedTuple):
    day: date
    text: str
    amount: Decimal
    balance: Decimal
    number: str


@dataclass(frozen=True, slots=True)
class Statement:
    """`shown` facts are as printed; `opening` and `closing` are what the rows lead from and to."""

    kind: str
    language: str
    facts: dict[str, str]
    labels: dict[str, str]
    opening: Decimal
    rows: tuple[Row, ...]
    style: values.NumberStyle
    date_style: values.DateStyle
    columns: tuple[str, ...]
    scale: int  # 1, or -1 where a column of its own shows money going out

    @property
    def closing(self) -> Decimal:
        return self.rows[-1].balance

    @property
    def has_balance(self) -> bool:
        return "balance" in self.columns


def make(rng: Random, split: Split) -> Sample:
    if rng.random() < 0.2:
        return utility.make(rng, split)
    statement = _statement(rng, split)
    absent = tuple(key for key in META if key not in statement.facts)
    return Sample(
        kind="statement",
        scenes=_draw(rng, split, statement).scenes(),
        questions=tuple(_questions(rng, split, statement, absent)),
        fields=dict(statement.facts),
        language=statement.language,
        medium="scan" if rng.random() < 0.3 else "digital",
    )


def _statement(rng: Random, split: Split) -> Statement:
    language = tongue(rng, (65, 20, 8, 7))
    kind = rng.choice(("bank", "bank", "account"))
    style = rng.choice(values.NUMBER_STYLES[language])
    date_style = rng.choice(values.DATE_STYLES[language])
    columns = tuple(rng.choice(share(COLUMNS, split)).split())
    opening = values.money(rng, 50, 20000)
    rows = _rows(rng, split, language, kind, opening)
    labels = {key: one_of(rng, text, split) for key, text in LABELS[language].items()}
    bank, iban, _ = bank_of(rng, language)
    facts = {
        "issuer": bank if kind == "bank" else names.company(rng, language, split),
        "opening": style.bare(opening),
        "closing": style.bare(rows[-1].balance),
    }
    optional = {
        "holder": names.person(rng, language, split),
        "account": iban if kind == "bank" else document_number(rng),
        "statement_number": f"{rng.randrange(1, 60)}/{rows[-1].day.year}",
        "statement_date": date_style(rows[-1].day + timedelta(days=rng.randrange(1, 5))),
        "customer_number": document_number(rng),
    }
    facts |= {key: value for key, value in optional.items() if rng.random() < 0.65}
    return Statement(
        kind, language, facts, labels, opening, rows, style, date_style, columns, -1 if "out" in columns else 1
    )


def _rows(rng: Random, split: Split, language: str, kind: str, opening: Decimal) -> tuple[Row, ...]:
    """Transactions in order; what is paid out is negative."""
    day, balance = values.any_date(rng), opening
    count = rng.choice((3, 4, 5, 6, 7, 8, 10, 14))
    texts = _texts(rng, split, language, kind, count)
    rows: list[Row] = []
    for text in texts:
        day += timedelta(days=rng.randrange(1, 6))
        amount = values.money(rng, 4, 4000)
        while any(abs(row.amount) == amount for row in rows):
            amount += Decimal("0.01")
        amount = amount if rng.random() < 0.3 else -amount
        balance += amount
        rows.append(Row(day, text, amount, balance, document_number(rng)))
    return tuple(rows)


def _texts(rng: Random, split: Split, language: str, kind: str, count: int) -> list[str]:
    """Different payees or reasons, none part of another."""
    found: list[str] = []
    for _ in range(6 * count):
        reasons = ROWS[language] if kind != "bank" or rng.random() < 0.35 else ""
        text = one_of(rng, reasons, split) if reasons else names.company(rng, language, split)
        if reasons and kind != "bank":
            text = f"{text} {document_number(rng)}"
        folded = text.casefold()
        if len(text) <= 26 and not any(folded in other.casefold() or other.casefold() in folded for other in found):
            found.append(text)
        if len(found) == count:
            break
    return found


def _draw(rng: Random, split: Split, statement: Statement) -> Paper:
    paper, facts, labels = Paper(any_look(rng)), statement.facts, statement.labels
    anchor: Anchor = rng.choice(("left", "middle", "right"))
    x = {"left": paper.left, "middle": paper.middle, "right": paper.right}[anchor]
    paper.put(x, facts["issuer"], anchor, bold=True, scale=1.5, ink=True)
    paper.down(1.8)
    paper.put(x, labels["title"], anchor, scale=1.2)
    paper.down(2)
    pairs = [(labels[key], facts[key]) for key in OPTIONAL if key in facts]
    gutter = rng.choice((None, 10.0, 90.0))
    has_room = paper.pairs_width(pairs, gutter) < paper.middle - paper.left  # two columns side by side
    half = (len(pairs) + 1) // 2 if has_room and rng.random() < 0.4 else len(pairs)
    top = paper.y
    paper.pairs(paper.left, pairs[:half], gutter)
    below, paper.y = paper.y, top
    paper.pairs(paper.middle, pairs[half:], 10)
    paper.y = max(below, paper.y)
    paper.down()
    is_in_table = statement.has_balance and rng.random() < 0.5
    if not is_in_table:
        _balance(rng, paper, labels["opening"], facts["opening"])
    columns = [Column(labels[key], WEIGHTS.get(key, 1.5), _anchor(key)) for key in statement.columns]
    rows = [_cells(statement, row) for row in statement.rows]
    if is_in_table:
        ends = [{"text": labels[key], "balance": facts[key]} for key in ("opening", "closing")]
        first, last = ([cells.get(key, "") for key in statement.columns] for cells in ends)
        rows = [first, *rows, last]
    paper.table(columns, rows, ruled=rng.random() < 0.3, tinted=rng.random() < 0.4)
    paper.down(0.6)
    if not is_in_table:
        _balance(rng, paper, labels["closing"], facts["closing"])
    paper.down()
    paper.feet([], one_of(rng, labels["page"], split) if rng.random() < 0.6 else "")
    return paper


def _anchor(key: str) -> Anchor:
    return "left" if key in ("text", "date", "number") else "right"


def _balance(rng: Random, paper: Paper, label: str, value: str) -> None:
    paper.need(2)
    at, anchor = rng.choice(((paper.right, "right"), (paper.left + 0.35 * (paper.right - paper.left), "left")))
    paper.row((Cell(paper.left, label, bold=True), Cell(at, value, "right" if anchor == "right" else "left", True)))
    paper.down(0.6)


def _cells(statement: Statement, row: Row) -> list[str]:
    style = statement.style
    amount = style.bare(row.amount)
    cells = {
        "date": statement.date_style(row.day),
        "text": row.text,
        "number": row.number,
        "amount": amount,
        "out": style.bare(-row.amount) if row.amount < 0 else "",
        "in": amount if row.amount > 0 else "",
        "balance": style.bare(row.balance),
    }
    return [cells[key] for key in statement.columns]


def _questions(rng: Random, split: Split, statement: Statement, absent: tuple[str, ...]) -> Iterator[Question]:
    facts = statement.facts
    if absent:
        key = rng.choice(absent)
        yield missing(_ask(rng, split, statement, key), key.replace("_", " "), f"field/{key}")
    stranger = f"{names.coined(rng, 3)} {rng.choice(names.FORMS[statement.language])}".strip()
    if rng.random() < 0.7:
        text = one_of(rng, PAYMENTS[rng.choice(list(PAYMENTS))], split).format(stranger)
        yield missing(text, f"{stranger}, amount", "row/amount")
    for key in rng.sample(list(facts), min(len(facts), rng.randint(2, 4))):
        yield _field(rng, split, statement, key)
    lookups = list(_lookups(rng, split, statement))
    yield from rng.sample(lookups, min(len(lookups), rng.randint(3, 5)))
    thoughts = list(_thinking(rng, split, statement))
    yield from rng.sample(thoughts, min(len(thoughts), 3))


def _field(rng: Random, split: Split, statement: Statement, key: str) -> Question:
    metric = {"opening": "amount", "closing": "amount", "statement_date": "date", "holder": "anls", "issuer": "anls"}
    text, value = _ask(rng, split, statement, key), statement.facts[key]
    return reading(text, key.replace("_", " "), value, f"field/{key}", metric.get(key, "exact_field"))


def _ask(rng: Random, split: Split, statement: Statement, key: str) -> str:
    return ask(rng, META[key], split, statement.language)


def _lookups(rng: Random, split: Split, statement: Statement) -> Iterator[Question]:
    """Rows asked for by their text or their date."""
    for row in rng.sample(statement.rows, min(3, len(statement.rows))):
        name = f'"{row.text}"' if rng.random() < 0.5 else row.text
        day, style = statement.date_style(row.day), statement.style
        paid = _printed(statement, row)
        payments = PAYMENTS["amount" if "amount" in statement.columns else "in" if row.amount > 0 else "out"]
        text = one_of(rng, payments, split).format(name)
        yield reading(text, f"{row.text}, amount", style.bare(paid), "row/amount", "amount")
        text = one_of(rng, ASK["date"], split).format(name)
        if rng.random() < 0.35 and is_clear(row.day, day, statement.language):
            text = with_suffix(text, one_of(rng, ISO["en"], split))
            yield Question(
                text, f"{row.day:%Y-%m-%d}", f"{row.text}, date: {day}\n{row.day:%Y-%m-%d}", "row/date", "date"
            )
        else:
            yield reading(text, f"{row.text}, date", day, "row/date", "date")
        text = one_of(rng, ASK["text"], split).format(day)
        yield reading(text, day, row.text, "row/text", "anls")
        if statement.has_balance:
            text = one_of(rng, ASK["balance"], split).format(name if rng.random() < 0.5 else day)
            yield reading(text, f"{day} {row.text}, balance", style.bare(row.balance), "row/balance", "amount")


def _printed(statement: Statement, row: Row) -> Decimal:
    """The amount of a row as printed: with its sign, or without where it has a column of its own."""
    return abs(row.amount) if statement.scale < 0 else row.amount


def _thinking(rng: Random, split: Split, statement: Statement) -> Iterator[Question]:
    opening, closing = (
        traces.Read(f"{key} balance", value)
        for key, value in (("opening", statement.opening), ("closing", statement.closing))
    )
    yield _thought(rng, split, "change", traces.difference(closing, opening), "difference", "amount")
    rows = statement.rows
    reads = [traces.Read(row.text, abs(row.amount)) for row in rows]
    for side, sign in (("out", -1), ("in", 1)):
        sided = [read for read, row in zip(reads, rows, strict=True) if row.amount * sign > 0]
        if not 2 <= len(sided) <= traces.MAX_READS:
            continue
        is_signed = sign < 0 and "amount" in statement.columns and statement.scale > 0
        tail = " (amounts without their sign)" if is_signed else ""
        pair = sorted(rng.sample(sided, 2), key=lambda read: -read.value)
        quoted = [f'"{read.label}"' for read in pair]
        yield _thought(rng, split, f"pair {side}", traces.total(pair), "sum", "amount", *quoted, tail=tail)
        yield _thought(rng, split, f"more {side}", traces.difference(*pair), "difference", "amount", *quoted, tail=tail)
        if "out" in statement.columns:
            continue  # lines of words do not say in which of two columns a lone amount stands
        yield _thought(rng, split, f"largest {side}", traces.largest(sided), "largest", "anls")
        yield _thought(rng, split, f"smallest {side}", traces.largest(sided, smallest=True), "smallest", "anls")
        yield _thought(rng, split, f"sum {side}", traces.total(sided), "sum", "amount", tail=tail)
        listed = "\n".join(f"{place}: {read.label}" for place, read in enumerate(sided, start=1))
        text = one_of(rng, ASK[f"count {side}"], split)
        yield Question(text, str(len(sided)), f"{listed}\n{len(sided)}", "count", "exact_field", 1)


def _thought(
    rng: Random, split: Split, key: str, thought: traces.Thought, task: str, metric: str, *named: str, tail: str = ""
) -> Question:
    text = with_suffix(one_of(rng, ASK[key], split).format(*named), tail)
    return traces.worked(text, thought, task, metric)
