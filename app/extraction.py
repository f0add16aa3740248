"""Values of a document by the fields of a schema: each with its place on the page and how much it may be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.answer import Answer
from prompts.extracted import Grade, graded, is_refusal, value_of
from prompts.grounding import Citation
from prompts.schema import Field


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
    """

    field: Field
    value: Any | None
    text: str | None
    grade: Grade | None
    reasons: tuple[str, ...]
    citations: tuple[Citation, ...]
    pages_read: tuple[int, ...]

    @staticmethod
    def of(field: Field, answer: Answer) -> FieldValue:
        if is_refusal(answer.text):
            return FieldValue(field, None, None, None, (), (), answer.pages_read)
        value = value_of(field, answer.text)
        grade, reasons = graded(value, answer.citations, answer.finish_reason != "stop")
        return FieldValue(field, value, answer.text, grade, reasons, answer.citations, answer.pages_read)


@dataclass(frozen=True, slots=True)
class Extraction:
    """A filled-in schema. `data` is the values alone, nested as the schema is; `fields` by dotted name."""

    fields: Mapping[str, FieldValue]
    page_count: int
    seconds: float
    model: str

    @property
    def data(self) -> dict[str, Any]:
        return nested([(found.field.path, found.value) for found in self.fields.values()])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        fields = {name: _plain(found) for name, found in self.fields.items()}
        about = {"page_count": self.page_count, "seconds": self.seconds, "model": self.model}
        return {"data": self.data, "fields": fields, **about}


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
