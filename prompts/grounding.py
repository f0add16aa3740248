"""Hold an answer against the evidence: which lines say so, and in which words.

    grounded = ground("9.00 [12]", evidence)
    grounded.text        # "9.00"
    grounded.citations   # (Citation(page=1, lines=(12,), quote="9.00", status="verified", ...),)

A quote is *verified* if it stands at the cited line (without a marker: once on its page, short numbers never),
*repaired* if the source says nearly that, or says it in another place: the source's own words and place are then given;
else *unverified*. A date in ISO 8601 and a number also stand where the same one is printed in another form. The status
is of the quote; but what an answer says around a quote must not have a number that the document has not. Where numbers
stand, what stands beside them is compared: another sign, scale or currency refutes an answer, one that only the
document says leaves it repaired at best. If only a part of an answer is found, one unverified citation says what the
other parts are. No model is asked, and the same input gives the same output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from preprocess.document import Box
from prompts.claims import Claim, claims, strip, without_marks
from prompts.evidence import Evidence
from prompts.folding import fold
from prompts.matching import Found, numbers_in
from prompts.numbers import NUMBER
from prompts.places import Place, Places
from prompts.statements import Agreement, agreement, knows, nearest, stated
from prompts.tasks import NOT_FOUND, is_refusal

Status = Literal["verified", "repaired", "unverified"]
Source = Literal["text", "ocr", "measured"]

_SHORT_NUMBER = 4
_SHORTEST_NEAR = 8  # without a marker, a short word is like too many others
_MAX_NEAR = 4  # how many unmarked claims are searched for by likeness, which is slow
_VERDICTS = frozenset(("yes", "no", "true", "false"))
_NO_QUOTES = _VERDICTS | {"none", "n/a", "unknown", NOT_FOUND}


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the document says it: page, numbers of lines, a box on each of them, in the words of `quote`.

    `source` is what gave the words: `measured` where they stand nowhere, and are what a chart's mark is worth; such a
    citation is at best `repaired`. `label` is what the document itself calls the page, where that is not its number;
    `turn` says by how many degrees clockwise the file's page was turned to stand upright, as the boxes have it.
    """

    page: int
    lines: tuple[int, ...]
    boxes: tuple[Box, ...]
    quote: str
    status: Status
    source: Source
    label: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Grounded:
    """An answer without its markers, and what the document has to say about it."""

    text: str
    citations: tuple[Citation, ...]


class _Match(NamedTuple):
    """Words of a claim, where they stand, and what they are at best if they stand there."""

    words: str
    status: Status
    places: list[Place]


def ground(answer: str, evidence: Evidence, question: str = "") -> Grounded:
    """Take the markers out of `answer` and turn them, and quotes without a marker, into citations.

    `question` chooses between several places that all have an answer's words; it makes none of them surer.
    """
    text = without_marks(answer)
    if is_refusal(text):
        return Grounded(text, ())
    document = _Search(evidence, question)
    told = list(claims(answer))
    citations: list[Citation] = []
    for claim in told:
        found = document.unmarked(claim) if claim.cited is None else document.marked(claim)
        citations += [citation for citation in found if citation not in citations]
    if citations and document.missing:
        # They stand nowhere, so the place is that of what was found. An answer of which nothing was has no citation.
        citations.append(replace(citations[0], quote=" … ".join(document.missing), status="unverified"))
    if len(told) > 1 and any(citation.status == "unverified" for citation in citations):
        citations = document.together(told) or citations
    # A model may answer with a marker alone: the line it points at is then the answer, and if there is no such line,
    # the marker itself is shown, because an answer is never empty.
    text = text or " ".join(citation.quote for citation in citations) or answer.strip()
    return Grounded(text, tuple(citations))


