"""A tab arrives, or a document is opened in it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import gradio as gr

from app.ui.forecast import Known
from app.ui.handlers import views
from app.ui.handlers.desk import Desk
from app.ui.handlers.views import Updates
from app.ui.render import head
from app.ui.samples import SAMPLES
from app.ui.session import Session
from app.ui.troubles import refusal
from app.ui.words import LANGUAGES, chosen
from preprocess.document import DocumentError

_log = logging.getLogger(__name__)


class Opening:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def arrive(self, tab: Any, visit: str) -> Updates:
        """A tab was loaded, for the first time or again. Updates everything, in the tab's language."""
        said = tab if isinstance(tab, dict) else {}
        session = self.desk.sessions.arrive(str(said.get("key", "")), visit)
        session.language = chosen([str(language) for language in said.get("languages", ())])
        return self._everything(session)

    def speak(self, session: Session, event: gr.EventData) -> Updates:
        """Another language was chosen. Updates everything."""
        language = str(event._data.get("value", ""))
        session.language = language if language in LANGUAGES else session.language
        return self._everything(session)

    def open(self, session: Session, path: str | None) -> Updates:
        """A file was chosen. Updates as `views.DOCUMENT`.

        The upload is deleted when it has been read: a page that is open lives in memory only.
        """
        if not path:
            return self._document(session)
        upload = Path(path)
        try:
            data = upload.read_bytes()
        except FileNotFoundError as error:
            return self._document(session, refusal(upload.name, DocumentError("not_found", str(error)), session.words))
        upload.unlink(missing_ok=True)
        return self._show(session, upload.name, data)

    def sample(self, session: Session, name: str) -> Updates:
        """A sample was chosen by its name. Updates as `views.DOCUMENT`."""
        return self._show(session, SAMPLES[name].name, SAMPLES[name].read_bytes())

    def unlock(self, session: Session, password: str) -> Updates:
        """The password of a locked file was given. Updates as `views.DOCUMENT`."""
        if session.locked is None:
            return self._document(session)
        return self._show(session, *session.locked, password=password)

    def heavy(self, session: Session, event: gr.EventData) -> Updates:
        """A file is above the limit, which the browser found before it sent it. Updates `alert`."""
        error = DocumentError("too_large", "", self.desk.reader.settings.max_file_mb)
        return {"alert": head.alert(refusal(str(event._data.get("name", "")), error, session.words))}

    def _show(self, session: Session, name: str, data: bytes, password: str | None = None) -> Updates:
        reader, session.locked = self.desk.reader, None
        try:
            known = Known.of(data, reader.settings, reader.backend.count_tokens, password)
            document = known.watched(reader.open(data, name=name, password=password))
            document.pages[0].render()  # a page that cannot be drawn is told now, and the old document stays
        except Exception as error:  # whatever a file does to its reader, the page goes on
            if not isinstance(error, DocumentError):
                _log.exception("A file could not be opened")
            elif error.code == "password_required":
                session.locked = name, data
                error = DocumentError("wrong_password", str(error)) if password else error
            return self._document(session, refusal(name, error, session.words))
        session.show(document, known)
        session.data = data if self.desk.history is not None else None
        return self._document(session)

    def _document(self, session: Session, trouble: str = "") -> Updates:
        """With the open conversation, whose place the list of earlier ones may have had."""
        session.browsing = False
        return views.document(session, trouble)

    def _everything(self, session: Session) -> Updates:
        updates: dict[str, Any] = {
            "head": gr.update(
                value=head.masthead(self.desk.reader.backend.info, session.words), drop=session.words("drop.file")
            ),
            **self._document(session),
            "forecast": views.outlook(self.desk.reader, session),
        }
        settings = self.desk.reader.settings
        labels = views.labels(session.words, settings.max_file_mb, settings.max_pages)
        for part, changed in labels.items():  # a part may have both: state and labels
            before = updates.get(part)
            state = before if isinstance(before, dict) else {} if before is None else {"value": before}
            updates[part] = gr.update(**{**state, **changed}) if isinstance(changed, dict) else changed
        return updates
