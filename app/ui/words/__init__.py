"""What the page says, in each of its languages: `words("de")("ask.first")`, `words("de").count("pages", 3)`

A language is a TOML file beside this one, a text for each key. Values stand in braces: `{name}`. What counts something
has a text for one (`pages.one`) and for any other number (`pages.other`).
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch", "zh": "中文"}
DEFAULT = "en"


@dataclass(frozen=True)
class Words:
    """One language's texts by key."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        """The text of `key`, its values filled in. Numbers are to be written before, by `whole` or `decimal`."""
        return self.texts[key].format(**values)

    def count(self, key: str, number: int, **values: Any) -> str:
        """The text of `key` for so many."""
        return self(f"{key}.{'one' if number == 1 else 'other'}", count=self.whole(number), **values)

    def whole(self, number: int) -> str:
        return f"{number:,}".replace(",", self.texts["number.group"])

    def decimal(self, number: float) -> str:
        return f"{number:.1f}".replace(".", self.texts["number.point"])


@functools.cache
def words(language: str) -> Words:
    """The texts of one of `LANGUAGES`."""
    with open(Path(__file__).with_name(f"{language}.toml"), "rb") as file:
        return Words(language, dict(_flat(tomllib.load(file))))


def chosen(wanted: Sequence[str]) -> str:
    """The first language that a browser wants and that we speak: `["fr-CA", "de-AT", "en"]` gives `de`."""
    spoken = [tag.split("-")[0].lower() for tag in wanted]
    return next((language for language in spoken if language in LANGUAGES), DEFAULT)


def _flat(node: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, child in node.items():
        if isinstance(child, str):
            yield f"{above}{name}", child
        else:
            yield from _flat(child, f"{above}{name}.")
