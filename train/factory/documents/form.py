"""Filled forms: labels with values beside or under them, boxes with a cross, and fields that were left empty.

A form is a list of fields from a table; questions name a field as the form does, or in other words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import NamedTuple

from train.factory import names, values
from train.factory.documents.business import digits, email_of, is_clear, phone
from train.factory.documents.form_fields import FORMS, Entry, Form
from train.factory.documents.paper import Paper, any_look, one_of, variants
from train.factory.documents.wordings import FRAMES, ISO, with_suffix
from train.factory.sample import Question, Sample, Split, missing, reading, share

LAYOUTS = (
    "rows",
    "dotted",
    "columns",
    "above 2",
    "table",
    "above 3",
    "rows columns",
    "rows above 2",
    "loose",
    "above 1",
    "dotted columns",
    "table above 3",
)
TICKS = (
    ("[x]", "[ ]"),
    ("☒", "☐"),
    ("[X]", "[ ]"),
    ("(X)", "( )"),
    ("☑", "☐"),
    ("■", "□"),
    ("[x]", "[]"),
    ("(x)", "( )"),
)
FORM_FRAMES = (
    'What is entered for "{}"?|What is the {}?|{}|{}?|What does the form say for {}?|What was filled in as {}?|'
    'Which {} is given?|What stands in the field "{}"?|Value of the field {}|Give the {}.|{}:|Read the field {}.'
)
BOX_FRAMES = (
    'Which box is ticked for "{}"?|What is ticked for {}?|{}?|Which option is marked at {}?|'
    'Which choice was made for "{}"?|What is the selected option for {}?|{}|What is checked under "{}"?'
)

_COUNTRIES = ("Canada", "Norway", "Germany", "Brazil", "Japan", "Kenya", "Spain", "France", "India", "Poland")
_JOBS = ("Nurse", "Driver", "Accountant", "Teacher", "Welder", "Chef", "Engineer", "Clerk", "Analyst", "Baker")


class Filled(NamedTuple):
    """An entry on paper: its label, its value as printed ('' if left empty), and that value as ISO if it is a date."""

    entry: Entry
    label: str
    value: str
    iso: str = ""


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
    found: list[Filled] = []
    for entry in form.entries:
        if rng.random() < 0.15:
            continue
        label = one_of(rng, entry.german if language == "de" else entry.english, split)
        if any(label.casefold() == other.label.casefold() for other in found):
            continue
        if rng.random() < 0.12:
            found.append(Filled(entry, label, ""))
        elif entry.kind == "date":
            day = values.any_date(rng, *((1940, 2006) if "birth" in entry.key else (2010, 2026)))
            value = style(day)
            found.append(Filled(entry, label, value, f"{day:%Y-%m-%d}" if is_clear(day, value, language) else ""))
        elif entry.options:
            options = _options(entry, language)
            found.append(Filled(entry, label, rng.choice(options)))
        else:
            found.append(Filled(entry, label, _MAKERS[entry.kind](rng, split, language)))
    return found


def _options(entry: Entry, language: str) -> list[str]:
    return (entry.german_options if language == "de" and entry.german_options else entry.options).split("|")


def _draw(rng: Random, split: Split, form: Form, language: str, filled: list[Filled]) -> Paper:
    paper = Paper(any_look(rng))
    title = one_of(rng, form.german if language == "de" else form.title, split)
    if rng.random() < 0.6:
        paper.put(paper.left, names.company(rng, language, split), ink=True, bold=True)
        paper.put(paper.right, f"Form {digits(rng, '@-###')}", "right", scale=0.8)
        paper.down(2)
    paper.put(paper.middle, title, "middle", bold=True, scale=rng.uniform(1.2, 1.7))
    paper.down(2.4)
    styles = rng.choice(share(LAYOUTS, split)).split(" ")
    ticks = rng.choice(share(TICKS, split))
    is_mixed = len(styles) > 1 and not styles[1].isdigit()
    half = len(filled) // 2 if is_mixed else len(filled)
    for part, style in ((filled[:half], styles), (filled[half:], styles[1:])):
        if part:
            _Section(rng, paper, style, part).write(part, ticks, language)
            paper.down()
    paper.down(2)
    paper.need(3)
    paper.put(paper.left, "Unterschrift" if language == "de" else rng.choice(("Signature", "Sign here", "Authorised")))
    paper.rule(paper.left + 70, paper.left + 220, 0)
    return paper


class _Section:
    """Fields in one style. Boxes take a whole row in every style, and so does what is too long for its column."""

    def __init__(self, rng: Random, paper: Paper, styles: list[str], filled: list[Filled]) -> None:
        self.paper, self.style = paper, styles[0]
        self.per_row = int(styles[1]) if styles[0] == "above" else 2 if styles[0] == "columns" else 1
        self.pitch = (paper.right - paper.left) / self.per_row
        widest = max(paper.width(field.label + ":") for field in filled)
        self.gutter = widest + rng.uniform(1, 5) * paper.look.size
        self.colon = rng.choice((":", ":", ""))
        # Under a row of labels an empty place must show, or the values would slip to their neighbours.
        self.blank = rng.choice(("________", "-", "n/a") if self.style == "above" else ("", "", "________", "-"))

    def write(self, filled: list[Filled], ticks: tuple[str, str], language: str) -> None:
        row: list[Filled] = []
        for field in filled:
            is_alone = bool(field.entry.options) or self._is_long(field)
            if is_alone or len(row) == self.per_row:
                self._row(row)
                row = []
            if field.entry.options:
                self._boxes(field, ticks, language)
            elif is_alone:
                self._row([field])
            else:
                row.append(field)
        self._row(row)

    def _is_long(self, field: Filled) -> bool:
        width, size = self.paper.width, self.paper.look.size
        if self.style == "above":
            return max(width(field.value), width(field.label)) > self.pitch - 1.2 * size
        return width(f"{field.label}: {field.value}") > self.pitch - 1.5 * size

    def _row(self, row: list[Filled]) -> None:
        paper = self.paper
        if not row:
            return
        paper.need(3)
        top = paper.y
        for place, field in enumerate(row):
            x, shown = paper.left + place * self.pitch, field.value or self.blank
            paper.y = top
            if self.style == "above":
                paper.put(x, field.label, scale=0.8)
                paper.down(1.1)
                paper.put(x, shown)
                paper.down(1.5)
                continue
            label = field.label + self.colon
            if self.style == "dotted":
                dots = (self.gutter - paper.width(field.label)) / (paper.look.size * 0.27)
                label = f"{field.label} {'.' * int(dots)}"
            paper.put(x, label)
            is_close = self.style in ("columns", "loose")
            paper.put(x + (paper.width(label) + 0.4 * paper.look.size if is_close else self.gutter + 4), shown)
            if self.style == "table":
                paper.rule(paper.left, paper.right, 0.3)
            paper.down(1.3)

    def _boxes(self, field: Filled, ticks: tuple[str, str], language: str) -> None:
        paper, size = self.paper, self.paper.look.size
        paper.need(3)
        paper.put(paper.left, field.label + self.colon)
        x = paper.left + paper.width(field.label + self.colon) + 1.5 * size
        for option in _options(field.entry, language):
            mark = f"{ticks[0] if option == field.value else ticks[1]} {option}"
            if x + paper.width(mark) > paper.right:
                paper.down()
                x = paper.left + 3 * size
            paper.put(x, mark)
            x += paper.width(mark) + 1.8 * size
        paper.down(1.4)


def _questions(rng: Random, split: Split, form: Form, language: str, filled: list[Filled]) -> Iterator[Question]:
    wanted = rng.randint(8, 12)
    empty = [field for field in filled if not field.value]
    full = [field for field in filled if field.value]
    left_out = [entry for entry in form.entries if all(entry.key != field.entry.key for field in filled)]
    holes = [*((field.entry, field.label) for field in empty), *((entry, "") for entry in left_out)]
    for entry, label in rng.sample(holes, min(len(holes), rng.randint(1, 2))):
        text = _text(rng, split, entry, label, language, False)
        yield missing(text, label or variants(entry.english, split)[0], f"field/{entry.key}")
    for field in rng.sample(full, min(len(full), wanted)):
        yield _question(rng, split, field, language)


def _question(rng: Random, split: Split, field: Filled, language: str) -> Question:
    entry, task = field.entry, f"field/{field.entry.key}"
    if field.iso and rng.random() < 0.4:
        text = with_suffix(_text(rng, split, entry, field.label, language, False), one_of(rng, ISO["en"], split))
        return Question(text, field.iso, f"{field.label}: {field.value}\n{field.iso}", task, "date")
    text = _text(rng, split, entry, field.label, language, bool(entry.options))
    metric = "date" if entry.kind == "date" else "anls" if entry.kind in ("person", "company", "address") else ""
    return reading(text, field.label, field.value, task, metric or "exact_field")


def _text(rng: Random, split: Split, entry: Entry, label: str, language: str, is_box: bool) -> str:
    """A question with the form's own label, or with another name of the same thing."""
    if label and language == "de" and rng.random() < 0.2:
        frame = one_of(rng, FRAMES["de"], split)
        return frame.format(the=f'bei "{label}"', bare=label) if "{the}" not in frame else label
    other = one_of(rng, entry.english, split)
    name = label if label and language == "en" and rng.random() < 0.65 else other
    if name[:1].isupper() and not name[1:2].isupper() and rng.random() < 0.7:
        name = name[0].lower() + name[1:]
    return one_of(rng, BOX_FRAMES if is_box else FORM_FRAMES, split).format(name)


