"""Slides: a title, a few bullets, a number or two; one to four of them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from train.factory.documents import prose
from train.factory.documents.flow import ANCHORS, Flow, medium, style
from train.factory.names import coined, company, person
from train.factory.sample import Question, Sample, Split, missing, part, reading
from train.factory.scene import Scene
from train.factory.values import any_date
from train.factory.wordlists import read

SIZES = ((960.0, 540.0), (720.0, 540.0), (842.0, 595.0))
BULLETS = ("•", "–", "▪", "■", "➢", "○")
_WORDS = read("slides")
# label on the slide | form of its number
FIGURES: tuple[tuple[str, str], ...] = tuple(_WORDS["figures"].items())
TITLE = tuple(_WORDS["title"])
FIGURE = tuple(_WORDS["figure"])
WHICH = tuple(_WORDS["which"])
COUNT = tuple(_WORDS["count"])
BULLET = tuple(_WORDS["bullet"])
SPEAKER = tuple(_WORDS["speaker"])
POINTS = tuple(_WORDS["points"])


def make(rng: Random, split: Split) -> Sample:
    width, height = rng.choice(SIZES)
    look = replace(style(rng), width=width, height=height, margin=rng.uniform(40, 70), size=rng.uniform(15, 19))
    count = rng.choice((1, 2, 3, 3, 4))
    scenes: list[Scene] = []
    found: list[Question] = []
    titles: list[str] = []
    footer = rng.choice(("", company(rng, "en", split), f"{any_date(rng):%d %B %Y}"))
    presenter = person(rng, "en", split) if rng.random() < 0.5 else ""
    for number in range(1, count + 1):
        flow = Flow(look)
        title = prose.heading(rng, split)
        if title.lower() in (known.lower() for known in titles):
            title = f"{title} in {coined(rng)}"
        titles.append(title)
        flow.block(title, look.size * 1.6, True)
        if number == 1 and presenter:
            flow.line(presenter)
        flow.gap(0.8)
        found += _filled(rng, split, flow, number)
        found.append(reading(_said(rng, split, TITLE, p=number), "title", title, "slide/title"))
        if footer:
            flow.foot(f"{footer}  {number + rng.choice((0, 0, 4))}", rng.choice(ANCHORS))
        scenes.append(flow.scene())
    number = rng.randrange(count)
    if sum(titles[number].lower() in title.lower() for title in titles) == 1:
        text = _said(rng, split, WHICH, h=titles[number])
        found.append(reading(text, "page", str(number + 1), "page/heading"))
    found.append(reading(_said(rng, split, COUNT), "pages", str(count), "page/count"))
    if presenter:
        found.append(reading(_said(rng, split, SPEAKER), "presenter", presenter, "slide/presenter"))
    return Sample("slides", tuple(scenes), tuple(rng.sample(found, min(len(found), 12))), medium=medium(rng))


def _filled(rng: Random, split: Split, flow: Flow, number: int) -> list[Question]:
    """Bullets and figures, and what to ask about them."""
    found: list[Question] = []
    mark = rng.choice(part(BULLETS, split))
    points = [prose.sentence(rng, split).rstrip(".") for _ in range(rng.randrange(1, 4))]
    points = [point if len(point) < 90 else prose.heading(rng, split) for point in points]
    for point in points:
        flow.block(f"{mark} {point}", hang=flow.style.size)
    place = rng.randrange(len(points))
    order = ("first", "second", "third")[place]
    found.append(
        reading(_said(rng, split, BULLET, o=order, p=number), f"bullet {place + 1}", points[place], "slide/bullet")
    )
    if rng.random() < 0.3:
        lines = [f"{step}: {point}" for step, point in enumerate(points, 1)]
        thinking = "\n".join([*lines, str(len(points))])
        found.append(Question(_said(rng, split, POINTS, p=number), str(len(points)), thinking, "slide/count", steps=1))
    figures = rng.sample(part(FIGURES, split), 3)
    flow.gap(0.8)
    beside = rng.random() < 0.5
    deep = 0.0 if beside else 2.8 * flow.style.size * flow.style.leading
    for label, form in figures[:2]:
        if flow.y + deep > flow.style.height - flow.style.margin:
            break  # the slide is full
        value = form.format(rng.uniform(2, 99) * (1 if "%" in form or "." in form.replace(".0f", "") else 70))
        if beside:
            flow.line(f"{label}: {value}", flow.style.size * 1.2)
        else:
            flow.gap(0.8)
            flow.line(value, flow.style.size * 2, True)
            flow.line(label)
        found.append(reading(_said(rng, split, FIGURE, k=label, p=number), label, value, "slide/figure"))
    if rng.random() < 0.4:
        label = figures[2][0]
        found.append(missing(_said(rng, split, FIGURE, k=label, p=number), label, "slide/missing"))
    return found


def _said(rng: Random, split: Split, texts: tuple[str, ...], **slots: object) -> str:
    return rng.choice(part(texts, split)).format(**slots)
