"""What a language needs to make charts: its topics, titles, times, groups of people, and wordings of questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from train.factory.charts import foreign
from train.factory.charts.topics import TOPICS, Mode, Topic
from train.factory.charts.wording import ENGLISH, Wordings


@dataclass(frozen=True, slots=True)
class Tongue:
    """`when` puts a year into a sentence; `titles` by mode, with measure, first and last time, kind of label."""

    language: str
    topics: tuple[Topic, ...]
    wordings: Wordings
    titles: Mapping[Mode, tuple[str, ...]]
    when: str
    month: str
    both: str
    year: str
    groups: tuple[str, str]
    source: tuple[str, ...]


TONGUES: Mapping[str, Tongue] = {
    "en": Tongue(
        "en",
        TOPICS,
        ENGLISH,
        {
            "time": ("{noun} from {a} to {b}", "{noun} between {a} and {b}", "{noun} {a}-{b}", "{noun}, {a} to {b}",
                     "Development of the {noun} from {a} to {b}", "{noun}"),
            "times": ("{noun} from {a} to {b}, by {what}", "{noun} {a}-{b}, by {what}", "{noun} by {what}",
                      "{noun} from {a} to {b}"),
            "rank": ("{noun} {t}, by {what}", "{noun} {t}", "{noun} by {what} {t}", "Leading results: {noun} {t}"),
            "ranks": ("{noun} {t}, by {what}", "{noun} by {what} {t}", "{noun} {t}"),
        },
        "in {}", "in", " and ", "year", ("Male", "Female"), ("Source: {}", "Source: {}", "Sources: {}", "Data: {}"),
    )
} | {language: Tongue(language, *rest) for language, rest in foreign.TONGUES.items()}  # fmt: skip
