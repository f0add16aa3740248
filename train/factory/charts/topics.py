"""What charts are about: measures as statistics portals have them, and questions that paraphrase their titles.

One row serves four kinds of charts: one subject over time, several subjects over time, subjects ranked for one year,
and subjects compared between years. `{e}` is the subject (a country, a company, an answer), `{t}` the time (`in 2020`),
`{p}` a place that holds for the whole chart. Topics are kept apart between the splits, so their order means something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from train.factory import wordlists

Shape = Literal["trend", "rank", "share", "survey", "signed"]
Mode = Literal["time", "times", "rank", "ranks"]
OVER_TIME: tuple[Mode, ...] = ("time", "time", "times", "rank", "ranks")


@dataclass(frozen=True, slots=True)
class Topic:
    """`noun` + `of` name the measure: `number of visitors` + ` to {e}`. `what` names one subject, in the singular."""

    noun: str
    of: str
    pool: str
    what: str
    unit: str
    axis: str
    low: float
    high: float
    places: int
    asks: tuple[str, ...]
    shape: Shape = "trend"
    modes: tuple[Mode, ...] = OVER_TIME
    money: bool = False
    top: str = ""  # a natural question for the label with the highest value


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Topic, ...]:
    """Topics as a TOML file holds them."""
    return tuple(
        Topic(**{**row, "asks": tuple(row["asks"]), "modes": tuple(row.get("modes", OVER_TIME))}) for row in rows
    )


TOPICS: tuple[Topic, ...] = read(wordlists.read("chart_topics")["topics"])
