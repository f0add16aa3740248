"""Filled forms: labels with values beside or under them, boxes with a cross, and fields that were left empty.

A form is a list of fields from a table; questions name a field as the form does, or in other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from train.factory import names, values, wordlists
from train.factory.documents.business import digits, is_clear
from train.factory.documents.form_fields import FORMS, Entry, Filled, Form
from train.factory.documents.form_layout import LAYOUTS, TICKS, Section, marked
from train.factory.documents.form_values import POOLS, has_sentences, value_of
from train.factory.documents.paper import Paper, any_look, one_of, variants
from train.factory.documents.wordings import ISO, with_suffix
from train.factory.sample import Question, Sample, Split, missing, reading, share

_FRAMES = wordlists.read("form_frames")
FORM_FRAMES: str = _FRAMES["any"]
BOX_FRAMES: str = _FRAMES["box"]
GERMAN_FRAMES: str = _FRAMES["any_de"]
GERMAN_BOX_FRAMES: str = _FRAMES["box_de"]
KIND_FRAMES: dict[str, str] = _FRAMES["kinds"]  # for a field whose value is of that sort
_SORTS = {
    "later": "date",
    "time_early": "time",
    "time_late": "time",
    "small": "count",
    "city": "place",
    "country": "place",
    "address": "place",
    "hall": "place",
    "vin": "number",
}
# Labels that are no noun, as `Born on` and `Do you smoke`: no `the` goes before them, they are quoted or stand bare.
_NO_NOUN = re.compile(
    r"^(?:do|does|is|are|was|were|has|had|have|can|could|may|must|will|who|what|when|where|why|how|if|in|at|to|from|until|"
    r"off|i|ever|been|be|send|receive|subscribe|sign|notify|deliver|ship|accompany|reserve|repay|not|up|before|out|"
    r"valid|born|buy|bill|pay|back|wants|needs|holds|takes|eats|keeps|smokes|lives|works|runs|covers|enter|asked) |"
    r"^(?:from|until|smokes|covers|born|visiting|representing|in|out|fasted|accompanied|revocable|budgeted|given|taken|"
    r"moved|moving|lost|found|seen|signed|checked|paid)$| "
    r"(?:on|in|to|by|at|for|as|from|of|since|until|with|against|into|after|before|under|through|is|lies|begins|starts|"
    r"ends|taken|wanted|needed|required|attached|enclosed|informed|issued|ended|finished|completed|began|begun|"
    r"changed|replaced|visited)$",
    re.IGNORECASE,
)
_SENTENCES = {"person", "company", "address", "school", *(kind for kind in POOLS if has_sentences(kind))}


def make(rng: Random, split: Split) -> Sample:
    form = rng.choice(FORMS)
    language = "de" if form.german and rng.random() < 0.35 else "en"
    filled = _fill(rng, split, form, language)
    paper = _draw(rng, split, form, language, filled)
    return Sample(
        kind="form",
        scenes=paper.scenes(),
        questions=tuple(_questions(rng, split, form, language, filled)),
        fields={field.entry.key: field.value for field in filled if field.value},
        absent=tuple(field.entry.key for field in filled if not field.value),
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
    # A company at the head could pass for one that the form asks for and that nobody filled in.
    companies = sum(entry.kind == "company" for entry in form.entries)
    named = sum(field.entry.kind == "company" and bool(field.value) for field in filled)
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


def _questions(rng: Random, split: Split, form: Form, language: str, filled: Sequence[Filled]) -> Iterator[Question]:
    wanted = rng.randint(8, 12)
    empty = [field for field in filled if not field.value]
    full = [field for field in filled if field.value]
    left_out = [entry for entry in form.entries if all(entry.key != field.entry.key for field in filled)]
    holes = [*((field.entry, field.label) for field in empty), *((entry, "") for entry in left_out)]
    for entry, label in rng.sample(holes, min(len(holes), rng.randint(1, 2))):
        text, name = _text(rng, split, entry, label, language)
        yield missing(text, label or name, f"field/{entry.key}")
    for field in rng.sample(full, min(len(full), wanted)):
        yield _question(rng, split, field, language)


def _question(rng: Random, split: Split, field: Filled, language: str) -> Question:
    entry, task = field.entry, f"field/{field.entry.key}"
    text, _ = _text(rng, split, entry, field.label, language)
    if field.iso and rng.random() < 0.4:
        text = with_suffix(text, one_of(rng, ISO["en"], split))
        return Question(text, field.iso, f"{field.label}: {field.value}\n{field.iso}", task, "date")
    metric = "date" if entry.is_date else "anls" if entry.kind in _SENTENCES else "exact_field"
    return reading(text, field.label, field.value, task, metric)


def _text(rng: Random, split: Split, entry: Entry, label: str, language: str) -> tuple[str, str]:
    """A question with the own label, or another name of the same thing, or in whole sentences; and that name."""
    is_own = bool(label) and rng.random() < 0.65
    if language == "de" and rng.random() < 0.25:
        name = label if is_own else one_of(rng, entry.german, split)
        if entry.ask_german and rng.random() < 0.4:
            return one_of(rng, entry.ask_german, split), name
        return one_of(rng, GERMAN_BOX_FRAMES if entry.options else GERMAN_FRAMES, split).format(name), name
    if entry.ask and rng.random() < 0.3:
        return one_of(rng, entry.ask, split), variants(entry.english, split)[0]
    name = label if is_own and language == "en" else one_of(rng, entry.english, split)
    frames = variants(_frames(rng, entry), split)
    if _NO_NOUN.search(name):
        frames = tuple(frame for frame in frames if '"{}"' in frame or frame.startswith("{}"))
    if name[:1].isupper() and not name[1:2].isupper() and name[1:2] != "." and rng.random() < 0.7:
        name = name[0].lower() + name[1:]
    text = rng.choice(frames).format(name)
    return text[:-1] if text.endswith("..") else text, name


def _frames(rng: Random, entry: Entry) -> str:
    if entry.options:
        return BOX_FRAMES
    special = KIND_FRAMES.get(_SORTS.get(entry.kind, entry.kind))
    return special if special and rng.random() < 0.3 else FORM_FRAMES
