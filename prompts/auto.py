"""The Auto rule: where nobody said whether to think, think about what has to be worked out.

A value that is printed needs no thought. Sums, differences, quotients, averages, the largest and the smallest are asked
for in few words, whatever they are of, and those are looked for (`auto.toml`): outside quotation marks, as what stands
in them is a label's. The answer is the model's own either way; all that hangs on the wording is whether a thought comes
before it.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_QUOTED = re.compile(
    r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’|(?<!\w)\'[^\']*\'(?!\w)' + r"|「[^」]*」|『[^』]*』|《[^》]*》"
)
_LABEL = '""'
_JOINED = re.compile(
    r"\b(?:and|und|et|y|both|two|three|four|beiden?|zwei|drei|vier|deux|trois|quatre|dos|tres|cuatro)\b|&"
)
_WORDS = tomllib.loads(Path(__file__).with_name("auto.toml").read_text(encoding="utf-8"))
_WORKED_OUT, _OF_SEVERAL, _OF_ALL = (
    re.compile("|".join(word for words in _WORDS[kind].values() for word in words))
    for kind in ("worked_out", "of_several", "of_all")
)


def is_worked_out(question: str) -> bool:
    """Whether a question asks for what must be worked out of several values, in English, German, French, Spanish,
    Chinese or Japanese. "What is the total?" does not: a total is printed."""
    words = _QUOTED.sub(_LABEL, question).lower()
    if _WORKED_OUT.search(words) or _OF_ALL.search(words):
        return True
    return bool(_OF_SEVERAL.search(words) and _JOINED.search(words))
