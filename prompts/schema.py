"""From a JSON Schema to the questions that fill it in.

    read_schema({"properties": {"total": {"type": "number"}}})
    # (Field(path=("total",), kind="number", question="What is the total (number only)?"),)

A property's `description` is asked as it stands if it is a question; else its title or name becomes one. Dates are
asked for as printed, so that they can be found again, and made ISO 8601 afterwards. Objects inside objects are filled
in, too. What pydantic writes for `Optional` and for models in models is understood.

A list of objects is no question: it is read from the document's tables (`prompts.line_items`), whose heads are compared
with `heads`, names that a property may have there, or with its title and name, and of which one may be the `product_of`
two others; a list of objects without properties takes every column.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["string", "number", "integer", "boolean", "date"]

_FOLDER = Path(__file__).with_name("schemas")
READY = tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))
_SUFFIX: Mapping[str, str] = {
    "number": " (number only)",
    "integer": " (number only)",
    "boolean": " (yes or no)",
}


class SchemaError(ValueError):
    """A schema that cannot be filled in, and why."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value to find: where it goes in the result, what it may be, and what is asked.

    `choices` are the only values allowed, where there are any; `heads` what a column of such values may be called;
    `product_of` two other columns whose product it is.
    """

    path: tuple[str, ...]
    kind: Kind
    question: str
    choices: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    product_of: tuple[str, ...] = ()

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
    raw = _load(source)
    if not isinstance(raw, Mapping):
        raise SchemaError("a schema is a JSON object with `properties`")
    found = tuple(_fields(raw, raw, ()))
    if not found:
        raise SchemaError("the schema has no properties: nothing is asked for")
    return found


def _load(source: Any) -> Any:
    if hasattr(source, "model_json_schema"):
        return source.model_json_schema()
    if not isinstance(source, str | os.PathLike):
        return source
    path = _FOLDER / f"{source}.json" if source in READY else Path(source)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        ready = ", ".join(READY)
        raise SchemaError(f"{source}: no such schema; name a JSON file, or one of {ready} ({error.strerror})") from None
    except ValueError as error:
        raise SchemaError(f"{source} is no JSON: {error}") from None


def _fields(node: Mapping[str, Any], root: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[AnyField]:
    if len(above) > 8:
        raise SchemaError(f"{'.'.join(above)}: objects inside objects without end")
    properties = node.get("properties", {})
    if not isinstance(properties, Mapping):
        raise SchemaError(f"{'.'.join(above) or 'the schema'}: `properties` is an object, a name for each value")
    for name, child in properties.items():
        path = (*above, name)
        resolved = _resolved(child, root, path)
        if resolved.get("type") == "object" or "properties" in resolved:
            yield from _fields(resolved, root, path)
        elif resolved.get("type") == "array":
            yield _list(resolved, root, path)
        else:
            yield _field(resolved, path)


def _list(node: Mapping[str, Any], root: Mapping[str, Any], path: tuple[str, ...]) -> ListField:
    items = node.get("items")
    entry = _resolved(items, root, path) if isinstance(items, Mapping) else {}
    if entry.get("type") != "object" and "properties" not in entry:
        raise SchemaError(f"{'.'.join(path)}: a list is read row by row; its items must be objects")
    columns = tuple(_fields(entry, root, path))
    if any(isinstance(column, ListField) or len(column.path) > len(path) + 1 for column in columns):
        raise SchemaError(f"{'.'.join(path)}: a row of a table has single values, no lists and no objects")
    return ListField(path, tuple(column for column in columns if isinstance(column, Field)))


def _field(node: Mapping[str, Any], path: tuple[str, ...]) -> Field:
    kind = node.get("type", "string")
    if kind == "string" and node.get("format") in ("date", "date-time"):
        kind = "date"
    if kind not in ("string", "number", "integer", "boolean", "date"):
        raise SchemaError(f"{'.'.join(path)}: values of type {kind} are not read; ask for single values")
    choices, heads, product_of = (_texts(node, key, path) for key in ("enum", "heads", "product_of"))
    if len(product_of) not in (0, 2):
        raise _refused((*path, "product_of"), node["product_of"])
    title = _title(node, path)
    heads = heads or ((title,) if title else ())
    return Field(path, kind, _question(node, path, kind, choices), choices, heads, product_of)


def _question(node: Mapping[str, Any], path: tuple[str, ...], kind: str, choices: tuple[str, ...]) -> str:
    asked = str(node.get("description", "")).strip()
    if asked.endswith(("?", "？")):
        return asked
    words = " ".join(path).replace("_", " ").replace("-", " ")
    name = _title(node, path) or words
    suffix = f" ({', '.join(choices)})" if choices else _SUFFIX.get(kind, "")
    return f"What is the {name}{suffix}?"


def _title(node: Mapping[str, Any], path: tuple[str, ...]) -> str:
    """What somebody called it; pydantic titles every property after its name, which says nothing new."""
    title = str(node.get("title", "")).strip()
    return "" if title.lower() == path[-1].replace("_", " ").lower() else title


def _texts(node: Mapping[str, Any], key: str, path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(value) for value in _list_at(node, key, path) if value is not None)


def _resolved(node: Any, root: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    """`node` with its reference followed and the `null` of an `Optional` dropped."""
    merged = dict(_object(node, path))
    for _ in range(8):
        if "$ref" in merged:
            merged = {**_target(merged.pop("$ref"), root, path), **merged}
        options = [_object(option, (*path, "anyOf")) for option in _list_at(merged, "anyOf", path)]
        options = [option for option in options if option.get("type") != "null"]
        if len(options) == 1:
            merged.pop("anyOf")
            merged = {**options[0], **merged}
        elif "$ref" not in merged:
            break
    if isinstance(merged.get("type"), list):
        kinds = [kind for kind in merged["type"] if kind != "null"]
        merged["type"] = kinds[0] if len(kinds) == 1 else "string"
    return merged


def _target(reference: Any, root: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    node: Any = root if isinstance(reference, str) else None
    for step in str(reference).removeprefix("#/").split("/"):
        node = node.get(step) if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping):
        raise SchemaError(f"{'.'.join(path)}: {reference} leads nowhere in the schema")
    return node


def _object(node: Any, path: tuple[str, ...]) -> Mapping[str, Any]:
    """`true` allows anything, as an empty object does."""
    if node is True:
        return {}
    if not isinstance(node, Mapping):
        raise _refused(path, node)
    return node


def _list_at(node: Mapping[str, Any], key: str, path: tuple[str, ...]) -> Sequence[Any]:
    found = node.get(key, ())
    if not isinstance(found, list | tuple):
        raise _refused((*path, key), found)
    return found


def _refused(path: tuple[str, ...], value: Any) -> SchemaError:
    return SchemaError(f"{'.'.join(path)} cannot be {json.dumps(value, ensure_ascii=False, default=str)} in a schema")
