"""What the tabs beside the page hold: tables, a chart, the values of a schema's fields, found or on their way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.extraction import Extraction, FieldValue, ListValue
from app.ui.jobs import Job
from preprocess.charts.chart import Chart
from preprocess.tables.find import Table
from prompts.schema import AnyField

Progress = Literal["running", "done", "stopped", "failed"]


def columns(entries: ListValue) -> list[str]:
    """The names of a list's columns that have values: in the schema's order, then in that of the table."""
    named = [column.last for column in entries.field.columns]
    there = dict.fromkeys(name for row in entries.rows for name in row)
    return [*(name for name in named if name in there), *(name for name in there if name not in named)]


@dataclass(slots=True)
class Tables:
    """The tables of so many `pages`, of which `read` have been read; `unreadable` ones are left out."""

    pages: int
    job: Job = field(default_factory=Job)
    state: Progress = "running"
    read: int = 0
    unreadable: list[int] = field(default_factory=list)
    tables: tuple[Table, ...] = ()
    error: str = ""


@dataclass(slots=True)
class ReadChart:
    """The chart of one page. `nothing` says why there is none.

    `picture` is the page with what was read drawn over it, a JPEG of `size`, width and height in pixels.
    """

    page: int
    job: Job = field(default_factory=Job)
    state: Progress = "running"
    chart: Chart | None = None
    nothing: str = ""
    picture: bytes = b""
    size: tuple[int, int] = (0, 0)
    error: str = ""

    def stop(self) -> None:
        """End it at once, unless it has ended."""
        if self.state == "running":
            self.job.stop()
            self.state = "stopped"


@dataclass(slots=True)
class Fields:
    """The values `found` so far for what is `wanted`, and of lists their entries."""

    wanted: tuple[AnyField, ...]
    page_count: int
    model: str
    job: Job = field(default_factory=Job)
    state: Progress = "running"
    found: dict[str, FieldValue] = field(default_factory=dict)
    lists: dict[str, ListValue] = field(default_factory=dict)
    seconds: float = 0.0
    error: str = ""

    @property
    def extraction(self) -> Extraction:
        return Extraction(dict(self.found), self.page_count, self.seconds, self.model, dict(self.lists))

    @property
    def done(self) -> int:
        """How many of `wanted` have been looked for."""
        return len(self.found) + len(self.lists)
