"""What letters are made of in English and German: subjects, sentences with places for facts, and names to ask by.

Each list is `a|b|c|d`; every fourth wording is for the test split alone.
"""

from __future__ import annotations

from train.factory.wordlists import read

_WORDS = read("letter")

GREETINGS: dict[str, str] = _WORDS["greetings"]
CLOSINGS: dict[str, str] = _WORDS["closings"]
ROLES: dict[str, str] = _WORDS["roles"]
FILLERS: dict[str, str] = _WORDS["fillers"]
LABELS: dict[str, dict[str, str]] = _WORDS["labels"]
SUBJECTS: dict[str, dict[str, str]] = _WORDS["subjects"]
SENTENCES: dict[str, dict[str, list[str]]] = _WORDS["sentences"]  # topic, language: one list for each sentence
VALUES: dict[str, dict[str, str]] = _WORDS["values"]
WHOLE: dict[str, str] = _WORDS["whole"]
