"""The middle of an invoice: the table of items and the block of sums, in many orders and shapes."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from train.factory.documents.bill import Bill
from train.factory.documents.invoice_labels import NOTES
from train.factory.documents.looks import smaller
from train.factory.documents.paper import Cell, Column, Paper, one_of
from train.factory.sample import Split, share
from train.factory.scene import Anchor, Rect

COLUMNS = (
    "position item quantity price amount",
    "item quantity price amount",
    "quantity item price amount",
    "quantity unit article item price amount",
    "position article item quantity unit price amount",
    "item price quantity rate amount",
    "position item price quantity rate amount",
    "article quantity item price rate amount",
    "article item price quantity amount",
    "quantity article item price amount",
    "position item quantity unit price rate amount",
    "position quantity item unit price amount",
    "item quantity unit price amount",
    "article item rate quantity price amount",
    "position quantity unit item rate price amount",
    "item article price quantity amount",
)
WEIGHTS = {"position": 0.5, "item": 3.0, "article": 1.3, "quantity": 0.9, "unit": 0.8, "price": 1.2, "rate": 0.9}


class Body:
    """Items, then sums; `kind` says what the sums look like: right, wide, boxed, grid or breakdown."""

    def __init__(self, rng: Random, split: Split, bill: Bill, paper: Paper, kind: str, colon: str) -> None:
        self.rng, self.split, self.bill, self.paper = rng, split, bill, paper
        self.kind, self.colon, self.labels = kind, colon, bill.labels

    def items(self) -> None:
        bill, rng = self.bill, self.rng
        keys = rng.choice(share(COLUMNS, self.split)).split()
        style = bill.style
        has_notes = rng.random() < 0.2
        columns = []
        for key in keys:
            head = self.labels[key]
            if key == "amount" and not bill.has_currency and rng.random() < 0.7:
                head = f"{head} {(style.before + style.after).strip()}"
            anchor: Anchor = "left" if key in ("position", "item", "article", "unit") else "right"
            columns.append(Column(head, WEIGHTS.get(key, 1.4), anchor))
        rows = []
        for place, item in enumerate(bill.items, start=1):
            cells = {
                "position": str(place),
                "item": item.name,
                "article": item.article,
                "quantity": style.bare(item.quantity),
                "unit": item.unit,
                "price": style.bare(item.price),
                "rate": f"{self._percent(item.rate)}%",
                "amount": style.bare(item.amount),
            }
            rows.append([cells[key] for key in keys])
            if has_notes and rng.random() < 0.5:
                rows.append([self.note() if key == "item" else "" for key in keys])
        self.paper.table(columns, rows, ruled=rng.random() < 0.3, tinted=rng.random() < 0.4)
        self.paper.down(0.8)

    def spread_items(self) -> None:
        """Items over two lines and more, under a head of three, as viewers print electronic invoices."""
        bill, rng, paper, style, labels = self.bill, self.rng, self.paper, self.bill.style, self.labels
        width, has_article = paper.right - paper.left, rng.random() < 0.5
        at = {"position": 0.0, "article": 0.07, "item": 0.24, "price": 0.62, "quantity": 0.72, "rate": 0.84}
        xs = {key: paper.left + share * width for key, share in at.items()}
        look, room = paper.look, xs["price"] - xs["item"]
        longest = max(paper.width(f"{item.name}  {style.bare(item.price)}") for item in bill.items)
        paper.look = smaller(look, min(1.0, room / longest))  # a long name has to leave room for its price
        head = [Cell(xs[key], labels[key]) for key in ("position", "item")]
        head += [Cell(xs[key], labels[key].split(" ")[0], "right") for key in ("price", "quantity", "rate")]
        head.append(Cell(paper.right, labels["amount"], "right"))
        paper.row([Cell(xs["article"], labels["article"])])
        lower = [Cell(xs["article"], f"({labels['article']})")]
        edge = paper.left
        for cell in head:  # one that would run into the one before it stands a row below
            before, behind = (paper.width(cell.text), 0.0) if cell.anchor == "right" else (0.0, paper.width(cell.text))
            if cell.x - before < edge:
                lower.append(cell)
            else:
                paper.put(cell.x, cell.text, cell.anchor)
                edge = cell.x + behind + 0.5 * paper.look.size
        paper.down()
        paper.row(lower)
        falls, first = rng.random() < 0.6, rng.randrange(2)
        for place, item in enumerate(bill.items, start=first):
            paper.need(4)
            row = [Cell(xs["position"], str(place)), Cell(xs["item"], item.name)]
            row += [Cell(xs["article"], item.article)] if has_article else []
            row += [
                Cell(xs["price"], style.bare(item.price), "right"),
                Cell(xs["quantity"], style.bare(item.quantity), "right"),
            ]
            row.append(Cell(xs["rate"], f"{self._percent(item.rate)} %", "right"))
            amount = Cell(paper.right, style.bare(item.amount), "right")
            paper.row(row if falls else [*row, amount])
            if falls:
                paper.row([amount])
            for _ in range(rng.choice((0, 0, 0, 1, 2))):
                paper.row([Cell(xs["item"], self.note())])
        paper.look = look
        paper.down(0.8)

    def sums(self) -> None:
        paper, kind = self.paper, self.kind
        paper.need(12)
        if kind in ("grid", "breakdown"):
            self.taxes(kind == "grid")
        rows = self._sum_rows(kind)
        x = paper.left
        if kind != "wide":
            widest = max((paper.width(f"{label}{self.colon}  {value}", True) for _, label, value in rows), default=0.0)
            x = min(x + (paper.right - x) * self.rng.uniform(0.48, 0.62), paper.right - widest)
        if kind == "boxed":
            depth = (len(rows) + 0.4) * paper.step
            paper.mark(Rect(x - 6, paper.y - paper.step, paper.right - x + 12, depth, None, (120, 120, 120)))
        for key, label, value in rows:
            strong = key in ("total", "payable") and self.rng.random() < 0.7
            if strong and kind != "boxed":
                paper.rule(x, paper.right)
            paper.row((Cell(x, label + self.colon, "left", strong), Cell(paper.right, value, "right", strong)))
        paper.down(0.8)

    def note(self) -> str:
        """Words, a number or a date that is no fact of the bill."""
        rng, bill = self.rng, self.bill
        text = one_of(rng, NOTES[bill.language], self.split)
        return text.format(date=bill.date_style(bill.days["date"]), number=rng.randrange(1000, 99999))

    def _percent(self, rate: Decimal) -> str:
        return self.bill.style.bare(rate.normalize() if rate % 1 else Decimal(int(rate)))

    def taxes(self, has_total: bool) -> None:
        """A row for each rate; `has_total`: and a last one with the sums, where they say more than the first."""
        bill, labels = self.bill, self.labels
        keys = ("net" if has_total else "base", "rate", "tax", "total" if has_total else "gross")
        columns = [Column(labels[key], 1.0, "right") for key in keys]
        taxes = bill.taxes()
        rows = [
            [bill.style.bare(base), f"{self._percent(rate)}%", bill.style.bare(tax), bill.style.bare(base + tax)]
            for rate, base, tax in taxes
        ]
        sums = bill.sums
        if has_total and (len(taxes) > 1 or bill.has_currency):
            rows.append([bill.shown(sums["net"]), "", bill.shown(sums["tax"]), bill.shown(sums["total"])])
        self.paper.table(columns, rows, ruled=self.rng.random() < 0.5)
        self.paper.down(0.8)

    def _sum_rows(self, kind: str) -> list[tuple[str, str, str]]:
        """(key, label, value) of the block of sums; a grid has net, tax and total already."""
        bill, labels, sums = self.bill, self.labels, self.bill.sums
        taxes = bill.taxes()
        rows: list[tuple[str, str]] = []
        if kind == "breakdown" or "discount" in sums or "shipping" in sums:
            rows.append(("goods", labels["goods"]))
        rows += [(key, labels[key]) for key in ("discount", "shipping") if key in sums]
        if kind != "grid":
            rows.append(("net", labels["net"]))
            by_rate = [(f"{labels['tax']} {self._percent(rate)}%", tax) for rate, _, tax in taxes]
            if len(taxes) == 1 and kind != "breakdown":
                rows.append(("tax", by_rate[0][0]))
            else:
                rows.append(("tax", labels["tax_total"]))
            rows.append(("total", labels["total"]))
        rows += [(key, labels[key]) for key in ("prepaid", "payable") if key in sums]
        return [(key, label, bill.shown(sums[key])) for key, label in rows]
