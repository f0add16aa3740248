"""The top of the page, its alerts, and what stands around a document."""

from __future__ import annotations

import functools
import re
from html import escape

from app.ui.words import LANGUAGES, Words
from app.ui.words import words as words_of
from preprocess.document import Document
from prompts.grounding import Citation
from vlm.backends.base import ModelInfo


def masthead(info: ModelInfo, words: Words) -> str:
    said = " ".join(translated(notice, words) for notice in info.notices)
    notices = f'<p class="notice">{escape(said)}</p>' if said else ""
    choices = "".join(
        f'<option value="{language}"{" selected" if language == words.language else ""}>{name}</option>'
        for language, name in LANGUAGES.items()
    )
    return (
        f'<div class="masthead" data-language="{words.language}"><h1>Lector</h1>'
        f'<p class="tagline">{words("tagline")}</p>'
        f'<p class="model" title="{words("model.explained")}"><span>{words("model.label")}</span> '
        f"{escape(info.name)}</p>"
        f'<select id="language" aria-label="{words("language")}">{choices}</select></div>{notices}'
    )


def translated(sentence: str, words: Words) -> str:
    """A sentence of the floors below in the page's language; as it is, if that is not known.

    Those that are made with values, `{name}` in the language's file, are known by what stands around these.
    """
    if (text := words.texts.get(f"said.{sentence}")) is not None:
        return text
    for pattern, text in _made(words.language):
        if found := pattern.fullmatch(sentence):
            return text.format(**{name: translated(value, words) for name, value in found.groupdict().items()})
    return sentence


def mark(citation: Citation) -> str:
    """Under which name `words` explain how well a citation is known."""
    return "measured" if citation.source == "measured" else citation.status


def place(citation: Citation, words: Words) -> str:
    """The page that is cited, by its number and what the document calls it."""
    if citation.label:
        return words("page.labelled", page=citation.page, label=citation.label)
    return words("page.named", page=citation.page)


@functools.cache
def _made(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Sentences with values as patterns, and what they are in `language`; the longest first."""
    texts = words_of(language).texts
    made = sorted((key.removeprefix("said.") for key in texts if key.startswith("said.") and "{" in key), key=len)
    patterns = []
    for sentence in reversed(made):
        parts = re.split(r"\{(\w+)\}", sentence)  # text, name, text, name, ..., text
        parts = [f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)]
        patterns.append((re.compile("".join(parts), re.DOTALL), texts[f"said.{sentence}"]))
    return patterns


def alert(text: str) -> str:
    """A sentence in place of a toast: it stays until it no longer holds, and screen readers say it."""
    return f'<p class="alert" role="alert">{escape(text)}</p>' if text else ""


def welcome(words: Words, max_file_mb: int, max_pages: int) -> str:
    """What the empty place for a document says, which may have so many megabytes and pages."""
    limits = words("drop.limits", megabytes=words.whole(max_file_mb), pages=words.whole(max_pages))
    return (
        f'<div class="welcome"><p class="invite">{words("drop.file")}</p><p>{words("drop.or")}</p>'
        f'<p class="choose">{words("drop.choose")}</p></div>'
        f'<p class="limits">{limits}</p>'
    )


def title(document: Document | None, words: Words) -> str:
    if document is None:
        return ""
    name = escape(document.name)
    pages = words.count("pages", len(document.pages))
    return f'<div class="title"><strong title="{name}">{name}</strong> <span>{pages}</span></div>'


def quiet(text: str) -> str:
    """A sentence where there is nothing else to see yet."""
    return f'<p class="quiet">{escape(text)}</p>' if text else ""


def progress(text: str) -> str:
    """What a long search is at; screen readers say it when they have nothing else to say."""
    return f'<p class="progress" role="status">{escape(text)}</p>' if text else ""
