"""Questions about a chart. What only the picture shows (colours, values not printed) has a task `sight/...`."""

from __future__ import annotations

from collections.abc import Callable

from train.factory import traces
from train.factory.charts import pools
from train.factory.charts.asker import RELAXED, Asker
from train.factory.charts.data import adds_up
from train.factory.sample import Question, missing, reading
from train.factory.traces import Thought

LISTED = 12  # labels that a count writes down one by one


class Questions(Asker):
    """Makes one question of each task, or None where the chart has no clear answer to it."""

    __slots__ = ()

    def value(self) -> Question | None:
        series, place = self.place()
        text = self.asked(series, place)
        return (
            self.found(text, series, place, "series_value" if len(self.data.series) > 1 else "value") if text else None
        )

    def edge(self) -> Question | None:
        """The latest, the first, or the year before one that is named."""
        data = self.data
        if data.mode != "time" or (self.sight == "sight/" and self.rng.random() < 0.5):
            return None
        last = len(data.labels) - 1
        kind, place = self.rng.choice((("latest", last), ("first", 0), ("previous", self.rng.randrange(last))))
        if kind == "previous" and self.what != self.tongue.year:
            return None
        text = self.word(f"value/{kind}", c=data.labels[place + 1].said if kind == "previous" else "")
        return self.found(text, 0, place, "value") if text else None

    def find(self) -> Question | None:
        series, place = self.place()
        value = self.data.values[series][place]
        if sum(value == other for column in self.data.values for other in column) > 1 or self.sight:
            return None
        shown = self.data.printed(series, place) if self.rng.random() < 0.5 else self.data.answer(series, place)
        if self.tongue.language == "en" and self.rng.random() < 0.3 and not self.data.is_scaled:
            shown = f"{value:,f}"
        text = self.word("find/time" if self.data.is_time else "find/label", series, v=shown)
        label = self.data.labels[place].answer
        thinking = f"{self.key(series, place)}: {self.data.answer(series, place)}\n{label}"
        return Question(text, label, thinking, "find", RELAXED) if text else None

    def _ranked(self, series: int) -> list[int]:
        values = self.data.values[series]
        return sorted(range(len(values)), key=lambda place: -values[place])

    def best(self, smallest: bool, wants_value: bool) -> Question | None:
        """The label, or the value, at one end; none where two are level, or the rest of all others is that end."""
        data, (series, _) = self.data, self.place()
        order = self._ranked(series)[:: -1 if smallest else 1]
        end, next_ = order[0], order[1]
        if not wants_value and (self._level(series, end, next_) or self._is_rest(end)):
            return None
        name = "min" if smallest else "max"
        text = self.word(f"{name}/value" if wants_value else f"{name}/{'time' if data.is_time else 'label'}", series)
        if (
            data.topic.top
            and not (smallest or wants_value or len(data.series) > 1 or data.is_time)
            and self.rng.random() < 0.5
        ):
            text = data.topic.top.replace("{p}", data.place)
        if not text:
            return None
        answer = data.answer(series, end) if wants_value else data.labels[end].answer
        bare, key = traces.plain(data.values[series][end]), self.key(series, end)
        thought = Thought(f"{name}: {bare}\n{key}: {bare}\n{answer}", answer, 1)
        if len(order) <= traces.MAX_READS:
            reads = [self.read(series, place) for place in range(len(order))]
            thought = (traces.extreme if wants_value else traces.largest)(reads, smallest)
        return self.thought(text, thought, f"{name}_{'value' if wants_value else 'label'}", answer)

    def _level(self, series: int, first: int, second: int) -> bool:
        return self.data.values[series][first] == self.data.values[series][second]

    def _is_rest(self, place: int) -> bool:
        return self.data.rest and place == len(self.data.labels) - 1

    def second(self) -> Question | None:
        series, _ = self.place()
        order = self._ranked(series)
        text = self.word("second", series)
        clear = len(order) > 2 and not self._level(series, order[0], order[1]) and not self._level(series, *order[1:3])
        if not text or not clear or self._is_rest(order[0]) or self._is_rest(order[1]):
            return None
        reads = [self.read(series, place) for place in range(len(order))] if len(order) <= traces.MAX_READS else []
        first, runner = self.data.values[series][order[0]], self.data.values[series][order[1]]
        answer = self.data.labels[order[1]].answer
        lines = [f"{read.label}: {traces.plain(read.value)}" for read in reads]
        lines += [f"max: {traces.plain(first)}", f"second: {traces.plain(runner)}", answer]
        return self.thought(text, Thought("\n".join(lines), answer, 2), "second")

    def count(self) -> Question | None:
        labels, text = self.data.labels, self.word("count", all="")
        if not text or self.data.rest or len(labels) > LISTED:
            return None
        lines = [f"{number}: {label.answer}" for number, label in enumerate(labels, 1)]
        return Question(text, str(len(labels)), "\n".join([*lines, str(len(labels))]), "count", RELAXED, 1)

    def compute(self) -> Question | None:
        """Difference, sum, mean or ratio of a few values of one series."""
        data, (series, _) = self.data, self.place()
        if data.is_scaled or len(data.labels) < 3 or (self.sight and self.rng.random() < 0.6):
            return None
        task = self.rng.choice(("difference", "difference", "sum", "mean", "ratio"))
        pair = task in ("difference", "ratio")
        places = self.rng.sample(range(len(data.labels)), 2 if pair else self.rng.randint(2, min(4, len(data.labels))))
        if pair:
            places.sort(key=lambda place: -data.values[series][place])
        reads = [self.read(series, place) for place in places]
        names = [self._figure(place) for place in places]
        if pair and (reads[0].value == reads[1].value or (task == "ratio" and reads[1].value <= 0)):
            return None
        listed = ", ".join(names[:-1]) + self.tongue.both + names[-1]
        text = self.word(task, series, a=names[0], b=names[-1], list=listed)
        if not text:
            return None
        thought = {
            "difference": lambda: traces.difference(reads[0], reads[1]),
            "ratio": lambda: traces.ratio(reads[0], reads[1]),
            "sum": lambda: traces.total(reads),
            "mean": lambda: traces.mean(reads, 2),
        }[task]()
        return self.thought(text, thought, task)

    def _figure(self, place: int) -> str:
        """What is computed with; a bare year would be a number itself."""
        label = self.data.labels[place]
        return f"the figure {label.when}" if self.data.is_time and self.tongue.language == "en" else label.said

    def total(self) -> Question | None:
        data = self.data
        text = self.word("total")
        adds = data.mode in ("time", "rank") and adds_up(data.topic) and not data.second
        if not text or not adds or data.is_scaled or len(data.labels) > traces.MAX_READS or self.sight:
            return None
        return self.thought(text, traces.total([self.read(0, place) for place in range(len(data.labels))]), "total")

    def colour(self) -> Question | None:
        names = list(self.data.series) if len(self.data.series) > 1 else [label.answer for label in self.data.labels]
        if (not self.is_keyed and self.drawn.mark != "slice") or len(names) > len(self.setting.inks):
            return None
        place = self.rng.randrange(len(names))
        text = self.word("colour", s=names[place])
        return reading(text, names[place], self.setting.inks[place][0], "sight/colour", RELAXED) if text else None

    def fact(self) -> Question | None:
        """What is written around the data."""
        setting, data = self.setting, self.data
        source = setting.source.partition(":")[2].strip()
        has_unit = data.unit not in ("", "%") and not data.second
        unit = data.unit if has_unit and (data.unit in setting.title or data.unit in self.axis) else ""
        facts = {"title": setting.title, "source": source, "axis": self.axis, "unit": unit.removeprefix("in "),
                 "legend": ", ".join(data.series) if self.is_keyed else ""}  # fmt: skip
        known = [name for name, value in facts.items() if value]
        if not known:
            return None
        name = self.rng.choice(known)
        text = self.word(name, all="")
        return (
            reading(text, name, facts[name], f"fact/{name}", RELAXED if name == "legend" else "exact_field")
            if text
            else None
        )

    def absent(self) -> Question | None:
        """A time, a subject, a title or a source that the chart has not."""
        data, rng = self.data, self.rng
        if rng.random() < 0.2:
            has = {"title": self.setting.title, "source": self.setting.source or self.setting.brand}
            name = rng.choice(list(has))
            text = "" if has[name] else self.word(name, all="")
            return missing(text, name, "missing") if text else None
        if data.mode == "time" or (data.mode == "times" and rng.random() < 0.6):
            return self._absent_time()
        known = {label.answer for label in data.labels} | set(data.series)
        others = [name for name in pools.subjects(rng, data.topic.pool, 6, self.split) if name not in known]
        if not others:
            return None
        said, is_natural = pools.said(others[0]), rng.random() < 0.6
        if data.mode == "times":
            label = rng.choice(data.labels)
            text = self.natural("", label.when, others[0]) if is_natural else ""
            slots = {"s": said, "c": label.said, "t": label.when, "T": label.when.capitalize()}
            return missing(text or self.word("series/time", **slots), f"{others[0]}, {label.answer}", "missing")
        series = rng.randrange(len(data.series))
        text = self.natural(said, "", data.series[series]) if is_natural else ""
        return missing(text or self.word("value/label", series, c=said), others[0], "missing")

    def _absent_time(self) -> Question | None:
        data, rng = self.data, self.rng
        years = sorted(int(label.when[-4:]) for label in data.labels if label.when[-4:].isdigit())
        if not years or data.second:
            return None
        said = str(rng.choice((years[0] - rng.randint(2, 9), years[-1] + rng.randint(2, 9))))
        when, series = self.tongue.when.format(said), rng.randrange(len(data.series))
        text = self.natural(said, when, data.series[series]) if rng.random() < 0.6 else ""
        return missing(text or self.word("value/time", series, c=said, t=when), said, "missing")


def ask(asker: Questions) -> tuple[Question, ...]:
    """6 to 12 questions, most of them for values; no wording twice."""
    rng = asker.rng
    plan: list[Callable[[], Question | None]] = [asker.value] * rng.randint(3, 6)
    others: list[Callable[[], Question | None]] = [
        asker.edge, asker.find, asker.find, lambda: asker.best(False, False), lambda: asker.best(True, False),
        lambda: asker.best(False, True), lambda: asker.best(True, True), asker.second, asker.count, asker.compute,
        asker.compute, asker.compute, asker.total, asker.colour, asker.fact, asker.fact,
    ]  # fmt: skip
    plan += rng.sample(others, len(others))
    found: dict[str, Question] = {}
    if question := asker.absent():
        found[question.text] = question
    wanted = rng.randint(6, 12)
    for make in plan + [asker.value] * 4:
        question = make() if len(found) < wanted else None
        if question and not (question.task.startswith("fact/") and question.task in {q.task for q in found.values()}):
            found.setdefault(question.text, question)
    return tuple(rng.sample(list(found.values()), len(found)))
