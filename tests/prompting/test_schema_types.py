"""Schemas as pydantic, OpenAI and people write them: what is asked for, of which kind, and what is refused."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic import Field as Described

from prompts.columns import likeness
from prompts.extracted import value_of
from prompts.schema import READY, Field, ListField, SchemaError, read_schema

NUMBER = {"type": "number"}
NULL = {"type": "null"}
PATTERN = {"type": "string", "pattern": r"^\d+$"}
PARTY = {"type": "object", "properties": {"name": {"type": "string"}}}


class Currency(Enum):
    """What it is paid in."""

    EUR = "EUR"
    USD = "USD"


class Rate(IntEnum):
    LOW = 7
    HIGH = 19


class Row(BaseModel):
    amount: Decimal
    unitPrice: int | float


def one(node, **root):
    """The field that a property makes."""
    (field,) = read_schema({"properties": {"a": node}, **root})
    return field


def test_decimals_are_numbers_and_their_model_takes_them():
    class Bill(BaseModel):
        total: Decimal
        tax: Decimal | None
        net: int | float
        rows: list[Row]

    *fields, rows = read_schema(Bill)
    assert [field.kind for field in (*fields, *rows.columns)] == ["number"] * 5
    total = value_of(fields[0], "1,234.50 EUR [1]")
    assert total == 1234.5 and Bill.model_validate({"total": total, "tax": None, "net": 1, "rows": []})


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ([NUMBER, PATTERN, NULL], "number"),  # pydantic's Decimal
        ([PATTERN, {"type": "integer"}], "integer"),
        ([{"type": "integer"}, NUMBER], "number"),
        ([NUMBER, {"type": "string"}], "number"),  # the Decimal of older versions
        ([{"type": "string"}, NUMBER], "string"),
        ([NUMBER, {"type": "string", "format": "date"}], "string"),
        ([NUMBER, {"type": "string", "enum": ["none"]}], "string"),
        ([NUMBER, True], "string"),
        ([{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}, NULL], "date"),
    ],
)
@pytest.mark.parametrize("key", ["anyOf", "oneOf"])
def test_several_options_are_of_the_kind_that_holds_them_all(key, options, kind):
    assert one({key: options}).kind == kind


def test_lists_of_types():
    assert one({"type": ["integer", "number", "null"]}).kind == "number"
    assert one({"type": ["string", "integer"]}).kind == "string"


def test_all_parts_hold():
    money = {"$defs": {"Money": {"type": "number", "title": "Money"}, "Party": PARTY}}
    field = one({"allOf": [{"$ref": "#/$defs/Money"}], "description": "How much is it?"}, **money)
    assert (field.kind, field.question) == ("number", "How much is it?")
    assert one({"allOf": [NUMBER, {"type": "integer"}, {"minimum": 0}]}).kind == "integer"
    assert one({"allOf": [{"enum": ["a", "b", "c"]}, {"enum": ["b", "c", "d"]}]}).choices == ("b", "c")
    vat = {"properties": {"vat": {}, "name": {"description": "Who sells?"}}}
    fields = read_schema({"properties": {"seller": {"allOf": [{"$ref": "#/$defs/Party"}, vat]}}, **money})
    assert [(field.name, field.question) for field in fields] == [
        ("seller.name", "Who sells?"),
        ("seller.vat", "What is the seller vat?"),
    ]


def test_options_that_only_say_what_must_be_there_change_nothing():
    party = {**PARTY, "anyOf": [{"required": ["name"]}, {"minProperties": 1}]}
    assert read_schema({"properties": {"seller": party}}) == read_schema({"properties": {"seller": PARTY}})


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/Party", "$defs": {"Party": PARTY}},
        {"allOf": [{"$ref": "#/definitions/Party"}], "definitions": {"Party": PARTY}},
        {"$ref": "#/$defs/a~1b", "$defs": {"a/b": PARTY}},
        {"name": "party", "strict": True, "schema": PARTY},
        {"type": "json_schema", "json_schema": {"name": "party", "schema": PARTY}},
        {"type": "json_schema", "name": "party", "schema": {"$ref": "#/$defs/P", "$defs": {"P": PARTY}}},
    ],
)
def test_a_schema_may_be_referred_to_or_wrapped_up(schema):
    assert read_schema(schema) == read_schema(PARTY) != ()


def test_a_property_may_be_called_schema():
    (field,) = read_schema({"properties": {"schema": {"type": "string"}}, "schema": PARTY})
    assert field.name == "schema"


def test_choices_keep_their_json_values():
    class Bill(BaseModel):
        rate: Rate
        kind: Literal["a", 7]

    rate, kind = read_schema(Bill)
    assert rate == Field(("rate",), "integer", "What is the rate (7, 19)?", (7, 19))
    found = {"rate": value_of(rate, "19 %"), "kind": value_of(kind, "7")}
    assert found == {"rate": 19, "kind": 7} and Bill.model_validate(found)
    assert value_of(rate, "20") is None
    assert one({"enum": [0.5, 1, None]}).choices == (0.5, 1) and one({"enum": [0.5, 1, None]}).kind == "number"
    assert one({"const": 5}).choices == (5,)
    assert one({"type": "string", "oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}).choices == ("a", "b")


def test_truths_as_choices():
    assert one({"enum": [True, False]}) == Field(("a",), "boolean", "What is the a (yes or no)?")
    only = one({"const": True})
    assert only.question == "What is the a (yes)?" and value_of(only, "Yes.") is True and value_of(only, "No.") is None


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"type": "object"}, "a: an object is filled in by the names of its values; give it `properties`"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "give it `properties`"),
        ({"type": ["object", "null"], "properties": {}}, "give it `properties`"),
        ({"type": "array", "items": {"properties": {"b": {"type": "object"}}}}, "a.b: an object is filled in"),
        ({"$ref": "#/$defs/Loop"}, "a: #/\\$defs/Loop leads nowhere"),
        ({"$ref": "#/$defs/Twice"}, "a: #/\\$defs/Twice leads nowhere"),
        ({"$ref": "#"}, "objects inside objects without end"),
        ({"anyOf": [NUMBER, {"type": "boolean"}]}, "a: values of type boolean or number are not read"),
        ({"oneOf": [NUMBER, PARTY]}, "a: values of type number or object are not read"),
        ({"oneOf": [PARTY, {"properties": {"id": {}}}]}, "a: values of type object are not read"),
        ({"allOf": [NUMBER, {"type": "string"}]}, "a: values of type number and string are not read"),
        ({"allOf": [{"enum": ["a"]}, {"enum": ["b"]}]}, "a.enum cannot be .. in a schema"),
        ({"anyOf": [NULL]}, "a: values of type null are not read"),
        ({"const": None}, "a: values of type null are not read"),
        ({"enum": [["a"]]}, 'a.enum cannot be ."a". in a schema'),
        ({"type": 5}, "a.type cannot be 5 in a schema"),
        ({"allOf": [3]}, "a.allOf cannot be 3 in a schema"),
    ],
)
def test_what_has_no_single_value_is_refused_by_name(node, said):
    loops = {"Loop": {"$ref": "#/$defs/Loop"}, "Twice": {"allOf": [{"$ref": "#/$defs/Twice"}] * 2}}
    with pytest.raises(SchemaError, match=said):
        one(node, **{"$defs": loops})


def test_mappings_and_models_in_themselves_are_refused():
    class Notes(BaseModel):
        total: float
        notes: dict[str, str]

    class Tree(BaseModel):
        name: str
        child: Tree | None = None

    for model, said in ((Notes, "notes: an object is filled in"), (Tree, "without end")):
        with pytest.raises(SchemaError, match=said):
            read_schema(model)


def test_parts_in_parts_without_end_are_no_schema():
    node = NUMBER
    for _ in range(400):
        node = {"anyOf": [node]}
    with pytest.raises(SchemaError, match="without end"):
        one(node)


def test_the_names_of_properties_are_asked_not_those_of_their_types():
    class Bill(BaseModel):
        currency: Currency
        second: Currency | None = None
        third: Currency = Described(title="coin")

    assert [field.question for field in read_schema(Bill)] == [
        "What is the currency (EUR, USD)?",
        "What is the second (EUR, USD)?",
        "What is the coin (EUR, USD)?",
    ]
    assert [field.heads for field in read_schema(Bill)] == [(), (), ("coin",)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("invoiceNumber", "invoice number"),
        ("InvoiceNumber", "invoice number"),
        ("VATRate", "VAT rate"),
        ("sellerVAT", "seller VAT"),
        ("line2Total", "line2 total"),
        ("IBAN", "IBAN"),
        ("PDFs", "PDFs"),
        ("oldPDFs", "old PDFs"),
        ("Total", "Total"),
        ("vat_id", "vat id"),
        ("Größe", "Größe"),
    ],
)
def test_names_are_asked_in_words(name, words):
    (field,) = read_schema({"properties": {name: {}}})
    assert field.question == f"What is the {words}?"


def test_heads_are_words_too():
    (rows,) = read_schema({"properties": {"rows": {"type": "array", "items": Row.model_json_schema()}}})
    assert [likeness(column, "Unit price") for column in rows.columns] == [0, 1]


def test_a_description_that_is_no_question_stands_in_brackets():
    assert one({"description": "the one who pays."}).question == "What is the a (the one who pays)?"
    assert one({**NUMBER, "description": "with\n  tax"}).question == "What is the a (with tax; number only)?"
    assert one({"description": "A."}).question == "What is the a?"
    assert one({"description": "Who pays?"}).question == "Who pays?"


def test_ready_schemas_ask_their_own_questions():
    fields = [field for name in READY for field in read_schema(name) if isinstance(field, Field)]
    assert len(fields) > 20 and all(";" not in field.question for field in fields)


WORDS = ["type", "properties", "items", "allOf", "anyOf", "oneOf", "$ref", "const", "enum", "schema", "title", "a"]
LEAVES = (
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["object", "array", "number", "null", "#", "#/a"])
)
NODES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
)


@given(NODES | st.builds(lambda node, a: {"properties": {"a": node}, "a": a}, NODES, NODES), st.text(max_size=9))
def test_any_json_is_read_or_refused(schema, text):
    with suppress(SchemaError):
        for field in read_schema(schema):
            for single in field.columns if isinstance(field, ListField) else (field,):
                value_of(single, text)
