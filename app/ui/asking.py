"""One question, worked on by a thread of its own while the page watches.

The page can thus show that time passes, obey Stop at once, also while pages are being read or a long prompt is on its
way through the model and no token comes, and be loaded again in the middle of an answer.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from time import monotonic

from app.answer import Answer
from app.reader import Reader
from app.ui.jobs import Job
from app.ui.session import AUTO, Session, Thinking, Turn, history
from app.ui.troubles import is_foreseen, trouble
from vlm.outputs import Delta

GRACE = 2.0  # seconds that a stopped model has to hand in its last words

_MARK = re.compile(r"[ \t]*\[\d[\d\s,;–-]*(?:\]|$)|[ \t]*\[$")
_log = logging.getLogger(__name__)


def begin(session: Session, question: str, thinking: Thinking = AUTO) -> str:
    """Put a question into the conversation, unless something is amiss: then a sentence that says what."""
    if session.busy:
        return session.words("ask.busy")
    if session.document is None:
        return session.words("ask.no_document")
    if not question.strip():
        return session.words("ask.no_question")
    if session.editing:
        session.turns.pop()
    session.editing = False
    session.asking = Job()
    session.turns.append(Turn(question.strip(), thinking, session.asked))
    return ""


def again(session: Session, thinking: Thinking) -> str:
    """Ask the last question once more, in place of what came of it. Gives what `begin` gives."""
    if session.busy or not session.turns:
        return begin(session, "", thinking)
    session.editing = True
    hint = begin(session, session.turns[-1].question, thinking)
    session.editing = False  # also where nothing was asked: the next question is not to take the old one's place
    return hint


def work(reader: Reader, session: Session, ended: Callable[[], None] = lambda: None) -> Iterator[Turn]:
    """Answer the question that `begin` left waiting, if it still does. Yields as `watch`.

    `ended` is called, by the working thread, when there is an outcome.
    """
    if session.busy and not session.working and session.asking is not None:
        turn, job = session.turns[-1], session.asking
        _start(reader, session, turn, job, ended)
        yield from _changes(turn, job)


def watch(session: Session) -> Iterator[Turn]:
    """Yield the last turn whenever it has changed, while it is worked on.

    Closing the generator leaves the work alone; when nobody watches it any more, it is stopped after a while (`jobs`).
    """
    if session.working and session.asking is not None:
        yield from _changes(session.turns[-1], session.asking)


def _changes(turn: Turn, job: Job) -> Iterator[Turn]:
    stopped_at: float | None = None

    def look() -> tuple[str, int, int, int]:
        nonlocal stopped_at
        if job.cancel.is_set() and not turn.ended:
            stopped_at = stopped_at or monotonic()
            if turn.state == "reading" or monotonic() - stopped_at > GRACE:
                turn.text, turn.state = without_marks(turn.text), "stopped"
        return turn.state, len(turn.thought), len(turn.text), 0 if turn.ended else int(turn.running)

    for _ in job.watch(look):
        is_over = turn.ended  # asked before the yield: it may end while that is shown
        yield turn
        if is_over:
            return


def _start(reader: Reader, session: Session, turn: Turn, job: Job, ended: Callable[[], None]) -> None:
    document, earlier, words = session.part, history(session.turns[:-1]), session.words
    assert document is not None, "a waiting turn has a document"
    turn.state, turn.began = "reading", monotonic()

    def run() -> None:
        try:
            stream = reader.stream(
                document, turn.question, enable_thinking=turn.thinking.enabled, effort=turn.thinking.effort,
                history=earlier, cancel=job.cancel, hurry=job.hurry,
            )  # fmt: skip
            for delta in stream:
                if not turn.ended:
                    _take(turn, delta)
            if not turn.ended:
                _finish(turn, stream.answer, job)
        except Exception as error:  # every failure becomes a sentence on the page, which goes on
            if not is_foreseen(error):
                _log.error("A question failed", exc_info=error)
            if not turn.ended:
                turn.error = trouble(error, words)
                turn.state = "failed"
        if any(other is turn for other in session.turns):
            ended()

    job.start(run)


def _take(turn: Turn, delta: Delta) -> None:
    seconds = turn.running
    if delta.reasoning:
        turn.state = "thinking"
        turn.thought_from = turn.thought_from if turn.thought else seconds
        turn.thought += delta.reasoning
        turn.thought_seconds = seconds - turn.thought_from
    if delta.content:
        turn.state = "answering"
        turn.text += delta.content


def _finish(turn: Turn, answer: Answer, job: Job) -> None:
    stopped = answer.finish_reason == "abort" or (job.cancel.is_set() and not answer.text)
    turn.answer, turn.text, turn.thought = answer, answer.text, answer.reasoning or ""
    turn.seconds = turn.running
    turn.state = "stopped" if stopped else "done"


def without_marks(text: str) -> str:
    """An unfinished answer without its citation marks, which become citations when it is finished."""
    return _MARK.sub("", text)
