"""The forms there are, and their fields: labels in other words, what is filled in, and options to tick.

The words are in `words/forms/`, a file for each walk of life; what forms share is in `shared.toml`. Each list is
`a|b|c|d`; every fourth wording is for the test split alone. Within a form no two fields share a wording, so a question
names one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from train.factory import wordlists


class Entry(NamedTuple):
    """A field; `kind` says how it is filled in (`date`, or a maker of `form_values`), `options` are boxes.

    `ask` and `ask_german` are whole questions for it.
    """

    key: str
    english: str
    kind: str = ""
    german: str = ""
    options: str = ""
    german_options: str = ""
    ask: str = ""
    ask_german: str = ""

    @property
    def is_date(self) -> bool:
        """`later` is a date that follows the one before it on the form."""
        return self.kind in ("date", "later")

    def boxes(self, language: str) -> list[str]:
        return (self.german_options if language == "de" and self.german_options else self.options).split("|")


class Form(NamedTuple):
    title: str
    german: str  # its title, empty where there is no German form
    entries: tuple[Entry, ...]


class Filled(NamedTuple):
    """An entry on paper: its label, its value as printed ('' if left empty), and that value as ISO if it is a date."""

    entry: Entry
    label: str
    value: str
    iso: str = ""


def _form(words: Mapping[str, Any], shared: Mapping[str, Any], groups: Mapping[str, list[str]]) -> Form:
    fields = {**shared, **words.get("fields", {})}
    keys = [key for name in words["entries"] for key in groups.get(name, [name])]
    return Form(words["title"], words.get("german", ""), tuple(Entry(key, **fields[key]) for key in keys))


def _forms() -> tuple[Form, ...]:
    words = wordlists.read_all("forms")
    shared = wordlists.read("forms/shared")
    return tuple(
        _form(form, shared["fields"], shared["groups"]) for listed in words for form in listed.get("forms", [])
    )


FORMS = _forms()
