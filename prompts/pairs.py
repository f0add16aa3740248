"""Words of scripts that write none: pairs of neighbouring characters stand for them, as in Lucene's CJK analysis."""

from __future__ import annotations

import re
from collections.abc import Iterator

from preprocess.spaceless import SPACELESS

UNPARTED = rf"{SPACELESS}\uac00-\ud7af"  # Korean parts phrases, not words

_RUN = re.compile(rf"[{UNPARTED}]+")


def pairs(text: str) -> Iterator[str]:
    """The pairs of each run of such characters; of a run of one, itself."""
    for run in _RUN.findall(text):
        yield from (run[place : place + 2] for place in range(max(len(run) - 1, 1)))
