"""German, French, Spanish and Chinese charts: topics, labels and wordings of each."""

from __future__ import annotations

from typing import Any

from train.factory import wordlists
from train.factory.charts.topics import read

_WORDS = wordlists.read("chart_foreign")
POOLS: dict[str, str] = _WORDS["pools"]


def _tongue(words: dict[str, Any]) -> tuple[Any, ...]:
    """What `tongues.Tongue` takes, in its order."""
    asks, titles = ({key: tuple(forms) for key, forms in words[name].items()} for name in ("asks", "titles"))
    plain = (words[name] for name in ("when", "month", "both", "year"))
    return (read(words["topics"]), asks, titles, *plain, tuple(words["groups"]), tuple(words["source"]))


TONGUES: dict[str, tuple[Any, ...]] = {language: _tongue(_WORDS[language]) for language in ("de", "fr", "es", "zh")}
