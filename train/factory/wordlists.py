"""Word lists of the makers, kept as TOML in `words/`: what is printed, and how people ask about it.

A wording list is one string, `a|b|c|d`; `sample.share` gives each fourth entry to the test split alone, so the order of
a list is part of its meaning.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("words")


def read(name: str) -> dict[str, Any]:
    """The tables of `words/{name}.toml`."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def read_all(folder: str) -> list[dict[str, Any]]:
    """The tables of each list in `words/{folder}/`, by name."""
    return [read(f"{folder}/{path.stem}") for path in sorted((_FOLDER / folder).glob("*.toml"))]
