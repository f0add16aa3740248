"""Hold an answer against the evidence: which lines say so, and in which words.

    grounded = ground("9.00 [12]", evidence)
    grounded.text        # "9.00"
    grounded.citations   # (Citation(page=1, lines=(12,), quote="9.00", status="verified", ...),)

A quote is *verified* if it stands at the cited line (without a marker: once on its page), *repaired* if the source says
nearly that, or says it in another place: the source's own words and place are then given; else *unverified*. The status
is of the quote, not of the claim around it. No model is asked, and the same input gives the same output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from preprocess.document import Box, Line
from prompts import dates
from prompts.evidence import Evidence
from prompts.matching import Found, Passage, Span, fold, numbers_in
from prompts.numbers import NUMBER
from prompts.tasks import NOT_FOUND

Status = Literal["verified", "repaired", "unverified"]

_SHORT_NUMBER = 4
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SHORTEST_NEAR = 8  # without a marker, a short word is like too many others
_MAX_NEAR = 4  # how many unmarked claims are searched for by likeness, which is slow
_NO_QUOTES = frozenset(("yes", "no", "true", "false", "none", "n/a", "unknown", NOT_FOUND))

_MARK = r"\[\s*\d{1,6}(?:\s*[-–,;]\s*\d{1,6})*\s*\]"
_MARKS = re.compile(rf"{_MARK}(?:[ \t,;]*(?:and|&)?[ \t]*{_MARK})*")
_MARKS_ALONE = re.compile(rf"(?<=\S)[ \t]*\n\s*(?={_MARKS.pattern}[ \t]*(?:\n|$))")
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+(?=[A-Z\"“(])")
_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{2,})[\"“”»]")
_BEFORE_VALUE = re.compile(r":\s+|\s=\s|\b(?:is|are|was|were)\s", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+)?")


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the document says it: page, numbers of lines, a box on each of them, in the words of `quote`."""

    page: int
    lines: tuple[int, ...]
    boxes: tuple[Box, ...]
    quote: str
    status: Status
    source: Literal["text", "ocr"]


@dataclass(frozen=True, slots=True)
class Grounded:
    """An answer without its markers, and what the document has to say about it."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class _Claim:
    """Words of the answer, and the line numbers cited for them; None if there is no marker."""

    text: str
    cited: tuple[int, ...] | None


def ground(answer: str, evidence: Evidence) -> Grounded:
    """Take the markers out of `answer` and turn them, and quotes without a marker, into citations."""
    answer = _MARKS_ALONE.sub(" ", answer)
    text = "\n".join(_without_marks(line) for line in answer.split("\n")).strip()
    if fold(text).strip(" .") == NOT_FOUND:
        return Grounded(text, ())
    document = _Search(evidence)
    citations: list[Citation] = []
    for claim in _claims(answer):
        found = document.unmarked(claim.text) if claim.cited is None else document.marked(claim)
        citations += [citation for citation in found if citation not in citations]
    # A model may answer with a marker alone: the line it points at is then the answer, and if there is no such line,
    # the marker itself is shown, because an answer is never empty.
    text = text or " ".join(citation.quote for citation in citations) or answer.strip()
    return Grounded(text, tuple(citations))


class _Search:
    """One answer's search through one document."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._pages: dict[int, Passage] | None = None
        self._near_left = _MAX_NEAR

    def marked(self, claim: _Claim) -> list[Citation]:
        """What the cited lines have of a claim; one citation, but one a page if nothing is claimed."""
        cited = self._passages([number for number in claim.cited or () if number in self._evidence.lines])
        candidates = _candidates(claim.text)
        if not cited:
            return [_with_status(citation, "repaired") for citation in self.unmarked(claim.text)]
        if not candidates:
            return [self._citation(page, passage.whole(), "repaired") for page, passage in cited.items()]
        for candidate in candidates:
            for page, passage in cited.items():
                if spans := passage.find(candidate):
                    return [self._citation(page, passage.locate(spans[0]), "verified")]
        for candidate in candidates:
            for page, passage in cited.items():
                if near := passage.nearest(candidate):
                    return [self._citation(page, passage.locate(near[1]), "repaired")]
        for page, passage in cited.items():
            if found := _all_numbers(claim.text, passage):
                return [self._citation(page, found, "verified")]
        for candidate in candidates:
            places = [] if _is_short_number(candidate) else self._places(candidate)
            if len(places) == 1:
                return [self._citation(places[0][0], self._page(places[0]), "repaired")]
        page, passage = next(iter(cited.items()))
        whole = passage.whole()
        words = " ".join(_strip(claim.text).split())
        return [self._citation(page, Found(whole.lines, whole.boxes, words), "unverified")]

    def unmarked(self, text: str) -> list[Citation]:
        """Where a claim stands that cites nothing; none if the document does not have its words."""
        sentences = _SENTENCE_END.split(text)
        if len(sentences) > 1 and not self._places(fold(_strip(text))):
            return [citation for sentence in sentences for citation in self.unmarked(sentence)]
        candidates = [candidate for candidate in _candidates(text) if candidate not in _NO_QUOTES]
        doubtful: list[Citation] = []
        for candidate in candidates:
            places = self._places(candidate)
            by_page: dict[int, list[Span]] = {}
            for page, span in places:
                by_page.setdefault(page, []).append(span)
            if _is_short_number(candidate):
                if len(places) == 1:
                    doubtful.append(self._citation(places[0][0], self._page(places[0]), "unverified"))
                continue
            for page, spans in by_page.items():
                if len(spans) == 1:
                    return [self._citation(page, self._page((page, spans[0])), "verified")]
            for page, spans in list(by_page.items())[:1]:
                found = [self._page((page, span)) for span in spans]
                lines = tuple(dict.fromkeys(line for each in found for line in each.lines))
                boxes = tuple(box for each in found for box in each.boxes)
                doubtful.append(self._citation(page, Found(lines, boxes, found[0].quote), "unverified"))
        if doubtful:
            return doubtful[:1]
        return self._near(candidates)

    def _near(self, candidates: Sequence[str]) -> list[Citation]:
        """The one place in the document that is most like a candidate."""
        for candidate in candidates:
            if len(candidate) < _SHORTEST_NEAR or self._near_left == 0:
                continue
            self._near_left -= 1
            near = [(found, page) for page, passage in self._all().items() if (found := passage.nearest(candidate))]
            if near:
                (_, span), page = max(near, key=lambda each: each[0][0])
                return [self._citation(page, self._page((page, span)), "repaired")]
        return []

    def _places(self, candidate: str) -> list[tuple[int, Span]]:
        """Where the words stand; a date in ISO 8601 also where it is printed otherwise."""
        pages = self._all().items()
        places = [(page, span) for page, passage in pages for span in passage.find(candidate)]
        if not places and _ISO_DATE.fullmatch(candidate) and (day := dates.meaning(candidate)) is not None:
            places = [(page, span) for page, passage in pages for span in passage.dated(day)]
        return places

    def _page(self, place: tuple[int, Span]) -> Found:
        return self._all()[place[0]].locate(place[1])

    def _all(self) -> dict[int, Passage]:
        if self._pages is None:
            self._pages = self._passages(list(self._evidence.lines))
        return self._pages

    def _passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        by_page: dict[int, list[tuple[int, Line]]] = {}
        for number in sorted(set(numbers)):
            page, line = self._evidence.lines[number]
            by_page.setdefault(page, []).append((number, line))
        return {page: Passage(lines) for page, lines in by_page.items()}

    def _citation(self, page: int, found: Found, status: Status) -> Citation:
        source: Literal["text", "ocr"] = "ocr" if self._evidence.sources.get(page) == "ocr" else "text"
        return Citation(page, found.lines, found.boxes, found.quote, status, source)


