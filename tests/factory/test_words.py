"""The word lists: what one split may print or ask is not the other's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from train.factory import drills, names, wordlists
from train.factory.sample import part, share

# Drawn from as a whole by both splits; that an entry stands there twice makes it more frequent.
UNSHARED = ("names.roads", "names.forms", "table_words.totals")
LISTS = sorted(Path(wordlists.__file__).with_name("words").rglob("*.toml"))


def lists(node: object, name: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(node, str):
        yield name, node.split("|")
    elif isinstance(node, dict):
        for key, below in node.items():
            yield from lists(below, f"{name}.{key}")
    elif isinstance(node, list) and all(isinstance(entry, str) for entry in node):
        yield name, node
        for place, entry in enumerate(node):
            yield from lists(entry, f"{name}[{place}]")
    elif isinstance(node, list):
        yield name, [repr(entry) for entry in node]
        for place, entry in enumerate(node):
            yield from lists(entry, f"{name}[{place}]")


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_no_entry_of_a_list_is_in_both_splits(path: Path) -> None:
    for name, items in lists(tomllib.loads(path.read_text(encoding="utf-8")), path.stem):
        if len(items) < 4 or name.startswith(UNSHARED):
            continue
        folded = [item.casefold().strip() for item in items]
        assert not set(share(folded, "train")) & set(share(folded, "test")) - {""}, name


def test_a_short_list_is_there_for_both_splits() -> None:
    assert part("abc", "train") == part("abc", "test") == "abc"
    assert part("abcd", "train") == ["a", "b", "c"] and part("abcd", "test") == "d"
    assert part("abcdefg", "test", least=8) == "abcdefg"


LABELS = (names.GOODS, names.ADJECTIVES, names.SHOP_WORDS, names.TRADES, names.FIRST["en"], names.LAST["en"])


def test_drills_of_one_split_print_no_word_that_only_the_other_has() -> None:
    known = " ".join(" ".join(share(listed, "train")) for listed in LABELS).casefold()
    foreign = {
        entry.casefold()
        for listed in LABELS
        for entry in share(listed, "test")
        if not re.search(rf"\b{re.escape(entry.casefold())}\b", known)
    }
    assert len(foreign) > 300
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(foreign)))})\b")
    for make in (drills.key_values, drills.grid, drills.numbers):
        for seed in range(60):
            made = make(Random(seed), "train")
            printed = " | ".join(text.text for scene in made.scenes for text in scene.texts)
            assert not (found := pattern.findall(printed.casefold())), (make.__name__, seed, found)
