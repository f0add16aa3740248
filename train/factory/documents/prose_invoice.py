"""An invoice written as a letter, as craftsmen, doctors, lawyers and insurers send it: facts stand in sentences.

Dates and numbers stand in the subject or in the text, sums may be rows or sentences, the account is part of a sentence.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from train.factory.documents.bill import Bill
from train.factory.documents.invoice_body import Body
from train.factory.documents.looks import any_look
from train.factory.documents.paper import Paper, one_of
from train.factory.sample import Split
from train.factory.scene import Anchor, Scene
from train.factory.wordlists import read

WORDS: dict[str, dict[str, str]] = read("prose_invoice")
LANGUAGES = tuple(WORDS)
SUMS = ("discount", "shipping", "net", "tax", "total", "prepaid", "payable")


def draw(rng: Random, split: Split, bill: Bill) -> tuple[Scene, ...]:
    letter = _Letter(rng, split, bill)
    letter.head()
    letter.subject()
    letter.items()
    letter.sums()
    letter.payment()
    return letter.scenes()


class _Letter:
    """One invoice being written, from top to bottom. `unsaid` are facts that no line has stated yet."""

    def __init__(self, rng: Random, split: Split, bill: Bill) -> None:
        self.rng, self.split, self.bill = rng, split, bill
        self.paper = Paper(any_look(rng))
        self.words = WORDS[bill.language]
        facts = ("customer_number", "order_number", "delivery_date", "contact", "ship_to")
        self.unsaid = [key for key in facts if self._has(key)]
        rng.shuffle(self.unsaid)
        self.contact = [key for key in ("phone", "email", "vat_id") if self._has(key)]
        self.dated = rng.choice(("corner", "subject", "both"))

    def head(self) -> None:
        """The seller above or at the side, the buyer in the window, place and date."""
        paper, bill, rng = self.paper, self.bill, self.rng
        top = paper.y
        at_right = rng.random() < 0.4
        is_bold, scale = rng.random() < 0.7, rng.uniform(1.0, 1.3)
        lines = list(bill.seller.address.lines)
        if rng.random() < 0.5:
            lines += [self._say(key) for key in self.contact]
            self.contact = []
        if not at_right and rng.random() < 0.4:
            lines.append(one_of(rng, self.words["filler"], self.split))
        widest = max(paper.width(bill.seller.name, is_bold, scale), *map(paper.width, lines))
        x = min(paper.left + (paper.right - paper.left) * 0.6, paper.right - widest) if at_right else paper.left
        paper.put(x, bill.seller.name, bold=is_bold, scale=scale)
        paper.down(1.2)
        for line in lines:
            paper.put(x, line)
            paper.down()
        below = paper.y
        paper.y = top if at_right and rng.random() < 0.6 else below + 1.5 * paper.step
        for line in (bill.buyer.name, *bill.buyer.address.lines):
            paper.put(paper.left, line)
            paper.down()
        paper.y = max(below, paper.y) + rng.uniform(0.6, 2.0) * paper.step
        if self.dated != "subject":
            text = one_of(rng, self.words["place_date"], self.split)
            at: Anchor = rng.choice(("left", "right"))
            paper.put(paper.right if at == "right" else paper.left, self._filled(text), at)
            paper.down(1.6)

    def subject(self) -> None:
        """What it is and its number, some references, a greeting and an opening sentence."""
        paper, rng = self.paper, self.rng
        kind = "subject" if self.dated == "corner" else "subject_dated"
        paper.put(paper.left, self._filled(one_of(rng, self.words[kind], self.split)), bold=rng.random() < 0.8)
        paper.down(1.3)
        for _ in range(min(len(self.unsaid), rng.randint(0, 3))):
            self._line(self._say(self.unsaid.pop()))
        for label, value in self.bill.numbers():
            if (label, value) in self.bill.extras:
                self._line(f"{label}: {value}")
        if self.bill.original:
            self._line(f"{self.bill.labels['original']}: {self.bill.original}")
        paper.down(0.6)
        if rng.random() < 0.7:
            self._line(self._filled(one_of(rng, self.words["greeting"], self.split)))
            paper.down(0.4)
        if rng.random() < 0.8:
            paper.paragraph(one_of(rng, self.words["opening"], self.split))
        paper.down(0.6)

    def items(self) -> None:
        """A table, or a row for each item with its amount at the right edge."""
        paper, bill, rng = self.paper, self.bill, self.rng
        if rng.random() < 0.35:
            return Body(rng, self.split, bill, paper, "wide", ":").items()
        times, number = rng.choice((" x ", "x ", " × ", " ")), rng.random() < 0.3
        for place, item in enumerate(bill.items, start=1):
            paper.need(2)
            quantity, price = bill.style.bare(item.quantity), bill.style.bare(item.price)
            start = f"{place}. " if number else ""
            paper.put(paper.left, f"{start}{quantity}{times}{item.name}, {price} / {item.unit}")
            paper.put(paper.right, bill.style.bare(item.amount), "right")
            paper.down()
        paper.down(0.5)

    def sums(self) -> None:
        """Each sum in its own words: a row with the amount at the edge, or sentences one after the other."""
        paper, bill, rng = self.paper, self.bill, self.rng
        paper.need(8)
        rates = [rate for rate, _, _ in bill.taxes()]
        rate = bill.style.bare(rates[0].normalize() if rates[0] % 1 else Decimal(int(rates[0])))
        as_rows = rng.random() < 0.65
        for key in SUMS:
            if key not in bill.sums:
                continue
            text = one_of(rng, self.words[key], self.split)
            if key == "tax" and len(rates) > 1:
                text = f"{bill.labels['tax_total']}: {{value}}"
            shown = bill.shown(bill.sums[key])
            if as_rows and text.endswith("{value}"):
                paper.put(paper.left, text.removesuffix("{value}").format(rate=rate).strip())
                paper.put(paper.right, shown, "right")
                paper.down()
            else:
                paper.paragraph(text.format(value=shown, rate=rate))
        paper.down(0.6)

    def payment(self) -> None:
        """When and where to pay, what was not said yet, and sentences around it."""
        paper, facts, rng = self.paper, self.bill.facts, self.rng
        paper.need(10)
        sentences = [self._say(key) for key in self.unsaid + self.contact]
        if "iban" in facts:
            sentences.append(one_of(rng, self.words["pay_to"], self.split).format(**facts))
        if "due_date" in facts:
            sentences.append(one_of(rng, self.words["pay_due"], self.split).format(value=facts["due_date"]))
        fillers = [one_of(rng, self.words["filler"], self.split) for _ in range(rng.randrange(4))]
        sentences += dict.fromkeys(fillers)  # not a set: its order would change from run to run
        rng.shuffle(sentences)
        while sentences:
            joined = sentences.pop()
            while sentences and joined.endswith(".") and rng.random() < 0.5:
                joined += " " + sentences.pop()
            paper.paragraph(joined)
        paper.down(0.6)
        if rng.random() < 0.7:
            self._line(one_of(rng, self.words["closing"], self.split))
            self._line(self.bill.seller.name)

    def scenes(self) -> tuple[Scene, ...]:
        self.paper.feet((), self.bill.labels["page"] if self.paper.page_count > 1 else "", "right")
        return self.paper.scenes()

    def _has(self, key: str) -> bool:
        return key in self.bill.facts

    def _say(self, key: str) -> str:
        return one_of(self.rng, self.words[key], self.split).format(value=self.bill.facts[key])

    def _line(self, text: str) -> None:
        self.paper.put(self.paper.left, text)
        self.paper.down()

    def _filled(self, text: str) -> str:
        bill = self.bill
        place = bill.seller.address.lines[-1].partition(",")[0]  # 12345 Ulm, or Oxford DR5 6AB
        city = " ".join(word for word in place.split() if word.isalpha()) or place
        return text.format(
            title=bill.title,
            number=bill.facts["invoice_number"],
            date=bill.facts["date"],
            buyer=bill.buyer.name,
            city=city,
        )
