"""One page of a report: headings, running text, and one or two tables with captions and notes.

Like the pages of statistics offices and banks: most questions look up a cell, others compare cells, compute with
them, or ask for a fact that the text around the table states.
"""

from __future__ import annotations

from random import Random

from train.factory.documents import prose, table_wordings
from train.factory.documents.flow import ANCHORS, Flow, medium, style
from train.factory.documents.table_questions import Asked, questions
from train.factory.documents.table_words import TABLE_MARKS
from train.factory.documents.tables import Grid, grid
from train.factory.sample import Question, Sample, Split, part, reading

LANGUAGES = ("en",) * 17 + ("de", "fr", "es")
NOTES = ("Note: ", "NOTE: ", "Source: ", "* ", "1 ", "Notes. ", "Exhibit reads: ", "SOURCE: ")
BESIDE = 0.7  # of all captions: number and title share a line
OPENING = 300  # characters above the first table at most, so that all tables find room on the page


def make(rng: Random, split: Split) -> Sample:
    language = rng.choice(LANGUAGES)
    grids = _grids(rng, split, language)
    facts = prose.facts(rng, split, rng.choice((0, 1, 1, 2, 3))) if language == "en" else []
    flow = Flow(style(rng))
    room = rng.choice((0, 100, 200, 400, 600, 900, 1500, 2500))
    above = min(room // 2, OPENING)
    said = [fact.sentence for fact in facts]
    opening, closing = said[: len(said) // 2], said[len(said) // 2 :]
    marks = _marks(rng, split, language, len(grids))
    if language == "en" and rng.random() < 0.6:
        flow.heading(rng, prose.heading(rng, split), flow.style.size * rng.choice((1.0, 1.2, 1.5)))
    _paragraphs(rng, split, flow, language, opening, above)
    for table, mark in zip(grids, marks, strict=True):
        _captioned(rng, flow, table, mark)
        if rng.random() < 0.35:
            note = rng.choice(part(NOTES, split)) + prose.sentence(rng, split, language)
            flow.block(note, flow.style.size * 0.85)
            flow.gap(0.4)
    if language == "en" and rng.random() < 0.3:
        flow.heading(rng, prose.heading(rng, split), flow.style.size * rng.choice((1.0, 1.2)))
    _paragraphs(rng, split, flow, language, closing, min(room - above, flow.characters_left - sum(map(len, closing))))
    if rng.random() < 0.6:
        form = rng.choice(("{}", "{}", "A-{}", "Page {}", "- {} -", "5 - {}"))
        flow.foot(form.format(rng.randrange(2, 300)), rng.choice(ANCHORS))
    asked = [
        Asked(table, 1, f" in {mark.rstrip('.: ')}" if len(grids) > 1 else "", language)
        for table, mark in zip(grids, marks, strict=True)
    ]
    count = rng.randrange(8, 15)
    found = [*_fact_questions(rng, facts), *_titles(rng, split, grids, marks)][: count // 2]
    found += questions(rng, split, asked, count - len(found))
    return Sample(
        "table_page", (flow.scene(),), tuple(found), table=grids[0].table, language=language, medium=medium(rng)
    )


def _grids(rng: Random, split: Split, language: str) -> list[Grid]:
    """One table or two; they share no row and no column, so that a cell is never in both."""
    first = grid(rng, split, language)
    if rng.random() > 0.16:
        return [first]
    second = grid(rng, split, language, rng.randrange(3, 6), rng.randrange(2, 4))
    shared = {*second.table.columns, *second.table.rows} & {*first.table.columns, *first.table.rows}
    return [first] if shared else [first, second]


def _marks(rng: Random, split: Split, language: str, count: int) -> list[str]:
    """What numbers the tables, like `Table 3.`; a table that stands alone may have none."""
    form, number, chapter = rng.choice(part(TABLE_MARKS[language], split)), rng.randrange(1, 30), rng.randrange(1, 9)
    if "{n}" not in form or (count == 1 and rng.random() < 0.3):
        form = "" if count == 1 else "Table {n}."
    return [form.format(n=number + place, k=chapter) for place in range(count)]


def _captioned(rng: Random, flow: Flow, table: Grid, mark: str) -> None:
    flow.gap(0.6)
    bold, size = rng.random() < 0.6, flow.style.size
    if mark and rng.random() > BESIDE:
        flow.line(mark.rstrip(".: "), size, bold)
        mark = ""
    flow.block(f"{mark} {table.title}".strip(), size, bold)
    flow.gap(0.4)
    flow.table(rng, table)


def _paragraphs(rng: Random, split: Split, flow: Flow, language: str, said: list[str], room: int) -> None:
    """Up to two paragraphs of about `room` characters in all, with the sentences of `said` among the others."""
    for start in range(2):
        mine = said[start::2]
        text = prose.paragraph(rng, split, room // 2, language).split(". ") if room > 60 else []
        sentences = [said if said.endswith(".") else f"{said}." for said in text]
        for sentence in mine:
            sentences.insert(rng.randrange(len(sentences) + 1), sentence)
        if sentences:
            flow.block(" ".join(sentences))
            flow.gap(0.5)


def _fact_questions(rng: Random, facts: list[prose.Fact]) -> list[Question]:
    return [reading(rng.choice(fact.questions), fact.key, fact.answer, "text/fact") for fact in facts]


def _titles(rng: Random, split: Split, grids: list[Grid], marks: list[str]) -> list[Question]:
    if rng.random() > 0.3:
        return []
    place = rng.randrange(len(grids))
    mark, title = marks[place].rstrip(".: "), grids[place].title
    if len(grids) > 1 or (mark and rng.random() < 0.5):
        text = rng.choice(part(table_wordings.NUMBERED, split)).format(m=mark)
    else:
        text = rng.choice(part(table_wordings.TITLE, split)).format(w="")
    return [reading(text, "title", title, "table/title")]
