"""What the page remembers for one browser tab: the open document, what is shown of it, and the conversation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Literal, NamedTuple

from app.answer import Answer
from app.ui.forecast import Known
from app.ui.jobs import Job
from app.ui.results import Fields, ReadChart, Tables
from app.ui.words import DEFAULT, Words, words
from preprocess.document import Box, Document
from prompts.messages import Message
from vlm.sampling_params import Effort

State = Literal["waiting", "reading", "thinking", "answering", "done", "stopped", "failed"]
Tab = Literal["page", "words", "tables", "chart", "fields"]
HISTORY_TURNS = 4  # more of them would push the document's own words out of a small model's context


class Thinking(NamedTuple):
    """Whether to think, which None leaves to the Auto rule (`prompts.auto`), and how much at most."""

    enabled: bool | None = None
    effort: Effort | None = None


AUTO = Thinking()


@dataclass(slots=True)
class Turn:
    """A question and what has come back so far.

    `began` is when it began to be worked on (by `monotonic`) and `seconds` how long that took, `thought_from` where in
    it the thought began, and `thought_seconds` how long that took. `asked` are the pages it was asked about, empty for
    all.
    """

    question: str
    thinking: Thinking = AUTO
    asked: tuple[int, ...] = ()
    state: State = "waiting"
    thought: str = ""
    text: str = ""
    began: float = 0.0
    seconds: float = 0.0
    thought_from: float = 0.0
    thought_seconds: float = 0.0
    answer: Answer | None = None
    error: str = ""

    @property
    def ended(self) -> bool:
        return self.state in ("done", "stopped", "failed")

    @property
    def running(self) -> float:
        """Seconds since it began to be worked on, as long as it is."""
        return monotonic() - self.began


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a conversation is in the history, and when it was written there: what another tab wrote later differs."""

    id: int
    changed: float


@dataclass(slots=True)
class Session:
    """One tab.

    Attributes:
        key: what the tab is known by; whoever knows it sees the document.
        data: the document's bytes, where there is a history that they may be kept in.
        locked: name and bytes of a file that was chosen and wants a password.
        marked: places on the shown page that are pointed at.
        drawn: by how many degrees that page had been turned when it was drawn.
        asked: the pages that questions are about, empty for all.
        turns: the conversation; `asking` is the work on its last turn.
        editing: the next question takes the place of the last one.
        about: SHA-256 of the document that the conversation is about, which need not be open.
        kept: where the conversation is in the history, once it is there.
        browsing: the list of earlier conversations is open.
    """

    key: str = field(default_factory=lambda: secrets.token_hex(16))
    language: str = DEFAULT
    document: Document | None = None
    known: Known | None = None
    data: bytes | None = None
    locked: tuple[str, bytes] | None = None
    page: int = 1
    marked: tuple[Box, ...] = ()
    drawn: int = 0
    asked: tuple[int, ...] = ()
    tab: Tab = "page"
    turns: list[Turn] = field(default_factory=list)
    asking: Job | None = None
    editing: bool = False
    about: str = ""
    kept: Kept | None = None
    browsing: bool = False
    tables: Tables | None = None
    chart: ReadChart | None = None
    fields: Fields | None = None

    @property
    def words(self) -> Words:
        return words(self.language)

    @property
    def busy(self) -> bool:
        return bool(self.turns) and not self.turns[-1].ended

    @property
    def working(self) -> bool:
        """Whether the model is at its last question; one that still waits may wait for a tab that was closed."""
        return self.busy and self.turns[-1].state != "waiting"

    @property
    def thinks(self) -> bool:
        """Whether the last question is being thought about, and nobody has told the model to answer."""
        hurried = self.asking is not None and self.asking.hurry.is_set()
        return bool(self.turns) and self.turns[-1].state == "thinking" and not hurried

    @property
    def part(self) -> Document | None:
        """The document with those pages alone that questions are about."""
        if self.document is None or not self.asked:
            return self.document
        return replace(self.document, pages=tuple(self.document.pages[number - 1] for number in self.asked))

    def stop(self) -> None:
        """Tell the model to stop; what it has said stays."""
        if self.asking is not None:
            self.asking.stop()
        if self.turns and self.turns[-1].state == "waiting":  # nobody works on it yet who could obey
            self.turns[-1].state = "stopped"

    def hurry(self) -> None:
        """Tell the model to think no further and to answer; its thought so far stays."""
        if self.thinks and self.asking is not None:
            self.asking.hurry.set()

    def show(self, document: Document, known: Known) -> None:
        """Begin with another document. What was said about the last one is about other pages, so it goes."""
        if document.sha256 != self.about:
            self.forget()
        self.stop_finding()
        self.document, self.known, self.about = document, known, document.sha256
        self.page, self.marked, self.asked, self.tab = 1, (), (), "page"
        self.data = self.tables = self.chart = self.fields = None

    def forget(self) -> None:
        """Begin a new conversation about the same document."""
        self.stop()
        self.turns, self.marked, self.kept, self.editing = [], (), None, False

    def erase(self) -> None:
        """The same, and of the old one nothing is left, wherever it is still worked on."""
        self.stop()
        self.turns.clear()
        self.forget()

    def stop_finding(self) -> None:
        """Tell what looks for tables, a chart or fields to stop; what it has found stays."""
        for found in (self.tables, self.chart, self.fields):
            if found is not None:
                found.job.stop()

    def turn_to(self, page: int, marked: tuple[Box, ...] = ()) -> None:
        count = len(self.document.pages) if self.document else 1
        self.page, self.marked = min(max(page, 1), count), marked


def history(turns: list[Turn]) -> list[Message]:
    """The last questions that got an answer, as messages."""
    messages = []
    for turn in [turn for turn in turns if turn.ended and turn.text][-HISTORY_TURNS:]:
        messages += [Message.of("user", turn.question), Message.of("assistant", turn.text)]
    return messages
