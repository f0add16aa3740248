"""What a session looks like: updates of the page's parts, by their names (see `page.build`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from app.reader import Reader
from app.ui.forecast import forecast
from app.ui.render import found, head, plot, sheet, talk
from app.ui.session import AUTO, Session, Thinking
from app.ui.words import Words
from preprocess.document import DocumentError
from preprocess.ranges import write_ranges
from prompts.schema import READY

Updates = dict[str, Any]

PAGE = ("picture", "number", "count", "back", "forth", "tabs")
TALK = ("chat", "send", "stop", "hurry", "hint")
SHELF = ("list", "chatbox", "past")
TABLES = ("tables", "find", "stop_find")
CHART = ("chart", "read_chart", "stop_chart")
FIELDS = ("fields", "fill", "stop_fill")
WORDS = ("page_words", "picture")
OUTLOOK = ("forecast", "picture")
ASKED = ("alert", "ranges", "ticks", "forecast")
DOCUMENT = (
    *(
        "alert",
        "lock",
        "password",
        "file",
        "choose",
        "drop",
        "viewer",
        "title",
        "thumbs",
        "pager",
        "page_words",
        "ranges",
        "ticks",
    ),
    *("forecast", *PAGE, *TALK, *SHELF, *TABLES, *CHART, *FIELDS),
)
# Every label on the page that is not drawn anew with what it belongs to: part, property, key of its text.
LABELS: tuple[tuple[str, str, str], ...] = (
    ("choose", "label", "document.another"),
    ("password", "label", "lock.password"),
    ("unlock", "value", "lock.open"),
    ("tab_page", "label", "tab.page"),
    ("tab_words", "label", "tab.words"),
    ("tab_tables", "label", "tab.tables"),
    ("tab_chart", "label", "tab.chart"),
    ("tab_fields", "label", "tab.fields"),
    ("back", "value", "page.back"),
    ("forth", "value", "page.forth"),
    ("number", "label", "page.number"),
    ("ranges", "label", "pages.ask"),
    ("ranges", "placeholder", "pages.all"),
    ("find", "value", "tables.find"),
    ("stop_find", "value", "stop"),
    ("read_chart", "value", "chart.read"),
    ("stop_chart", "value", "stop"),
    ("schema", "label", "fields.schema"),
    ("own", "label", "fields.own_label"),
    ("fill", "value", "fields.fill"),
    ("stop_fill", "value", "stop"),
    ("chat", "label", "talk.label"),
    ("chat", "placeholder", "talk.empty"),
    ("question", "label", "talk.question"),
    ("question", "placeholder", "talk.invitation"),
    ("thinking", "label", "thinking.label"),
    ("new", "value", "talk.new"),
    ("send", "value", "talk.send"),
    ("hurry", "value", "thought.enough"),
    ("stop", "value", "stop"),
    ("sample_invoice", "value", "sample.invoice"),
    ("sample_receipt", "value", "sample.receipt"),
    ("sample_chart", "value", "sample.chart"),
)
THINKING: Mapping[str, Thinking] = {
    "auto": AUTO,
    "fast": Thinking(False),
    "brief": Thinking(True, "low"),
    "think": Thinking(True),
}


def page(session: Session) -> Updates:
    """As `PAGE`: the page shown, and where it stands among the others."""
    if session.document is None:
        return {"picture": "", "count": ""}
    pages = session.document.pages
    shown = pages[session.page - 1]
    try:
        picture = sheet.picture(shown, session.marked, session.words)
    except DocumentError:
        picture = head.alert(session.words("page.not_drawn"))
    session.drawn = shown.turn()
    of = session.words("page.of", count=session.words.whole(len(pages)))
    return {
        "picture": picture,
        "number": session.page,
        "count": f'<span class="count">{of}</span>',
        "back": gr.update(interactive=session.page > 1),
        "forth": gr.update(interactive=session.page < len(pages)),
        "tabs": gr.update(selected=session.tab),
    }


def conversation(session: Session, hint: str = "") -> Updates:
    """As `TALK`."""
    said = session.words("ask.editing") if session.editing and not hint else hint
    keep = f' <a class="act" href="#keep">{session.words("ask.keep")}</a>' if session.editing and not hint else ""
    return {
        "chat": talk.chat(session.turns, session.words, session.editing),
        "send": gr.update(visible=not session.busy),
        "stop": gr.update(visible=session.busy),
        "hurry": gr.update(visible=session.thinks),
        "hint": f'<p class="alert" role="alert">{said}{keep}</p>' if said else "",
    }


def shelf(session: Session, listed: str = "") -> Updates:
    """As `SHELF`: whether earlier conversations, `listed`, stand in the place of the open one.

    No part of `conversation`, which comes many times a second.
    """
    return {
        "list": gr.update(value=listed, visible=session.browsing),
        "chatbox": gr.update(visible=not session.browsing),
        "past": gr.update(value=session.words("past.close" if session.browsing else "talk.past")),
    }


def tables(session: Session) -> Updates:
    """As `TABLES`."""
    running = session.tables is not None and session.tables.state == "running"
    return {
        "tables": found.tables(session.key, session.tables, session.words),
        "find": gr.update(visible=not running),
        "stop_find": gr.update(visible=running),
    }


def chart(session: Session) -> Updates:
    """As `CHART`."""
    running = session.chart is not None and session.chart.state == "running"
    return {
        "chart": plot.chart(session.key, session.document, session.chart, session.words),
        "read_chart": gr.update(visible=not running),
        "stop_chart": gr.update(visible=running),
    }


def fields(session: Session) -> Updates:
    """As `FIELDS`."""
    running = session.fields is not None and session.fields.state == "running"
    return {
        "fields": found.fields(session.key, session.fields, session.words),
        "fill": gr.update(visible=not running),
        "stop_fill": gr.update(visible=running),
    }


def asked(reader: Reader, session: Session, trouble: str = "") -> Updates:
    """As `ASKED`: which pages questions are about, and what that costs. Reads text layers, so it may take a second."""
    return {
        "alert": head.alert(trouble),
        "ranges": gr.skip() if trouble else gr.update(value=as_typed(session.asked)),
        "ticks": sheet.ticks(session),
        "forecast": outlook(reader, session),
    }


def outlook(reader: Reader, session: Session) -> str:
    if session.document is None or session.known is None:
        return ""
    numbers = session.asked or tuple(page.number for page in session.document.pages)
    return sheet.forecast(forecast(reader, session.known, numbers), session.words)


def document(session: Session, trouble: str = "") -> Updates:
    """As `DOCUMENT`. Both ways to choose a file are emptied, so that choosing the same file again is noticed.

    The forecast and the page's words, which take longer, are left to those who follow.
    """
    is_open = session.document is not None
    count = len(session.document.pages) if session.document else 1
    return {
        "alert": head.alert(trouble),
        "lock": gr.update(visible=session.locked is not None),
        "password": gr.update(value=""),
        "file": None,
        "choose": gr.update(value=None),
        "drop": gr.update(visible=not is_open),
        "viewer": gr.update(visible=is_open),
        "title": head.title(session.document, session.words),
        "thumbs": sheet.thumbnails(session.key, session.document, session.words),
        "pager": gr.update(visible=count > 1),
        "ranges": gr.update(value=as_typed(session.asked)),
        "ticks": sheet.ticks(session),
        **page(session),
        **conversation(session),
        **shelf(session),
        **tables(session),
        **chart(session),
        **fields(session),
    }


def labels(words: Words, max_file_mb: int, max_pages: int) -> Updates:
    """All fixed labels in a language; a file may have so many megabytes and pages."""
    values: dict[str, dict[str, Any]] = {}
    for part, name, key in LABELS:
        values.setdefault(part, {})[name] = words(key)
    values["thinking"]["choices"] = [(words(f"thinking.{name}"), name) for name in THINKING]
    values["schema"]["choices"] = schemas(words)
    updates: Updates = {part: gr.update(**changed) for part, changed in values.items()}
    return updates | {"welcome": head.welcome(words, max_file_mb, max_pages)}


def schemas(words: Words) -> list[tuple[str, str]]:
    """What can be filled in: its name on the page, and its name."""
    ready = [(words.texts.get(f"schema.{name}", name), name) for name in READY]
    return [*ready, (words("schema.own"), "own")]


def as_typed(numbers: tuple[int, ...]) -> str:
    """Pages as one would type them: `1-3,8`."""
    return write_ranges(numbers).replace("–", "-").replace(" ", "")
