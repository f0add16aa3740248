"""What happens when somebody does something on the page. Each method returns updates for the parts named beside it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from app.reader import Reader
from app.ui import render
from app.ui.asking import begin, work
from app.ui.samples import SAMPLES
from app.ui.session import Session
from app.ui.words import THINKING, refusal
from preprocess.document import DocumentError

Updates = tuple[Any, ...]
_log = logging.getLogger(__name__)


class Handlers:
    """The page's verbs. `Session` is changed in place; the conversation is drawn from it anew each time."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def open(self, session: Session, path: str | None) -> Updates:
        """A file was chosen. Updates as `_document`, then `hint` and `talk`.

        The upload is deleted when it has been read: a page that is open lives in memory only.
        """
        if not path:
            return self._opened(session)
        try:
            return self._show(session, Path(path))
        finally:
            Path(path).unlink(missing_ok=True)

    def sample(self, session: Session, name: str) -> Updates:
        """A sample was chosen by its name. Updates as `open`."""
        return self._show(session, SAMPLES[name])

    def heavy(self, event: gr.EventData) -> str:
        """A file is above the limit, which the browser found before it sent it. Updates `alert`."""
        return render.alert(refusal(str(event._data.get("name", "")), DocumentError("too_large", "")))

    def turn(self, session: Session, page: float | None) -> Updates:
        """Show another page. Updates `picture`, `number`, `back`, `forth`."""
        session.turn_to(int(page or session.page))
        return self._page(session)

    def back(self, session: Session) -> Updates:
        return self.turn(session, session.page - 1)

    def forth(self, session: Session) -> Updates:
        return self.turn(session, session.page + 1)

    def cite(self, session: Session, event: gr.EventData) -> Updates:
        """A citation was clicked: show its page, and mark the place. Updates as `turn`."""
        self.show_citation(session, str(event._data.get("target", "")))
        return self._page(session)

    def show_citation(self, session: Session, target: str) -> None:
        """Turn to `#cite-<turn>-<citation>`; whatever else comes from a browser is ignored."""
        try:
            _, turn, number = target.split("-")
            answer = session.turns[int(turn)].answer
            citation = answer.citations[int(number)] if answer else None
        except (ValueError, IndexError):
            return
        if citation is not None:
            session.turn_to(citation.page, citation.boxes)

    def words(self, session: Session) -> str:
        """The page's words, if their fold is open: reading a scan takes seconds."""
        if not session.words_open or session.document is None:
            return ""
        try:
            return render.words(session.document.pages[session.page - 1].text())
        except DocumentError:
            return render.alert("The words of this page cannot be read.")

    def unfold(self, session: Session) -> str:
        session.words_open = True
        return self.words(session)

    def fold(self, session: Session) -> None:
        session.words_open = False

    def ask(self, session: Session, question: str, thinking: str) -> Updates:
        """A question was sent. Updates `hint`, `question`, and `talk`."""
        hint = begin(session, question, THINKING.get(thinking))
        return (render.alert(hint), gr.skip() if hint else "", *self._talk(session))

    def work(self, session: Session) -> Iterator[Updates]:
        """Answer what was asked. Updates `talk`, again and again.

        At least once: gradio would take nothing at all as an order to empty all three.
        """
        yield self._talk(session)
        for _ in work(self.reader, session):
            yield self._talk(session)

    def stop(self, session: Session) -> Updates:
        """Updates `talk`; whoever works on the answer ends it."""
        session.stop()
        return self._talk(session)

    def forget(self, session: Session) -> Updates:
        """A new conversation. Updates `hint` and `talk`."""
        session.forget()
        return ("", *self._talk(session))

    def _show(self, session: Session, path: Path) -> Updates:
        try:
            document = self.reader.open(path)
            document.pages[0].render()  # a page that cannot be drawn is told now, and the old document stays
        except Exception as error:  # whatever a file does to its reader, the page goes on
            if not isinstance(error, DocumentError):
                _log.exception("A file could not be opened")
            return self._opened(session, refusal(path.name, error))
        session.show(document)
        return self._opened(session)

    def _talk(self, session: Session) -> Updates:
        """`chat`, `send`, `stop`."""
        return render.chat(session.turns), gr.update(visible=not session.busy), gr.update(visible=session.busy)

    def _opened(self, session: Session, trouble: str = "") -> Updates:
        return (*self._document(session, trouble), "", *self._talk(session))

    def _document(self, session: Session, trouble: str) -> Updates:
        """`alert`, `file`, `choose`, `drop`, `viewer`, `title`, `pager`, then as `turn`.

        Both ways to choose a file are emptied, so that choosing the same file again is noticed.
        """
        is_open = session.document is not None
        count = len(session.document.pages) if session.document else 1
        return (
            render.alert(trouble),
            None,
            gr.update(value=None),
            gr.update(visible=not is_open),
            gr.update(visible=is_open),
            render.title(session),
            gr.update(visible=count > 1),
            *self._page(session),
        )

    def _page(self, session: Session) -> Updates:
        """`picture`, `number`, `count`, `back`, `forth`."""
        if session.document is None:
            return "", 1, "", gr.skip(), gr.skip()
        pages = session.document.pages
        try:
            picture = render.picture(pages[session.page - 1], session.marked)
        except DocumentError:
            picture = render.alert("This page cannot be drawn.")
        return (
            picture,
            gr.update(value=session.page, maximum=len(pages)),
            f'<span class="count">of {len(pages)}</span>',
            gr.update(interactive=session.page > 1),
            gr.update(interactive=session.page < len(pages)),
        )
