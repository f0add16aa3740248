"""Answers tried on generated pages, right ones and false ones, in the ways in which a model may give them.

A right answer is given alone, with its question (where there is one), with the marker of its line, and with the marker
of another line. A false one, which no page says, is given alone, with the question and with the right line's marker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from prompts import citation_probes, dates
from prompts.citation_scoring import Place, Verdict, is_on, judge, share_ground
from prompts.evidence import Evidence
from prompts.grounding import ground
from prompts.numbers import readings
from train.citations.truth import Fact, Truth, facts
from train.factory import noise
from train.factory.sample import Sample

FACTS = 5  # of one sample
OCR_ERROR = "one letter misread"
STRANGER = "another document's"


@dataclass(frozen=True, slots=True)
class Trial:
    """One answer, and what came of it."""

    kind: str
    medium: str
    field: str
    sort: str
    is_right: bool
    form: str
    way: str
    value: str
    answer: str
    verdict: Verdict
    cited: tuple[str, ...]


def trials(pairs: Iterable[tuple[Sample, Random]]) -> Iterator[Trial]:
    """Every trial of every sample. A false answer of another document is a value of a sample before, same field."""
    strangers: dict[tuple[str, str], str] = {}
    for sample, rng in pairs:
        truth, kind = Truth.of(sample, rng), sample.kind.partition("/")[0]
        known = facts(sample)
        for fact in rng.sample(known, min(FACTS, len(known))):
            if places := truth.places(fact.value):
                yield from _of_fact(sample, truth, fact, places, strangers.get((kind, fact.field)), rng)
        strangers |= {(kind, fact.field): fact.value for fact in known}


def _of_fact(
    sample: Sample, truth: Truth, fact: Fact, places: Sequence[Place], stranger: str | None, rng: Random
) -> Iterator[Trial]:
    medium = "digital" if sample.medium == "digital" else "scan"
    answers = [(True, form, answer) for form, answer in _right(fact.value, rng).items()]
    answers += [(False, form, answer) for form, answer in _false(fact.value, truth, places, stranger, rng).items()]
    ways = {way: (mark, "") for way, mark in _marks(truth.evidence, places, rng).items()}
    if fact.question:
        ways["with the question"] = "", fact.question
    for is_right, form, answer in answers:
        for way, (mark, question) in ways.items():
            if way == "wrong line" and not is_right:
                continue
            citations = ground(f"{answer}{mark}", truth.evidence, question).citations
            yield Trial(
                kind=sample.kind.partition("/")[0],
                medium=medium,
                field=fact.field,
                sort=sort_of(fact.value, places),
                is_right=is_right,
                form=form,
                way=way,
                value=fact.value,
                answer=answer,
                verdict=judge(citations, places if is_right else ()),
                cited=tuple(f"page {citation.page}: {citation.quote}" for citation in citations),
            )


def _right(value: str, rng: Random) -> Mapping[str, str]:
    forms = citation_probes.right(value)
    if places := [place for place, character in enumerate(value) if character in noise.MISTAKEN]:
        place = rng.choice(places)
        forms[OCR_ERROR] = value[:place] + rng.choice(noise.MISTAKEN[value[place]]) + value[place + 1 :]
    return forms


def _false(value: str, truth: Truth, places: Sequence[Place], stranger: str | None, rng: Random) -> Mapping[str, str]:
    """Answers that no page says. Another currency is false only where the value stands once."""
    forms = citation_probes.wrong(value, rng) | ({STRANGER: stranger} if stranger is not None else {})
    currency = forms.pop(citation_probes.OTHER_CURRENCY, None)
    false = {form: answer for form, answer in forms.items() if not truth.says(answer)}
    if currency is not None and all(share_ground(place, places[0]) for place in places):
        false[citation_probes.OTHER_CURRENCY] = currency
    return false


def _marks(evidence: Evidence, places: Sequence[Place], rng: Random) -> Mapping[str, str]:
    """What stands behind an answer, by the way in which it is given: nothing, or a marker."""
    right = [number for number, (page, line) in evidence.lines.items() if is_on(page, line, places[:1])]
    wrong = [number for number, (page, line) in evidence.lines.items() if not is_on(page, line, places)]
    marks = {"alone": ""}
    if right:
        marks["right line"] = f" [{', '.join(map(str, right))}]"
    if wrong:
        marks["wrong line"] = f" [{rng.choice(wrong)}]"
    return marks


def sort_of(value: str, places: Sequence[Place]) -> str:
    """What sort of value it is, as far as finding it goes."""
    if all(len(place.boxes) > 1 for place in places):
        return "over several lines"
    if readings(value):
        return "short number" if len(value) <= 4 else "number"
    if dates.readings(value):
        return "date"
    return "code" if any(character.isdigit() for character in value) else "words"
