"""The words of tables in four languages: row labels, column heads, captions, cells that are no numbers.

Written for this project. The order matters: `sample.part` gives each fourth entry to the test split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from train.factory.wordlists import read

Lists = Mapping[str, Sequence[str]]
_WORDS = read("table_words")


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


def _lists(texts: Mapping[str, str]) -> Lists:
    return {name: _split(text) for name, text in texts.items()}


def _groups(name: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {language: tuple(map(_split, texts)) for language, texts in _WORDS[name].items()}


# language -> (dimension, labels in their usual order)
ROWS: Mapping[str, Sequence[tuple[str, str]]] = {
    language: tuple(families.items()) for language, families in _WORDS["rows"].items()
}
COLUMN_GROUPS: Mapping[str, Sequence[tuple[str, ...]]] = _groups("column_groups")
# language -> (head, kind of cells)
MIXED: Mapping[str, Sequence[tuple[str, str]]] = {
    language: tuple(heads.items()) for language, heads in _WORDS["mixed"].items()
}
SHARE_HEADS = _lists(_WORDS["share_heads"])
BARE_HEADS: Mapping[str, Sequence[tuple[str, ...]]] = _groups("bare_heads")
CORNERS = _lists(_WORDS["corners"])
TOTALS = _lists(_WORDS["totals"])
SPANS = _lists(_WORDS["spans"])
PHRASES: Mapping[str, Sequence[tuple[str, str, str]]] = {
    language: tuple((first, middle, last) for first, middle, last in groups)
    for language, groups in _groups("phrases").items()
}
TYPES = _split(_WORDS["types"])
IDENTIFIERS = _split(_WORDS["identifiers"])
TEXTS = _lists(_WORDS["texts"])
MEASURES: Mapping[str, Lists] = {language: _lists(kinds) for language, kinds in _WORDS["measures"].items()}
CAPTIONS = _lists(_WORDS["captions"])
TABLE_MARKS = _lists(_WORDS["table_marks"])
