"""Reports: headings, contents with dotted leaders, tables that share rows, page numbers that mislead.

What a question calls page 3 is the third page of the file; what is printed at its foot may be `17` or `ix`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from train.factory.documents import prose
from train.factory.documents.flow import ANCHORS, Flow, Style, medium, style
from train.factory.documents.table_questions import Asked, questions
from train.factory.documents.tables import Grid, grid, shuffled
from train.factory.names import company, person
from train.factory.sample import Question, Sample, Split, missing, part, reading
from train.factory.wordlists import read

_WORDS: dict[str, list[str]] = read("report")
WHERE = tuple(_WORDS["where"])
COUNT = tuple(_WORDS["count"])
FIRST = tuple(_WORDS["first"])
PRINTED = tuple(_WORDS["printed"])
LISTED = tuple(_WORDS["listed"])
PLACES = tuple(_WORDS["places"])
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


@dataclass(slots=True)
class _Page:
    """What a page of the report holds; `printed` is the number at its foot, if any."""

    headings: list[str]
    printed: str
    table: Grid | None = None
    said: list[prose.Fact] = field(default_factory=list)


def make(rng: Random, split: Split) -> Sample:
    count = rng.choice((1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 9))
    look, cover = style(rng), count > 1 and rng.random() < 0.3
    room = rng.choice((150, 150, 400, 900)) if count < 5 else 70  # characters of text under a heading, at most
    contents = count > 2 and rng.random() < 0.4
    pages = _pages(rng, split, count, int(cover), int(cover) + int(contents))
    scenes = []
    anchor = rng.choice(ANCHORS)
    for place, page in enumerate(pages):
        flow = Flow(look)
        if cover and place == 0:
            _cover(rng, split, flow, page)
        elif contents and place == int(cover):
            _contents(rng, flow, look, pages, place)
        else:
            _body(rng, split, flow, page, room)
        if page.printed:
            flow.foot(page.printed, anchor)
        scenes.append(flow.scene())
    found = _page_questions(rng, split, pages, int(cover) if contents else None)
    return Sample("report", tuple(scenes), tuple(found), medium=medium(rng))


def _pages(rng: Random, split: Split, count: int, contents: int, front: int) -> list[_Page]:
    """Pages with headings that differ, and tables on some; pages before `front` are cover and contents."""
    first, roman, printed = rng.choice((1, 1, 3, 17, rng.randrange(2, 240))), rng.random() < 0.15, rng.random() < 0.75
    if 1 < first <= count:  # no page bears the number that another one has in the file
        first += count
    if roman and first + count - 1 > len(ROMAN):
        first = 1
    facts = prose.facts(rng, split, rng.randrange(0, 3))
    numbering = rng.choice(("", "", "{a} ", "{a}.{b} ", "Chapter {a}. ", "{a}. ", "{a}.{b}.1 "))
    small = rng.choice((0.3, 0.5)) if count < 6 else 0.12
    first_table: Grid | None = None
    used: set[str] = set()
    pages = []
    for place in range(count):
        headings = []
        for step in range(rng.choice((1, 1, 2)) if place >= front else 0):
            text = prose.heading(rng, split)
            if text.lower() not in used:
                used.add(text.lower())
                headings.append(numbering.format(a=place - front + 1, b=step + 1) + text)
        label = ROMAN[first + place - 1] if roman else str(first + place)
        page = _Page(headings, label if printed else "")
        if place >= front and rng.random() < small:
            page.table = grid(rng, split, "en", rng.randrange(3, 6), rng.randrange(1, 4))
            if first_table is not None and rng.random() < 0.4:
                page.table = shuffled(rng, first_table)
            first_table = page.table
        pages.append(page)
    for fact in facts:
        rng.choice(pages[front:]).said.append(fact)
    if front > contents:
        pages[contents].headings.append(rng.choice(("Contents", "CONTENTS", "Table of Contents", "Contents")))
    return pages


def _cover(rng: Random, split: Split, flow: Flow, page: _Page) -> None:
    page.headings.append(f"{prose.heading(rng, split)} {rng.randrange(1998, 2025)}")
    flow.gap(4)
    flow.block(page.headings[0], 20, True)
    flow.gap()
    for _ in range(rng.randrange(0, 4)):
        flow.line(person(rng, "en", split))
    flow.line(company(rng, "en", split))


def _contents(rng: Random, flow: Flow, look: Style, pages: list[_Page], here: int) -> None:
    """The list of headings, each with its printed page number behind dots."""
    flow.heading(rng, pages[here].headings[0], look.size * 1.5)
    dots = rng.choice((" .", " .", ".", ""))
    for page in pages[here + 1 :]:
        for heading in page.headings:
            room = rng.choice((3, 6, 10, 16)) if len(heading) < 60 else 3
            flow.line(f"{heading}{dots * room} {page.printed}".strip())


def _body(rng: Random, split: Split, flow: Flow, page: _Page, room: int) -> None:
    said = [fact.sentence for fact in page.said]
    for heading in page.headings:
        flow.heading(rng, heading, flow.style.size * 1.3)
        text = prose.paragraph(rng, split, rng.randrange(40, room))
        flow.block(f"{text} {said.pop()}" if said else text)
    for sentence in said:
        flow.block(sentence)
    if page.table is not None:
        flow.gap(0.6)
        flow.block(page.table.title, bold=True)
        flow.table(rng, page.table)
    elif not page.headings and not page.said:
        flow.block(prose.paragraph(rng, split, 80))


def _page_questions(rng: Random, split: Split, pages: list[_Page], contents: int | None) -> list[Question]:
    found = [_paged(rng.choice(part(COUNT, split)), "pages", len(pages), "page/count")]
    if rng.random() < 0.5:
        found[0] = _paged(COUNT[0], "pages", len(pages), "page/count")
    headed = [(number, heading) for number, page in enumerate(pages, 1) for heading in page.headings]
    for number, heading in rng.sample(headed, min(len(headed), rng.randrange(3, 6))):
        text = WHERE[0] if rng.random() < 0.4 else rng.choice(part(WHERE, split))
        found.append(_paged(text.format(h=heading), "page", number, "page/heading"))
    unused = prose.heading(rng, split)
    if rng.random() < 0.4 and not any(unused.lower() in heading.lower() for _, heading in headed):
        found.append(missing(rng.choice(part(WHERE, split)).format(h=unused), "page", "page/missing"))
    if rng.random() < 0.5:
        number, heading = next(pair for pair in headed if pair[0] == rng.choice(headed)[0] or pair == headed[-1])
        if heading == pages[number - 1].headings[0]:
            found.append(reading(rng.choice(part(FIRST, split)).format(p=number), "heading", heading, "page/first"))
    number = rng.randrange(len(pages)) + 1
    if pages[number - 1].printed and rng.random() < 0.4:
        text = rng.choice(part(PRINTED, split)).format(p=number)
        found.append(reading(text, "printed", pages[number - 1].printed, "page/printed"))
    if contents is not None and pages[0].printed:
        listed = [(page.printed, heading) for page in pages[contents + 1 :] for heading in page.headings]
        if listed:
            printed, heading = rng.choice(listed)
            text = rng.choice(part(LISTED, split)).format(h=heading)
            found.append(reading(text, "contents", printed, "page/listed"))
    facts = [fact for page in pages for fact in page.said]
    found += [reading(rng.choice(fact.questions), fact.key, fact.answer, "text/fact") for fact in facts]
    place = rng.choice(part(PLACES, split))
    asked = [
        Asked(page.table, number, place.format(p=number))
        for number, page in enumerate(pages, 1)
        if page.table is not None
    ]
    return [*found, *questions(rng, split, asked, rng.randrange(4, 8))] if asked else found


def _paged(text: str, key: str, value: int, task: str) -> Question:
    return reading(text, key, str(value), task)
