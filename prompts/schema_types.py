"""What a JSON Schema says of one value, in however many parts it says it, as one plain node.

    resolved({"anyOf": [{"$ref": "#/$defs/Money"}, {"type": "null"}]}, root, ("total",))  # what `Money` is
    kind_of({"type": ["integer", "null"]}, ("total",))  # "integer"

References are followed, the parts of `allOf` joined, and of the options of `anyOf` and `oneOf` the `null` of an
`Optional` is dropped. Options that are left are joined where one kind of value can stand for all of them (an integer or
a number is a number, anything or a text is a text), and refused where none can.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

DEEPEST = 32  # how many references and parts may stand in each other: a reference to itself has no end
DAYS = ("date", "date-time")
_PARTS = ("$ref", "allOf", "anyOf", "oneOf", "const")
_SAYS = ("type", "format", "enum", "properties", "items")  # what makes two options different
_WRAPPERS = ("json_schema", "schema")


class SchemaError(ValueError):
    """A schema that cannot be filled in, and why."""


def unwrapped(source: Any) -> Any:
    """The schema in what OpenAI's API takes: `{"type": "json_schema", "json_schema": {"name": ..., "schema": ...}}`."""
    for key in _WRAPPERS:
        if isinstance(source, Mapping) and isinstance(source.get(key), Mapping) and "properties" not in source:
            source = source[key]
    return source


def resolved(node: Any, root: Mapping[str, Any], path: tuple[str, ...], depth: int = 0) -> Mapping[str, Any]:
    """`node` with its references, parts and options made one; the order of what it says is kept.

    Raises:
        SchemaError: something in it is no schema, leads nowhere or back to itself, or contradicts the rest.
    """
    plain = as_object(node, path)
    made = {key: value for key, value in plain.items() if key not in _PARTS}
    if "const" in plain:
        made = _joined(made, {"enum": [plain["const"]]}, path)
    if "$ref" in plain:
        target = _target(plain["$ref"], root, path)
        if depth >= DEEPEST:
            raise _leads_nowhere(plain["$ref"], path)
        made = _joined(made, _without_names(resolved(target, root, path, depth + 1)), path)
    if depth >= DEEPEST:
        raise SchemaError(f"{spoken(path)}: objects inside objects without end")
    for part in list_at(plain, "allOf", path):
        made = _joined(made, resolved(as_object(part, (*path, "allOf")), root, path, depth + 1), path)
    for key in ("anyOf", "oneOf"):
        options = [as_object(option, (*path, key)) for option in list_at(plain, key, path)]
        if options:
            made = _chosen(made, [resolved(option, root, path, depth + 1) for option in options], path)
    return made


def kind_of(node: Mapping[str, Any], path: tuple[str, ...]) -> str:
    """The one type that values of a resolved node have; what may be a text among others is a text."""
    kinds = _kinds(node, path)
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds == {"integer", "number"}:
        return "number"
    if not kinds or ("string" in kinds and not kinds & {"object", "array"}):
        return "string"
    raise not_read(" or ".join(sorted(kinds)), path)


def _kinds(node: Mapping[str, Any], path: tuple[str, ...]) -> frozenset[str]:
    """The types that a value may have, without the `null` of what may be missing; none if it may be anything."""
    said = node.get("type", ())
    said = [said] if isinstance(said, str) else said
    if not isinstance(said, list | tuple) or not all(isinstance(kind, str) for kind in said):
        raise refused((*path, "type"), said)
    if not said and "properties" in node:
        said = ["object"]
    elif not said and "items" in node:
        said = ["array"]
    elif not said:
        said = [_kind_of_value(value) for value in list_at(node, "enum", path)]
    return frozenset(said) - {"null"} or frozenset(said)


