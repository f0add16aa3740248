"""One question, worked on by a thread of its own while the page watches.

The page can thus show that time passes, batch what arrives, and obey Stop at once, also while pages are being read or
a long prompt is on its way through the model and no token comes.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic, sleep

from app.answer import Answer
from app.reader import Reader
from app.ui.session import Session, Turn, history
from app.ui.words import trouble
from preprocess.document import Document, DocumentError
from prompts.messages import Message
from vlm.errors import VLMError
from vlm.outputs import Delta

INTERVAL = 1 / 12  # seconds between two updates of the page
GRACE = 2.0  # seconds that a stopped model has to hand in its last words

_MARK = re.compile(r"[ \t]*\[\d[\d\s,;–-]*(?:\]|$)|[ \t]*\[$")
_log = logging.getLogger(__name__)

Piece = Delta | Answer | Exception


def begin(session: Session, question: str, enable_thinking: bool | None) -> str:
    """Put a question into the conversation, unless something is amiss: then a sentence that says what."""
    if session.busy:
        return "One moment: the last answer is still on its way. You can stop it."
    if session.document is None:
        return "Open a document first; then ask about it."
    if not question.strip():
        return "Type a question first."
    session.cancel = Event()
    session.turns.append(Turn(question.strip(), enable_thinking))
    return ""


def work(reader: Reader, session: Session) -> Iterator[Turn]:
    """Answer the question that `begin` left waiting. Yields its turn about `1 / INTERVAL` times a second, if changed.

    Closing the generator (a closed tab) stops the model too.
    """
    if not session.turns or session.turns[-1].state != "waiting":
        return
    turn, document, cancel = session.turns[-1], session.document, session.cancel
    assert document is not None and cancel is not None, "a waiting turn has a document and a cancel event"
    turn.state = "reading"
    pieces: SimpleQueue[Piece] = SimpleQueue()
    job = (reader, document, turn, history(session.turns[:-1]), cancel, pieces)
    Thread(target=_run, args=job, name="lector-question", daemon=True).start()
    started = monotonic()
    stopped_at: float | None = None
    try:
        while not turn.ended:
            shown = (turn.state, len(turn.thought), len(turn.text), int(turn.seconds))
            turn.seconds = monotonic() - started
            for piece in _drain(pieces):
                _take(turn, piece, cancel)
            if cancel.is_set() and not turn.ended:
                stopped_at = stopped_at or monotonic()
                if turn.state == "reading" or monotonic() - stopped_at > GRACE:
                    turn.state = "stopped"
            if turn.ended or shown != (turn.state, len(turn.thought), len(turn.text), int(turn.seconds)):
                yield turn
            if not turn.ended:
                sleep(INTERVAL)
    finally:
        cancel.set()
        if not turn.ended:
            turn.state = "stopped"


def _run(
    reader: Reader,
    document: Document,
    turn: Turn,
    earlier: Sequence[Message],
    cancel: Event,
    pieces: SimpleQueue[Piece],
) -> None:
    try:
        stream = reader.stream(
            document, turn.question, enable_thinking=turn.enable_thinking, history=earlier, cancel=cancel
        )
        for delta in stream:
            pieces.put(delta)
        pieces.put(stream.answer)
    except Exception as error:  # every failure becomes a sentence on the page, which goes on
        pieces.put(error)


def _drain(pieces: SimpleQueue[Piece]) -> Iterator[Piece]:
    while True:
        try:
            yield pieces.get_nowait()
        except Empty:
            return


def _take(turn: Turn, piece: Piece, cancel: Event) -> None:
    if isinstance(piece, Delta):
        if piece.reasoning:
            turn.state = "thinking"
            turn.thought_from = turn.thought_from if turn.thought else turn.seconds
            turn.thought += piece.reasoning
            turn.thought_seconds = turn.seconds - turn.thought_from
        if piece.content:
            turn.state = "answering"
            turn.text += piece.content
    elif isinstance(piece, Answer):
        stopped = piece.finish_reason == "abort" or (cancel.is_set() and not piece.text)
        turn.answer, turn.text = piece, piece.text
        turn.thought = piece.reasoning or ""
        turn.state = "stopped" if stopped else "done"
    else:
        turn.state, turn.error = "failed", trouble(piece)
        if not isinstance(piece, (DocumentError, VLMError)):
            _log.error("A question failed", exc_info=piece)


def without_marks(text: str) -> str:
    """An unfinished answer without its citation marks, which become citations when it is finished."""
    return _MARK.sub("", text)
