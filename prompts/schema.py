"""From a JSON Schema to the questions that fill it in.

    read_schema({"properties": {"total": {"type": "number"}}})
    # (Field(path=("total",), kind="number", question="What is the total (number only)?"),)

A property's `description` is asked as it stands if it is a question; else its title or name becomes one, with the
description in brackets. Dates are asked for as printed, so that they can be found again, and made ISO 8601 afterwards.
Objects inside objects are filled in, too, if they name their properties. What pydantic writes for `Optional`, `Decimal`
and for models in models is understood (`prompts.schema_types`), and what OpenAI's API wraps around a schema.

A list of objects is no question: it is read from the document's tables (`prompts.line_items`), whose heads are compared
with `heads`, names that a property may have there, or with its title, name and short description, and of which one may
be the `product_of` two others. Where a list has no `heads` and two of its properties are called like columns of an
invoice, those are found under the same heads as in the ready schema. A list of objects without properties takes every
column. Texts are held to their `pattern`, unless it is an expression that Python does not know (`\\p{L}`, `(?<year>`).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from prompts.folding import fold
from prompts.schema_types import DAYS, SchemaError, kind_of, list_at, not_read, refused, resolved, spoken, unwrapped

Kind = Literal["string", "number", "integer", "boolean", "date"]
Choice = str | int | float | bool

_FOLDER = Path(__file__).with_name("schemas")
READY = tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))
NUMBERS = ("number", "integer")
_KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}
_LONGEST_HEAD = 4  # words
_FORMS: Mapping[Kind, str] = {"number": "number only", "integer": "number only", "boolean": "yes or no"}
# Where a word begins inside a name: `invoice|Number`, `VAT|Rate`; the `s` of `PDFs` begins none.
_HUMP = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[a-z]\d)(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s(?![a-z]))[a-z])")


@dataclass(frozen=True, slots=True)
class Field:
    """One value to find: where it goes in the result, what it may be, and what is asked.

    `choices` are the only values allowed, as JSON has them, where there are any; `heads` what a column of such values
    may be called; `product_of` two other columns whose product it is; a text has its `pattern` somewhere.
    """

    path: tuple[str, ...]
    kind: Kind
    question: str
    choices: tuple[Choice, ...] = ()
    heads: tuple[str, ...] = ()
    product_of: tuple[str, ...] = ()
    pattern: str = ""

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def last(self) -> str:
        """Its own name, in its object."""
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class ListField:
    """A list to read from a table, an object a row; no `columns`: every column, under its own head."""

    path: tuple[str, ...]
    columns: tuple[Field, ...]

    @property
    def name(self) -> str:
        return ".".join(self.path)


AnyField = Field | ListField


def choice_text(choice: Choice) -> str:
    """How a choice is said in words."""
    if isinstance(choice, bool):
        return "yes" if choice else "no"
    return str(choice)


def read_schema(source: Any) -> tuple[AnyField, ...]:
    """The fields of a schema, in its order.

    Args:
        source: a JSON Schema as a dictionary, a pydantic model's class, the name of a ready schema (`READY`), the path
            of a JSON file, or fields that were read before.

    Raises:
        SchemaError: there is no such schema, or it asks for what cannot be filled in.
    """
    if isinstance(source, tuple) and all(isinstance(field, Field | ListField) for field in source):
        return source
    raw = unwrapped(_load(source))
    if not isinstance(raw, Mapping):
        raise SchemaError("a schema is a JSON object with `properties`")
    found = tuple(_fields(resolved(raw, raw, ()), raw, ()))
    if not found:
        raise SchemaError("the schema has no properties: nothing is asked for")
    names = [field.name for field in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise SchemaError(f"{twice}: two properties have this name, one of them with a dot in it")
    return found


def _load(source: Any) -> Any:
    if hasattr(source, "model_json_schema"):
        return source.model_json_schema()
    if not isinstance(source, str | os.PathLike):
        return source
    path = _FOLDER / f"{source}.json" if source in READY else Path(source)
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        ready = ", ".join(READY)
        raise SchemaError(f"{source}: no such schema; name a JSON file, or one of {ready} ({error.strerror})") from None
    except ValueError as error:
        raise SchemaError(f"{source} is no JSON: {error}") from None


def _fields(node: Mapping[str, Any], root: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[AnyField]:
    if len(above) > 8:
        raise SchemaError(f"{spoken(above)}: objects inside objects without end")
    properties = node.get("properties", {})
    if not isinstance(properties, Mapping):
        raise SchemaError(f"{spoken(above)}: `properties` is an object, a name for each value")
    if above and not properties:
        raise SchemaError(f"{spoken(above)}: an object is filled in by the names of its values; give it `properties`")
    for name, child in properties.items():
        path = (*above, name)
        plain = resolved(child, root, path)
        kind = kind_of(plain, path)
        if kind == "object":
            yield from _fields(plain, root, path)
        elif kind == "array":
            yield _list(plain, root, path)
        else:
            yield _field(plain, path, kind)


def _list(node: Mapping[str, Any], root: Mapping[str, Any], path: tuple[str, ...]) -> ListField:
    items = node.get("items")
    entry = resolved(items, root, path) if isinstance(items, Mapping) else {}
    if kind_of(entry, path) != "object":
        raise SchemaError(f"{spoken(path)}: a list is read row by row; its items must be objects")
    columns = tuple(_fields(entry, root, path)) if entry.get("properties", {}) != {} else ()
    if any(isinstance(column, ListField) or len(column.path) > len(path) + 1 for column in columns):
        raise SchemaError(f"{spoken(path)}: a row of a table has single values, no lists and no objects")
    single = tuple(column for column in columns if isinstance(column, Field))
    says_heads = any("heads" in resolved(child, root, path) for child in entry.get("properties", {}).values())
    return ListField(path, single if says_heads else _as_of_an_invoice(single))


def _as_of_an_invoice(columns: tuple[Field, ...]) -> tuple[Field, ...]:
    """The same columns, with more heads where at least two of them are called like columns of the ready invoice."""
    items = json.loads((_FOLDER / "invoice.json").read_text(encoding="utf-8"))["properties"]["items"]["items"]
    usual: dict[str, Field] = {}  # by the name of the invoice's column
    for name, known in items["properties"].items():
        heads = {fold(head) for head in (name.replace("_", " "), *known["heads"])}
        called = [
            column
            for column in columns
            if heads & {fold(head) for head in (column.last.replace("_", " "), *column.heads)}
            and (column.kind == "string") == (known["type"] == "string")
        ]
        if len(called) == 1:
            usual[name] = replace(called[0], heads=(*called[0].heads, *known["heads"]))
    for name in usual if len(usual) > 1 else ():
        factors = items["properties"][name].get("product_of", ())
        if factors and all(factor in usual for factor in factors):
            usual[name] = replace(usual[name], product_of=tuple(usual[factor].last for factor in factors))
    by_path = {column.path: column for column in usual.values()} if len(usual) > 1 else {}
    return tuple(by_path.get(column.path, column) for column in columns)


def _field(node: Mapping[str, Any], path: tuple[str, ...], said: str) -> Field:
    kind = _KINDS.get("date" if said == "string" and node.get("format") in DAYS else said)
    if kind is None:
        raise not_read(said, path)
    choices, heads, product_of = (
        _choices(node, path, kind),
        _texts(node, "heads", path),
        _texts(node, "product_of", path),
    )
    if len(product_of) not in (0, 2):
        raise refused((*path, "product_of"), node["product_of"])
    title, name = _title(node, path), path[-1]
    heads = heads or tuple(filter(None, (title, _short_description(node))))
    if _split(name) != name:  # heads write `invoiceNumber` as two words
        heads = (*heads, _split(name))
    question = _question(node, path, kind, choices)
    return Field(path, kind, question, choices, heads, product_of, _pattern(node, path) if kind == "string" else "")


def _short_description(node: Mapping[str, Any]) -> str:
    """What may stand over a column: no question, and no sentence."""
    about = str(node.get("description", "")).strip()
    return about if len(about.split()) <= _LONGEST_HEAD and not about.endswith(("?", "？", ".", "。")) else ""


def _pattern(node: Mapping[str, Any], path: tuple[str, ...]) -> str:
    pattern = node.get("pattern", "")
    if not isinstance(pattern, str):
        raise refused((*path, "pattern"), pattern)
    try:
        re.compile(pattern)
    except (re.error, OverflowError):
        return ""  # the expressions of JSON Schema are those of ECMAScript, which Python knows most of
    return pattern


def _question(node: Mapping[str, Any], path: tuple[str, ...], kind: Kind, choices: tuple[Choice, ...]) -> str:
    asked = str(node.get("description", "")).strip()
    if asked.endswith(("?", "？")):
        return asked
    name = _title(node, path) or _split(" ".join(path)).replace("_", " ").replace("-", " ")
    about = " ".join(asked.rstrip(".。").split())
    about = "" if fold(about) == fold(name) else about
    form = ", ".join(map(choice_text, choices)) or _FORMS.get(kind, "")
    behind = "; ".join(part for part in (about, form) if part)
    return f"What is the {name} ({behind})?" if behind else f"What is the {name}?"


def _title(node: Mapping[str, Any], path: tuple[str, ...]) -> str:
    """What somebody called it; pydantic titles every property after its name, which says nothing new."""
    title = str(node.get("title", "")).strip()
    return "" if title.lower() == path[-1].replace("_", " ").lower() else title


def _split(name: str) -> str:
    """`invoiceNumber` as words; `IBAN`, `VAT` and `PDFs` are one each."""
    return " ".join(_as_words(word) for word in name.split(" "))


def _as_words(word: str) -> str:
    parts = [part for part in _HUMP.split(word) if part]
    if len(parts) == 1:
        return word
    return " ".join(part if part[1:2].isupper() or len(part) == 1 else part[0].lower() + part[1:] for part in parts)


def _choices(node: Mapping[str, Any], path: tuple[str, ...], kind: Kind) -> tuple[Choice, ...]:
    allowed = [value for value in list_at(node, "enum", path) if value is not None]
    for value in allowed:
        if not isinstance(value, str | int | float):
            raise refused((*path, "enum"), value)
    if kind == "boolean" and {True, False} <= set(allowed):
        return ()  # any truth is
    return tuple(allowed)


def _texts(node: Mapping[str, Any], key: str, path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(value) for value in list_at(node, key, path) if value is not None)
