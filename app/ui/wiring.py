"""Which handler answers to what happens on the page, and which parts it may change."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_type_hints

import gradio as gr

from app.ui import look
from app.ui.handlers import views
from app.ui.handlers.desk import Desk
from app.ui.handlers.opening import Opening
from app.ui.handlers.paging import Paging
from app.ui.handlers.remembering import Remembering
from app.ui.handlers.searching import Searching
from app.ui.handlers.talking import Talking
from app.ui.handlers.views import Updates
from app.ui.samples import SAMPLES
from app.ui.session import Session
from app.ui.sessions import Gone
from app.ui.words import chosen, words

ARRIVE = Path(look.__file__).with_name("arrive.js")
QUICK = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}
LONG = {**QUICK, "trigger_mode": "multiple"}
EVERYTHING = tuple(dict.fromkeys(("head", "welcome", *views.DOCUMENT, *(part for part, _, _ in views.LABELS))))


class Wires:
    """Ties events to handlers. A handler gives updates by names; gradio wants a list for the outputs it was told of."""

    def __init__(self, desk: Desk, parts: dict[str, Any]) -> None:
        self.desk = desk
        self.parts = parts
        # As many answers at once as the engine works on side by side.
        self.asking = {**LONG, "concurrency_id": "model", "concurrency_limit": desk.reader.settings.max_num_seqs}

    def on(
        self, happens: Callable[..., Any], handler: Callable[..., Any], inputs: Sequence[str], outputs: Sequence[str],
        **options: Any,
    ) -> Any:  # fmt: skip
        """`handler` answers to `happens`, with the tab's session and `inputs`; gives what can be followed by `then`."""
        outputs = [name for name in outputs if name in self.parts]
        wrapped = self._wrapped(handler, outputs)
        ins, outs = [self.parts[name] for name in inputs], [self.parts[name] for name in outputs]
        return happens(wrapped, ins, outs or None, **{**QUICK, **options})

    def _wrapped(self, handler: Callable[..., Any], outputs: Sequence[str]) -> Callable[..., Any]:
        def listed(updates: Updates) -> Any:
            assert all(name in outputs or name not in self.parts for name in updates), "a part that was not announced"
            values = [updates.get(name, gr.skip()) for name in outputs]
            return values[0] if len(values) == 1 else values if values else None

        def once(request: gr.Request, *args: Any) -> Any:
            session = self._session(request)
            return listed({} if session is None else handler(session, *args))

        def again(request: gr.Request, *args: Any) -> Iterator[Any]:
            session = self._session(request)
            if session is None:
                yield listed({})  # nothing at all would make gradio empty the outputs
                return
            yield from map(listed, handler(session, *args))

        return _as_gradio_calls(again if inspect.isgeneratorfunction(handler) else once, handler)

    def _session(self, request: gr.Request) -> Session | None:
        """None if something was clicked before the tab had arrived. gradio's own state does not outlive a broken
        connection by more than an hour, and says nothing of it."""
        try:
            return self.desk.sessions.visited(visit_of(request))
        except Gone:
            said = words(chosen(_spoken(request)))
            title = said("trouble.left_title")
            raise gr.Error(said("trouble.left"), duration=None, title=title, print_exception=False) from None


def visit_of(request: gr.Request) -> str:
    """What the browser calls this loading of the page."""
    return request.session_hash or ""


def _spoken(request: gr.Request) -> list[str]:
    return [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]


def _as_gradio_calls(wrapper: Callable[..., Any], handler: Callable[..., Any]) -> Callable[..., Any]:
    """`wrapper`; gradio sees of it that it takes the request where `handler` takes the session, and then the same."""
    session, *others = inspect.signature(handler).parameters.values()
    request = session.replace(name="request", annotation=gr.Request)
    wrapper.__signature__ = inspect.Signature([request, *others])  # type: ignore[attr-defined]
    wrapper.__annotations__ = {**get_type_hints(handler), "request": gr.Request}
    wrapper.__name__ = handler.__name__
    return wrapper


def wire(desk: Desk, page: gr.Blocks, parts: dict[str, Any]) -> None:
    """Tie everything on `page` to its handlers."""
    wires = Wires(desk, parts)
    opening, paging = Opening(desk), Paging(desk)
    _arrival(wires, page, opening, paging)
    _document(wires, opening, paging)
    _pages(wires, paging)
    _search(wires, Searching(desk), paging)
    _talk(wires, Talking(desk), Remembering(desk), paging)


def _arrival(wires: Wires, page: gr.Blocks, opening: Opening, paging: Paging) -> None:
    """A tab that is loaded again goes on watching whatever is still worked on."""
    talking, searching = Talking(wires.desk), Searching(wires.desk)
    names = [name for name in EVERYTHING if name in wires.parts]

    def arrive(tab: Any, request: gr.Request) -> list[Any]:
        updates = opening.arrive(tab, visit_of(request))
        return [updates.get(name, gr.skip()) for name in names]

    outputs = [wires.parts[name] for name in names]
    arrived = page.load(arrive, wires.parts["tab"], outputs, js=ARRIVE.read_text("utf-8"), **QUICK)
    wires.on(arrived.then, paging.words, (), views.WORDS)
    watched = wires.on(arrived.then, talking.watch, (), views.TALK, **LONG)
    wires.on(watched.then, talking.work, (), views.TALK, **wires.asking)  # what was still waiting
    wires.on(arrived.then, searching.watch_find, (), views.TABLES, **LONG)
    wires.on(arrived.then, searching.watch_chart, (), views.CHART, **LONG)
    wires.on(arrived.then, searching.watch_fill, (), views.FIELDS, **LONG)
    spoken = wires.on(wires.parts["head"].speak, opening.speak, (), EVERYTHING)
    wires.on(spoken.then, paging.words, (), views.WORDS)


