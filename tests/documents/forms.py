"""The factory's forms, each with the captions and values that are printed on it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from train.factory.documents import form
from train.factory.sample import Sample
from train.factory.stream import samples


def forms(monkeypatch: pytest.MonkeyPatch, seed: str, number: int) -> Iterator[tuple[Sample, dict[str, str]]]:
    """Of the test split; values by their captions, without those that were left empty."""
    printed: dict[str, str] = {}
    ask_all = form.ask_all

    def heard(rng, split, kind, language, filled):
        printed.clear()
        printed.update({field.label: field.value for field in filled if field.value})
        return ask_all(rng, split, kind, language, filled)

    monkeypatch.setattr(form, "ask_all", heard)
    for sample, _ in islice(samples(seed, "test", {"form": 1.0}), number):
        yield sample, dict(printed)
