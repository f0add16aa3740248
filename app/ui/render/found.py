"""Tables and the values of fields, as HTML tables with ways to the page and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from app.extraction import FieldValue, ListValue
from app.ui.render.head import alert, mark, place, progress, quiet, translated
from app.ui.results import Fields, Tables, columns
from app.ui.words import Words
from preprocess.ranges import write_ranges
from preprocess.tables.find import Cell, Table
from prompts.schema import AnyField, Field, ListField

TABLE_FORMATS = ("xlsx", "csv", "json", "md")
FIELD_FORMATS = ("xlsx", "csv", "json")
MOST_ROWS = 200  # of one table on the screen; a download has them all


def tables(key: str, found: Tables | None, words: Words) -> str:
    """The tables of a document, each below the page that it is on."""
    if found is None:
        return quiet(words("tables.none_yet"))
    if found.state == "failed":
        return alert(found.error)
    if found.state == "running":
        asked = "tables.stopping" if found.job.cancel.is_set() else "tables.running"
        current = min(found.read + 1, found.pages)  # the one that is being read
        return progress(words(asked, read=words.whole(current), of=words.whole(found.pages)))
    parts = []
    if found.state == "stopped":
        parts.append(quiet(words("tables.stopped", read=words.whole(found.read), of=words.whole(found.pages))))
    if found.unreadable:
        parts.append(alert(words("tables.unreadable", pages=write_ranges(found.unreadable))))
    if not found.tables:
        return "".join((*parts, quiet(words.count("tables.nothing", found.read))))
    count = words.count("tables.found", len(found.tables))
    parts.append(outward(key, "tables", count, TABLE_FORMATS, words))
    parts += [_table(number, table, words) for number, table in enumerate(found.tables)]
    return "".join(parts)


def fields(key: str, filled: Fields | None, words: Words) -> str:
    """A row for each field: what was found, how sure that is, and where it stands."""
    if filled is None:
        return quiet(words("fields.none_yet"))
    parts = []
    done, of = words.whole(filled.done), words.whole(len(filled.wanted))
    if filled.state == "failed":
        parts.append(alert(filled.error))
    elif filled.state == "running":
        stopping = filled.job.cancel.is_set()
        parts.append(progress(words("fields.stopping" if stopping else "fields.running", done=done, of=of)))
    elif filled.state == "stopped":
        parts.append(quiet(words("fields.stopped", done=done, of=of)))
    if unreadable := filled.extraction.pages_unreadable:
        parts.append(alert(words("tables.unreadable", pages=write_ranges(unreadable))))
    if filled.done and filled.state != "running":
        found = sum(value.text is not None for value in filled.found.values())
        found += sum(bool(entries.rows) for entries in filled.lists.values())
        parts.append(
            outward(key, "fields", words("fields.found", found=words.whole(found), of=of), FIELD_FORMATS, words)
        )
    rows = "".join(_wanted(number, field, filled, words) for number, field in enumerate(filled.wanted))
    head = "".join(f'<th scope="col">{words(f"fields.head.{name}")}</th>' for name in ("name", "value", "grade"))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    parts.append(f'<div class="grid fields" tabindex="0">{table}</div>')
    return "".join(parts)


def field_rows(filled: Fields) -> list[list[Any]]:
    """A head, and a row for each field: for a spreadsheet, so its names are those of the JSON."""
    rows: list[list[Any]] = [["field", "value", "text", "grade", "reasons", "page", "quote", "status"]]
    named = list(filled.found.items())
    for name, entries in filled.lists.items():
        named += [(f"{name}.{n}.{column}", one) for n, row in enumerate(entries.rows, 1) for column, one in row.items()]
    for name, value in named:
        first = value.citations[0] if value.citations else None
        place = (first.page, first.quote, first.status) if first else (None, None, None)
        rows.append([name, value.value, value.text, value.grade, "; ".join(value.reasons), *place])
    return rows


def outward(key: str, what: str, count: str, formats: Sequence[str], words: Words) -> str:
    """How many, and a link for each format that they can be had in."""
    links = "".join(
        f'<a class="button" href="lector/{key}/{what}.{form}" download>{words(f"format.{form}")}</a>'
        for form in formats
    )
    return f'<div class="outward"><strong>{count}</strong><span>{words("download")}</span>{links}</div>'


def _table(number: int, table: Table, words: Words) -> str:
    pages = write_ranges([place.page for place in table.places])
    shown = table.rows[:MOST_ROWS]
    head = "".join(_row(row, "th") for row in shown[: table.head])
    body = "".join(_row(row, "td") for row in shown[table.head :])
    more = len(table.rows) - len(shown)
    rest = f'<p class="quiet">{words.count("tables.more_rows", more)}</p>' if more else ""
    name = words("tables.named", number=number + 1, pages=pages)
    return (
        f'<section class="table"><button type="button" class="place" data-event="table" data-value="{number}" '
        f'title="{words("show_on_page")}">{name}</button>'
        f'<div class="grid" tabindex="0"><table aria-label="{name}"><thead>{head}</thead><tbody>{body}</tbody></table>'
        f"</div>{rest}</section>"
    )


def _row(row: Sequence[Cell], tag: str) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    cells = "".join(f"<{tag}{scope}{_span(cell)}{_aligned(cell)}>{escape(cell.text)}</{tag}>" for cell in row)
    return f"<tr>{cells}</tr>"


def _span(cell: Cell) -> str:
    return f' colspan="{cell.span}"' if cell.span > 1 else ""


def _aligned(cell: Cell) -> str:
    """Figures stand right, as they are printed."""
    figures = sum(char.isdigit() for char in cell.text)
    letters = sum(char.isalpha() for char in cell.text)
    return ' class="figure"' if figures and letters <= 3 and letters < figures else ""


def _wanted(number: int, field: AnyField, filled: Fields, words: Words) -> str:
    if isinstance(field, ListField):
        return _entries(number, field, filled.lists.get(field.name), words)
    return _field(number, field, filled.found.get(field.name), words)


def _entries(number: int, field: ListField, found: ListValue | None, words: Words) -> str:
    """A list: a small table of its own, whose cells lead to the page."""
    about = f'<th scope="row">{_spoken(field.path)}</th>'
    if found is None:
        return f'<tr class="waiting">{about}<td colspan="2">…</td></tr>'
    if not found.rows:
        return f'<tr class="missing">{about}<td colspan="2">{words("answer.not_found")}</td></tr>'
    names = columns(found)
    head = "".join(f'<th scope="col">{_spoken((name,))}</th>' for name in names)
    body = ""
    for row, entry in enumerate(found.rows):
        cells = [_entry(f"{number}-{row}-{column}", entry.get(name), words) for column, name in enumerate(names)]
        body += f"<tr>{''.join(cells)}</tr>"
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<tr>{about}<td colspan="2"><div class="grid entries" tabindex="0">{table}</div></td></tr>'


def _entry(target: str, found: FieldValue | None, words: Words) -> str:
    if found is None or found.text is None:
        return "<td></td>"
    return (
        f'<td><button type="button" class="place" data-event="field" data-value="{target}" '
        f'title="{words("show_on_page")}">{escape(found.text)}</button></td>'
    )


def _spoken(path: Sequence[str]) -> str:
    return escape(" · ".join(path).replace("_", " "))


def _field(number: int, field: Field, found: FieldValue | None, words: Words) -> str:
    about = f'<th scope="row" title="{escape(field.question)}">{_spoken(field.path)}</th>'
    if found is None:
        return f'<tr class="waiting">{about}<td colspan="2">…</td></tr>'
    if found.text is None:
        return f'<tr class="missing">{about}<td colspan="2">{words("answer.not_found")}</td></tr>'
    value = str(found.value) if field.kind in ("date", "string") and found.value is not None else found.text
    if isinstance(found.value, bool):
        value = words("yes" if found.value else "no")
    quote = ""
    if found.citations:
        cited = found.citations[0]
        quote = (
            f'<button type="button" class="place {cited.status}" data-event="field" data-value="{number}" '
            f'title="{words(f"quote.{mark(cited)}.long")}"><span>{escape(place(cited, words))}</span> '
            f"{escape(cited.quote)}</button>"
        )
    reasons = "".join(f"<li>{escape(translated(reason, words))}</li>" for reason in found.reasons)
    why = f"<ul>{reasons}</ul>" if reasons else ""
    return (
        f'<tr>{about}<td><div class="value">{escape(value)}</div>{quote}</td>'
        f'<td class="grade {found.grade}"><strong>{words(f"grade.{found.grade}")}</strong>{why}</td></tr>'
    )
