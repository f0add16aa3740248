"""Evidence recall: does the answer stand in the words that were read from the document at all?

It bounds what a model can answer from words alone. Text must stand there letter for letter (case, white space and
punctuation aside); amounts and dates may be written in any of the ways that the scorers understand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from prompts.scoring import score

WRITTEN_IN_MANY_WAYS = ("amount", "date")
LONGEST = 4  # words of an amount or a date


def letters(text: str) -> str:
    """Letters and digits alone, case folded; a point or comma inside a number stays."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"(?<=\d)([.,])(?=\d)|[\W_]", r"\1", text)


def stands_in(metric: str, answers: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether any answer stands in the lines of a document."""
    whole = letters(" ".join(lines))
    if any(letters(answer) in whole for answer in answers):
        return True
    if metric not in WRITTEN_IN_MANY_WAYS:
        return False
    return any(score(metric, words, answers) == 1.0 for line in lines for words in _windows(line))


def _windows(line: str) -> Iterable[str]:
    words = line.split()
    for start in range(len(words)):
        for stop in range(start + 1, min(start + LONGEST, len(words)) + 1):
            window = " ".join(words[start:stop])
            if any(character.isdigit() for character in window):
                yield window
