"""Papers: title, authors, abstract, two columns of text, sometimes a table; what one cites a paper by."""

from __future__ import annotations

from random import Random

from train.factory.documents import prose
from train.factory.documents.flow import ANCHORS, Flow, medium, style
from train.factory.documents.table_questions import Asked, questions
from train.factory.documents.tables import grid
from train.factory.names import CITIES, coined, person
from train.factory.sample import Question, Sample, Split, missing, part, reading, share
from train.factory.wordlists import read

_WORDS = read("paper")
ASKED: dict[str, list[str]] = _WORDS["asked"]
SECTION: list[str] = _WORDS["section"]
JOURNALS: list[str] = _WORDS["journals"]
PLACES: list[str] = _WORDS["places"]
JOINED = (", ", ", ", " and ", " · ", "; ")


def make(rng: Random, split: Split) -> Sample:
    fields, absent = _fields(rng, split)
    flow = Flow(style(rng))
    table = grid(rng, split, "en", rng.randrange(3, 6), rng.randrange(2, 4)) if rng.random() < 0.25 else None
    _head(rng, split, flow, fields)
    if table is not None:
        flow.gap(0.5)
        flow.block(f"Table 1. {table.title}", flow.style.size * 0.9)
        flow.table(rng, table)
    facts = prose.facts(rng, split, rng.choice((0, 1, 2)))
    sections = _columns(rng, split, flow, [fact.sentence for fact in facts])
    found = [_asked(rng, split, key, value) for key, value in fields.items()]
    found += [missing(rng.choice(part(ASKED[key], split)), key, f"paper/{key}") for key in absent]
    found = rng.sample(found, min(len(found), 8))
    for number, heading in rng.sample(sections, min(2, len(sections))):
        found.append(
            reading(rng.choice(part(SECTION, split)).format(n=number), f"section {number}", heading, "paper/section")
        )
    found += [reading(rng.choice(fact.questions), fact.key, fact.answer, "text/fact") for fact in facts]
    if table is not None:
        found += questions(rng, split, [Asked(table, 1, "")], 4)
    return Sample(
        "columns_paper",
        (flow.scene(),),
        tuple(found),
        fields,
        table.table if table else None,
        medium=medium(rng),
    )


def _fields(rng: Random, split: Split) -> tuple[dict[str, str], tuple[str, ...]]:
    """What the head of the paper states, and what it leaves out."""
    people = list(
        {person(rng, rng.choice(("en", "en", "de", "fr", "es")), split): None for _ in range(rng.randrange(1, 5))}
    )
    joint = rng.choice(JOINED) if len(people) < 3 else rng.choice((", ", " · ", "; "))
    city = rng.choice(share(CITIES["en"], split))
    journal = rng.choice(part(JOURNALS, split)).format(c=coined(rng, 3))
    title = prose.heading(rng, split)
    words = [prose.heading(rng, split).split(" ")[0].lower().strip(":") for _ in range(4)]
    fields = {
        "title": f"{title}: {prose.heading(rng, split)}" if len(title) < 30 else title,
        "authors": joint.join(people),
        "first author": people[0],
        "affiliation": rng.choice(part(PLACES, split)).format(c=rng.choice((city, coined(rng)))),
        "year": str(rng.randrange(1988, 2026)),
        "doi": f"10.{rng.randrange(1000, 9999)}/{coined(rng).lower()}.{rng.randrange(10**4, 10**7)}",
        "keywords": ", ".join(dict.fromkeys([*words, coined(rng).lower()])),
        "journal": journal,
        "email": f"{people[0].split()[-1].lower()}@{coined(rng).lower()}.edu",
    }
    absent = tuple(key for key in ("doi", "keywords", "email") if rng.random() < 0.3)
    return {key: value for key, value in fields.items() if key not in absent}, absent


def _head(rng: Random, split: Split, flow: Flow, fields: dict[str, str]) -> None:
    size, anchor = flow.style.size, rng.choice(ANCHORS[:2])
    flow.line(f"{fields['journal']} {rng.randrange(2, 80)} ({fields['year']})", size * 0.85)
    if "doi" in fields:
        flow.line(rng.choice(("doi: {}", "https://doi.org/{}", "DOI {}")).format(fields["doi"]), size * 0.85)
    flow.gap()
    flow.block(fields["title"], size * 1.5, True, anchor)
    flow.block(fields["authors"], size * 1.1, False, anchor)
    flow.block(fields["affiliation"], size, False, anchor)
    if "email" in fields:
        flow.line(fields["email"], size * 0.9, anchor=anchor)
    flow.gap(0.6)
    flow.line(rng.choice(("Abstract", "ABSTRACT", "Summary")), size, True)
    flow.block(prose.paragraph(rng, split, rng.randrange(60, 200)), size * 0.95)
    if "keywords" in fields:
        flow.block(f"{rng.choice(('Keywords:', 'Key words:', 'Index terms:'))} {fields['keywords']}", size * 0.95)
    flow.gap(0.8)


def _columns(rng: Random, split: Split, flow: Flow, said: list[str]) -> list[tuple[int, str]]:
    """Numbered sections in two columns below what is there; returns their numbers and headings."""
    look, top = flow.style, flow.y
    sections: list[tuple[int, str]] = []
    gutter = rng.uniform(22, 34)
    width = (look.inner - gutter) / 2
    room = rng.randrange(100, 250)
    for column in range(2):
        flow.y = top
        x = look.margin + column * (width + gutter)
        heading = prose.heading(rng, split)
        if heading not in (known for _, known in sections):
            sections.append((column + 1, heading))
            flow.block(f"{column + 1}. {heading}", look.size, True, x=x, width=width)
        text = [prose.paragraph(rng, split, room), *said[column::2], prose.sentence(rng, split)]
        flow.block(" ".join(text), x=x, width=width)
    return sections


def _asked(rng: Random, split: Split, key: str, value: str) -> Question:
    return reading(rng.choice(part(ASKED[key], split)), key, value, f"paper/{key.replace(' ', '_')}")
