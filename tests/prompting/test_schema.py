"""Schemas become questions; answers become values with a grade that says why."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from preprocess.document import Box
from prompts.extracted import graded, value_of
from prompts.grounding import Citation
from prompts.schema import READY, Field, ListField, SchemaError, read_schema
from prompts.tasks import is_refusal


def test_names_titles_and_descriptions_become_questions():
    schema = {
        "properties": {
            "invoice_number": {"type": "string"},
            "due": {"type": "string", "format": "date", "title": "due date"},
            "total": {"type": "number"},
            "who": {"description": "Who pays?"},
            "paid": {"type": "boolean"},
            "currency": {"enum": ["EUR", "USD"]},
        }
    }
    assert [(field.name, field.kind, field.question) for field in read_schema(schema)] == [
        ("invoice_number", "string", "What is the invoice number?"),
        ("due", "date", "What is the due date?"),
        ("total", "number", "What is the total (number only)?"),
        ("who", "string", "Who pays?"),
        ("paid", "boolean", "What is the paid (yes or no)?"),
        ("currency", "string", "What is the currency (EUR, USD)?"),
    ]


def test_pydantic_models_optional_values_and_objects_inside():
    class Party(BaseModel):
        name: str
        vat_id: str | None = None

    class Bill(BaseModel):
        seller: Party
        total: float | None
        kind: Literal["invoice", "credit note"] = "invoice"

    assert read_schema(Bill) == (
        Field(("seller", "name"), "string", "What is the seller name?"),
        Field(("seller", "vat_id"), "string", "What is the seller vat id?"),
        Field(("total",), "number", "What is the total (number only)?"),
        Field(("kind",), "string", "What is the kind (invoice, credit note)?", ("invoice", "credit note")),
    )
    assert read_schema(Bill) == read_schema(Bill.model_json_schema()) == read_schema(read_schema(Bill))


def test_a_model_that_holds_itself_is_refused():
    node = {"properties": {"child": {"$ref": "#/$defs/Node"}}}
    with pytest.raises(SchemaError, match="without end"):
        read_schema({**node, "$defs": {"Node": node}})


@pytest.mark.parametrize("name", READY)
def test_ready_schemas_ask_questions(name, tmp_path):
    fields = [field for field in read_schema(name) if isinstance(field, Field)]
    assert len(fields) >= 5 or name == "table"
    assert all(field.question.endswith("?") for field in fields)
    assert len({field.question for field in fields}) == len(fields)


def test_lists_of_ready_schemas_name_their_columns():
    lists = {name: field for name in READY for field in read_schema(name) if isinstance(field, ListField)}
    assert set(lists) == {"invoice", "receipt", "statement", "table"}
    assert lists["table"].columns == ()
    for name in ("invoice", "receipt", "statement"):
        columns = {column.last: column for column in lists[name].columns}
        assert all(column.heads for column in columns.values())
        assert all(set(column.product_of) <= set(columns) for column in columns.values())


def test_lists_of_objects_are_lists_of_rows():
    class Item(BaseModel):
        label: str
        price: float | None

    class Bill(BaseModel):
        lines: list[Item]

    (field,) = read_schema(Bill)
    assert field == ListField(
        ("lines",),
        (
            Field(("lines", "label"), "string", "What is the lines label?"),
            Field(("lines", "price"), "number", "What is the lines price (number only)?"),
        ),
    )


@pytest.mark.parametrize(
    "schema, said",
    [
        ({}, "no properties"),
        ([], "JSON object"),
        ({"properties": []}, "is an object"),
        ({"properties": {"lines": {"type": "array"}}}, "lines: a list is read row by row"),
        ({"properties": {"lines": {"type": "array", "items": {"type": "string"}}}}, "items must be objects"),
        (
            {"properties": {"a": {"type": "array", "items": {"properties": {"b": {"properties": {"c": {}}}}}}}},
            "no lists and no objects",
        ),
        ({"properties": {"a": {"$ref": "#/$defs/gone"}}}, "a: #/\\$defs/gone leads nowhere"),
        ({"properties": {"a": {"$ref": 5}}}, "a: 5 leads nowhere"),
        ({"properties": {"a": {"type": "array", "items": True}}}, "its items must be objects"),
        ({"properties": {"a": {"type": "array", "items": [{"properties": {"b": {}}}]}}}, "its items must be objects"),
        ({"properties": {"a": "number"}}, 'a cannot be "number" in a schema'),
        ({"properties": {"a": {"properties": {"b": False}}}}, "a.b cannot be false in a schema"),
        ({"properties": {"a": {"enum": None}}}, "a.enum cannot be null in a schema"),
        ({"properties": {"a": {"anyOf": {}}}}, "a.anyOf cannot be {} in a schema"),
        ({"properties": {"a": {"anyOf": [3]}}}, "a.anyOf cannot be 3 in a schema"),
        ({"properties": {"a": {"heads": "Amount"}}}, 'a.heads cannot be "Amount" in a schema'),
        ({"properties": {"a": {"product_of": 5}}}, "a.product_of cannot be 5 in a schema"),
        ({"properties": {"a": {"product_of": ["b"]}}}, 'a.product_of cannot be ."b". in a schema'),
    ],
)
def test_what_cannot_be_filled_in_is_refused_by_name(schema, said, tmp_path):
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(schema))
    with pytest.raises(SchemaError, match=said):
        read_schema(path)


def test_true_allows_anything():
    fields = read_schema({"properties": {"a": True, "b": {"anyOf": [True, {"type": "null"}]}}})
    assert [field.kind for field in fields] == ["string", "string"]


WORDS = st.sampled_from(["type", "properties", "items", "anyOf", "$ref", "enum", "heads", "product_of", "format", "a"])
LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["object", "array", "string", "null", "#/a"])
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4))


@given(JSON | st.builds(lambda schema: {"properties": {"a": schema}}, JSON))
def test_any_json_is_a_schema_or_is_refused(schema):
    with suppress(SchemaError):
        assert all(isinstance(field, Field | ListField) for field in read_schema(schema))


def test_no_such_schema_and_no_json(tmp_path):
    with pytest.raises(SchemaError, match="one of form, invoice, letter, receipt, statement, table"):
        read_schema("bill")
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(SchemaError, match="is no JSON"):
        read_schema(tmp_path / "x.json")


@pytest.mark.parametrize(
    "kind, text, value",
    [
        ("string", "ACME Ltd", "ACME Ltd"),
        ("number", "RM 1,234.50", 1234.5),
        ("number", "(12.00)", -12.0),
        ("number", "1.234", None),  # a thousand in Berlin
        ("number", "about nine", None),
        ("integer", "12", 12),
        ("integer", "12.5", None),
        ("date", "31.12.2023", "2023-12-31"),
        ("date", "03/04/2020", None),  # March or April
        ("boolean", "Yes.", True),
        ("boolean", "nein", False),
        ("boolean", "maybe", None),
    ],
)
def test_values_have_the_form_of_their_field(kind, text, value):
    assert value_of(Field(("x",), kind, "?"), text) == value


def test_choices_are_the_only_values():
    field = Field(("x",), "string", "?", ("EUR", "USD"))
    assert value_of(field, "eur") == "EUR" and value_of(field, "CHF") is None
    assert [value_of(field, text) for text in ("€", "US dollars", "£", "not €")] == ["EUR", "USD", None, None]


def test_a_text_is_held_to_its_pattern():
    (field,) = read_schema({"properties": {"number": {"type": "string", "pattern": r"^INV-\d+$"}}})
    assert [value_of(field, text) for text in ("INV-12", "INV-12.", "12")] == ["INV-12", "INV-12", None]
    with pytest.raises(SchemaError, match="pattern"):
        read_schema({"properties": {"number": {"type": "string", "pattern": 5}}})


@pytest.mark.parametrize("pattern", [r"^\p{L}+$", r"(?<y>\d{4})", "("])
def test_a_pattern_that_python_does_not_know_holds_nothing(pattern):
    (field,) = read_schema({"properties": {"number": {"type": "string", "pattern": pattern}}})
    assert value_of(field, "INV-12") == "INV-12"


def test_columns_called_like_those_of_an_invoice_are_found_under_the_same_heads():
    def columns(**about):
        entry = {name: {"type": "string" if name == "name" else "number", **said} for name, said in about.items()}
        (found,) = read_schema({"properties": {"items": {"type": "array", "items": {"properties": entry}}}})
        return found.columns

    name, qty, price, total = columns(name={}, qty={}, price={}, total={})
    assert "bezeichnung" in name.heads and "menge" in qty.heads and "einzelpreis" in price.heads
    assert total.product_of == ("qty", "price")
    about = ("Quantity", "Unit price", "What is it in all?")
    first, second, third = columns(**{name: {"description": said} for name, said in zip("abc", about, strict=True)})
    assert (first.heads[0], "menge" in first.heads, "preis" in second.heads, third.heads) == (
        "Quantity",
        True,
        True,
        (),
    )
    assert columns(name={}, born={})[0].heads == (), "one name alone may be anybody's"
    assert columns(qty={"heads": ["Number"]}, price={})[0].heads == ("Number",)


def test_two_properties_of_one_name_are_refused():
    inside = {"a": {"type": "object", "properties": {"b": {"type": "string"}}}}
    with pytest.raises(SchemaError, match=r"a\.b"):
        read_schema({"properties": {"a.b": {"type": "string"}, **inside}})


def test_a_file_may_begin_with_a_mark_of_its_byte_order(tmp_path):
    (tmp_path / "s.json").write_text('{"properties": {"total": {}}}', encoding="utf-8-sig")
    assert [field.name for field in read_schema(tmp_path / "s.json")] == ["total"]


def cited(status, source="text"):
    return Citation(1, (1,), (Box(0, 0, 1, 1),), "9.00", status, source)


@pytest.mark.parametrize(
    "value, citations, cut_off, grade, said",
    [
        (9.0, [cited("verified")], False, "high", ""),
        (9.0, [cited("unverified"), cited("verified")], False, "low", "in these words"),
        (9.0, [cited("verified", "ocr")], False, "medium", "OCR"),
        (9.0, [cited("repaired")], False, "medium", "differently"),
        (9.0, [cited("unverified")], False, "low", "in these words"),
        (9.0, [], False, "low", "in these words"),
        (None, [cited("verified")], False, "low", "form of the field"),
        (9.0, [cited("verified")], True, "low", "cut off"),
    ],
)
def test_grades_say_why(value, citations, cut_off, grade, said):
    found, reasons = graded(value, citations, cut_off)
    assert found == grade and said in " ".join(reasons) and bool(reasons) == (grade != "high")


def test_the_refusal_is_no_value():
    assert is_refusal("Not found.") and not is_refusal("not found in the drawer")
