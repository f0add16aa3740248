"""What people ask of a form: a field by its label, by another name, or in a sentence of its own.

In quotes stands what is printed, for that is what quotes are for, or the name of a field that the form does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from train.factory import wordlists
from train.factory.documents.form_fields import Entry, Filled, Form
from train.factory.documents.form_values import POOLS, has_sentences
from train.factory.documents.paper import one_of, variants
from train.factory.documents.wordings import ISO, with_suffix
from train.factory.sample import Question, Split, missing, reading

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
    r"valid|born|buy|bill|pay|back|wants|needs|holds|takes|eats|keeps|smokes|lives|works|runs|covers|enter|asked|"
    r"which|whose|also|please|pass|travelling) |"
    r"^(?:from|until|smokes|covers|born|visiting|representing|in|out|fasted|accompanied|revocable|budgeted|given|taken|"
    r"moved|moving|lost|found|seen|signed|checked|paid|tolerated.*|expires|issued)$| "
    r"(?:on|in|to|by|at|for|as|from|of|since|until|with|against|into|after|before|under|through|is|lies|begins|starts|"
    r"ends|taken|wanted|needed|required|attached|enclosed|informed|issued|ended|finished|completed|began|begun|"
    r"changed|replaced|visited)(?: \([^)]*\))?$",
    re.IGNORECASE,
)
_SENTENCES = {"person", "company", "address", "school", *(kind for kind in POOLS if has_sentences(kind))}


def ask_all(rng: Random, split: Split, form: Form, language: str, filled: Sequence[Filled]) -> Iterator[Question]:
    """Most of what was filled in, half of it twice, and one or two fields that are empty or not on this form."""
    wanted = rng.randint(8, 12)
    empty = [field for field in filled if not field.value]
    full = [field for field in filled if field.value]
    left_out = [entry for entry in form.entries if all(entry.key != field.entry.key for field in filled)]
    holes = [*((field.entry, field.label) for field in empty), *((entry, "") for entry in left_out)]
    said: set[str] = set()
    for entry, label in rng.sample(holes, min(len(holes), rng.randint(1, 2))):
        text, _ = _text(rng, split, entry, label, language)
        said.add(text)
        yield missing(text, _name_of(entry), f"field/{entry.key}")
    asked = rng.sample(full, min(len(full), wanted))
    asked += [field for field in asked if rng.random() < 0.5]  # once more, in other words
    for question in (_question(rng, split, field, language) for field in asked):
        if question.text not in said:
            said.add(question.text)
            yield question


def _question(rng: Random, split: Split, field: Filled, language: str) -> Question:
    entry, task = field.entry, f"field/{field.entry.key}"
    text, spoken = _text(rng, split, entry, field.label, language)
    if field.iso and rng.random() < 0.4:
        text = with_suffix(text, one_of(rng, ISO[spoken], split))
        return Question(text, field.iso, f"{_name_of(entry)}: {field.value}\n{field.iso}", task, "date")
    metric = "date" if entry.is_date else "anls" if entry.kind in _SENTENCES else "exact_field"
    return reading(text, _name_of(entry), field.value, task, metric)


def _name_of(entry: Entry) -> str:
    """What a thought calls a field, whatever it is called on paper and in the question: one name is easier to find."""
    return entry.key.replace("_", " ")


def _text(rng: Random, split: Split, entry: Entry, label: str, language: str) -> tuple[str, str]:
    """A question for a field, and the question's language.

    `label` is '' where the form does not have the field. Half of what is asked of a German form is asked in German.
    """
    spoken = "de" if language == "de" and rng.random() < 0.5 else "en"
    wholes, known_as = (entry.ask_german, entry.german) if spoken == "de" else (entry.ask, entry.english)
    if wholes and rng.random() < 0.3:
        return one_of(rng, wholes, split), spoken
    is_own = bool(label) and rng.random() < 0.65
    name = label if is_own else one_of(rng, known_as, split)
    is_foreign = is_own and spoken != language
    may_quote = is_own or not label or rng.random() < 0.15  # some quote loosely
    is_noun = not is_foreign and (spoken == "de" or not _NO_NOUN.search(name))
    frame = frame_for(rng, split, entry, spoken, may_quote, is_noun)
    if spoken == "en" and not is_foreign and name[:1].isupper() and not name[1:2].isupper() and name[1:2] != ".":
        name = name[0].lower() + name[1:] if '"' not in frame and rng.random() < 0.7 else name
    text = frame.format(name).replace("??", "?")
    return text[:-1] if text.endswith("..") else text, spoken


def frame_for(rng: Random, split: Split, entry: Entry, spoken: str, may_quote: bool, is_noun: bool) -> str:
    """A frame for a name: with or without quotes; what is no noun is quoted or stands first."""
    if spoken == "de":
        kinds = GERMAN_BOX_FRAMES if entry.options else GERMAN_FRAMES
    elif entry.options:
        kinds = BOX_FRAMES
    else:
        special = KIND_FRAMES.get(_SORTS.get(entry.kind, entry.kind))
        kinds = special if special and rng.random() < 0.3 else FORM_FRAMES
    for listed in (kinds, FORM_FRAMES):
        fitting = [
            frame
            for frame in variants(listed, split)
            if (may_quote if '"{}"' in frame else is_noun or frame.startswith("{}"))
        ]
        if fitting:
            return rng.choice(fitting)
    raise AssertionError("a bare name fits all")
