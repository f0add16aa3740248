"""Labels of statements in four languages, what their rows say, and how people ask about them.

Each list is `a|b|c|d`; every fourth wording is for the test split alone.
"""

from __future__ import annotations

from train.factory.wordlists import read

_WORDS = read("statement")

LABELS: dict[str, dict[str, str]] = _WORDS["labels"]
ROWS: dict[str, str] = _WORDS["rows"]
META: dict[str, dict[str, str]] = _WORDS["meta"]
PAYMENTS: dict[str, str] = _WORDS["payments"]
ASK: dict[str, str] = _WORDS["ask"]
