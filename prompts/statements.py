"""Numbers of a sentence held against the places where they stand: the same scale and currency must be beside them."""

from __future__ import annotations

import re
from typing import NamedTuple

from prompts import dates
from prompts.claims import Beside, beside, money, scales
from prompts.matching import Found, Span, numbers_in
from prompts.money import common
from prompts.places import Place, Places

_WHERE = re.compile(r"\b(?:pages?|lines?|seiten?|zeilen?)\s*\d+(?:-\d+)?|第\s*\d+\s*[页頁行]")  # says where, not what


class Stated(NamedTuple):
    """Where the numbers of a statement stand. `is_open`: only one side says a scale or a currency for one of them."""

    page: int
    found: Found
    is_open: bool


def is_of(claimed: frozenset[str], place: Place) -> bool:
    """Whether no currency in the place, or beside it, in words either, is another one than those claimed."""
    cell, start, end = place.passage.cell(place.span)
    there = beside(cell, start, end).currencies | money(cell[start:end])
    return not there or not claimed or bool(common(there, claimed))


def knows(said: str, document: Places) -> bool:
    """Whether the document has every number and every date of a folded text."""
    said = _WHERE.sub(" ", said)
    for start, end, day in list(dates.printed(said)):
        if document.exact(day.isoformat()):
            said = said[:start] + " " * (end - start) + said[end:]
    return all(
        any(not _refutes(beside(said, *span), place, document) for place in document.exact(said[slice(*span)]))
        for span in numbers_in(said)
    )


def stated(said: str, cited: Places, document: Places) -> Stated | None:
    """Every number of a folded text, each where it stands on one page of `cited`; None if one of them does not."""
    wanted = dict.fromkeys((said[slice(*span)], beside(said, *span)) for span in numbers_in(said))
    for page, passage in cited.pages.items() if wanted else ():
        chosen: list[tuple[bool, Place]] = []
        for number, its in wanted:
            places = [Place(page, passage, span) for span in passage.find(number)]
            fitting = [place for place in places if not _refutes(its, place, document)]
            opens = [its.leaves_open(beside(passage.text, *place.span)) for place in fitting]
            chosen += sorted(zip(opens, fitting, strict=True), key=lambda each: each[0])[:1]
        if len(chosen) == len(wanted):
            found = [place.found for _, place in chosen]
            lines = tuple(sorted({line for each in found for line in each.lines}))
            boxes = tuple(box for each in found for box in each.boxes)
            whole = Found(lines, boxes, " … ".join(each.quote for each in found))
            return Stated(page, whole, any(is_open for is_open, _ in chosen))
    return None


def nearest(words: str, among: Places, document: Places) -> Place | None:
    """What is most like the folded words, unless it says their numbers in another scale or currency."""
    if (near := among.nearest(words)) is None:
        return None
    text, start = near.passage.text, near.span.start
    there = [Span(start + a, start + b) for a, b in numbers_in(text[slice(*near.span)])]
    pairs = zip(numbers_in(words), there, strict=True)
    is_refuted = any(_refutes(beside(words, *mine), near._replace(span=its), document) for mine, its in pairs)
    return None if is_refuted else near


def _refutes(said: Beside, place: Place, document: Places) -> bool:
    """Whether a number's place says another scale or currency, or its page does not know such a scale at all: in a
    table it may stand in the head."""
    there = beside(place.passage.text, *place.span)
    is_unknown = bool(said.zeros) and not there.zeros and 0 not in said.zeros
    return there.contradicts(said) or (is_unknown and not said.zeros & scales(document.pages[place.page].text))
