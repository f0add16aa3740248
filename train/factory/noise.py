"""Words as OCR reads them: letters mistaken, words run together or lost, boxes that tilt and drift.

Words that an answer is made of stay as they are: a reader cannot know better than the page, and must not learn to.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from preprocess.document import Box, Word

# What a letter may be taken for: some for two others.
MISTAKEN: Mapping[str, Sequence[str]] = {
    "0": ("O", "o", "D"),
    "O": ("0", "D"),
    "1": ("l", "I", "7"),
    "l": ("1", "I"),
    "I": ("l", "1"),
    "5": ("S",),
    "S": ("5",),
    "8": ("B",),
    "B": ("8",),
    "6": ("b",),
    "2": ("Z",),
    "Z": ("2",),
    "m": ("rn",),
    "e": ("c",),
    "c": ("e",),
    "a": ("o",),
    "o": ("a",),
    ".": (",",),
    ",": (".",),
    ":": (".", ";"),
    "-": ("~",),
    "h": ("b",),
    "n": ("u",),
    "t": ("f",),
    "é": ("e",),
    "ü": ("u",),
    "ö": ("o",),
    "ä": ("a",),
    "ß": ("B",),
    "G": ("C",),
    "D": ("O",),
    "M": ("H",),
    "w": ("vv",),
    "(": ("C",),
    "/": ("1",),
}
_MARKS = re.compile(r"^\W+|\W+$")
JUNK = ["★", "99", "D", "|", "_", "~", "•", "l", "©", "*", "≡", "2", "4", "o", "日"]


@dataclass(frozen=True, slots=True)
class Ocr:
    """How badly a page was read. Shares of letters or words; tilt in radians, drift in heights of a word."""

    letters: float = 0.006
    joins: float = 0.05
    losses: float = 0.004
    junk: float = 0.3
    tilt: float = 0.0
    drift: float = 0.0

    @staticmethod
    def of(rng: Random) -> Ocr:
        """From nearly clean to bad; bad ones are rare."""
        badness = rng.random() ** 2
        return Ocr(
            letters=0.012 * badness,
            joins=0.12 * rng.random() * badness,
            losses=0.008 * badness,
            junk=0.5 * badness,
            tilt=rng.uniform(-0.02, 0.02) * badness,
            drift=0.22 * badness,
        )


def bare(word: str) -> str:
    """`(12.5%),` is 12.5: a word without the marks around it; one of marks alone stays."""
    return _MARKS.sub("", word) or word


def read(words: Sequence[Word], ocr: Ocr, aspect: float, kept: Collection[str], rng: Random) -> tuple[Word, ...]:
    """`words` as `ocr` would give them.

    Args:
        aspect: the page's width over height.
        kept: `bare` words that are read and whose letters are right; they may still be joined.
    """
    out: list[Word] = []
    for word in words:
        is_kept = bare(word.text) in kept
        if not is_kept and rng.random() < ocr.losses:
            continue
        text = word.text if is_kept else _misread(word.text, ocr.letters, rng)
        moved = Word(text, _moved(word.box, ocr, aspect, rng), 0.9)
        joins = out and rng.random() < ocr.joins and _touches(out[-1].box, moved.box, aspect)
        if joins:  # the gap between two words was not seen
            last = out.pop()
            out.append(Word(last.text + moved.text, Box.around((last.box, moved.box)), 0.9))
        else:
            out.append(moved)
    while rng.random() < ocr.junk:
        x, y = rng.random() * 0.97, rng.random() * 0.97
        out.append(Word(rng.choice(JUNK), Box(x, y, x + 0.02, y + 0.015), 0.5))
    return tuple(out)


def _misread(text: str, share: float, rng: Random) -> str:
    if rng.random() > share * len(text):  # most words are read well: one draw decides
        return text
    place = rng.randrange(len(text))
    return text[:place] + rng.choice(MISTAKEN.get(text[place], (text[place],))) + text[place + 1 :]


def _moved(box: Box, ocr: Ocr, aspect: float, rng: Random) -> Box:
    height = box.y1 - box.y0
    shift = ocr.tilt * (box.x0 + box.x1) / 2 * aspect + rng.uniform(-1, 1) * ocr.drift * height
    stay = max(-box.y0, min(shift, 1 - box.y1))
    return Box(box.x0, box.y0 + stay, box.x1, box.y1 + stay)


def _touches(before: Box, after: Box, aspect: float) -> bool:
    height = before.y1 - before.y0
    gap = (after.x0 - before.x1) * aspect
    return abs(after.y0 - before.y0) < 0.3 * height and -0.1 * height < gap < 0.5 * height
