"""Business letters: who writes to whom, when and about what, and one to three paragraphs that state a few facts.

A paragraph is a row of sentences with places for facts, so what a letter says and what is asked always agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from train.factory import names, values
from train.factory.documents.business import bank_of, digits, document_number, email_of, is_clear, phone
from train.factory.documents.invoice_labels import GOODS
from train.factory.documents.letter_words import (
    CLOSINGS,
    FILLERS,
    GREETINGS,
    LABELS,
    ROLES,
    SENTENCES,
    SUBJECTS,
    VALUES,
    WHOLE,
)
from train.factory.documents.looks import any_look
from train.factory.documents.paper import Paper, one_of, variants
from train.factory.documents.wordings import ISO, ask, with_suffix
from train.factory.sample import Question, Sample, Split, missing, reading, share
from train.factory.scene import Anchor

LAYOUTS = (  # sender, date, references
    ("left", "right", "line"),
    ("right", "left", "block"),
    ("centre", "left", "line"),
    ("right", "block", "block"),
    ("left", "block", "block"),
    ("foot", "right", "line"),
    ("centre", "right", "block"),
    ("left", "left", "line"),
)
DATES = ("date", "deadline", "meeting_date")
LOOSE = ("sender", "recipient", "subject", "signer", "contact", "sender_address", "recipient_address", "place", "goods")
_PLACE = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Letter:
    language: str
    facts: dict[str, str]
    days: dict[str, date]
    paragraphs: tuple[str, ...]


def make(rng: Random, split: Split) -> Sample:
    letter = _letter(rng, split)
    absent = tuple(key for key in VALUES if key not in letter.facts)
    return Sample(
        kind="letter",
        scenes=_draw(rng, split, letter).scenes(),
        questions=tuple(_questions(rng, split, letter, absent)),
        fields=dict(letter.facts),
        language=letter.language,
        medium="scan" if rng.random() < 0.3 else "digital",
    )


def _letter(rng: Random, split: Split) -> Letter:
    language = "de" if rng.random() < 0.25 else "en"
    style = rng.choice(values.DATE_STYLES[language])
    written = values.any_date(rng)
    days = {
        "date": written,
        "deadline": written + timedelta(days=rng.randrange(7, 40)),
        "meeting_date": written + timedelta(days=rng.randrange(41, 90)),
    }
    before, after = rng.choice((("$", ""), ("£", ""), ("", " EUR")) if language == "en" else (("", " €"), ("EUR ", "")))
    number = rng.choice(values.NUMBER_STYLES[language])
    amount = values.NumberStyle(number.thousands, number.point, before, after).write(values.money(rng, 40, 20000))
    sender, recipient = _different(rng, split, language)
    addresses = [names.address(rng, language, split).text for _ in range(2)]
    pool = {
        **{key: style(day) for key, day in days.items()},
        "sender": sender,
        "recipient": recipient,
        "sender_address": addresses[0],
        "recipient_address": addresses[1],
        "reference": document_number(rng),
        "customer_number": digits(rng, "######"),
        "contract": digits(rng, "@@-####-##"),
        "amount": amount,
        "iban": bank_of(rng, language)[1],
        "place": _place(rng, split, language),
        "time": f"{rng.randrange(8, 18)}:{rng.choice(('00', '15', '30', '45'))}",
        "goods": names.product(rng, split) if language == "en" else one_of(rng, GOODS["de"], split),
        "quantity": str(rng.randrange(2, 400)),
        "contact": names.person(rng, language, split),
        "phone": phone(rng, language),
        "email": email_of(rng, sender),
        "signer": names.person(rng, language, split),
    }
    if pool["contact"] == pool["signer"] or pool["reference"] in (pool["customer_number"], pool["contract"]):
        return _letter(rng, split)
    topic = rng.choice(list(SENTENCES))
    subject = one_of(rng, SUBJECTS[topic][language], split)
    pool["subject"] = subject.format(**pool)
    paragraphs, used = _paragraphs(rng, split, language, topic, pool)
    used |= set(_PLACE.findall(subject))
    for key in ("reference", "customer_number"):
        if rng.random() < 0.6:
            used.add(key)
    used |= {"sender", "recipient", "sender_address", "recipient_address", "date", "subject", "signer"}
    facts = {key: value for key, value in pool.items() if key in used}
    return Letter(language, facts, {key: day for key, day in days.items() if key in facts}, paragraphs)


def _different(rng: Random, split: Split, language: str) -> tuple[str, str]:
    sender = names.company(rng, language, split)
    recipient = (names.person if rng.random() < 0.5 else names.company)(rng, language, split)
    return (sender, recipient) if sender != recipient else _different(rng, split, language)


def _place(rng: Random, split: Split, language: str) -> str:
    city = rng.choice(share(names.CITIES[language], split))
    spots = (
        ("Room {}", "Hall {}", "Meeting room {}", "Office {}")
        if language == "en"
        else ("Raum {}", "Saal {}", "Zimmer {}", "Büro {}")
    )
    return f"{rng.choice(share(spots, split)).format(rng.randrange(2, 480))}, {city}"


def _paragraphs(
    rng: Random, split: Split, language: str, topic: str, pool: dict[str, str]
) -> tuple[tuple[str, ...], set[str]]:
    """The body, and the facts it states."""
    sentences = [one_of(rng, text, split) for text in SENTENCES[topic][language]]
    kept = [text for place, text in enumerate(sentences) if place == 0 or rng.random() < 0.75]
    used = {key for text in kept for key in _PLACE.findall(text)}
    written = [text.format(**pool) for text in kept]
    fillers = variants(FILLERS[language], split)
    for text in rng.sample(fillers, min(len(fillers), rng.randrange(3))):
        written.insert(rng.randrange(1, len(written) + 1), text)
    size = rng.choice((1, 2, 2, 3, 4))
    return tuple(" ".join(written[place : place + size]) for place in range(0, len(written), size)), used


def _draw(rng: Random, split: Split, letter: Letter) -> Paper:
    paper, facts, language = Paper(any_look(rng)), letter.facts, letter.language
    sender_at, date_at, references_at = rng.choice(share(LAYOUTS, split))
    labels = {key: one_of(rng, text, split) for key, text in LABELS[language].items()}
    sender = [facts["sender"], *facts["sender_address"].split(", ")]
    if sender_at != "foot":
        anchor: Anchor = {"left": "left", "right": "right"}.get(sender_at, "middle")  # type: ignore[assignment]
        x = {"left": paper.left, "right": paper.right, "middle": paper.middle}[anchor]
        for place, line in enumerate(sender):
            paper.put(x, line, anchor, bold=place == 0, scale=1.25 if place == 0 else 1.0, ink=place == 0)
            paper.down()
    paper.down(rng.uniform(1, 3))
    pairs = [(labels[key], facts[key]) for key in ("reference", "customer_number") if key in facts]
    if date_at == "block":
        pairs.append((labels["date"], facts["date"]))
    top = paper.y
    title = [rng.choice(("Herrn/Frau", "An") if language == "de" else ("Attn.", "To"))] if rng.random() < 0.3 else []
    paper.beside([(paper.left, [*title, facts["recipient"], *facts["recipient_address"].split(", ")], False)])
    if references_at == "block":
        below, paper.y = paper.y, top
        paper.pairs(paper.left + 0.58 * (paper.right - paper.left), pairs, 10)
        paper.y = max(below, paper.y)
    paper.down(1.2)
    if references_at == "line" and pairs:
        paper.paragraph("   ".join(f"{label}: {value}" for label, value in pairs))
        paper.down(0.6)
    if date_at != "block":
        city = facts["sender_address"].split(", ")[-1].split(" ")[-1] if language == "de" and rng.random() < 0.4 else ""
        day = f"{city}, {facts['date']}" if city else facts["date"]
        paper.put(paper.left if date_at == "left" else paper.right, day, "left" if date_at == "left" else "right")
        paper.down(1.8)
    _body(rng, split, paper, letter, labels["subject"])
    if sender_at == "foot":
        paper.put(paper.middle, " - ".join(sender), "middle", scale=0.8)
    return paper


def _body(rng: Random, split: Split, paper: Paper, letter: Letter, subject: str) -> None:
    """Subject, greeting, paragraphs, closing and name."""
    facts, language = letter.facts, letter.language
    label = f"{subject}: " if rng.random() < 0.6 else ""
    paper.put(paper.left, label + facts["subject"], bold=True)
    paper.down(2)
    paper.paragraph(one_of(rng, GREETINGS[language], split))
    for text in letter.paragraphs:
        paper.down(0.6)
        paper.paragraph(text)
    paper.down(0.8)
    paper.paragraph(one_of(rng, CLOSINGS[language], split))
    paper.down(rng.uniform(0.6, 2.5))
    paper.paragraph(facts["signer"])
    if rng.random() < 0.6:
        paper.paragraph(one_of(rng, ROLES[language], split))
    paper.down(2)


def _questions(rng: Random, split: Split, letter: Letter, absent: tuple[str, ...]) -> Iterator[Question]:
    for key in rng.sample(absent, min(len(absent), rng.randint(1, 2))):
        yield missing(_ask(rng, split, letter, key), key.replace("_", " "), f"field/{key}")
    asked = [key for key in letter.facts if key in VALUES]
    for key in rng.sample(asked, min(len(asked), rng.randint(7, 11))):
        value, label, task = letter.facts[key], key.replace("_", " "), f"field/{key}"
        if key in DATES:
            text, day = _ask(rng, split, letter, key), letter.days[key]
            if rng.random() < 0.4 and is_clear(day, value, letter.language):
                text = with_suffix(text, one_of(rng, ISO["en"], split))
                yield Question(text, f"{day:%Y-%m-%d}", f"{label}: {value}\n{day:%Y-%m-%d}", task, "date")
            else:
                yield reading(text, label, value, task, "date")
        else:
            metric = "amount" if key == "amount" else "anls" if key in LOOSE else "exact_field"
            yield reading(_ask(rng, split, letter, key), label, value, task, metric)


def _ask(rng: Random, split: Split, letter: Letter, key: str) -> str:
    return ask(rng, VALUES[key], split, letter.language, WHOLE.get(key, ""))
