"""Earlier conversations are looked through, opened and deleted."""

from __future__ import annotations

import gradio as gr

from app.opening import forget_read
from app.ui.forecast import Known
from app.ui.handlers import views
from app.ui.handlers.desk import Desk
from app.ui.handlers.views import Updates
from app.ui.history import Conversation, History
from app.ui.render.past import past
from app.ui.session import Session
from app.ui.troubles import refusal
from preprocess.document import DocumentError


class Remembering:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def browse(self, session: Session) -> Updates:
        """The list is opened, or closed if it was open. Updates as `views.TALK` and `SHELF`, as do the next ones."""
        session.browsing = not session.browsing
        return self._list(session)

    def reopen(self, session: Session, event: gr.EventData) -> Updates:
        """A conversation is chosen. Updates as `views.DOCUMENT` too."""
        number = _number(event)
        known = {one.id: one for one in self._conversations() or ()}
        turns = self.desk.past(lambda history: history.turns(number), None)
        if turns is None or number not in known:
            return views.document(session) | self._list(session)
        session.forget()
        trouble = self._open_document(session, known[number])
        session.turns, session.kept, session.about = turns, known[number].kept, known[number].sha256
        session.browsing = False
        return views.document(session, trouble)

    def delete(self, session: Session, event: gr.EventData) -> Updates:
        """A conversation goes; from every tab that has it open, too."""
        number = _number(event)
        # From every tab, before it goes from the history: one that has it open would write it there again.
        for tab in (session, *self.desk.sessions.all()):
            if tab.kept is not None and tab.kept.id == number:
                tab.erase()
        self.desk.past(lambda history: history.delete(number), None)
        return self._list(session)

    def forget_all(self, session: Session) -> Updates:
        """Everything goes, what is kept of the documents' words and pictures, too."""
        for tab in (session, *self.desk.sessions.all()):  # what one of them is about to keep for the first time, too
            tab.erase()
        self.desk.past(History.delete_all, None)
        forget_read(self.desk.reader.settings)
        return self._list(session)

    def keep_documents(self, session: Session, event: gr.EventData) -> Updates:
        """Whether documents are kept beside what was asked about them."""
        wanted = event._data.get("value") is True
        self.desk.past(lambda history: history.keep_documents(wanted), None)
        return self._list(session)

    def anew(self, session: Session) -> Updates:
        """A new conversation. What was said stays in the list."""
        session.forget()
        session.browsing = False
        return self._list(session)

    def _conversations(self) -> list[Conversation] | None:
        """None if they cannot be read."""
        nothing: list[Conversation] | None = None if self.desk.history else []
        return self.desk.past(History.conversations, nothing)

    def _open_document(self, session: Session, conversation: Conversation) -> str:
        """Show the document of a conversation if it is at hand; else a sentence that asks for it."""
        if session.document is not None and session.document.sha256 == conversation.sha256:
            return ""
        data: bytes | None = self.desk.past(lambda history: history.document(conversation.sha256), None)
        session.stop_finding()
        session.document = session.known = session.tables = session.fields = session.data = session.locked = None
        if data is None:
            return session.words("past.open_file", name=conversation.name)
        reader = self.desk.reader
        try:
            known = Known.of(data, reader.settings, reader.backend.count_tokens)
            document = known.watched(reader.open(data, name=conversation.name))
        except DocumentError as error:  # it was read once, but limits may be lower now, and a password is not kept
            if error.code == "password_required":
                session.locked = conversation.name, data
            return refusal(conversation.name, error, session.words)
        session.show(document, known)
        session.data = data
        return ""

    def _list(self, session: Session) -> Updates:
        listed = ""
        if session.browsing:
            keeps = self.desk.past(lambda history: history.keeps_documents, False)
            listed = past(self._conversations(), session, keeps)
        return views.conversation(session) | views.shelf(session, listed)


def _number(event: gr.EventData) -> int:
    text = str(event._data.get("value"))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