def _address(rng: Random, split: Split, language: str) -> str:
    return ", ".join(names.address(rng, language, split).lines)


Make = Callable[[Random, Split, str], str]
_MAKERS: Mapping[str, Make] = {
    "person": lambda rng, split, language: names.person(rng, language, split),
    "first": lambda rng, split, language: rng.choice(share(names.FIRST[language], split)),
    "last": lambda rng, split, language: rng.choice(share(names.LAST[language], split)),
    "company": lambda rng, split, language: names.company(rng, language, split),
    "address": _address,
    "city": lambda rng, split, language: rng.choice(share(names.CITIES[language], split)),
    "street": lambda rng, split, language: names.address(rng, language, split).lines[-2],
    "phone": lambda rng, _, language: phone(rng, language),
    "email": lambda rng, split, language: email_of(rng, names.person(rng, language, split)),
    "number": lambda rng, *_: digits(rng, rng.choice(("######", "@@######", "###-##-####", "@-####/##"))),
    "zip": lambda rng, *_: digits(rng, "#####"),
    "small": lambda rng, *_: str(rng.randrange(1, 12)),
    "amount": lambda rng, _, language: rng.choice(values.NUMBER_STYLES[language]).bare(values.money(rng, 20, 9000)),
    "weight": lambda rng, *_: f"{rng.randrange(2, 120)} kg",
    "height": lambda rng, *_: f"{rng.randrange(150, 200)} cm",
    "time": lambda rng, *_: f"{rng.randrange(7, 20):02d}:{rng.choice((0, 15, 30, 45)):02d}",
    "country": lambda rng, *_: rng.choice(_COUNTRIES),
    "job": lambda rng, *_: rng.choice(_JOBS),
    "goods": lambda rng, split, _: names.product(rng, split),
    "drug": lambda rng, *_: f"{names.coined(rng, 3)} {rng.choice((5, 10, 20, 50, 100, 200))} mg",
    "allergy": lambda rng, *_: rng.choice(("Penicillin", "Peanuts", "Latex", "Pollen", "Shellfish", "Aspirin", "Dust")),
    "degree": lambda rng, *_: rng.choice(("B.Sc. Biology", "M.A. History", "High school", "B.A. Law", "MBA", "Ph.D.")),
    "plate": lambda rng, *_: digits(rng, rng.choice(("@@-@@ ###", "@@## @@@", "@@@ ####"))),
}
