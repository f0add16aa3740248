"""Pages are turned, pointed at, read, and chosen to be asked about."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from app.extraction import FieldValue
from app.ui.handlers import views
from app.ui.handlers.desk import Desk
from app.ui.handlers.views import Updates
from app.ui.render import head, sheet
from app.ui.results import Fields, columns
from app.ui.session import Session, Tab
from preprocess.document import Box, DocumentError
from preprocess.ranges import parse_ranges
from prompts.grounding import Citation


class Paging:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def turn(self, session: Session, page: float | None) -> Updates:
        """Show another page, the nearest there is. Updates as `views.PAGE`, as do the next ones."""
        session.turn_to(session.page if page is None else int(page))
        return views.page(session)

    def back(self, session: Session) -> Updates:
        return self.turn(session, session.page - 1)

    def forth(self, session: Session) -> Updates:
        return self.turn(session, session.page + 1)

    def leaf(self, session: Session, event: gr.EventData) -> Updates:
        """A page was chosen among the small ones."""
        return self.turn(session, _whole(event._data.get("value"), session.page))

    def cite(self, session: Session, event: gr.EventData) -> Updates:
        """A citation was clicked: show its page, and mark the place. `#cite-<turn>-<citation>`."""
        _, turn, number = [*str(event._data.get("value", "")).split("-"), "", ""][:3]
        place = _whole(turn, -1)
        answer = session.turns[place].answer if 0 <= place < len(session.turns) else None
        return self._point(session, answer.citations if answer else (), _whole(number, -1))

    def field(self, session: Session, event: gr.EventData) -> Updates:
        """The quote of a field was clicked, `<field>`, or an entry of a list, `<field>-<row>-<column>`."""
        number, row, column = [_whole(part, -1) for part in [*str(event._data.get("value")).split("-"), "", ""][:3]]
        found = _value(session.fields, number, row, column) if session.fields is not None else None
        return self._point(session, found.citations if found else (), 0)

    def table(self, session: Session, event: gr.EventData) -> Updates:
        """The name of a table was clicked."""
        number = _whole(event._data.get("value"), -1)
        if session.tables is not None and 0 <= number < len(session.tables.tables):
            table = session.tables.tables[number]
            self._show(session, table.page, (table.box,))
        return views.page(session)

    def words(self, session: Session) -> Updates:
        """The page's words, if they are looked at: reading a scan takes seconds. Updates as `views.WORDS`."""
        if session.tab != "words" or session.document is None:
            return {"page_words": ""}
        try:
            text = session.document.pages[session.page - 1].shown()
        except DocumentError:
            return {"page_words": head.alert(session.words("words.unreadable"))}
        return {"page_words": sheet.page_words(text, session.words), **_upright(session)}

    def choose_tab(self, session: Session, tab: Tab) -> Updates:
        """Another tab of the document's side was chosen. Updates nothing."""
        session.tab = tab
        return {}

    def tick(self, session: Session, event: gr.EventData) -> Updates:
        """Boxes at the small pages were ticked: questions are about those alone. Updates as `views.ASKED`."""
        count = len(session.document.pages) if session.document else 0
        numbers = {_whole(value, 0) for value in event._data.get("value", ())}
        session.asked = tuple(sorted(number for number in numbers if 0 < number <= count))
        return views.asked(self.desk.reader, session)

    def type_ranges(self, session: Session, text: str) -> Updates:
        """Pages were written down, `1-5,8,-1`; nothing means all. Updates as `views.ASKED`."""
        count = len(session.document.pages) if session.document else 0
        typed = text.strip().strip(",，、")
        try:
            numbers = parse_ranges(typed, count) if typed else ()
        except ValueError:
            return views.asked(self.desk.reader, session, session.words("pages.not_understood", text=text.strip()))
        if typed and not numbers:
            wrong = session.words.count("pages.none_of_them", count)
            return views.asked(self.desk.reader, session, wrong)
        session.asked = numbers if len(numbers) < count else ()
        return views.asked(self.desk.reader, session)

    def outlook(self, session: Session) -> Updates:
        """What a question costs, as far as known by now. Updates as `views.OUTLOOK`."""
        return {"forecast": views.outlook(self.desk.reader, session), **_upright(session)}

    def _point(self, session: Session, citations: Sequence[Citation], number: int) -> Updates:
        if 0 <= number < len(citations):
            self._show(session, citations[number].page, citations[number].boxes)
        return views.page(session)

    def _show(self, session: Session, page: int, marked: tuple[Box, ...]) -> None:
        session.tab = "page"
        session.turn_to(page, marked)


def _upright(session: Session) -> Updates:
    """The page once more, where somebody has read it since it was drawn, and so knows how it lies."""
    if session.document is None or session.document.pages[session.page - 1].turn() == session.drawn:
        return {}
    return {"picture": views.page(session)["picture"]}


def _value(filled: Fields, number: int, row: int, column: int) -> FieldValue | None:
    """A field's value, or an entry's in its row and column."""
    name = filled.wanted[number].name if 0 <= number < len(filled.wanted) else ""
    entries = filled.lists.get(name)
    if entries is None:
        return filled.found.get(name)
    names = columns(entries)
    if not (0 <= row < len(entries.rows) and 0 <= column < len(names)):
        return None
    return entries.rows[row].get(names[column])


def _whole(value: object, otherwise: int) -> int:
    """Whatever a browser sent, as a whole number."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise
