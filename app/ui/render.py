"""Plain values to what the page shows: chat messages, and HTML for page, words and citations.

Everything that comes from a document or a model is escaped here, or cleaned by gradio's chat. Pictures travel inside
the HTML and are never files that could be fetched by their address.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from PIL import Image

from app.answer import Answer
from app.ui.asking import without_marks
from app.ui.session import Session, Turn, is_not_found
from app.ui.words import LIMITS, TAGLINE
from preprocess.document import Box, Page, PageText
from preprocess.ranges import write_ranges
from prompts.evidence import tidy
from prompts.grounding import Citation
from vlm.backends.base import ModelInfo

_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]+`)", re.DOTALL)
LONGEST = 1600  # pixels of a page's picture on the screen; enough to read small print when enlarged
STATUS = {
    "verified": ("in the document", "The document says this, word for word."),
    "repaired": ("corrected", "The document says nearly this; shown are its own words."),
    "unverified": ("not confirmed", "Lector could not confirm this in the document. Look for yourself."),
}
SOURCES = {"text": "from the file's own text", "ocr": "read from the picture", "none": "no words found"}


def masthead(info: ModelInfo) -> str:
    notices = f'<p class="notice">{escape(" ".join(info.notices))}</p>' if info.notices else ""
    return (
        f'<div class="masthead"><h1>Lector</h1><p class="tagline">{TAGLINE}</p>'
        f'<p class="model" title="The model that answers"><span>Model</span> {escape(info.name)}</p></div>{notices}'
    )


def limits() -> str:
    return f'<p class="limits">{LIMITS}</p>'


def alert(text: str) -> str:
    """A sentence in place of a toast: it stays until it no longer holds, and screen readers say it."""
    return f'<p class="alert" role="alert">{escape(text)}</p>' if text else ""


def title(session: Session) -> str:
    if session.document is None:
        return ""
    count = len(session.document.pages)
    pages = "1 page" if count == 1 else f"{count} pages"
    name = escape(session.document.name)
    return f'<div class="title"><strong title="{name}">{name}</strong> <span>{pages}</span></div>'


def picture(page: Page, marked: Sequence[Box] = ()) -> str:
    """A page with the places that a citation points at."""
    image = page.render()
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    image.convert("RGB").save(data, "JPEG", quality=82)
    source = base64.b64encode(data.getvalue()).decode()
    marks = "".join(
        f'<rect x="{box.x0:.4f}" y="{box.y0:.4f}" width="{box.x1 - box.x0:.4f}" height="{box.y1 - box.y0:.4f}"/>'
        for box in marked
    )
    overlay = f'<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">{marks}</svg>' if marks else ""
    shape = f'width="{image.width}" height="{image.height}"'
    return (
        '<figure class="sheet" tabindex="0" title="Click to enlarge or to fit">'
        f'<div style="aspect-ratio:{image.width}/{image.height}">'
        f'<img src="data:image/jpeg;base64,{source}" alt="Page {page.number}" {shape}>{overlay}</div></figure>'
    )


def words(text: PageText) -> str:
    """A page's lines as the model gets them."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in (tidy(line.text) for line in text.lines) if line)
    return f'<div class="words"><p>{SOURCES[text.source].capitalize()}</p><ol>{lines}</ol></div>'


def chat(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The conversation as gradio's chat wants it."""
    return [message for index, turn in enumerate(turns) for message in _turn(index, turn)]


def _turn(index: int, turn: Turn) -> list[dict[str, Any]]:
    messages = [_message("user", plain(turn.question))]
    if turn.thought:
        pending = turn.state == "thinking"
        seconds = max(round(turn.thought_seconds), 1)
        heading = "Thinking…" if pending else f"Thought for {seconds} s"
        messages.append(
            _message("assistant", plain(turn.thought), title=heading, status="pending" if pending else "done")
        )
    if turn.state == "done" and is_not_found(turn.text):
        messages.append(_message("assistant", "The document does not say."))
    elif turn.text:
        messages.append(_message("assistant", plain(turn.text if turn.ended else without_marks(turn.text))))
    elif status := _status(turn):
        messages.append(_message("assistant", f'<span class="status">{status}</span>'))
    if turn.ended:
        messages.append(_message("assistant", _small_print(index, turn)))
    return messages


def plain(text: str) -> str:
    """Markdown whose tags and pictures are only text: a tag would swallow what follows it, a picture would be fetched.

    Code is left alone: markdown shows it as it is.
    """
    parts = _CODE.split(text)
    parts[::2] = [escape(part, quote=False).replace("![", "!\\[") for part in parts[::2]]
    return "".join(parts)


def _message(role: str, content: str, **metadata: str) -> dict[str, Any]:
    return {"role": role, "content": content, "metadata": metadata or None}


def _status(turn: Turn) -> str:
    """What is going on while there is nothing to read yet."""
    if turn.state == "waiting":
        return "Waiting for the model…"
    if turn.state == "reading":
        return "Reading…" if turn.seconds < 2 else f"Reading… {int(turn.seconds)} s"
    return ""


def _small_print(index: int, turn: Turn) -> str:
    parts = []
    if turn.error:
        parts.append(f'<div class="failed">{escape(turn.error)}</div>')
    if turn.answer and turn.state == "done":
        parts += [_citation(index, number, citation) for number, citation in enumerate(turn.answer.citations)]
        parts += [f'<div class="caution">{escape(notice)}</div>' for notice in turn.answer.notices]
    facts = ["Stopped"] if turn.state == "stopped" else []
    facts += _facts(turn.answer) if turn.answer else []
    if facts:
        parts.append(f'<div class="facts">{" · ".join(facts)}</div>')
    return f'<div class="print">{"".join(parts)}</div>'


def _citation(turn: int, number: int, citation: Citation) -> str:
    label, explained = STATUS[citation.status]
    return (
        f'<a class="cite {citation.status}" href="#cite-{turn}-{number}" title="{explained}">'
        f'<span class="where">Page {citation.page}</span> <span class="quote">{escape(citation.quote)}</span> '
        f'<span class="badge">{label}</span></a>'
    )


def _facts(answer: Answer) -> list[str]:
    tokens, seconds = answer.usage.completion_tokens, answer.timings.total
    read = answer.pages_read
    facts = [f"{tokens} token{'' if tokens == 1 else 's'}", f"{seconds:.1f} s"]
    if read and answer.page_count > 1:
        facts.insert(0, f"read page{'s' if len(read) > 1 else ''} {write_ranges(read)} of {answer.page_count}")
    return facts
