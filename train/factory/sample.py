"""What the factory makes: pages, the truth about them, and questions with two kinds of answers.

Everything is a plain value; a maker is `make(rng, split) -> Sample` and draws all its chance from `rng`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal, Protocol, TypeVar

from prompts.tasks import NOT_FOUND
from train.factory.scene import Scene

Split = Literal["train", "test"]
Medium = Literal["digital", "scan", "photo"]
T = TypeVar("T")
TOLD = "told "  # begins the kind of a chart that is told


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a sample, the short answer, and the thought that leads to it.

    `thinking` reads the values it needs as `label: value`, computes one operation a line, and its last line is
    `answer`. `task` names the skill (`field/total`, `lookup`, `difference`), `steps` counts operations: 0 is reading.
    `computes`: the answer is worked out, and without a thought could only be guessed. `metric` is one of
    `prompts.scoring`.
    """

    text: str
    answer: str
    thinking: str
    task: str
    metric: str = "exact_field"
    steps: int = 0
    computes: bool = False

    @property
    def is_answerable(self) -> bool:
        return self.answer != NOT_FOUND

    @property
    def reads(self) -> tuple[str, ...]:
        """The values that its thought reads, as the thought writes them."""
        lines = self.thinking.splitlines()[:-1]
        return tuple(line.rpartition(": ")[2] for line in lines if ": " in line)


@dataclass(frozen=True, slots=True)
class Table:
    """Row labels, column heads, and the cells as printed: `cells[row][column]`."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A document or a chart with its truth.

    `fields` are the facts by name, as printed; `medium` says what the page passes for: `digital` (a text layer), `scan`
    or `photo` (read by OCR). `told` is the same chart as `preprocess.charts.told` tells it in words, and what can be
    asked of that.
    """

    kind: str
    scenes: tuple[Scene, ...]
    questions: tuple[Question, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    table: Table | None = None
    language: str = "en"
    medium: Medium = "digital"
    told: Sample | None = None

    @property
    def is_told(self) -> bool:
        """Whether it is the `told` one of another sample."""
        return self.kind.startswith(TOLD)


class Maker(Protocol):
    def __call__(self, rng: Random, split: Split) -> Sample: ...


def share(items: Sequence[T], split: Split, every: int = 4) -> Sequence[T]:
    """The part of `items` that belongs to `split`: each `every`-th one is the test split's alone.

    Wordings, palettes and layouts are kept apart this way, so the order of such a list is part of its meaning.
    """
    test = items[every - 1 :: every]
    return test if split == "test" else [item for place, item in enumerate(items) if place % every != every - 1]


def part(items: Sequence[T], split: Split, least: int = 4) -> Sequence[T]:
    """`share` of a list with at least `least` items; a shorter one is there for both splits."""
    return share(items, split) if len(items) >= least else items


def missing(text: str, key: str, task: str) -> Question:
    """A question that the document does not answer; `key` is what one would look for."""
    return Question(text, NOT_FOUND, f"{key}: {NOT_FOUND}\n{NOT_FOUND}", task)


def reading(text: str, key: str, value: str, task: str, metric: str = "exact_field") -> Question:
    """A question whose answer is `value` as printed, beside or under `key`."""
    return Question(text, value, f"{key}: {value}\n{value}", task, metric)
