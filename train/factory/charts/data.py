"""What a chart shows, before it has a shape: title, labels, series, values, and how questions name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import exp
from random import Random
from typing import NamedTuple

from train.factory.charts import pools, values
from train.factory.charts.tongues import Tongue
from train.factory.charts.topics import Mode, Topic
from train.factory.sample import Split
from train.factory.values import MONTHS, NUMBER_STYLES, NumberStyle

RATES = (  # how measures begin that do not add up
    "average",
    "median",
    "fertility",
    "homicide",
    "retail price",
    "number of hospital",
    "Strompreis",
    "Prix",
    "Precio",
    "居民电价",
)
SCALES = ("K", "M")
ABOUT = "~"  # before a value that was measured
ORDINALS = ("first", "second", "third", "fourth")


def adds_up(topic: Topic) -> bool:
    """Whether the values of several subjects have a sum that says something."""
    return topic.shape != "signed" and topic.unit != "%" and not topic.noun.startswith(RATES)


class Label(NamedTuple):
    """A label as printed, as an answer or a question names it, and as a time inside a sentence (`in May 2019`)."""

    text: str
    said: str
    when: str = ""

    @property
    def answer(self) -> str:
        """As printed, less the mark of a footnote."""
        return self.text.rstrip("*")


@dataclass(frozen=True, slots=True)
class Data:
    """`values[series][label]`, exact as printed. `noun` is the measure inside a sentence; `when` a ranking's time.

    `asks` are the natural questions with `{e}` and `{t}` still open. `subject` fills `{e}` of a single subject's chart.
    """

    topic: Topic
    mode: Mode
    language: str
    title: str
    noun: str
    unit: str
    axis: str
    labels: tuple[Label, ...]
    series: tuple[str, ...]
    values: tuple[tuple[Decimal, ...], ...]
    number: NumberStyle
    asks: tuple[str, ...]
    subject: str
    when: str
    place: str
    rest: bool = False
    second: NumberStyle | None = None  # of the second series, where that is another measure

    @property
    def is_time(self) -> bool:
        return self.mode in ("time", "times")

    def printed(self, series: int, place: int) -> str:
        return self.number_of(series).write(self.values[series][place])

    def number_of(self, series: int) -> NumberStyle:
        return self.second if self.second and series else self.number

    def answer(self, series: int, place: int) -> str:
        """The value without unit and without spaces; K, M and the ~ of a measured value are part of the number."""
        number = self.number_of(series)
        text = number.bare(self.values[series][place]).replace(" ", "")
        text = ABOUT + text if number.before == ABOUT else text
        return text + number.after if number.after in SCALES else text

    @property
    def is_scaled(self) -> bool:
        return self.number.after in SCALES


def draw(rng: Random, tongue: Tongue, topic: Topic, mode: Mode, split: Split, most: int = 20) -> Data:
    """Labels, series and values for `topic`; `most` is how many labels the chart has room for."""
    place = pools.place(rng, split) if tongue.language == "en" else ""
    if topic.noun.startswith("revenue of {p}"):
        place = f"the {pools.subjects(rng, 'company', 1, split)[0]}"
    is_time = mode in ("time", "times")
    count = 1 if mode == "time" else rng.randint(2, 4) if is_time else rng.choice((2, 2, 3)) if mode == "ranks" else 1
    year = rng.randrange(2005, 2024)
    when = tongue.when.format(year)
    if is_time:
        labels = _times(rng, tongue, most)
        names = pools.subjects(rng, topic.pool, count, split)
        rest = False
    else:
        labels, rest = _subjects(rng, tongue, topic, most, split)
        names = _groups(rng, tongue, topic, count, year)
    columns = _columns(rng, topic, len(names), len(labels), is_time, rest)
    trim = rng.random() < 0.6
    subject = pools.said(names[0]) if mode == "time" else ""
    noun = topic.noun.format(p=place) + (topic.of.format(e=subject, p=place) if subject else "")
    series = tuple(names) if len(names) > 1 else (topic.axis,)
    return Data(
        topic, mode, tongue.language, _title(rng, tongue, topic, mode, noun, labels, names, year, place),
        _measure(topic, noun), topic.unit, topic.axis, tuple(labels), series,
        tuple(tuple(values.printable(value, topic.places, trim) for value in column) for column in columns),
        _number(rng, tongue.language, topic), tuple(ask.replace("{p}", place) for ask in topic.asks),
        subject, when, place, rest,
    )  # fmt: skip


def _measure(topic: Topic, noun: str) -> str:
    return topic.axis[0].lower() + topic.axis[1:] if topic.shape in ("survey", "share") else noun


def _columns(rng: Random, topic: Topic, series: int, count: int, is_time: bool, rest: bool) -> list[list[float]]:
    if not is_time and topic.shape != "share":
        first = values.column(rng, topic, count, False)
        if rest:
            first[-1] = min(first) * rng.uniform(0.3, 1.0)
        ceiling = 97.0 if topic.unit == "%" else float("inf")
        spread = rng.choice((0.04, 0.12, 0.25))
        others = [[min(value * exp(rng.gauss(0, spread)), ceiling) for value in first] for _ in range(series - 1)]
        return [first, *others]
    columns = [values.column(rng, topic, count, is_time, rest) for _ in range(series)]
    if not is_time or topic.shape != "share":
        return columns
    unit = 10**topic.places
    totals = [sum(column[place] for column in columns) for place in range(count)]
    whole = [[round(100 * unit * value / total) for value, total in zip(c, totals, strict=True)] for c in columns]
    for place in range(count):
        whole[0][place] += 100 * unit - sum(column[place] for column in whole)
    return [[value / unit for value in column] for column in whole]


def _times(rng: Random, tongue: Tongue, most: int) -> list[Label]:
    roll, year = rng.random(), rng.randrange(1998, 2021)
    if roll < 0.13:
        return _months(rng, tongue, rng.randint(5, min(most, 24)), year)
    if roll < 0.22 and tongue.language == "en":
        return _quarters(rng, rng.randint(4, min(most, 14)), year)
    count = rng.randint(3, min(most, 20 if rng.random() < 0.3 else 12))
    form = (
        rng.choice(("{y}", "{y}", "{y}", "{y}", "{y}/{n:02d}", "FY {y}", "'{s:02d}"))
        if tongue.language == "en"
        else "{y}"
    )
    stars = rng.randrange(1, 5) if form == "{y}" and rng.random() < 0.15 else 0
    labels = []
    for place, y in enumerate(range(year, year + count)):
        text = form.format(y=y, n=(y + 1) % 100, s=y % 100)
        said = str(y) if form == "'{s:02d}" else text
        when = f"in the fiscal year {y}" if form.startswith("FY") else tongue.when.format(said)
        labels.append(Label(text + "*" * (place >= count - stars), said, when))
    return labels


def _months(rng: Random, tongue: Tongue, count: int, year: int) -> list[Label]:
    start, form = rng.randrange(12), rng.choice(("{m} '{s:02d}", "{m} '{s:02d}", "{m} {y}", "{m}-{s:02d}"))
    labels = []
    for place in range(start, start + count):
        y, m = year + place // 12, place % 12
        if tongue.language == "zh":
            labels.append(Label(f"{y}年{m + 1}月", f"{y}年{m + 1}月", f"{y}年{m + 1}月"))
            continue
        name = MONTHS[tongue.language][m]
        text = form.format(m=name[: 3 if tongue.language != "fr" else 4], y=y, s=y % 100)
        labels.append(Label(text, text, f"{tongue.month} {name} {y}"))
    return labels


def _quarters(rng: Random, count: int, year: int) -> list[Label]:
    form = rng.choice(("Q{q} {y}", "Q{q} '{s:02d}", "{q}Q{s:02d}", "Q{q}/{y}"))
    found = []
    for place in range(count):
        y, q = year + place // 4, place % 4
        text = form.format(q=q + 1, y=y, s=y % 100)
        found.append(Label(text, text, f"in the {ORDINALS[q]} quarter of {y}"))
    return found


def _subjects(rng: Random, tongue: Tongue, topic: Topic, most: int, split: Split) -> tuple[list[Label], bool]:
    names = pools.subjects(rng, topic.pool, rng.randint(3, min(most, 14)), split)
    rest = tongue.language == "en" and not pools.is_ordered(topic.pool) and len(names) > 3 and rng.random() < 0.3
    rest = rest and topic.shape != "signed"
    if rest:
        names[-1] = rng.choice(pools.OTHERS)
    star = rng.randrange(len(names)) if rng.random() < 0.12 else -1
    return [Label(n + "*" * (place == star), pools.said(n)) for place, n in enumerate(names)], rest


def _groups(rng: Random, tongue: Tongue, topic: Topic, count: int, year: int) -> list[str]:
    if count == 1:
        return [topic.axis]
    if topic.shape == "survey" and rng.random() < 0.5:
        return list(tongue.groups)
    step = rng.choice((1, 1, 5, 10))
    return [str(year - step * back) for back in reversed(range(count))]


def _title(
    rng: Random, tongue: Tongue, topic: Topic, mode: Mode, noun: str, labels: Sequence[Label], names: Sequence[str],
    year: int, place: str,
) -> str:  # fmt: skip
    years = [name for name in names if name.isdigit()]
    time = f"{years[0]}{tongue.both}{years[-1]}" if len(years) > 1 else str(year)
    says_what = topic.shape == "survey" or " by " in noun
    form = rng.choice([form for form in tongue.titles[mode] if not (says_what and "{what}" in form)])
    text = form.format(noun=noun, a=labels[0].said, b=labels[-1].said, t=tongue.when.format(time), what=topic.what)
    if topic.unit and topic.unit != "%" and rng.random() < 0.7:
        text += f" ({topic.unit})"
    return text[0].upper() + text[1:]


def _number(rng: Random, language: str, topic: Topic) -> NumberStyle:
    style = rng.choice(NUMBER_STYLES[language])
    before = after = ""
    if topic.unit == "%":
        after = {"de": " %", "fr": " %"}.get(language, "%") if rng.random() < 0.85 else ""
    elif language == "en" and rng.random() < 0.35:
        scale = "bn" if "billion" in topic.unit else rng.choice(("m", "mn")) if "million" in topic.unit else ""
        if topic.money or "euros" in topic.unit:
            before, after = "€" if "euros" in topic.unit else "$", scale
        elif topic.unit in ("in millions", "in 1,000s"):
            after = "M" if topic.unit == "in millions" else "K"
    return NumberStyle(style.thousands, style.point, before, after)


def with_second(rng: Random, tongue: Tongue, data: Data, other: Topic) -> Data:
    """`data` with a second measure of the same subject, of its own unit."""
    column = values.column(rng, other, len(data.labels), data.is_time)
    if not data.is_time:
        rng.shuffle(column)
    noun, found, rest = data.title.partition(data.noun[1:])
    second = other.noun + (other.of.format(e=data.subject, p="") if data.subject else "")
    title = f"{noun}{data.noun[1:]} and {second}{rest}" if found else data.title
    printed = tuple(values.printable(value, other.places, True) for value in column)
    return replace(
        data, title=title, series=(data.topic.axis, other.axis), values=(data.values[0], printed),
        second=_number(rng, tongue.language, other),
    )  # fmt: skip
