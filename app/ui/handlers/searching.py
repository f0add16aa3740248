"""Tables are looked for, charts read and schemas filled in."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from app.ui.finding import fill_fields, find_chart, find_tables, read_fields
from app.ui.handlers import views
from app.ui.handlers.desk import Desk
from app.ui.handlers.views import Updates
from app.ui.render import head
from app.ui.render.head import translated
from app.ui.session import Session
from prompts.schema import SchemaError


class Searching:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def find(self, session: Session) -> Iterator[Updates]:
        """Look for the tables of the chosen pages. Updates as `views.TABLES`, again and again."""
        if session.part is not None and (session.tables is None or session.tables.state != "running"):
            session.tables = find_tables(self.desk.reader, session.part, session.words)
        yield from self.watch_find(session)

    def watch_find(self, session: Session) -> Iterator[Updates]:
        """Go on watching: a tab that was loaded again does. At least once."""
        found = session.tables
        if found is None:
            yield views.tables(session)
        else:
            for _ in found.job.watch(lambda: (found.state, found.read, found.job.cancel.is_set())):
                yield views.tables(session)

    def stop_find(self, session: Session) -> Updates:
        if session.tables is not None:
            session.tables.job.stop()
        return views.tables(session)

    def read_chart(self, session: Session) -> Iterator[Updates]:
        """Read the chart of the page that is shown. Updates as `views.CHART`, again and again."""
        if session.document is not None and (session.chart is None or session.chart.state != "running"):
            session.chart = find_chart(session.document.pages[session.page - 1], session.words)
        yield from self.watch_chart(session)

    def watch_chart(self, session: Session) -> Iterator[Updates]:
        """Go on watching. At least once, and no longer than it is wanted."""
        found = session.chart
        if found is None:
            yield views.chart(session)
            return
        for _ in found.job.watch(lambda: found.state):
            is_over = found.state != "running"  # asked before the yield: it may end while that is shown
            yield views.chart(session)
            if is_over:
                return

    def stop_chart(self, session: Session) -> Updates:
        """Its reading cannot be broken off: it goes on unseen, and nothing comes of it."""
        if session.chart is not None:
            session.chart.stop()
        return views.chart(session)

    def choose_schema(self, session: Session, schema: str) -> Updates:
        """Updates `own`: the place for a schema of one's own is there when it is needed."""
        return {"own": gr.update(visible=schema == "own")}

    def fill(self, session: Session, schema: str, own: str) -> Iterator[Updates]:
        """Fill in a schema from the chosen pages. Updates as `views.FIELDS`, again and again."""
        if session.part is not None and (session.fields is None or session.fields.state != "running"):
            try:
                wanted = read_fields(schema, own)
            except SchemaError as error:
                wrong = session.words("fields.wrong_schema", why=translated(str(error), session.words))
                yield {**views.fields(session), "fields": head.alert(wrong)}
                return
            session.fields = fill_fields(self.desk.reader, session.part, wanted, session.words)
        yield from self.watch_fill(session)

    def watch_fill(self, session: Session) -> Iterator[Updates]:
        """Go on watching. At least once."""
        filled = session.fields
        if filled is None:
            yield views.fields(session)
        else:
            for _ in filled.job.watch(lambda: (filled.state, filled.done, filled.job.cancel.is_set())):
                yield views.fields(session)

    def stop_fill(self, session: Session) -> Updates:
        if session.fields is not None:
            session.fields.job.stop()
        return views.fields(session)