def _document(wires: Wires, opening: Opening, paging: Paging) -> None:
    parts = wires.parts
    opened = []
    for name in ("file", "choose"):
        shown = {"show_progress": "full", "show_progress_on": [parts[name]]}
        opened.append(wires.on(parts[name].upload, opening.open, (name,), views.DOCUMENT, **shown))
    for name in SAMPLES:
        opened.append(wires.on(parts[f"sample_{name}"].click, *_about(opening.sample, name), views.DOCUMENT))
    for happens in (parts["password"].submit, parts["unlock"].click):
        opened.append(wires.on(happens, opening.unlock, ("password",), views.DOCUMENT))
    for done in opened:
        wires.on(done.then, paging.outlook, (), views.OUTLOOK)
        wires.on(done.then, paging.words, (), views.WORDS)
    wires.on(parts["head"].heavy, opening.heavy, (), ("alert",))
    for tab in ("page", "words", "tables", "chart", "fields"):
        chosen = wires.on(parts[f"tab_{tab}"].select, *_about(paging.choose_tab, tab), ())
        wires.on(chosen.then, paging.words, (), views.WORDS)


def _about(handler: Callable[..., Any], what: str) -> tuple[Callable[..., Any], tuple[()]]:
    """A handler that is told what it is about when it is wired, and takes nothing from the page but the session."""

    def told(session: Session) -> Any:
        return handler(session, what)

    told.__name__ = handler.__name__
    return told, ()


def _pages(wires: Wires, paging: Paging) -> None:
    parts, head = wires.parts, wires.parts["head"]
    turns: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
        (parts["back"].click, paging.back, ()),
        (parts["forth"].click, paging.forth, ()),
        (parts["number"].submit, paging.turn, ("number",)),
        (head.leaf, paging.leaf, ()),
        (head.cite, paging.cite, ()),
        (head.field, paging.field, ()),
        (head.table, paging.table, ()),
    )
    for happens, handler, inputs in turns:
        turned = wires.on(happens, handler, inputs, views.PAGE, trigger_mode="multiple")
        wires.on(turned.then, paging.words, (), views.WORDS)
    wires.on(head.tick, paging.tick, (), views.ASKED, trigger_mode="always_last")
    for happens in (parts["ranges"].submit, parts["ranges"].blur):
        wires.on(happens, paging.type_ranges, ("ranges",), views.ASKED)


def _search(wires: Wires, searching: Searching, paging: Paging) -> None:
    parts = wires.parts
    searched = [
        wires.on(parts["find"].click, searching.find, (), views.TABLES, **LONG),
        wires.on(parts["read_chart"].click, searching.read_chart, (), views.CHART, **LONG),
        wires.on(parts["fill"].click, searching.fill, ("schema", "own"), views.FIELDS, **LONG),
    ]
    for done in searched:
        wires.on(done.then, paging.outlook, (), views.OUTLOOK)  # OCR may have read pages
    wires.on(parts["stop_find"].click, searching.stop_find, (), views.TABLES)
    wires.on(parts["stop_chart"].click, searching.stop_chart, (), views.CHART)
    wires.on(parts["schema"].input, searching.choose_schema, ("schema",), ("own",))
    wires.on(parts["stop_fill"].click, searching.stop_fill, (), views.FIELDS)


def _talk(wires: Wires, talking: Talking, remembering: Remembering, paging: Paging) -> None:
    parts, head = wires.parts, wires.parts["head"]
    asked = ("question", *views.TALK, *views.SHELF)
    questions = [
        wires.on(parts["question"].submit, talking.ask, ("question", "thinking"), asked, trigger_mode="multiple"),
        wires.on(parts["send"].click, talking.ask, ("question", "thinking"), asked, trigger_mode="multiple"),
        wires.on(head.again, talking.again, ("thinking",), views.TALK),
    ]
    for question in questions:
        answered = wires.on(question.then, talking.work, (), views.TALK, **wires.asking)
        wires.on(answered.then, paging.outlook, (), views.OUTLOOK)  # OCR may have read pages
    wires.on(head.edit, talking.edit, (), asked)
    wires.on(head.keep, talking.keep, (), asked)
    wires.on(parts["hurry"].click, talking.hurry, (), views.TALK)
    wires.on(parts["stop"].click, talking.stop, (), views.TALK)
    for happens, handler in (
        (parts["new"].click, remembering.anew),
        (parts["past"].click, remembering.browse),
        (head.delete, remembering.delete),
        (head.forget_all, remembering.forget_all),
        (head.keep_documents, remembering.keep_documents),
    ):
        wires.on(happens, handler, (), (*views.TALK, *views.SHELF))
    reopened = wires.on(head.reopen, remembering.reopen, (), views.DOCUMENT)
    wires.on(reopened.then, paging.outlook, (), views.OUTLOOK)
    wires.on(reopened.then, paging.words, (), views.WORDS)
