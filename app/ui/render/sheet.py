"""A page as a picture with marks on it, as words, and small, to choose it by.

The picture travels inside the HTML. Small pictures are asked for when they come into view (see `files`): a document may
have hundreds.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

from PIL import Image

from app.ui.forecast import Forecast
from app.ui.session import Session
from app.ui.words import Words
from preprocess.document import Box, Document, Page, PageText
from prompts.evidence import tidy

LONGEST = 1600  # pixels of a page's picture on the screen; enough to read small print when enlarged
SMALL = 220  # pixels of the longer side of a page's picture to choose by


def picture(page: Page, marked: Sequence[Box], words: Words) -> str:
    """A page with the places that a citation points at.

    Raises:
        DocumentError: it cannot be drawn.
    """
    if marked:
        page.text()  # of a conversation opened again nobody has read it yet, and the marks are on the upright page
    image = page.render()
    source = base64.b64encode(jpeg(image, LONGEST)).decode()
    marks = "".join(
        f'<rect x="{box.x0:.4f}" y="{box.y0:.4f}" width="{box.x1 - box.x0:.4f}" height="{box.y1 - box.y0:.4f}"/>'
        for box in marked
    )
    overlay = f'<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">{marks}</svg>' if marks else ""
    return (
        f'<figure class="sheet" tabindex="0" data-page="{page.number}" title="{words("page.zoom")}">'
        f'<div style="aspect-ratio:{image.width}/{image.height}">'
        f'<img src="data:image/jpeg;base64,{source}" alt="{words("page.named", page=page.number)}" '
        f'width="{image.width}" height="{image.height}">{overlay}</div></figure>'
    )


def jpeg(image: Image.Image, longest: int) -> bytes:
    """At most `longest` pixels on a side; `image` itself becomes that small."""
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    image.convert("RGB").save(data, "JPEG", quality=82)
    return data.getvalue()


def thumbnails(key: str, document: Document | None, words: Words) -> str:
    """A strip of small pages, each with a box to tick; empty for a document of one page."""
    if document is None or len(document.pages) < 2:
        return ""
    items = "".join(
        f'<li data-page="{page.number}"><button type="button" data-event="leaf" data-value="{page.number}" '
        f'aria-label="{words("page.named", page=page.number)}">'
        f'<img loading="lazy" alt="" src="lector/{key}/{document.sha256[:16]}/{page.number}.jpg"></button>'
        f'<label><input type="checkbox" value="{page.number}" '
        f'aria-label="{words("pages.ask_this", page=page.number)}"> {page.number}</label></li>'
        for page in document.pages
    )
    return f'<ul class="thumbs" aria-label="{words("pages.all_of_them")}">{items}</ul>'


def ticks(session: Session) -> str:
    """Which boxes are ticked, for the script that ticks them."""
    return f'<i data-ticked="{",".join(map(str, session.asked))}"></i>'


def page_words(text: PageText, words: Words) -> str:
    """A page's lines as the model gets them where there is room to tell them all."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in (tidy(line.shown) for line in text.lines) if line)
    doubt = f" {words('words.doubtful')}" if text.is_doubtful else ""
    return f'<div class="words"><p>{words(f"words.source.{text.source}")}{doubt}</p><ol>{lines}</ol></div>'


def forecast(outlook: Forecast, words: Words) -> str:
    """What a question about the chosen pages will cost."""
    said = [words.count("forecast.pages", outlook.pages)]
    if outlook.tokens:
        said.append(words("forecast.tokens", tokens=words.whole(outlook.tokens)))
    if outlook.pictures:
        said.append(words.count("forecast.pictures", outlook.pictures))
    sentences = []
    if outlook.tokens > outlook.budget:
        sentences.append(words("forecast.too_many", budget=words.whole(outlook.budget)))
    elif not outlook.pictures and outlook.searched == outlook.pages:
        sentences.append(words("forecast.fits"))
    if outlook.searched < outlook.pages:
        sentences.append(words("forecast.searched", count=words.whole(outlook.searched)))
    return f'<p class="forecast">{words("forecast.line", facts=" · ".join(said), rest=" ".join(sentences))}</p>'
