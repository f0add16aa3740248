"""What the page remembers for one browser tab: the open document, the page shown, and the conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import Literal

from app.answer import Answer
from preprocess.document import Box, Document
from prompts.messages import Message
from prompts.tasks import NOT_FOUND

State = Literal["waiting", "reading", "thinking", "answering", "done", "stopped", "failed"]
HISTORY_TURNS = 4  # more of them would push the document's own words out of a small model's context


@dataclass(slots=True)
class Turn:
    """A question and what has come back so far.

    `seconds` is the time since the question began to be worked on, `thought_from` where in it the thought began, and
    `thought_seconds` how long that took.
    """

    question: str
    enable_thinking: bool | None = None
    state: State = "waiting"
    thought: str = ""
    text: str = ""
    seconds: float = 0.0
    thought_from: float = 0.0
    thought_seconds: float = 0.0
    answer: Answer | None = None
    error: str = ""

    @property
    def ended(self) -> bool:
        return self.state in ("done", "stopped", "failed")


@dataclass(slots=True)
class Session:
    """One tab. Holds no lock until a question is asked: gradio deep-copies the first one."""

    document: Document | None = None
    page: int = 1
    marked: tuple[Box, ...] = ()
    words_open: bool = False
    turns: list[Turn] = field(default_factory=list)
    cancel: Event | None = None

    @property
    def busy(self) -> bool:
        return bool(self.turns) and not self.turns[-1].ended

    def stop(self) -> None:
        """Tell the model to stop; what it has said stays."""
        if self.cancel is not None:
            self.cancel.set()
        if self.turns and self.turns[-1].state == "waiting":  # nobody works on it yet who could obey
            self.turns[-1].state = "stopped"

    def show(self, document: Document) -> None:
        """Begin with another document. What was said about the last one is about other pages, so it goes."""
        self.forget()
        self.document, self.page = document, 1

    def forget(self) -> None:
        """Begin a new conversation about the same document."""
        self.stop()
        self.turns, self.marked = [], ()

    def turn_to(self, page: int, marked: tuple[Box, ...] = ()) -> None:
        count = len(self.document.pages) if self.document else 1
        self.page, self.marked = min(max(page, 1), count), marked


def history(turns: list[Turn]) -> list[Message]:
    """The last questions that got an answer, as messages."""
    messages = []
    for turn in [turn for turn in turns if turn.ended and turn.text][-HISTORY_TURNS:]:
        messages += [Message.of("user", turn.question), Message.of("assistant", turn.text)]
    return messages


def is_not_found(text: str) -> bool:
    """Whether the model says that the document does not say."""
    return text.strip(" .\n").lower() == NOT_FOUND
