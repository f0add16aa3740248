"""Evidence recall: does the answer stand in the words that were read from the document at all?

It bounds what a model can answer from words alone. An answer stands where the same words do, or the same number or
date, from the edge of a word to the edge of a word: 12 does not stand in 2012. White space and punctuation inside of it
do not matter where it has letters, as in an IBAN. Amounts and dates may also be written in any of the ways that the
scorers understand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from prompts.occurrences import Words
from prompts.scoring import score

WRITTEN_IN_MANY_WAYS = ("amount", "date")
LONGEST = 4  # words of an amount or a date
_BETWEEN = "[:：;；,，=|/()（）]"  # parts words that were set, or read, without a space; not inside a number or a date
_PARTING = re.compile(rf"(?<!\d){_BETWEEN}|{_BETWEEN}(?!\d)")


def letters(text: str) -> str:
    """Letters and digits alone, case folded; a point or comma inside a number stays."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"(?<=\d)([.,])(?=\d)|[\W_]", r"\1", text)


def stands_in(metric: str, answers: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether any answer stands in the lines of a document; one without letters and digits never does."""
    parts = [_PARTING.sub(" ", line).split() for line in lines]
    for words in (Words([line.split() for line in lines]), Words(parts)):
        if any(words.find(answer) for answer in answers):
            return True
    if any(_is_spelled(answer, [part for line in parts for part in line]) for answer in answers):
        return True
    if metric not in WRITTEN_IN_MANY_WAYS:
        return False
    return any(score(metric, words, answers) == 1.0 for line in lines for words in _windows(line))


def _is_spelled(answer: str, words: Sequence[str]) -> bool:
    """Whether `words` spell an answer that has letters, from where one begins to where one ends. Digits alone do not
    count: two numbers side by side are not a longer one."""
    wanted = letters(answer)
    if not any(character.isalpha() for character in wanted):
        return False
    whole, edges = "", {0}
    for word in words:
        whole += letters(word)
        edges.add(len(whole))
    at = whole.find(wanted)
    while at >= 0:
        if at in edges and at + len(wanted) in edges:
            return True
        at = whole.find(wanted, at + 1)
    return False


def _windows(line: str) -> Iterable[str]:
    words = line.split()
    for start in range(len(words)):
        for stop in range(start + 1, min(start + LONGEST, len(words)) + 1):
            window = " ".join(words[start:stop])
            if any(character.isdigit() for character in window):
                yield window
