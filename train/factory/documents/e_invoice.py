"""An electronic invoice as viewers print it: a sentence for a title, then labelled blocks, one below the other.

The same look whoever wrote the invoice, so labels are long and formal, and sums stand below a table of taxes.
"""

from __future__ import annotations

from random import Random

from train.factory import wordlists
from train.factory.documents.bill import Bill, Party
from train.factory.documents.invoice_body import Body
from train.factory.documents.invoice_labels import LABELS
from train.factory.documents.paper import Paper, any_look, one_of
from train.factory.sample import Split
from train.factory.scene import Scene

HEADINGS: dict[str, dict[str, str]] = wordlists.read("e_invoice")["headings"]
TYPE_CODES = {False: ("380", "380", "326", "393", "575"), True: ("381", "384")}  # UNTDID 1001; by "is a credit note"
CURRENCY_CODES = {"$": "USD", "£": "GBP", "€": "EUR"}


def draw(rng: Random, split: Split, bill: Bill) -> tuple[Scene, ...]:
    view = _View(rng, split, bill)
    view.head()
    for key, party in (("seller", bill.seller), ("buyer", bill.buyer), ("ship_to", bill.ship_to)):
        if party is not None:
            view.party(key, party)
    view.remarks()
    view.amounts()
    view.payment()
    return view.scenes()


class _View:
    """One invoice being printed, from top to bottom."""

    def __init__(self, rng: Random, split: Split, bill: Bill) -> None:
        self.rng, self.split, self.bill = rng, split, bill
        self.paper = Paper(any_look(rng))
        self.words = bill.labels | {key: one_of(rng, text, split) for key, text in HEADINGS[bill.language].items()}
        self.colon = rng.choice((":", ":", ": ", " :"))
        self.body = Body(rng, split, bill, self.paper, "wide", self.colon.strip())
        self.gutter = rng.uniform(80, 170)
        self.foot = one_of(rng, LABELS[bill.language]["page"], split)

    def head(self) -> None:
        paper, bill, rng = self.paper, self.bill, self.rng
        if rng.random() < 0.5:
            paper.put(paper.left, self.words["view"], scale=0.85)
            paper.down(1.4)
        code = rng.choice(TYPE_CODES[bill.is_credit]) if rng.random() < 0.7 else ""
        paper.put(paper.left, bill.headline(rng, code), bold=True, scale=1.2)
        paper.down(1.6)
        written = (bill.style.before + bill.style.after).strip()
        pairs = [(self.words["currency"], CURRENCY_CODES.get(written, written))] if rng.random() < 0.8 else []
        self._pairs([*pairs, *bill.numbers()[2:]])

    def party(self, key: str, party: Party) -> None:
        first, *rest = party.address.lines
        pairs = [(self.words["name"], party.name), (self.words["address"], first), *(("", line) for line in rest)]
        if key == "seller":
            facts = self.bill.facts
            pairs += [(self.words[fact], facts[fact]) for fact in ("phone", "email", "vat_id") if fact in facts]
            if "contact" in facts:
                pairs.insert(1, (self.words["contact"], facts["contact"]))
        self.paper.need(len(pairs) + 1)
        self._heading(key)
        self._pairs(pairs)

    def remarks(self) -> None:
        if self.rng.random() < 0.5:
            return
        self._heading("remarks")
        for _ in range(self.rng.randint(1, 3)):
            self.paper.paragraph(self.body.note())
        self.paper.down(0.5)

    def amounts(self) -> None:
        self._heading("lines")
        self.body.items()
        self.paper.need(12)
        self._heading("taxes")
        self.body.taxes(has_total=False)
        self._heading("sums")
        self.body.sums()

    def payment(self) -> None:
        bill, facts, paper = self.bill, self.bill.facts, self.paper
        paper.need(8)
        if "due_date" in facts:
            self._heading("terms")
            paper.paragraph(one_of(self.rng, LABELS[bill.language]["pay"], self.split).format(due=facts["due_date"]))
            paper.down(0.5)
        if "iban" in facts:
            self._heading("means")
            keys = ("bank", "iban", "bic")
            self._pairs([(self.words["account"], bill.seller.name), *((self.words[key], facts[key]) for key in keys)])

    def scenes(self) -> tuple[Scene, ...]:
        self.paper.feet((), self.foot, self.rng.choice(("left", "middle", "right")))
        return self.paper.scenes()

    def _heading(self, key: str) -> None:
        self.paper.need(3)
        self.paper.put(self.paper.left, self.words[key], bold=True)
        self.paper.down(1.2)

    def _pairs(self, pairs: list[tuple[str, str]]) -> None:
        for label, value in pairs:
            self.paper.pairs(self.paper.left, [(label, value)], self.gutter, self.colon if label else "")
        self.paper.down(0.6)
