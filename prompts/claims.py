"""What an answer claims: its words, the lines that it cites for them, what of a claim may be a quote, and what is said
beside its numbers: 3.2 million euros are neither 3.2 euros nor 3.2 million francs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from preprocess.spaceless import between, count_words
from prompts.folding import fold
from prompts.numbers import CURRENCIES, currencies

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

# How many zeros a word behind a number stands for. Folded, the M of millions is the m of metres.
_LATIN_SCALES = {
    "hundred|hundert": {2},
    "thousands?|tausend|tsd|mille|k": {3},
    "t": {0, 3},
    "mil": {3, 6},
    "lakhs?|lacs?": {5},
    "millions?|millionen|millones|mio|mln|mill": {6},
    "mm?": {0, 6},
    "crores?": {7},
    "billions?|milliarden?|milliards?|mrd|bn|bln": {9},
    "trillions?|billionen|tn": {12},
}
_HAN_SCALES = {"十亿": {9}, "千万": {7}, "百万": {6}, "亿|億": {8}, "万|萬": {4}, "千(?![克米瓦卡升])": {3}}
_SCALES = {rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])\.?": zeros for words, zeros in _LATIN_SCALES.items()} | _HAN_SCALES
_SCALE = rf"(?:{'|'.join(_SCALES)})"
# What `prompts.money` does not know, as it has more words than one; a pound alone may be a weight.
_IN_WORDS = {
    r"\bt(?:€|eur\b)": "tsd €",
    r"\b(?:us|u\.s\.|american)[ -]dollars?\b": "usd",
    r"\b(?:pounds? sterling|british pounds?)\b": "£",
    r"\bswiss (?:francs?|franken)\b": "chf",
}
_COIN = rf"(?:[$€£¥₹₩₽]|(?<![a-z])(?:{'|'.join(sorted(CURRENCIES))})(?![a-z]))"
_BEFORE = re.compile(rf"(?:{_COIN} ?{_SCALE}?|{_SCALE} ?{_COIN})[ +(-]*$")
_AFTER = re.compile(rf"[ -]?{_SCALE}?(?: ?(?:of |in |de |d')?{_COIN}(?: {_COIN})*)?")
_IN = re.compile(rf"(?<!\w)in {_COIN}")
_REACH = 24  # characters beside a number that may be its scale and its currency


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of the answer, and the line numbers cited for them; None if there is no marker."""

    text: str
    cited: tuple[int, ...] | None

    @property
    def wholes(self) -> dict[str, str]:
        """What may be a quote of itself, folded, and what is said around it: all of it, words in quotation marks, its
        last sentence."""
        marked = _QUOTED.finditer(self.text)
        quoted = [(quote[1], f"{self.text[: quote.start()]} {self.text[quote.end() :]}") for quote in marked]
        *before, last = self.sentences
        parts: dict[str, str] = {}
        for part, around in ((self.text, ""), *quoted, (last, " ".join(before))):
            parts.setdefault(fold(strip(part)), fold(around))
        return {part: around for part, around in parts.items() if _says_something(part)}

    @property
    def value(self) -> tuple[str, str] | None:
        """What leads in to a value, and the value, folded: `the total is` and `9.00`; None if nothing does."""
        sentence = self.sentences[-1]
        *_, last = [None, *_LEADS_IN.finditer(sentence)]
        value = strip(sentence[last.end() :]) if last else ""
        is_prose = value[:1].islower() and value.count(" ") >= _LONGEST_VALUE
        if last is None or is_prose or not _says_something(value):
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
    def only_leads_in(self) -> bool:
        """Whether it says nothing of its own: `The address is:`, before the lines that say it."""
        return not _says_something(self.text) or self.text.rstrip(" \t*_").endswith((":", "："))

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
            if _says_something(claimed):
                yield Claim(claimed, _cited(mark.group()))
            start = mark.end()
        yield Claim(line[start:], None)


def without_marks(answer: str) -> str:
    """The answer without its markers, nor the space that each brought along."""
    return "\n".join(_without_marks(line) for line in _joined(answer).split("\n")).strip()


def strip(text: str) -> str:
    """Without bullet, currency signs and what else stands around words."""
    return _BULLET.sub("", text).strip(" \t.,;:!?*_`\"'“”„«»‘’£$€¥￥。，、；：！？「」『』")


class Beside(NamedTuple):
    """What stands beside a number: how many zeros its scale may mean, which currencies it may be of; empty if none."""

    zeros: frozenset[int]
    currencies: frozenset[str]

    def contradicts(self, other: Beside) -> bool:
        """Whether both say something, and not the same."""
        return any(mine and its and not mine & its for mine, its in zip(self, other, strict=True))

    def leaves_open(self, other: Beside) -> bool:
        """Whether only one of them says something."""
        return any(bool(mine) != bool(its) for mine, its in zip(self, other, strict=True))


def beside(folded: str, start: int, end: int) -> Beside:
    """What a folded text says right before and after a number."""
    before = _BEFORE.search(_signs(folded[max(start - _REACH, 0) : start]))
    after = _AFTER.match(_signs(folded[end : end + _REACH]))
    said = " ".join(match.group() for match in (before, after) if match)
    return Beside(scales(said), currencies(said))


def currency_of_all(folded: str) -> frozenset[str]:
    """The currency that a text says its amounts in: `in Swiss francs the sum is 9.00`."""
    named = _IN.search(_signs(folded))
    return currencies(named.group()) if named else frozenset()


def scales(folded: str) -> frozenset[int]:
    """How many zeros the scales that a folded text names may mean; empty if it names none."""
    return frozenset(zeros for words, meant in _SCALES.items() if re.search(words, folded) for zeros in meant)


def money(folded: str) -> frozenset[str]:
    """The codes of all currencies that a folded text may name, in words, too."""
    return currencies(_signs(folded))


def _signs(folded: str) -> str:
    """Currencies in several words become their signs."""
    for words, sign in _IN_WORDS.items():
        folded = re.sub(words, f" {sign} ", folded)
    return re.sub(" +", " ", folded)


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


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
