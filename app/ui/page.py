"""Where everything stands on the page, and which handler answers to what. What it looks like is in `style.css`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from app.reader import Reader
from app.ui import render
from app.ui.handlers import Handlers
from app.ui.samples import SAMPLES
from app.ui.session import Session
from app.ui.words import THINKING
from preprocess.load import MAX_BYTES

SCRIPT = Path(__file__).with_name("page.js")
FIND_MARK = """watch("value", () => element.querySelector("rect")?.scrollIntoView({ block: "nearest" }));"""
EMPTY_CHAT = "### Ask about your document\nThe answer comes with the places in the document that it rests on."
CLEAN_UP = (600, 3600)  # every ten minutes, uploads older than an hour
MODEL = {"concurrency_id": "model", "concurrency_limit": 2}  # the engine runs a few sequences side by side
QUICK = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}


def build(reader: Reader) -> gr.Blocks:
    """The page, served by `reader`."""
    with gr.Blocks(title="Lector", fill_width=True, delete_cache=CLEAN_UP, analytics_enabled=False) as page:
        session = gr.State(Session())
        with gr.Column(elem_id="lector"):
            head = gr.HTML(
                render.masthead(reader.backend.info),
                js_on_load=SCRIPT.read_text("utf-8"),
                max_bytes=MAX_BYTES,
                elem_id="head",
            )
            with gr.Row(elem_id="desk"):
                with gr.Column(elem_id="document", scale=5, min_width=300):
                    document = _document_side()
                with gr.Column(elem_id="talk", scale=6, min_width=300):
                    talk = _talk_side()
        _wire(Handlers(reader), session, head, document, talk)
    return page


def _document_side() -> dict[str, Any]:
    parts: dict[str, Any] = {"alert": gr.HTML()}
    with gr.Column(elem_id="drop") as drop:
        parts["file"] = gr.File(label="Document", show_label=False, height="100%", elem_id="file")
        gr.HTML(render.limits())
        with gr.Row(elem_id="samples"):
            parts["samples"] = [gr.Button(name, size="sm", scale=0) for name in SAMPLES]
    with gr.Column(visible=False, elem_id="viewer") as viewer:
        with gr.Row(elem_id="titlebar"):
            parts["title"] = gr.HTML()
            parts["choose"] = gr.UploadButton("Open another", size="sm", elem_id="choose", scale=0)
        parts["picture"] = gr.HTML(elem_id="picture", js_on_load=FIND_MARK)
        with gr.Row(elem_id="pager", visible=False) as pager:
            parts["back"] = gr.Button("‹ Previous", size="sm", scale=0)
            parts["number"] = gr.Number(
                1, label="Page", show_label=False, container=False, precision=0, minimum=1, elem_id="number", scale=0
            )
            parts["count"] = gr.HTML()
            parts["forth"] = gr.Button("Next ›", size="sm", scale=0)
        with gr.Accordion("Words on this page", open=False, elem_id="words") as fold:
            parts["words"] = gr.HTML()
    return parts | {"drop": drop, "viewer": viewer, "pager": pager, "fold": fold}


def _talk_side() -> dict[str, Any]:
    chat = gr.Chatbot(
        label="Conversation",
        show_label=False,
        placeholder=EMPTY_CHAT,
        height="100%",
        layout="bubble",
        latex_delimiters=[],
        allow_tags=False,
        feedback_options=None,
        buttons=[],
        elem_id="chat",
    )
    hint = gr.HTML(elem_id="hint")
    with gr.Column(elem_id="composer"):
        question = gr.Textbox(
            label="Question",
            show_label=False,
            container=False,
            placeholder="What would you like to know?",
            lines=1,
            max_lines=6,
            autofocus=True,
            elem_id="question",
        )
        with gr.Row(elem_id="tools"):
            thinking = gr.Radio(
                list(THINKING), value="Auto", label="Thinking", show_label=False, container=False, elem_id="thinking"
            )
            new = gr.Button("New conversation", size="sm", scale=0, elem_id="new")
            send = gr.Button("Send", variant="primary", size="sm", scale=0, elem_id="send")
            stop = gr.Button("Stop", variant="stop", size="sm", scale=0, visible=False, elem_id="stop")
    return {
        "chat": chat, "hint": hint, "question": question, "thinking": thinking, "new": new, "send": send, "stop": stop
    }  # fmt: skip


def _wire(handlers: Handlers, session: gr.State, head: gr.HTML, doc: dict[str, Any], talk: dict[str, Any]) -> None:
    talking = [talk[name] for name in ("chat", "send", "stop")]
    shown = [doc[name] for name in ("picture", "number", "count", "back", "forth")]
    opened = [doc[name] for name in ("alert", "file", "choose", "drop", "viewer", "title", "pager")] + shown
    for chooser in (doc["file"], doc["choose"]):
        chooser.upload(
            handlers.open, [session, chooser], [*opened, talk["hint"], *talking],
            concurrency_limit=None, show_progress_on=[chooser], api_visibility="private",
        ).then(handlers.words, session, doc["words"], **QUICK)  # fmt: skip
    for button in doc["samples"]:
        button.click(
            handlers.sample, [session, button], [*opened, talk["hint"], *talking],
            concurrency_limit=None, api_visibility="private",
        ).then(handlers.words, session, doc["words"], **QUICK)  # fmt: skip
    head.heavy(handlers.heavy, None, doc["alert"], **QUICK)
    turns = (
        (doc["back"].click, handlers.back, session),
        (doc["forth"].click, handlers.forth, session),
        (doc["number"].submit, handlers.turn, [session, doc["number"]]),
        (head.cite, handlers.cite, session),
    )
    for happens, handler, inputs in turns:
        happens(handler, inputs, shown, trigger_mode="multiple", **QUICK).then(
            handlers.words, session, doc["words"], **QUICK
        )
    doc["fold"].expand(handlers.unfold, session, doc["words"], **QUICK)
    doc["fold"].collapse(handlers.fold, session, None, **QUICK)

    for happens in (talk["question"].submit, talk["send"].click):
        happens(
            handlers.ask, [session, talk["question"], talk["thinking"]], [talk["hint"], talk["question"], *talking],
            trigger_mode="multiple", **QUICK,
        ).then(
            handlers.work, session, talking,
            trigger_mode="multiple", show_progress="hidden", api_visibility="private", **MODEL,
        )  # fmt: skip
    talk["stop"].click(handlers.stop, session, talking, **QUICK)
    talk["new"].click(handlers.forget, session, [talk["hint"], *talking], **QUICK)
