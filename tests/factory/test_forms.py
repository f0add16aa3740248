"""The forms' words: within a form no two fields share one, each kind can be filled in, and the splits stay apart."""

from __future__ import annotations

import re
from itertools import product
from random import Random

import pytest

from train.factory import wordlists
from train.factory.documents import form, form_questions
from train.factory.documents.form_fields import FORMS, Entry, Filled, Form
from train.factory.documents.form_layout import LAYOUTS, TICKS, Section, marked
from train.factory.documents.form_values import MAKERS, POOLS
from train.factory.documents.looks import any_look
from train.factory.documents.paper import Paper
from train.factory.sample import NOT_FOUND, Split, share
from train.factory.scene import words


def plain(wording: str) -> str:
    return re.sub(r"\W+", " ", wording.casefold()).strip()


@pytest.fixture(params=FORMS, ids=lambda made: made.title.split("|")[0])
def kind(request: pytest.FixtureRequest) -> Form:
    return request.param


@pytest.mark.parametrize("words", ["english", "german", "ask", "ask_german"])
def test_no_two_fields_of_a_form_share_a_wording(kind: Form, words: str) -> None:
    owner: dict[str, str] = {}
    for entry in kind.entries:
        for wording in filter(None, getattr(entry, words).split("|")):
            assert owner.setdefault(plain(wording), entry.key) == entry.key, wording


def test_lists_are_whole(kind: Form) -> None:
    keys = [entry.key for entry in kind.entries]
    assert len(keys) == len(set(keys))
    for entry in kind.entries:
        assert bool(entry.options) != bool(entry.kind), "a field has boxes or a value"
        assert entry.options or entry.is_date or entry.kind in MAKERS or entry.kind in POOLS, entry
        for text in (entry.english, entry.german, entry.ask, entry.ask_german):
            items = text.casefold().split("|")
            assert len(items) == len(set(items)) and text == text.strip(), entry
        if kind.german:
            assert entry.german
            assert len(entry.german_options.split("|")) == len(entry.options.split("|")), entry


def test_no_two_lists_fill_in_under_one_name() -> None:
    names = [name for listed in wordlists.read_all("forms") for name in listed.get("pools", {})]
    assert len({*names, *wordlists.read("form_values")}) == len(names) + len(wordlists.read("form_values"))


def test_frames_have_one_place_and_fit_any_label() -> None:
    german = (form_questions.GERMAN_FRAMES, form_questions.GERMAN_BOX_FRAMES)
    for text in (form_questions.FORM_FRAMES, form_questions.BOX_FRAMES, *german, *form_questions.KIND_FRAMES.values()):
        frames = text.split("|")
        assert all(frame.count("{}") == 1 for frame in frames) and len(frames) == len(set(frames))
        for split in ("train", "test"):
            assert any('"{}"' in frame or frame.startswith("{}") for frame in share(frames, split)), text


@pytest.mark.parametrize("split", ["train", "test"])
def test_some_frame_fits_any_name(split: Split) -> None:
    """Without quotes for a name that is not printed, bare or in quotes for one that is no noun."""
    entries = (Entry("a", ""), Entry("a", "", options="x|y"), *(Entry("a", "", kind) for kind in ("person", "date")))
    for entry in entries:
        for spoken, may_quote, is_noun in product(("en", "de"), (True, False), (True, False)):
            for seed in range(20):
                frame = form_questions.frame_for(Random(seed), split, entry, spoken, may_quote, is_noun)
                assert may_quote or '"' not in frame
                assert is_noun or '"' in frame or frame.startswith("{}")


@pytest.mark.parametrize("split", ["train", "test"])
def test_most_quotes_are_printed(split: Split) -> None:
    quoted, printed = 0, 0
    for seed in range(150):
        made = form.make(Random(seed), split)
        page = plain(" ".join(word.text for scene in made.scenes for word in words(scene)))
        found = [re.search('"(.+?)"', one.text) for one in made.questions if one.answer != NOT_FOUND]
        quotes = [plain(match[1]) for match in found if match]
        quoted += len(quotes)
        printed += sum(quote in page for quote in quotes)
    assert quoted > 300 and printed > 0.8 * quoted


def test_no_question_of_a_form_is_asked_twice_in_the_same_words() -> None:
    for seed in range(40):
        asked = [one.text for one in form.make(Random(seed), "test").questions]
        assert len(asked) == len(set(asked))


def test_a_thought_calls_a_field_by_one_name() -> None:
    """Whatever it is called on paper and in the question, and whether it is filled in or not."""
    asked = [one for seed in range(20) for one in form.make(Random(seed), "train").questions]
    assert {one.is_answerable for one in asked} == {True, False}
    for one in asked:
        assert one.thinking.partition(": ")[0] == one.task.removeprefix("field/").replace("_", " ")


def test_splits_share_no_layout_and_no_ticks() -> None:
    for items in (LAYOUTS, TICKS):
        assert not set(share(items, "train")) & set(share(items, "test"))


@pytest.mark.parametrize(
    "layout", sorted({"rows", "indented", "right", "dotted", "above 2", "columns", "table/numbered"})
)
def test_long_labels_and_values_stay_on_the_page(layout: str) -> None:
    fields = [
        Filled(Entry("a", ""), "Vehicle identification number / Fahrzeug-Identifizierungsnummer", "12 345"),
        Filled(Entry("b", ""), "Name", "Suite 812, 118 Long Acre Boulevard, Springfield, NY 12345, United States"),
        Filled(Entry("c", ""), "Address", ""),
    ]
    for seed in range(12):
        rng = Random(seed)
        paper = Paper(any_look(rng))
        Section(rng, paper, layout.split(" "), fields).write(fields, TICKS[0], "en")
        found = [word for scene in paper.scenes() for word in words(scene)]
        assert all(word.box.x1 < 1 for word in found), seed
        text = " ".join(word.text for word in found)
        assert all(field.label in text and field.value in text for field in fields)


@pytest.mark.parametrize(
    ("style", "label"),
    [("rows", "Town"), ("rows/capitals", "TOWN"), ("rows/bilingual", "Town / Ort"), ("above 2", "Town")],
)
def test_marks_of_labels(style: str, label: str) -> None:
    field = Filled(Entry("city", "Town", german="Ort"), "Town", "Ulm")
    assert marked(Random(0), "train", [field], style.split(" "), "en")[0].label == label
