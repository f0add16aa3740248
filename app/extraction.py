"""Values of a document by the fields of a schema: each with its place on the page and how much it may be trusted.

Single values are asked for, one by one; lists are read from tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from threading import Event
from typing import Any

from app.answer import Answer
from app.places import placer
from app.tables import readable_tables
from app.tried import watched
from preprocess.document import Document, Page
from preprocess.tables.find import Cell
from prompts.extracted import Grade, graded, value_of
from prompts.grounding import Citation, Source, Status
from prompts.line_items import line_items
from prompts.numbers import DEBIT
from prompts.schema import NUMBERS, AnyField, Field, ListField
from prompts.tasks import is_refusal


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What one field got.

    Attributes:
        value: as a JSON value of the field's kind (dates as ISO 8601); None if the document does not say, or if what it
            says does not have that form.
        text: the model's words; None if the document does not say.
        grade: high, medium or low, None where nothing was found; `reasons` say why it is not high.
        citations: where the document says it.
        pages_read: the pages whose words the model saw for it.
        pages_unreadable: those that could not be read, where it might stand, too.
    """

    field: Field
    value: Any | None
    text: str | None
    grade: Grade | None
    reasons: tuple[str, ...]
    citations: tuple[Citation, ...]
    pages_read: tuple[int, ...]
    pages_unreadable: tuple[int, ...] = ()

    @staticmethod
    def of(field: Field, answer: Answer) -> FieldValue:
        if is_refusal(answer.text) and not (field.choices and value_of(field, answer.text) is not None):
            return FieldValue(field, None, None, None, (), (), answer.pages_read, answer.pages_unreadable)
        value = value_of(field, answer.text)
        grade, reasons = graded(value, answer.citations, answer.finish_reason != "stop")
        cited, pages = answer.citations, (answer.pages_read, answer.pages_unreadable)
        return FieldValue(field, value, answer.text, grade, reasons, cited, *pages)

    @staticmethod
    def of_cell(
        field: Field, cell: Cell, page: Page, place: Callable[[Citation], Citation], day: str | None = None
    ) -> FieldValue:
        """What stands in a cell of a table, which is its own quotation.

        Args:
            place: adds to a citation what the document calls its page (`app.places`).
            day: the date that it means, where the others of its column say which.
        """
        assert cell.place is not None, "an empty cell has no value"
        source: Source = "text" if page.text().source == "text" else "ocr"
        status: Status = "repaired" if field.kind in NUMBERS and DEBIT.search(cell.text) else "verified"
        citation = place(Citation(page.number, (), (cell.place.box,), cell.text, status, source))
        value = value_of(field, cell.text) if day is None else day
        grade, reasons = graded(value, (citation,), False)
        return FieldValue(field, value, cell.text, grade, reasons, (citation,), (page.number,))


@dataclass(frozen=True, slots=True)
class ListValue:
    """The entries of a list, each with the fields that its row has; `left_out` rows of the table were none.

    `pages_unreadable` may hold more of them.
    """

    field: ListField
    rows: tuple[Mapping[str, FieldValue], ...]
    left_out: int = 0
    pages_unreadable: tuple[int, ...] = ()

    @staticmethod
    def of(field: ListField, document: Document, cancel: Event | None = None) -> ListValue:
        """Read from the document's tables, as far as `cancel` lets it. Raises DocumentError: no page can be read."""
        tables, unreadable = readable_tables(document, cancel)
        found = line_items(field, tables)
        by_number = {page.number: page for page in document.pages}
        by_name = {column.last: column for column in found.columns}
        place = placer(document)

        def value(name: str, cell: Cell, day: str | None) -> FieldValue:
            assert cell.place is not None, "cells of an entry are not empty"
            return FieldValue.of_cell(by_name[name], cell, by_number[cell.place.page], place, day)

        entries = zip(found.rows, found.dates, strict=True)
        rows = tuple({name: value(name, cell, days.get(name)) for name, cell in row.items()} for row, days in entries)
        return ListValue(field, rows, found.left_out, unreadable)

    @property
    def data(self) -> list[dict[str, Any]]:
        """The values alone; a field that a row lacks is None, if the schema names it."""
        names = [column.last for column in self.field.columns]
        return [dict.fromkeys(names) | {name: found.value for name, found in row.items()} for row in self.rows]


@dataclass(frozen=True, slots=True)
class Extraction:
    """A filled-in schema. `data` is the values alone, nested as the schema is; `fields` and `lists` by dotted name."""

    fields: Mapping[str, FieldValue]
    page_count: int
    seconds: float
    model: str
    lists: Mapping[str, ListValue] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        values: list[tuple[tuple[str, ...], Any]] = [(one.field.path, one.value) for one in self.fields.values()]
        return nested(values + [(many.field.path, many.data) for many in self.lists.values()])

    @property
    def pages_unreadable(self) -> tuple[int, ...]:
        """What might stand on these is not in `data`."""
        found: list[FieldValue | ListValue] = [*self.fields.values(), *self.lists.values()]
        return tuple(sorted({number for value in found for number in value.pages_unreadable}))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        fields = {name: _plain(found) for name, found in self.fields.items()}
        lists = {
            name: {
                "rows": [{key: _plain(value) for key, value in row.items()} for row in found.rows],
                "left_out": found.left_out,
            }
            for name, found in self.lists.items()
        }
        pages = {"page_count": self.page_count, "pages_unreadable": self.pages_unreadable}
        about = {**pages, "seconds": self.seconds, "model": self.model}
        return {"data": self.data, "fields": fields, "lists": lists, **about}


def filled(
    fields: Sequence[AnyField], document: Document, ask: Callable[[Document, Field], Answer], cancel: Event | None
) -> tuple[dict[str, FieldValue], dict[str, ListValue]]:
    """Values and lists of `fields`, by name. Once `cancel` is set, what is not yet found is left out.

    A page that fails is tried once for all of them.

    Raises:
        DocumentError: no page can be read. Whatever `ask` raises.
    """
    values: dict[str, FieldValue] = {}
    lists: dict[str, ListValue] = {}
    document = watched(document, {})

    def is_stopped() -> bool:
        return cancel is not None and cancel.is_set()

    for wanted in fields:
        if is_stopped():
            break
        if isinstance(wanted, ListField):
            entries = ListValue.of(wanted, document, cancel)
            if not is_stopped():
                lists[wanted.name] = entries
        else:
            answer = ask(document, wanted)
            if not is_stopped():
                values[wanted.name] = FieldValue.of(wanted, answer)
    return values, lists


def nested(values: Sequence[tuple[tuple[str, ...], Any]]) -> dict[str, Any]:
    """`[(("seller", "name"), "ACME")]` to `{"seller": {"name": "ACME"}}`"""
    data: dict[str, Any] = {}
    for path, value in values:
        place = data
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = value
    return data


def _plain(found: FieldValue) -> dict[str, Any]:
    plain = asdict(found)
    plain["question"] = plain.pop("field")["question"]
    return plain
