"""Filled forms: labels with values beside or under them, boxes with a cross, and fields that were left empty.

A form is a list of fields from a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from train.factory import names, values
from train.factory.documents.business import digits, is_clear
from train.factory.documents.form_fields import FORMS, Entry, Filled, Form
from train.factory.documents.form_layout import LAYOUTS, TICKS, Section, marked
from train.factory.documents.form_questions import ask_all
from train.factory.documents.form_values import value_of
from train.factory.documents.looks import any_look
from train.factory.documents.paper import Paper, one_of
from train.factory.sample import Sample, Split, share

# Kinds of values that a letterhead could be taken for.
HOUSES = frozenset(
    (
        *("company", "school", "university", "sports_club", "library_branch", "debit_bank"),
        *("medical_practice", "physio_practice", "treating_clinic"),
    )
)


def make(rng: Random, split: Split) -> Sample:
    form = rng.choice(FORMS)
    language = "de" if form.german and rng.random() < 0.35 else "en"
    filled = _fill(rng, split, form, language)
    paper = _draw(rng, split, form, language, filled)
    return Sample(
        kind="form",
        scenes=paper.scenes(),
        questions=tuple(ask_all(rng, split, form, language, filled)),
        fields={field.entry.key: field.value for field in filled if field.value},
        language=language,
        medium="scan" if rng.random() < 0.3 else "digital",
    )


def _fill(rng: Random, split: Split, form: Form, language: str) -> list[Filled]:
    """Most entries of the form, in order, one in eight left empty."""
    style = rng.choice(values.DATE_STYLES[language])
    day = values.any_date(rng, 2010, 2026)
    found: list[Filled] = []
    for entry in form.entries:
        if rng.random() < 0.15:
            continue
        label = one_of(rng, entry.german if language == "de" else entry.english, split)
        if any(label.casefold() == other.label.casefold() for other in found):
            continue
        if rng.random() < 0.12:
            found.append(Filled(entry, label, ""))
        elif entry.is_date:
            day = _day(rng, entry, day)
            value = style(day)
            found.append(Filled(entry, label, value, f"{day:%Y-%m-%d}" if is_clear(day, value, language) else ""))
        elif entry.options:
            found.append(Filled(entry, label, rng.choice(entry.boxes(language))))
        else:
            found.append(Filled(entry, label, value_of(rng, split, entry.kind, language)))
    return found


def _day(rng: Random, entry: Entry, before: date) -> date:
    if entry.kind == "later":
        return before + timedelta(days=rng.randrange(1, 25))
    return values.any_date(rng, *((1940, 2006) if "birth" in entry.key else (2010, 2026)))


def _draw(rng: Random, split: Split, form: Form, language: str, filled: Sequence[Filled]) -> Paper:
    paper = Paper(any_look(rng))
    title = one_of(rng, form.german if language == "de" else form.title, split)
    # A company at the head could pass for a firm, club or school that the form asks for and that nobody filled in.
    companies = sum(entry.kind in HOUSES for entry in form.entries)
    named = sum(field.entry.kind in HOUSES and bool(field.value) for field in filled)
    if companies == named and rng.random() < 0.6:
        paper.put(paper.left, names.company(rng, language, split), ink=True, bold=True)
        word = rng.choice(
            ("Formular", "Vordruck", "Formular-Nr.") if language == "de" else ("Form", "Form", "Form no.")
        )
        paper.put(paper.right, f"{word} {digits(rng, '@-###')}", "right", scale=0.8)
        paper.down(2)
    paper.put(paper.middle, title, "middle", bold=True, scale=rng.uniform(1.2, 1.7))
    paper.down(2.4)
    styles = rng.choice(share(LAYOUTS, split)).split(" ")
    ticks = rng.choice(share(TICKS, split))
    is_mixed = len(styles) > 1 and not styles[1].isdigit()
    half = len(filled) // 2 if is_mixed else len(filled)
    for part, style in ((filled[:half], styles), (filled[half:], styles[1:])):
        if part:
            printed = marked(rng, split, part, style, language)
            Section(rng, paper, style, printed).write(printed, ticks, language)
            paper.down()
    paper.down(2)
    paper.need(3)
    signs = ("Unterschrift", "Ort, Datum, Unterschrift") if language == "de" else ("Signature", "Sign here", "Signed")
    sign = rng.choice(signs)
    paper.put(paper.left, sign)
    x = paper.left + max(70, paper.width(sign) + paper.look.size)
    paper.rule(x, x + 150, 0)
    return paper