def _with_status(citation: Citation, status: Status) -> Citation:
    """A place that was found without the marker's help is never better than `status`."""
    if citation.status == "unverified":
        return citation
    return Citation(citation.page, citation.lines, citation.boxes, citation.quote, status, citation.source)


def _claims(answer: str) -> Iterator[_Claim]:
    """The claims of an answer: what stands before each marker, or after it where lines begin with their marker."""
    for line in answer.split("\n"):
        marks = list(_MARKS.finditer(line))
        leads = bool(marks) and not line[: marks[0].start()].strip(" \t-*•–")
        if leads:
            ends = [mark.start() for mark in marks[1:]] + [len(line)]
            for mark, end in zip(marks, ends, strict=True):
                yield _Claim(line[mark.end() : end], _cited(mark.group()))
            continue
        start = 0
        for mark in marks:
            claimed = line[start : mark.start()]
            if any(character.isalnum() for character in claimed):
                yield _Claim(claimed, _cited(mark.group()))
            start = mark.end()
        yield _Claim(line[start:], None)


def _cited(marks: str) -> tuple[int, ...]:
    """`[3, 5-7][9]` is 3, 5, 6, 7, 9. A range longer than a page's lines is a slip: its ends are meant."""
    numbers: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[-–]\s*(\d+))?", marks):
        low, high = sorted((int(first), int(last or first)))
        numbers += range(low, high + 1) if high - low < 500 else (low, high)
    return tuple(dict.fromkeys(numbers))


def _without_marks(line: str) -> str:
    """The line without its markers, nor the space that each brought along."""
    plain = re.sub(rf"[ \t]*{_MARKS.pattern}", "", line)
    return plain.lstrip() if _MARKS.match(line.lstrip()) else plain


def _candidates(text: str) -> list[str]:
    """What of a claim may be a quote, folded: all of it, words in quotation marks, its last sentence, what follows
    `:` or `is` there."""
    last = _SENTENCE_END.split(text)[-1]
    folded = [fold(_strip(part)) for part in (text, *_QUOTED.findall(text), last, _BEFORE_VALUE.split(last)[-1])]
    return list(dict.fromkeys(part for part in folded if any(character.isalnum() for character in part)))


def _strip(text: str) -> str:
    return _BULLET.sub("", text).strip(" \t.,;:!?*_`\"'“”„«»‘’£$€¥")


def _is_short_number(candidate: str) -> bool:
    return len(candidate) <= _SHORT_NUMBER and NUMBER.fullmatch(candidate.strip("-+()$€£%")) is not None


def _all_numbers(text: str, passage: Passage) -> Found | None:
    """Every number of a claim, each where it stands; None if one of them does not, or there is none."""
    numbers = list(dict.fromkeys(numbers_in(fold(_strip(text)))))
    places = [passage.find(number) for number in numbers]
    if not numbers or not all(places):
        return None
    found = [passage.locate(spans[0]) for spans in places]
    lines = tuple(sorted({line for each in found for line in each.lines}))
    return Found(lines, tuple(box for each in found for box in each.boxes), " … ".join(each.quote for each in found))
