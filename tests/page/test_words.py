"""Every language says everything, with the same values in it."""

from __future__ import annotations

import ast
import re
import string
from dataclasses import replace
from pathlib import Path

import pytest

import app.ui
from app.notices import CUT_OFF, NO_THOUGHT, REPEATED
from app.ui.finding import read_fields
from app.ui.handlers import views
from app.ui.render.head import translated
from app.ui.words import LANGUAGES, chosen, words
from prompts.extracted import graded
from prompts.grounding import Citation
from prompts.schema import READY, SchemaError
from vlm.load import NO_SIGHT
from vlm.nano import config as nano

EN = words("en").texts
OTHERS = [language for language in LANGUAGES if language != "en"]
SOURCES = [*Path(app.ui.__file__).parent.rglob("*.py")]


def own(language):
    """The page's own texts; what is `said` elsewhere stays as it is in English."""
    return {key: text for key, text in words(language).texts.items() if not key.startswith("said.")}


def values(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_is_missing_or_left_over(language):
    assert own(language).keys() == EN.keys()
    assert all(text.strip() for text in own(language).values())


@pytest.mark.parametrize("language", OTHERS)
def test_values_agree(language):
    for key, text in own(language).items():
        assert values(text) <= values(EN[key]) | {"count"}, key
        if not key.endswith(".one"):
            assert values(text) == values(EN[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_may_stand_in_an_attribute(language):
    """They go into HTML as they are."""
    assert not [key for key, text in words(language).texts.items() if re.search('[<>"&]', text)]


def test_every_key_that_the_code_names_is_there():
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    named = set(re.findall(r"\bwords\(\"([a-z_.]+)\"", code)) | set(re.findall(r"\bsaid\(\"([a-z_.]+)\"\)", code))
    assert len(named) > 60 and named - {"de"} <= EN.keys()  # a language, in an example
    counted = set(re.findall(r"words\.count\(\s*\"([a-z_.]+)\"", code))
    assert len(counted) > 8 and {f"{key}.{form}" for key in counted for form in ("one", "other")} <= EN.keys()
    assert {key for _, _, key in views.LABELS} <= EN.keys()
    assert {f"schema.{name}" for name in READY} <= EN.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_what_the_floors_below_say_is_translated(language):
    """A sentence that is changed there is to be changed here, too."""
    unsure = Citation(1, (1,), (), "9", "repaired", "ocr")
    measured = replace(unsure, source="measured")
    reasons = {
        r for value, cited in ((None, ()), ("9", (unsure,)), ("9", (measured,))) for r in graded(value, cited, True)[1]
    }
    texts = words(language).texts
    for sentence in (CUT_OFF, REPEATED, NO_THOUGHT, NO_SIGHT, nano.NOTICE, *reasons):
        assert f"said.{sentence}" in texts, sentence
    of_charts = set(sentences_of_charts())
    known = [key for key in texts if key.startswith("said.")]
    # And how lists of offenders end, that a page was hard to read, or could not be, or was not seen, or several, and
    # that memory made the context short.
    assert len(known) == 5 + len(reasons) + len(of_charts) + 1 + 6 + 1 + len(WRONG_SCHEMAS)


WRONG_SCHEMAS = [
    "[]",
    "{}",
    '{"properties": {"a": {"$ref": "#"}}}',
    '{"properties": 1}',
    '{"properties": {"a": 3}}',
    '{"properties": {"a": {"type": "object"}}}',
    '{"properties": {"a": {"type": "array", "items": {"type": "string"}}}}',
    '{"properties": {"a": {"type": "array", "items": {"properties": {"b": {"type": "array", "items": {"properties": '
    '{"c": {}}}}}}}}}',
    '{"properties": {"a": {"type": "null"}}}',
    '{"properties": {"a": {"$ref": "#/none"}}}',
    "{",
]


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_wrong_with_a_schema_is_translated(language):
    said = set()
    for schema in WRONG_SCHEMAS:
        with pytest.raises(SchemaError) as caught:
            read_fields("own", schema)
        assert translated(str(caught.value), words(language)) != str(caught.value), caught.value
        said.add(re.sub(r"^[\w.]+(?=: )", "", str(caught.value)))
    assert len(said) == len(WRONG_SCHEMAS), "each of them another sentence"


def sentences_of_charts():
    """Every sentence that reading a chart may say, its values written as 7."""
    for path in sorted(Path("preprocess/charts").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inner = {id(value) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for value in node.values}
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if id(node) in inner | docs or not isinstance(node, ast.JoinedStr | ast.Constant):
                continue
            values = node.values if isinstance(node, ast.JoinedStr) else [node]
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in values)
            if re.fullmatch(r"[A-Z7].* .*\.", text):
                yield text


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_said_of_charts_is_translated(language):
    sentences = list(sentences_of_charts())
    assert len(sentences) > 20
    for sentence in sentences:
        said = translated(sentence, words(language))
        assert said != sentence and said.count("7") == sentence.count("7"), sentence
    listed = "Printed values that their marks do not agree with: A 7 (measured 9); B 8 and 3 more."
    assert "A 7 (measured 9); B 8" in translated(listed, words(language))
    assert "and 3 more" not in translated(listed, words(language))


def test_the_browsers_languages():
    assert chosen(["fr", "de-CH", "zh"]) == "de" and chosen(["zh-Hant-TW"]) == "zh"
    assert chosen(["fr"]) == chosen([]) == chosen(["", "-", "DEU"]) == "en"


def test_numbers_are_written_as_the_language_does():
    assert words("de").whole(1234567) == "1.234.567" and words("de").decimal(1.25) in ("1,2", "1,3")
    assert words("en").whole(1234) == "1,234" and words("zh").count("pages", 1234) == "1,234 页"
    assert words("en").count("pages", 1) == "1 page" and words("de").count("pages", 2) == "2 Seiten"
