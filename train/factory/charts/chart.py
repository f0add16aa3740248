"""A chart of any kind: what it shows, how it looks, its picture, and questions about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from train.factory import names
from train.factory.charts import bars, data, lines, pies, points
from train.factory.charts.bars import Drawn
from train.factory.charts.data import Data
from train.factory.charts.frame import Area, Canvas, footer, header, legend
from train.factory.charts.questions import Questions, ask
from train.factory.charts.style import Setting, draw_inks, draw_look
from train.factory.charts.told import told
from train.factory.charts.tongues import TONGUES, Tongue
from train.factory.charts.topics import Mode, Topic
from train.factory.sample import Sample, Split, Table, share

Draw = Callable[[Random, Canvas, Area, Data], Drawn]
KINDS: Mapping[str, Draw] = {
    "bar": bars.upright,
    "hbar": bars.lying,
    "stacked": lambda rng, canvas, area, given: bars.upright(rng, canvas, area, given, True),
    "hstacked": lambda rng, canvas, area, given: bars.lying(rng, canvas, area, given, True),
    "line": lines.lines,
    "area": lines.areas,
    "pie": pies.pie,
    "scatter": points.scatter,
    "dual": bars.with_line,
}
OF_MODE: Mapping[Mode, Mapping[str, int]] = {
    "time": {"bar": 50, "line": 26, "area": 8, "hbar": 5, "dual": 11},
    "times": {"line": 40, "bar": 25, "stacked": 25, "hstacked": 15, "area": 10},
    "rank": {"hbar": 55, "bar": 30, "pie": 12, "scatter": 9},
    "ranks": {"bar": 55, "hbar": 45},
}
MOST = {"dual": 10, "pie": 8, "scatter": 10, "hstacked": 9}
LONG = 24  # characters of a label that need a lying bar
NOTES = ("* Forecast.", "* Estimate.", "* Preliminary figures.", "* Excluding double counts.", "Figures are rounded.",
         "Multiple answers were possible.", "Values before the reform are not comparable.",
         "n = {n} respondents.")  # fmt: skip


def make(rng: Random, split: Split) -> Sample:
    language = "en" if rng.random() < 0.9 else rng.choice(("de", "fr", "es", "zh"))
    tongue = TONGUES[language]
    topic = rng.choice(share(tongue.topics, split))
    mode = rng.choice(topic.modes)
    kind = _kind(rng, topic, mode)
    most = MOST.get(kind, 20 if mode == "time" else 8 if mode in ("times", "ranks") else 14)
    given = data.draw(rng, tongue, topic, mode, split, most)
    if max(len(label.text) for label in given.labels) > LONG and kind == "bar":
        kind = "hbar"
    if kind in ("dual", "scatter"):
        others = [
            t for t in share(tongue.topics, split) if t.pool == topic.pool and t is not topic and t.shape == "trend"
        ]
        if others:
            given = data.with_second(rng, tongue, given, rng.choice(others))
        else:
            kind = "bar" if mode == "time" else "hbar"
    canvas, drawn, area, outer = _draw(rng, split, tongue, kind, given)
    setting = canvas.setting
    questions = Questions(rng, split, tongue, given, drawn, setting)
    facts = {"title": setting.title, "subtitle": setting.subtitle, "source": setting.source.partition(":")[2].strip(),
             "axis": questions.axis, "note": setting.note}  # fmt: skip
    made = Sample(
        kind=f"chart/{kind}",
        scenes=(canvas.scene(),),
        questions=ask(questions),
        fields={name: fact for name, fact in facts.items() if fact},
        table=_table(given),
        language=language,
        medium="digital" if rng.random() < 0.15 else rng.choice(("photo", "scan")),
    )
    return replace(made, told=told(made, split, tongue, given, drawn, setting, area, outer))


def _kind(rng: Random, topic: Topic, mode: Mode) -> str:
    """A kind that suits the values: only what adds up is stacked or makes a pie."""
    weights = dict(OF_MODE[mode])
    if topic.shape == "share" and mode == "rank":
        weights["pie"] = 120
    unfit: set[str] = set()
    if topic.shape != "share" and not data.adds_up(topic):
        unfit |= {"pie", "stacked", "hstacked"} | ({"area"} if mode == "times" or topic.shape == "signed" else set())
    if topic.shape != "trend":
        unfit |= {"scatter"} | ({"dual"} if topic.shape == "signed" else set())
    for kind in unfit & weights.keys():
        del weights[kind]
    return rng.choices(list(weights), list(weights.values()))[0]


def _draw(rng: Random, split: Split, tongue: Tongue, kind: str, given: Data) -> tuple[Canvas, Drawn, Area, int]:
    """The canvas, how it was drawn, the room between header and footer, and how many texts stand in those."""
    setting = _setting(rng, split, tongue, kind, given)
    width, height = rng.choice(setting.look.sizes)
    if kind in ("hbar", "hstacked"):
        rows = len(given.labels) * (len(given.series) if kind == "hbar" else 1)
        height = max(height, round(setting.size * (12 + 2.4 * rows)))
    canvas = Canvas(width, height, setting)
    margin = rng.uniform(8, 20)
    area = Area(margin, margin, width - margin, height - margin)
    area = room = header(rng, canvas, footer(rng, canvas, area))
    outer = len(canvas.texts)
    is_keyed = len(given.series) > 1 and kind != "scatter"
    if is_keyed and setting.legend != "direct":
        area = legend(canvas, area, given.series, setting.look.footer == "portal")
    return canvas, KINDS[kind](rng, canvas, area, given), room, outer


def _setting(rng: Random, split: Split, tongue: Tongue, kind: str, given: Data) -> Setting:
    look = draw_look(rng, split)
    place = rng.choice(look.legends)
    if (place == "direct" and kind != "line") or (place == "right" and kind == "dual"):
        place = "top"
    has_star = any(label.text.endswith("*") for label in given.labels)
    note = rng.choice(NOTES[: 4 if has_star else 8][0 if has_star else 4 :]) if rng.random() < 0.25 else ""
    is_portal = look.footer == "portal"
    issuer = rng.choice((names.coined(rng), f"{names.coined(rng)} Institute", names.company(rng, "en", split),
                         f"Ministry of {rng.choice(('Finance', 'Health', 'Labor', 'Trade'))}",
                         f"{names.coined(rng)} Research"))  # fmt: skip
    title = given.title if rng.random() < look.titled else ""
    has_source = rng.random() < {"portal": 0.06, "source": 0.85, "none": 0.2}[look.footer]
    return Setting(
        look=look,
        inks=draw_inks(rng, split),
        size=rng.choice((9.5, 10, 10.5, 11) if not is_portal else (11, 11.5, 12)),
        legend=place,
        prints_values=rng.random() < (0.86 if kind != "scatter" else 0.5),
        title=title,
        subtitle=given.axis if title and rng.random() < 0.25 and not is_portal else "",
        axis=given.axis if rng.random() < (0.9 if is_portal else 0.45) or kind == "scatter" else "",
        broken_axis=kind not in ("hbar", "hstacked") and rng.random() < 0.6,
        note=note.format(n=rng.randrange(400, 9000)) if tongue.language == "en" else "",
        source=rng.choice(tongue.source).format(issuer) if has_source else "",
        brand=f"{names.coined(rng)} {rng.randrange(2016, 2026)}" if is_portal else "",
    )


def _table(given: Data) -> Table:
    cells = tuple(
        tuple(given.printed(series, place) for series in range(len(given.series))) for place in range(len(given.labels))
    )
    return Table(given.series, tuple(label.text for label in given.labels), cells)