def _kind_of_value(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return {int: "integer", float: "number", type(None): "null"}.get(type(value), "string")


def _joined(first: Mapping[str, Any], second: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """What is true of both; names and descriptions are the first one's, if it has any."""
    both = {**first, **{key: value for key, value in second.items() if key not in first}}
    if "type" in first and "type" in second:
        one, other = _kinds(first, path), _kinds(second, path)
        common = one & other | ({"integer"} if {"integer", "number"} <= one | other else set())
        if not common:
            raise not_read(" and ".join(sorted(one | other)), path)
        both["type"] = sorted(common)
    if "enum" in first and "enum" in second:
        allowed = list_at(second, "enum", path)
        both["enum"] = [value for value in list_at(first, "enum", path) if value in allowed]
        if not both["enum"]:
            raise refused((*path, "enum"), [])
    if isinstance(first.get("properties"), Mapping) and isinstance(second.get("properties"), Mapping):
        own, others = first["properties"], second["properties"]
        twice = {name: {"allOf": [own[name], others[name]]} for name in own if name in others}
        both["properties"] = {**own, **others, **twice}
    if "items" in first and "items" in second:
        both["items"] = {"allOf": [first["items"], second["items"]]}
    return both


def _chosen(base: Mapping[str, Any], options: Sequence[Mapping[str, Any]], path: tuple[str, ...]) -> dict[str, Any]:
    """`base` with what is true of every one of its options."""
    left = [_joined(base, option, path) for option in options if _kinds(option, path) != {"null"}]
    if not left:
        return {**base, "type": "null"}
    if len(left) == 1:
        return left[0]
    if all(_says(option) == _says(left[0]) for option in left):  # they differ in what is `required`, say
        return {**base, **_says(left[0])}
    kinds = [_kinds(option, path) for option in left]
    every = frozenset[str]().union(*kinds)
    if every & {"object", "array"}:
        raise not_read(" or ".join(sorted(every)), path)
    if all("enum" in option for option in left):
        allowed: list[Any] = []
        for option in left:
            allowed += [value for value in list_at(option, "enum", path) if value not in allowed]
        return {**base, "enum": allowed}
    if all(kind == {"string"} for kind in kinds) and all(option.get("format") in DAYS for option in left):
        return {**base, "type": "string", "format": "date"}
    if not all(kinds):
        return dict(base)  # one of them may be anything
    return {**base, "type": _number_among(left, kinds) or sorted(every)}


def _number_among(options: Sequence[Mapping[str, Any]], kinds: Sequence[frozenset[str]]) -> str | None:
    """The kind of a number that may also be written as a text, as pydantic has it of `Decimal`.

    Its text has a pattern, or, in older versions, stands behind the number; `str | float` wants any text.
    """
    numbers = [kind for kind in kinds if kind <= {"integer", "number"}]
    texts = [option for option, kind in zip(options, kinds, strict=True) if kind == {"string"}]
    if not numbers or not texts or len(numbers) + len(texts) < len(options):
        return None
    if kinds[0] != numbers[0] and not all("pattern" in text for text in texts):
        return None
    if any(key in text for text in texts for key in ("enum", "format")):
        return None
    return "number" if any("number" in kind for kind in numbers) else "integer"


def _says(node: Mapping[str, Any]) -> dict[str, Any]:
    return {key: node[key] for key in _SAYS if key in node}


def _without_names(node: Mapping[str, Any]) -> dict[str, Any]:
    """What a reference leads to is called after itself, and may be what many properties are: `Currency`, say.

    A description that is a question is still asked.
    """
    return {
        key: value
        for key, value in node.items()
        if key != "title" and (key != "description" or str(value).strip().endswith(("?", "？")))
    }


def _target(reference: Any, root: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    node: Any = root if isinstance(reference, str) else None
    for step in str(reference).removeprefix("#").removeprefix("/").split("/") if reference != "#" else ():
        node = node.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping):
        raise _leads_nowhere(reference, path)
    return node


def as_object(node: Any, path: tuple[str, ...]) -> Mapping[str, Any]:
    """`true` allows anything, as an empty object does."""
    if node is True:
        return {}
    if not isinstance(node, Mapping):
        raise refused(path, node)
    return node


def list_at(node: Mapping[str, Any], key: str, path: tuple[str, ...]) -> Sequence[Any]:
    found = node.get(key, ())
    if not isinstance(found, list | tuple):
        raise refused((*path, key), found)
    return found


def spoken(path: tuple[str, ...]) -> str:
    return ".".join(path) or "the schema"


def refused(path: tuple[str, ...], value: Any) -> SchemaError:
    return SchemaError(f"{spoken(path)} cannot be {json.dumps(value, ensure_ascii=False, default=str)} in a schema")


def not_read(kinds: str, path: tuple[str, ...]) -> SchemaError:
    return SchemaError(f"{spoken(path)}: values of type {kinds} are not read; ask for single values")


def _leads_nowhere(reference: Any, path: tuple[str, ...]) -> SchemaError:
    return SchemaError(f"{spoken(path)}: {reference} leads nowhere in the schema")
