"""An invoice on paper: layouts made of a letterhead, parties, meta data, items, sums and a foot that vary on their own.

Each fact of a bill is printed wherever the layout wants it, none is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from train.factory.documents.bill import Bill
from train.factory.documents.business import digits
from train.factory.documents.invoice_body import Body
from train.factory.documents.invoice_labels import LABELS
from train.factory.documents.looks import any_look, smaller
from train.factory.documents.paper import FOOT, Cell, Column, Paper, one_of
from train.factory.sample import Split, share
from train.factory.scene import Anchor, Scene

Pairs = list[tuple[str, str]]


class Layout(NamedTuple):
    """head: where the seller stands; parties: blocks of addresses; meta: numbers and dates; sums; foot."""

    head: str
    parties: str
    meta: str
    sums: str
    foot: str


LAYOUTS = (
    Layout("left", "window", "beside", "right", "columns"),
    Layout("right", "window", "below", "wide", "line"),
    Layout("centre", "shipping", "two", "boxed", "line"),
    Layout("left", "shipping", "grid", "grid", "text"),  # test
    Layout("none", "stack", "title", "breakdown", "text"),
    Layout("left", "window", "top", "right", "columns"),
    Layout("name", "pair", "beside", "grid", "columns"),
    Layout("none", "stack", "two", "grid", "columns"),  # test
    Layout("name", "swap", "grid", "boxed", "line"),
    Layout("none", "three", "below", "grid", "columns"),
    Layout("centre", "window", "title", "wide", "text"),
    Layout("right", "shipping", "beside", "breakdown", "line"),  # test
    Layout("none", "pair", "top", "breakdown", "text"),
    Layout("name", "three", "grid", "right", "text"),
    Layout("right", "shipping", "title", "boxed", "columns"),
    Layout("centre", "swap", "below", "wide", "columns"),  # test
)


def draw(rng: Random, split: Split, bill: Bill) -> tuple[Scene, ...]:
    layout = rng.choice(share(LAYOUTS, split))
    look = any_look(rng)
    page = _Page(rng, split, bill, layout, Paper(smaller(look, 0.86) if layout.parties == "three" else look))
    page.head()
    page.parties()
    page.meta()
    body = Body(rng, split, bill, page.paper, layout.sums, page.colon)
    body.items()
    body.sums()
    page.foot()
    return page.paper.scenes()


class _Page:
    """One bill being written; methods go from top to bottom."""

    def __init__(self, rng: Random, split: Split, bill: Bill, layout: Layout, paper: Paper) -> None:
        self.rng, self.split, self.bill, self.layout, self.paper = rng, split, bill, layout, paper
        self.labels = bill.labels
        self.title_at = rng.choice(("head", "above"))
        self.sections = rng.random() < 0.5  # labels of blocks
        self.colon = rng.choice((":", ":", "", " :"))
        self.pages = one_of(rng, LABELS[bill.language]["page"], split)
        contact = ("contact", "phone", "email", "vat_id", "fax")
        self.contact: Pairs = [
            (self.labels[key], value)
            for key, value in ({"fax": digits(rng, "0## ######")} | bill.facts).items()
            if key in contact and (key != "fax" or rng.random() < 0.2)
        ]
        self.contact_in_head = rng.random() < 0.5 or layout.foot == "text"
        self.foot_lines = self._foot_lines()
        paper.reserve(len(self.foot_lines))

    def head(self) -> None:
        """The seller, in a corner or in the middle; with `top` meta data stand on the other side."""
        paper, bill, head = self.paper, self.bill, self.layout.head
        anchor: Anchor = {"right": "right", "centre": "middle"}.get(head, "left")  # type: ignore[assignment]
        x = {"right": paper.right, "middle": paper.middle}.get(anchor, paper.left)
        top = paper.y
        if head != "none":
            paper.put(x, bill.seller.name, anchor, bold=True, scale=self.rng.uniform(1.15, 1.7), ink=True)
            paper.down(1.3)
        if head in ("left", "right", "centre") and self.layout.parties in ("window", "shipping"):
            for line in (*bill.seller.address.lines, *self._contact_lines(head)):
                paper.put(x, line, anchor)
                paper.down()
        below = paper.y
        paper.y = top
        has_title = self.title_at == "head" and self.layout.meta != "title" and head != "centre"
        if has_title:
            other: Anchor = "left" if anchor == "right" else "right"
            at = paper.left if other == "left" else paper.right
            paper.put(at, bill.title, other, bold=True, scale=1.5)
            paper.down(1.6)
        else:
            self.title_at = "above"
        if self.layout.meta == "top":
            self._put_pairs(paper.left + 0.56 * (paper.right - paper.left), bill.numbers(), True)
        paper.y = max(below, paper.y) + paper.step * self.rng.uniform(0.6, 2.2)
        if head != "none" and self.rng.random() < 0.3:
            paper.rule(paper.left, paper.right, -1.2)

    def parties(self) -> None:
        paper, bill, kind = self.paper, self.bill, self.layout.parties
        width = paper.right - paper.left
        seller = self._block("seller", (bill.seller.name, *bill.seller.address.lines, *self._contact_lines("block")))
        if kind == "stack":
            return self._stack()
        blocks = [self._block("buyer", self._buyer_lines(), kind != "window" or self.rng.random() < 0.2)]
        if kind in ("pair", "three"):
            blocks.insert(0, seller)
        elif kind == "swap":
            blocks.append(seller)
        elif kind == "window" and self.rng.random() < 0.5:
            paper.put(paper.left, f"{bill.seller.name} - {' - '.join(bill.seller.address.lines)}", scale=0.7)
            paper.down(1.4)
        if bill.ship_to:
            blocks.append(self._block("ship_to", (bill.ship_to.name, *bill.ship_to.address.lines)))
        beside = self.layout.meta == "beside" and len(blocks) <= 2
        pitch = max(width / (len(blocks) + beside), width / 3)
        if len(blocks) == 4:
            pitch = width / 4
        top = paper.y
        end = paper.left + len(blocks) * pitch - paper.look.size if beside else None
        paper.beside([(paper.left + place * pitch, lines, self.sections) for place, lines in enumerate(blocks)], end)
        if self.layout.meta == "beside":
            below = paper.y
            if beside:
                paper.y = top
            self._put_pairs(paper.left + (len(blocks) * pitch if beside else 0), bill.numbers(), True)
            paper.y = max(below, paper.y)
        paper.down(self.rng.uniform(0.5, 1.6))

    def meta(self) -> None:
        """The title, and numbers and dates unless they stand further up."""
        paper, bill, kind = self.paper, self.bill, self.layout.meta
        pairs = bill.numbers()
        if kind == "title":
            paper.put(paper.left, bill.headline(self.rng), bold=True, scale=1.15)
            paper.down(1.5)
            pairs = pairs[2:]
        elif self.title_at == "above":
            paper.put(paper.left, bill.title, bold=True, scale=1.4, ink=True)
            paper.down(1.7)
        if kind in ("below", "title"):
            self._put_pairs(paper.left, pairs, self.rng.random() < 0.7)
        elif kind == "two":
            half, top = (len(pairs) + 1) // 2, paper.y
            self._put_pairs(paper.left, pairs[:half], True)
            below, paper.y = paper.y, top
            self._put_pairs(paper.middle, pairs[half:], True)
            paper.y = max(below, paper.y)
        elif kind == "grid":
            for start in range(0, len(pairs), 4):
                part = pairs[start : start + 4]
                paper.table([Column(label, 1.0) for label, _ in part], [[value for _, value in part]], True, True)
                paper.down(0.6)
        paper.down(self.rng.uniform(0.6, 1.4))

    def foot(self) -> None:
        """Payment, thanks, and what stands at the foot of every page."""
        paper, rng = self.paper, self.rng
        facts, texts = self.bill.facts, LABELS[self.bill.language]
        paper.need(6)
        if "due_date" in facts and rng.random() < 0.5:
            paper.paragraph(one_of(rng, texts["pay"], self.split).format(due=facts["due_date"]))
        if self.layout.foot == "text" and "iban" in facts:
            if rng.random() < 0.5:
                paper.paragraph(one_of(rng, texts["wire"], self.split).format(**facts))
            else:
                paper.pairs(paper.left, [(self.labels[key], facts[key]) for key in ("bank", "iban", "bic")], 60)
        if rng.random() < 0.6:
            paper.paragraph(one_of(rng, texts["thanks"], self.split))
        number = self.pages if paper.page_count > 1 or rng.random() < 0.4 else ""
        paper.feet(self.foot_lines, number, rng.choice(("left", "middle", "right")))

    def _put_pairs(self, x: float, pairs: Pairs, aligned: bool) -> None:
        self.paper.pairs(x, pairs, 0.0 if aligned else None, self.colon if aligned else ":")

    def _contact_lines(self, place: str) -> list[str]:
        if not self.contact_in_head or place == "none":
            return []
        return [f"{label}{self.colon or ':'} {value}" for label, value in self.contact]

    def _buyer_lines(self) -> list[str]:
        buyer = self.bill.buyer
        vat = [f"{self.labels['vat_id']}: {buyer.vat}"] if buyer.vat and self.rng.random() < 0.2 else []
        return [buyer.name, *buyer.address.lines, *vat]

    def _block(self, key: str, lines: Sequence[str], is_labelled: bool = True) -> list[str]:
        return [self.labels[key] + self.colon.strip(), *lines] if is_labelled else list(lines)

    def _stack(self) -> None:
        """Seller, buyer and recipient one below the other, each line with its label."""
        paper, bill = self.paper, self.bill
        for key, party in (("seller", bill.seller), ("buyer", bill.buyer), ("ship_to", bill.ship_to)):
            if party is None:
                continue
            paper.put(paper.left, self.labels[key], bold=True)
            paper.down()
            first, *rest = party.address.lines
            pairs = [(self.labels["name"], party.name), (self.labels["address"], first)]
            paper.pairs(paper.left, pairs, 70, self.colon)
            for line in rest:
                paper.put(paper.left + 70, line)
                paper.down()
            if key == "seller" and self.contact_in_head:
                paper.pairs(paper.left, self.contact, 70, self.colon)
            paper.down(0.5)

    def _foot_lines(self) -> list[list[Cell]]:
        """Name, address, contact and bank below every page: in three columns, or in lines set in the middle."""
        paper, bill, kind = self.paper, self.bill, self.layout.foot
        contact = [] if self.contact_in_head else [f"{label}: {value}" for label, value in self.contact]
        bank = [f"{self.labels[key]}: {bill.facts[key]}" for key in ("bank", "iban", "bic") if key in bill.facts]
        if kind == "text":
            return []
        if kind == "line":
            mark = self.rng.choice((" | ", " - ", "  "))
            lines = [(bill.seller.name, *bill.seller.address.lines), contact[:3], contact[3:], bank]
            return [[Cell(paper.middle, mark.join(line), "middle")] for line in lines if line]
        third = (paper.right - paper.left) / 3
        contact, bank = (self._narrowed(block, third) for block in (contact, bank))
        blocks = [[bill.seller.name, *bill.seller.address.lines], contact, bank]
        xs = [paper.left + place * third * 1.02 for place in range(3)]
        depth = max(map(len, blocks))
        return [
            [Cell(x, block[place]) for x, block in zip(xs, blocks, strict=True) if place < len(block)]
            for place in range(depth)
        ]

    def _narrowed(self, lines: Sequence[str], width: float) -> list[str]:
        """Labels on a line of their own where they and their values are wider than `width`."""
        found = []
        for line in lines:
            label, colon, value = line.partition(": ")
            is_wide = self.paper.width(line, scale=FOOT) > width - self.paper.look.size
            found += [label + colon.strip(), value] if is_wide else [line]
        return found
