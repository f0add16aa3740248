"""What an answer claims: its words, the lines that it cites for them, and what of a claim may be a quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from preprocess.spaceless import between, count_words
from prompts.folding import fold

_MARK = r"[\[【]\s*\d{1,6}(?:\s*[-–,;，；、]\s*\d{1,6})*\s*[\]】]"
_MARKS = re.compile(rf"{_MARK}(?:[ \t,;，；、]*(?:and|&|和)?[ \t]*{_MARK})*")
_MARKS_ALONE = re.compile(rf"(?<=\S)[ \t]*\n\s*(?={_MARKS.pattern}[ \t]*(?:\n|$))")
# A stop after `Dr`, `P.O`, `SDN` or `12` (of March) ends no sentence.
_ENDS = r"(?:(?<=[a-zß-ÿ]{3}[.!?])|(?<=\d{3}[.!?])|(?<=[.,]\d\d[.!?])|(?<=[)\"”%€][.!?]))"
_SENTENCE_END = re.compile(rf"{_ENDS}\s+(?=[A-Z\"“(])|(?<=[。！？])\s*(?=[^\s”\"』」）)*])")
_SHORTEST_SENTENCE = 3  # words; `Bros.` and `Capt.` are none
_QUOTED = re.compile(r"[\"“”„«「『]([^\"“”„«»「」『』]{2,})[\"“”»」』]")
_VERB = r"\b(?:is|are|was|were|ist|sind|waren|beträgt|lautet|est|sont)"
_CHINESE_VERB = r"(?:(?<![不但还于])是(?!否)|(?<![华行因作成认以视不])[为為])"  # not in 华为, nor where it is denied
_LEADS_IN = re.compile(rf":\s+|：\s*|\s=\s|{_VERB}\s|{_CHINESE_VERB}", re.IGNORECASE)
_STATES = re.compile(rf"{_VERB}\b|{_CHINESE_VERB}", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+)?")
_LONGEST_VALUE = 4  # words that begin in lower case; what is longer is half a sentence


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of the answer, and the line numbers cited for them; None if there is no marker."""

    text: str
    cited: tuple[int, ...] | None

    @property
    def wholes(self) -> list[str]:
        """What may be a quote of itself, folded: all of it, words in quotation marks, its last sentence."""
        parts = (self.text, *_QUOTED.findall(self.text), self.sentences[-1])
        folded = [fold(strip(part)) for part in parts]
        return list(dict.fromkeys(part for part in folded if any(character.isalnum() for character in part)))

    @property
    def value(self) -> tuple[str, str] | None:
        """What leads in to a value, and the value, folded: `the total is` and `9.00`; None if nothing does."""
        sentence = self.sentences[-1]
        *_, last = [None, *_LEADS_IN.finditer(sentence)]
        value = strip(sentence[last.end() :]) if last else ""
        is_prose = value[:1].islower() and value.count(" ") >= _LONGEST_VALUE
        if last is None or is_prose or not any(character.isalnum() for character in value):
            return None
        return fold(strip(sentence[: last.start()])), fold(value)

    @property
    def sentences(self) -> list[str]:
        """The claim's sentences; what is too short to be one belongs to the next."""
        found = [""]
        for part in _SENTENCE_END.split(self.text):
            if count_words(found[-1]) < _SHORTEST_SENTENCE:
                found[-1] = f"{found[-1]}{between(found[-1], part)}{part}".lstrip(" ")
            else:
                found.append(part)
        return found

    @property
    def is_statement(self) -> bool:
        """Whether it says what something is, in a sentence that need not stand anywhere."""
        return _STATES.search(self.text) is not None


def claims(answer: str) -> Iterator[Claim]:
    """The claims of an answer: what stands before each marker, or after it where lines begin with their marker."""
    for line in _joined(answer).split("\n"):
        marks = list(_MARKS.finditer(line))
        leads = bool(marks) and not line[: marks[0].start()].strip(" \t-*•–")
        if leads:
            ends = [mark.start() for mark in marks[1:]] + [len(line)]
            for mark, end in zip(marks, ends, strict=True):
                yield Claim(line[mark.end() : end], _cited(mark.group()))
            continue
        start = 0
        for mark in marks:
            claimed = line[start : mark.start()]
            if any(character.isalnum() for character in claimed):
                yield Claim(claimed, _cited(mark.group()))
            start = mark.end()
        yield Claim(line[start:], None)


def without_marks(answer: str) -> str:
    """The answer without its markers, nor the space that each brought along."""
    return "\n".join(_without_marks(line) for line in _joined(answer).split("\n")).strip()


def strip(text: str) -> str:
    """Without bullet, currency signs and what else stands around words."""
    return _BULLET.sub("", text).strip(" \t.,;:!?*_`\"'“”„«»‘’£$€¥￥。，、；：！？「」『』")


def _joined(answer: str) -> str:
    """Markers that stand on a line of their own belong to the line before."""
    return _MARKS_ALONE.sub(" ", answer)


def _without_marks(line: str) -> str:
    plain = re.sub(rf"[ \t]*{_MARKS.pattern}", "", line)
    return plain.lstrip() if _MARKS.match(line.lstrip()) else plain


def _cited(marks: str) -> tuple[int, ...]:
    """`[3, 5-7][9]` is 3, 5, 6, 7, 9. A range longer than a page's lines is a slip: its ends are meant."""
    numbers: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[-–]\s*(\d+))?", marks):
        low, high = sorted((int(first), int(last or first)))
        numbers += range(low, high + 1) if high - low < 500 else (low, high)
    return tuple(dict.fromkeys(numbers))
