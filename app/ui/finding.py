"""Look for tables, read a chart, fill in a schema, each in a thread of its own: the page shows what is there so far."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from functools import partial
from time import monotonic

from app.reader import Reader
from app.tried import watched
from app.ui.render.sheet import LONGEST, jpeg
from app.ui.results import Fields, Progress, ReadChart, Tables
from app.ui.troubles import is_foreseen, trouble
from app.ui.words import Words
from preprocess.charts.chart import NoChart
from preprocess.charts.read import read_chart
from preprocess.charts.redraw import overlay
from preprocess.document import Document, DocumentError, Page
from prompts.schema import READY, AnyField, SchemaError, read_schema

_log = logging.getLogger(__name__)


def find_tables(reader: Reader, document: Document, words: Words) -> Tables:
    """Begin to look for the tables of a document."""
    found = Tables(len(document.pages))
    found.job.start(partial(_find, reader, document, found, words))
    return found


def find_chart(page: Page, words: Words) -> ReadChart:
    """Begin to read the chart of a page."""
    found = ReadChart(page.number)
    found.job.start(partial(_read, page, found, words))
    return found


def fill_fields(reader: Reader, document: Document, wanted: tuple[AnyField, ...], words: Words) -> Fields:
    """Begin to ask for the values of fields, one after another."""
    filled = Fields(wanted, document.page_count, reader.backend.info.name)
    filled.job.start(partial(_fill, reader, document, filled, words))
    return filled


def read_fields(schema: str, own: str) -> tuple[AnyField, ...]:
    """The fields of a ready schema, or of the JSON Schema `own` where `schema` is none.

    Raises:
        SchemaError: `own` is no JSON Schema that can be filled in, and why.
    """
    if schema in READY:
        return read_schema(schema)
    try:
        return read_schema(json.loads(own))
    except SchemaError:
        raise
    except Exception as error:  # it may be any JSON at all, or none
        raise SchemaError(f"this is no JSON Schema ({error})") from None


def _find(reader: Reader, document: Document, found: Tables, words: Words) -> None:
    pages: list[Page] = []
    try:
        for page in document.pages:
            if found.job.cancel.is_set():
                break
            try:
                page.text()  # the slow part, where the page is a scan
                pages.append(page)
            except DocumentError:
                found.unreadable.append(page.number)
            found.read += 1
        found.tables = reader.tables(replace(document, pages=tuple(pages)))
        found.state = _end(found)
    except Exception as error:
        found.state, found.error = "failed", _said(error, words)


def _read(page: Page, found: ReadChart, words: Words) -> None:
    state: Progress = "done"
    try:
        page.text()  # the slow part, where the page is a scan
        if not found.job.cancel.is_set():
            chart = read_chart(page)
            picture = overlay(page.render(), chart)
            found.picture = jpeg(picture, LONGEST)
            found.chart, found.size = chart, picture.size
    except NoChart as reason:  # no failure: most pages show none
        found.nothing = str(reason)
    except Exception as error:
        state, found.error = "failed", _said(error, words)
    found.state = "stopped" if found.job.cancel.is_set() else state


def _fill(reader: Reader, document: Document, filled: Fields, words: Words) -> None:
    started = monotonic()
    document = watched(document, {})
    try:
        for field in filled.wanted:
            found = reader.extract(document, (field,), cancel=filled.job.cancel)
            filled.found |= found.fields  # none where it was stopped
            filled.lists |= found.lists
            filled.seconds = monotonic() - started
            if filled.job.cancel.is_set():
                break
        filled.state = _end(filled)
    except Exception as error:
        filled.state, filled.error = "failed", _said(error, words)


def _end(work: Tables | Fields) -> Progress:
    return "stopped" if work.job.cancel.is_set() else "done"


def _said(error: Exception, words: Words) -> str:
    if not is_foreseen(error):
        _log.error("A search in a document failed", exc_info=error)
    return trouble(error, words)
