"""An electronic invoice as viewers print it: a sentence for a title, then labelled blocks, one below the other.

The same look whoever wrote the invoice, so labels are long and formal, and sums stand below a table of taxes.
"""

from __future__ import annotations

from random import Random

from train.factory import wordlists
from train.factory.documents.bill import Bill, Party
from train.factory.documents.business import document_number
from train.factory.documents.invoice_body import Body
from train.factory.documents.invoice_labels import LABELS
from train.factory.documents.looks import any_look
from train.factory.documents.paper import Column, Paper, one_of, variants
from train.factory.sample import Split
from train.factory.scene import Scene

HEADINGS: dict[str, dict[str, str]] = wordlists.read("e_invoice")["headings"]
TYPE_CODES = {False: ("380", "380", "326", "393", "575"), True: ("381", "384")}  # UNTDID 1001; by "is a credit note"
MARKS = ("(c)", "v", "©", "-")
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
        self.running = rng.random() < 0.4
        self.foot = one_of(rng, LABELS[bill.language]["page"], split)

    def head(self) -> None:
        paper, bill, rng = self.paper, self.bill, self.rng
        if not self.running and rng.random() < 0.5:
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
        pairs = [*self._name(party), (self.words["address"], first), *(("", line) for line in rest)]
        if key == "seller" and self.rng.random() < 0.25:  # a buyer's would be the customer number
            pairs.insert(0, (self.words["party_number"], document_number(self.rng)))
        if key == "seller":
            facts = self.bill.facts
            pairs += [(self.words[fact], facts[fact]) for fact in ("phone", "email", "vat_id") if fact in facts]
            if "contact" in facts:
                pairs.insert(pairs.index((self.words["address"], first)), (self.words["contact"], facts["contact"]))
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
        if self.rng.random() < 0.4:
            self._imprint()

    def amounts(self) -> None:
        self._heading("lines")
        if self.rng.random() < 0.5:
            self.body.spread_items()
        else:
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
            text = one_of(self.rng, LABELS[bill.language]["pay"], self.split).format(due=facts["due_date"])
            if self.rng.random() < 0.4:
                columns = [Column(self.words["content"], 3.0), Column(self.words["due_date"], 1.0)]
                paper.table(columns, [[text, facts["due_date"]]])
            else:
                paper.paragraph(text)
            paper.down(0.5)
        if "iban" in facts:
            paper.need(7)
            self._heading("means")
            keys = ("bank", "iban", "bic")[self.rng.random() < 0.3 :]
            pairs = [(self.words["account"], bill.seller.name), *((self.words[key], facts[key]) for key in keys)]
            if self.rng.random() < 0.5:
                pairs.insert(0, (self.words["payment_code"], self.words["payment_codes"]))
            self._pairs(pairs)

    def scenes(self) -> tuple[Scene, ...]:
        if self.running:
            self.paper.running_head(f"{self.words['view']}, {self.rng.choice(MARKS)} {self.rng.randrange(2010, 2027)}")
        self.paper.feet((), self.foot, self.rng.choice(("left", "middle", "right")))
        return self.paper.scenes()

    def _name(self, party: Party) -> list[tuple[str, str]]:
        pairs = [(self.words["name"], party.name)]
        return [("", self.words["salutation"]), *pairs] if self.rng.random() < 0.25 else pairs

    def _imprint(self) -> None:
        """The seller once more, with its office hours, as a remark prescribed by law."""
        rng, seller, language = self.rng, self.bill.seller, self.bill.language
        lines = [seller.name, *seller.address.lines]
        if "phone" in self.bill.facts:
            lines.append(f"{one_of(rng, LABELS[language]['phone'], self.split)}: {self.bill.facts['phone']}")
        hours = variants(HEADINGS[language]["hours"], self.split)
        lines += rng.sample(hours, rng.randint(0, 2))
        place = rng.randrange(len(lines))
        pairs = [(self.words["content"] if at == place else "", line) for at, line in enumerate(lines)]
        self._pairs([(self.words["subject"], self.words["subjects"]), *pairs])

    def _heading(self, key: str) -> None:
        self.paper.need(3)
        self.paper.put(self.paper.left, self.words[key], bold=True)
        self.paper.down(1.2)

    def _pairs(self, pairs: list[tuple[str, str]]) -> None:
        for label, value in pairs:
            self.paper.pairs(self.paper.left, [(label, value)], self.gutter, self.colon if label else "")
        self.paper.down(0.6)