class _Search:
    """One answer's search through one document."""

    def __init__(self, evidence: Evidence, question: str) -> None:
        self._evidence = evidence
        self._question = question
        self._all = Places(evidence, list(evidence.lines))
        self._near_left = _MAX_NEAR
        self.missing: list[str] = []  # what was claimed without a marker, and is nowhere

    def marked(self, claim: Claim) -> list[Citation]:
        """What the cited lines have of a claim; one citation, but one a page if nothing is claimed."""
        cited = Places(self._evidence, [number for number in claim.cited or () if number in self._evidence.lines])
        if not cited.pages:
            return [_at_best_repaired(citation) for citation in self.unmarked(claim)]
        wholes = self._wholes(claim)
        if not wholes:
            return [self._citation(page, passage.whole(), "repaired") for page, passage in cited.pages.items()]
        for match in self._matches(claim, cited):
            if match.places:
                return [self._citation(match.places[0].page, match.places[0].found, match.status)]
        quotable = [*wholes, *self._values(claim)]
        for words in quotable:
            if near := nearest(words, cited, self._all):
                return [self._citation(near.page, near.found, "repaired")]
        if claim.is_statement and (said := stated(fold(claim.text), cited, self._all)):
            return [self._citation(said.page, said.found, "repaired" if said.is_open else "verified")]
        for words in quotable:
            elsewhere = self._match(claim, words, "repaired", [] if _is_short_number(words) else self._all.exact(words))
            if len(elsewhere.places) == 1:
                return [self._citation(elsewhere.places[0].page, elsewhere.places[0].found, elsewhere.status)]
        page, passage = next(iter(cited.pages.items()))
        whole = passage.whole()
        claimed = " ".join(strip(claim.text).split())
        return [self._citation(page, Found(whole.lines, whole.boxes, claimed), "unverified")]

    def unmarked(self, claim: Claim) -> list[Citation]:
        """Where a claim stands that cites nothing; none if the document does not have its words."""
        if len(claim.sentences) > 1 and not self._all.exact(fold(strip(claim.text))):
            return self._sentences(claim)
        for match in self._matches(claim, self._all):
            if match.words in _NO_QUOTES or not match.places:
                continue
            meant = self._all.asked_for(self._question, match.places) if len(match.places) > 1 else []
            if not _is_short_number(match.words):
                return [self._only(match, meant)]
            # It may stand there by chance. Of several places, a counting number is not even worth a look at all.
            is_amount = re.search(r"\d[.,]\d", match.words) is not None
            on_one_page = len({place.page for place in match.places}) == 1
            if meant or len(match.places) == 1 or (is_amount and on_one_page):
                return [self._only(match._replace(status="unverified"), meant)]
        quotable = (*self._wholes(claim), *self._values(claim))
        near = self._near([words for words in quotable if words not in _NO_QUOTES])
        if not near and not self._is_no_part(claim):
            self.missing.append(" ".join(strip(claim.text).split()))
        return near

    def together(self, told: Sequence[Claim]) -> list[Citation]:
        """All claims as one, where the document has them one after the other: the name in an address may stand
        elsewhere, too, and be none the less sure with its street. Nothing if that is not sure."""
        parts = [claim for claim in told if not self._is_no_part(claim)]
        cited = {number for claim in parts for number in claim.cited or () if number in self._evidence.lines}
        among = Places(self._evidence, sorted(cited)) if cited else self._all
        for parted in (", ", " "):
            words = fold(parted.join(strip(claim.text) for claim in parts))
            match = self._match(Claim(words, None), words, "verified", among.exact(words) if len(parts) > 1 else [])
            if match.places and (found := self._only(match, ())).status == "verified":
                return [found]
        return []

    def _is_no_part(self, claim: Claim) -> bool:
        """Whether a claim says nothing that the document should have, such as what leads in to the next one."""
        return fold(strip(claim.text)) in _VERDICTS or (claim.only_leads_in and knows(fold(claim.text), self._all))

    def _sentences(self, claim: Claim) -> list[Citation]:
        """Where each sentence of a claim stands; in doubt behind a number that the document has not."""
        found: list[Citation] = []
        before = ""
        for sentence in claim.sentences:
            citations = self.unmarked(Claim(sentence, None))
            if not knows(before, self._all):
                citations = [replace(citation, status="unverified") for citation in citations]
            found += citations
            before = f"{before} {fold(sentence)}"
        return found

    def _matches(self, claim: Claim, among: Places) -> Iterator[_Match]:
        """Words of the claim as the document has them, the surest first: as they are said, then in other order or
        with other spaces. What follows `is` or `:` is looked for on its own."""
        wholes, values = self._wholes(claim), self._values(claim)
        numeric = [value for value in values if any(character.isdigit() for character in value)]
        for words in (*wholes, *numeric):
            yield self._match(claim, words, "verified", among.exact(words))
        for words in wholes:
            yield self._match(claim, words, "repaired", among.reordered(words))
        for value in values:
            yield self._match(claim, value, "verified", among.exact(value))
        for words in (*wholes, *values):
            yield self._match(claim, words, "repaired", among.spelled(words))

    def _match(self, claim: Claim, words: str, status: Status, places: list[Place]) -> _Match:
        """The places that agree with the claim about its numbers; if none does, they do not say what it says."""
        said = fold(claim.text)
        agreed = [(agreement(said, words, place, self._all), place) for place in places]
        fitting = [(how, place) for how, place in agreed if how is not Agreement.REFUTED]
        if places and not fitting:
            return _Match(words, "unverified", places)
        is_open = any(how is Agreement.OPEN for how, _ in fitting)
        return _Match(words, "repaired" if is_open else status, [place for _, place in fitting])

    def _wholes(self, claim: Claim) -> list[str]:
        """What may be a quote, unless the claim has a number around it that the document has not."""
        return [words for words, around in claim.wholes.items() if knows(around, self._all)]

    def _values(self, claim: Claim) -> list[str]:
        """The value that a claim leads in to, unless it does so with a number that the document has not."""
        return [claim.value[1]] if claim.value and knows(claim.value[0], self._all) else []

    def _only(self, match: _Match, meant: Sequence[Place]) -> Citation:
        """The first place that is the only one on its page; else all places on the first page, in doubt. Where it is
        known which are `meant`, they come first."""
        by_page: dict[int, list[Place]] = {}
        for place in match.places:
            by_page.setdefault(place.page, []).append(place)
        order = list(dict.fromkeys(place.page for place in (*meant, *match.places)))
        for page in order[:1] if meant else order:
            if len(by_page[page]) == 1:
                return self._citation(page, by_page[page][0].found, match.status)
        found = [place.found for place in (meant or by_page[order[0]]) if place.page == order[0]]
        lines = tuple(dict.fromkeys(line for each in found for line in each.lines))
        boxes = tuple(box for each in found for box in each.boxes)
        return self._citation(order[0], Found(lines, boxes, found[0].quote), "unverified")

    def _near(self, candidates: Sequence[str]) -> list[Citation]:
        """The one place in the document that is most like a candidate."""
        for candidate in candidates:
            if len(candidate) < _SHORTEST_NEAR or self._near_left == 0:
                continue
            self._near_left -= 1
            if near := nearest(candidate, self._all, self._all):
                return [self._citation(near.page, near.found, "repaired")]
        return []

    def _citation(self, page: int, found: Found, status: Status) -> Citation:
        if self._is_measured(found):
            return _at_best_repaired(Citation(page, found.lines, found.boxes, found.quote, status, "measured"))
        source: Source = "ocr" if self._evidence.sources.get(page) == "ocr" else "text"
        return Citation(page, found.lines, found.boxes, found.quote, status, source)

    def _is_measured(self, found: Found) -> bool:
        """Whether a number of the quote is one that a chart's marks gave."""
        words = [word for number in found.lines for word in self._evidence.lines[number].line.words if word.is_measured]
        quote = fold(found.quote)
        return any(quote[slice(*span)] in fold(word.text) for span in numbers_in(quote) for word in words)


def _at_best_repaired(citation: Citation) -> Citation:
    """A place that was found without the marker's help."""
    return citation if citation.status == "unverified" else replace(citation, status="repaired")


def _is_short_number(candidate: str) -> bool:
    return len(candidate) <= _SHORT_NUMBER and NUMBER.fullmatch(candidate.strip("-+()$€£%")) is not None
