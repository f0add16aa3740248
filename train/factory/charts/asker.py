"""How a question about a chart is put: by a wording of its task, or in words that paraphrase the title."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from train.factory.charts import pools
from train.factory.charts.bars import Drawn
from train.factory.charts.data import Data
from train.factory.charts.style import Setting
from train.factory.charts.tongues import Tongue
from train.factory.sample import Question, Split, reading, share
from train.factory.traces import Read, Thought, worked

RELAXED = "relaxed_accuracy"
PLURALS = {"country": "countries", "criterion": "criteria", "city": "cities", "company": "companies",
           "activity": "activities", "means": "means"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asker:
    """What a question is made from: the chart's truth, how it was drawn, and the wordings of its language."""

    rng: Random
    split: Split
    tongue: Tongue
    data: Data
    drawn: Drawn
    setting: Setting

    @property
    def sight(self) -> str:
        return "" if self.drawn.printed and self.drawn.told else "sight/"

    @property
    def is_scatter(self) -> bool:
        """Whether two measures are drawn as points: with two value axes, and without a legend."""
        return bool(self.data.second) and self.drawn.mark == "point"

    @property
    def is_keyed(self) -> bool:
        """Whether the series are told apart by name and ink, in a legend or beside them."""
        return len(self.data.series) > 1 and not self.is_scatter

    @property
    def axis(self) -> str:
        """What stands at the one value axis; a pie has none, and a scatter two."""
        has_one = self.drawn.mark != "slice" and not self.is_scatter
        return self.setting.axis if has_one and not self.setting.broken_axis else ""

    @property
    def what(self) -> str:
        if not self.data.is_time:
            return self.data.topic.what
        label = self.data.labels[0]
        if "quarter" in label.when:
            return "quarter"
        is_month = "月" in label.text or (label.text[0].isalpha() and not label.text.startswith("FY"))
        return "month" if is_month else self.tongue.year

    def word(self, key: str, series: int = 0, /, **slots: str) -> str:
        """A wording of task `key`, narrowed to a series where there are several; "" where the language has none."""
        forms = self.tongue.wordings.get(key)
        if not forms:
            return ""
        noun, what = "value" if self.data.second else self.data.noun, self.what
        if self.tongue.language == "en" and not noun.split(" ")[0].isupper():
            noun = noun[0].lower() + noun[1:]
        text = self.rng.choice(share(forms, self.split)).format(
            noun=noun, Noun=noun[0].upper() + noun[1:], what=what, whats=_plural(what), mark=self.drawn.mark, **slots
        )
        if len(self.data.series) > 1 and not {"s", "all"} & slots.keys():
            text = self._narrowed(text, self.data.series[series])
        return text[0].upper() + text[1:]

    def _narrowed(self, text: str, name: str) -> str:
        if self.tongue.language != "en" or text[-1] not in "?.":
            return f"{text} ({name})"
        return f"{text[:-1]} {self._series(name)}{text[-1]}"

    def _series(self, name: str) -> str:
        return f"in {name}" if name.isdigit() else f"for {pools.said(name)}"

    def place(self) -> tuple[int, int]:
        last = 1 if self.is_scatter else len(self.data.series)
        return self.rng.randrange(last), self.rng.randrange(len(self.data.labels))

    def key(self, series: int, place: int) -> str:
        label = self.data.labels[place].answer
        return f"{self.data.series[series]}, {label}" if len(self.data.series) > 1 else label

    def read(self, series: int, place: int) -> Read:
        return Read(self.key(series, place), self.data.values[series][place])

    def found(self, text: str, series: int, place: int, task: str) -> Question:
        return reading(text, self.key(series, place), self.data.answer(series, place), self.sight + task, RELAXED)

    def thought(self, text: str, thought: Thought, task: str, answer: str = "") -> Question:
        """`answer` replaces the thought's own where it must be as printed."""
        thinking = thought.thinking
        if answer and answer != thought.answer:
            thinking = thinking[: thinking.rindex("\n") + 1] + answer
        said = thought._replace(thinking=thinking, answer=answer or thought.answer)
        return worked(text, said, self.sight + task, RELAXED)

    def asked(self, series: int, place: int) -> str:
        """A question for one value: one that paraphrases the title, or a direct one."""
        data, label = self.data, self.data.labels[place]
        is_rest = data.rest and place == len(data.labels) - 1
        if self.rng.random() < 0.62 and not is_rest and not (data.second and series):
            text = self.natural(label.said, label.when, data.series[series])
            if text:
                return text
        slots = {"c": label.said, "t": label.when, "T": label.when.capitalize()}
        if len(data.series) > 1:
            name = pools.said(data.series[series]) if data.mode == "times" else data.series[series]
            return self.word("series/time" if data.is_time else "series/label", s=name, **slots)
        if (
            data.topic.shape == "survey"
            and data.topic.pool != "age"
            and self.rng.random() < 0.5
            and "value/survey" in self.tongue.wordings
            and not is_rest
        ):
            return self.word("value/survey", c=self.lowered(label.said))
        return self.word("value/time" if data.is_time else "value/label", **slots)

    def natural(self, said: str, when: str, series: str) -> str:
        data = self.data
        subject, time = (data.subject, when) if data.is_time else (self.lowered(said), data.when)
        if data.mode == "times":
            subject = pools.said(series)
        elif data.mode == "ranks":
            if not series.isdigit():
                return ""
            time = self.tongue.when.format(series)
        forms = [ask for ask in data.asks if "{t}" in ask or data.mode in ("rank", "time")]
        if not forms:
            return ""
        text = " ".join(self.rng.choice(forms).format(e=subject, t=time).split()).replace(
            " ?", "?" if self.tongue.language != "fr" else " ?"
        )
        return text[0].upper() + text[1:]

    def lowered(self, said: str) -> str:
        is_answer = self.data.topic.shape == "survey" and self.tongue.language == "en" and not said.startswith("I ")
        return said[0].lower() + said[1:] if is_answer and self.rng.random() < 0.35 else said


def _plural(what: str) -> str:
    head, _, tail = what.partition(" of ")
    first, _, last = head.rpartition(" ")
    many = PLURALS.get(last, last + "s")
    return f"{first} {many}".strip() + (f" of {tail}" if tail else "")
