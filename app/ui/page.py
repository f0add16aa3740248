"""Where everything stands on the page. Which handler answers to what is in `wiring`, what it looks like in `look`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from app.opening import MEGABYTE
from app.settings import Settings
from app.ui import look
from app.ui.handlers.desk import Desk
from app.ui.handlers.views import THINKING, schemas
from app.ui.render import head
from app.ui.samples import SAMPLES
from app.ui.wiring import wire
from app.ui.words import DEFAULT, Words, words

SCRIPT = Path(look.__file__).with_name("page.js")
FIND_MARK = """watch("value", () => element.dispatchEvent(new Event("lector:drawn", { bubbles: true })));"""
CLEAN_UP = (600, 3600)  # every ten minutes, uploads older than an hour

Parts = dict[str, Any]


def build(desk: Desk) -> gr.Blocks:
    """The page. Its labels are in English until a tab arrives and says what it speaks."""
    said = words(DEFAULT)
    with gr.Blocks(title="Lector", fill_width=True, delete_cache=CLEAN_UP, analytics_enabled=False) as page:
        parts: Parts = {"tab": gr.JSON(visible=False)}
        with gr.Column(elem_id="lector"):
            parts["head"] = gr.HTML(
                "",
                js_on_load=SCRIPT.read_text("utf-8"),
                max_bytes=desk.reader.settings.max_file_mb * MEGABYTE,
                drop="",
                elem_id="head",
            )
            with gr.Row(elem_id="desk"):
                with gr.Column(elem_id="document", scale=5, min_width=300):
                    parts |= _document_side(said, desk.reader.settings)
                with gr.Column(elem_id="talk", scale=6, min_width=300):
                    parts |= _talk_side(said, has_history=desk.history is not None)
        wire(desk, page, parts)
    return page


def _document_side(said: Words, settings: Settings) -> Parts:
    parts: Parts = {"alert": gr.HTML()}
    with gr.Row(elem_id="lock", visible=False) as parts["lock"]:
        parts["password"] = gr.Textbox(label=said("lock.password"), type="password", elem_id="password", scale=1)
        parts["unlock"] = gr.Button(said("lock.open"), variant="primary", size="sm", scale=0)
    with gr.Column(elem_id="drop") as parts["drop"]:
        parts["file"] = gr.File(label="Document", show_label=False, height="100%", elem_id="file")
        parts["welcome"] = gr.HTML(head.welcome(said, settings.max_file_mb, settings.max_pages), elem_id="welcome")
        with gr.Row(elem_id="samples"):
            for name in SAMPLES:
                parts[f"sample_{name}"] = gr.Button(said(f"sample.{name}"), size="sm", scale=0)
    with gr.Column(visible=False, elem_id="viewer") as parts["viewer"]:
        with gr.Row(elem_id="titlebar"):
            parts["title"] = gr.HTML()
            parts["choose"] = gr.UploadButton(said("document.another"), size="sm", elem_id="choose", scale=0)
        with gr.Tabs(elem_id="tabs", selected="page") as parts["tabs"]:
            with gr.Tab(said("tab.page"), id="page", elem_id="tab-page") as parts["tab_page"]:
                parts |= _page_tab(said)
            with gr.Tab(said("tab.words"), id="words", elem_id="tab-words") as parts["tab_words"]:
                parts["page_words"] = gr.HTML(elem_id="words")
            with gr.Tab(said("tab.tables"), id="tables", elem_id="tab-tables") as parts["tab_tables"]:
                with gr.Row(elem_classes="actions"):
                    parts["find"] = gr.Button(said("tables.find"), variant="primary", size="sm", scale=0)
                    parts["stop_find"] = gr.Button(said("stop"), variant="stop", size="sm", scale=0, visible=False)
                parts["tables"] = gr.HTML(elem_id="tables", elem_classes="results")
            with gr.Tab(said("tab.chart"), id="chart", elem_id="tab-chart") as parts["tab_chart"]:
                with gr.Row(elem_classes="actions"):
                    parts["read_chart"] = gr.Button(said("chart.read"), variant="primary", size="sm", scale=0)
                    parts["stop_chart"] = gr.Button(said("stop"), variant="stop", size="sm", scale=0, visible=False)
                parts["chart"] = gr.HTML(elem_id="chart", elem_classes="results")
            with gr.Tab(said("tab.fields"), id="fields", elem_id="tab-fields") as parts["tab_fields"]:
                parts |= _fields_tab(said)
    return parts


def _page_tab(said: Words) -> Parts:
    parts: Parts = {}
    with gr.Row(elem_id="leaves"):
        parts["thumbs"] = gr.HTML(elem_id="thumbs", js_on_load=FIND_MARK)
        parts["picture"] = gr.HTML(elem_id="picture", js_on_load=FIND_MARK)
    with gr.Row(elem_id="pager", visible=False) as parts["pager"]:
        parts["back"] = gr.Button(said("page.back"), size="sm", scale=0)
        parts["number"] = gr.Number(  # of any size: gradio would refuse one that is too large in its own words
            1, label=said("page.number"), show_label=False, container=False, precision=0, elem_id="number", scale=0
        )
        parts["count"] = gr.HTML()
        parts["forth"] = gr.Button(said("page.forth"), size="sm", scale=0)
        parts["ranges"] = gr.Textbox(
            label=said("pages.ask"), placeholder=said("pages.all"), max_lines=1, elem_id="ranges", scale=0
        )
        parts["ticks"] = gr.HTML(elem_id="ticks", js_on_load=FIND_MARK)
    return parts


def _fields_tab(said: Words) -> Parts:
    parts: Parts = {}
    with gr.Row(elem_classes="actions"):
        parts["schema"] = gr.Dropdown(
            schemas(said), value="invoice", label=said("fields.schema"), show_label=False, container=False,
            filterable=False, elem_id="schema", scale=0,
        )  # fmt: skip
        parts["fill"] = gr.Button(said("fields.fill"), variant="primary", size="sm", scale=0)
        parts["stop_fill"] = gr.Button(said("stop"), variant="stop", size="sm", scale=0, visible=False)
    parts["own"] = gr.Textbox(
        OWN_SCHEMA, label=said("fields.own_label"), lines=8, max_lines=16, visible=False, elem_id="own"
    )
    parts["fields"] = gr.HTML(elem_id="fields", elem_classes="results")
    return parts


OWN_SCHEMA = """{
  "properties": {
    "total": {"type": "number", "description": "What is the total?"},
    "date": {"type": "string", "format": "date"}
  }
}"""


def _talk_side(said: Words, has_history: bool) -> Parts:
    parts: Parts = {}
    with gr.Row(elem_id="talkbar"):
        parts["past"] = gr.Button(said("talk.past"), size="sm", scale=0, visible=has_history, elem_id="past")
        parts["new"] = gr.Button(said("talk.new"), size="sm", scale=0, elem_id="new")
    parts["list"] = gr.HTML(visible=False, elem_id="list")
    with gr.Column(elem_id="chatbox") as parts["chatbox"]:
        parts["chat"] = _chat(said)
    parts["hint"] = gr.HTML(elem_id="hint")
    with gr.Column(elem_id="composer"):
        parts["question"] = gr.Textbox(
            label=said("talk.question"), show_label=False, container=False, placeholder=said("talk.invitation"),
            lines=1, max_lines=6, autofocus=True, elem_id="question",
        )  # fmt: skip
        with gr.Row(elem_id="tools"):
            parts["thinking"] = gr.Radio(
                [(said(f"thinking.{name}"), name) for name in THINKING], value="auto", label=said("thinking.label"),
                show_label=False, container=False, elem_id="thinking",
            )  # fmt: skip
            parts["forecast"] = gr.HTML(elem_id="forecast")
            parts["send"] = gr.Button(said("talk.send"), variant="primary", size="sm", scale=0, elem_id="send")
            parts["hurry"] = gr.Button(said("thought.enough"), size="sm", scale=0, visible=False, elem_id="hurry")
            parts["stop"] = gr.Button(said("stop"), variant="stop", size="sm", scale=0, visible=False, elem_id="stop")
    return parts


def _chat(said: Words) -> gr.Chatbot:
    return gr.Chatbot(
        label=said("talk.label"), show_label=False, placeholder=said("talk.empty"), height="100%", layout="bubble",
        latex_delimiters=[], allow_tags=False, feedback_options=None, buttons=[], elem_id="chat",
    )  # fmt: skip
