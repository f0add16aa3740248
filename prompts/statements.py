"""Numbers of an answer held against the places where they stand: sign, scale and currency must be those beside them."""

from __future__ import annotations

import datetime as dt
from enum import IntEnum
from typing import NamedTuple

from prompts import dates, numbers
from prompts.claims import Beside, beside, currency_of_all, scales
from prompts.matching import Found, Span, numbers_in
from prompts.money import PERCENT, common
from prompts.places import WHERE, Place, Places
from prompts.signs import says_minus


class Agreement(IntEnum):
    """How far a place says of its numbers what an answer says of them."""

    REFUTED = 0
    OPEN = 1  # the place has a scale or a debit more, or its page is in other currencies
    FULL = 2


class Stated(NamedTuple):
    """Where the numbers of a statement stand. `is_open`: only one side says a scale or a currency for one of them."""

    page: int
    found: Found
    is_open: bool


class _Number(NamedTuple):
    """A number of an answer: its sign, and what is said beside it."""

    is_negative: bool
    beside: Beside


def agreement(said: str, words: str, place: Place, document: Places) -> Agreement:
    """How far a place of some words of a folded text agrees with it, number by number."""
    at = said.find(words)
    around, at = (said, at) if at >= 0 else (words, 0)
    text, start = place.passage.text, place.span.start
    mine, there = numbers_in(words), numbers_in(text[slice(*place.span)])
    if not mine:
        return Agreement.FULL
    if len(mine) != len(there):  # `11466` is `11 466`
        mine, there = [Span(0, len(words))], [Span(0, place.span.end - start)]
    worst = Agreement.FULL
    for own, other in zip(mine, there, strict=True):
        number = _Number(says_minus(words, *own), _said_of(around, Span(at + own.start, at + own.end)))
        its = place._replace(span=Span(start + other.start, start + other.end))
        if _refutes(number, its, document):
            return Agreement.REFUTED
        if _leaves_more_open(number, its, document):
            worst = Agreement.OPEN
    return worst


def knows(said: str, document: Places) -> bool:
    """Whether the document has every number and every date of a folded text."""
    days, rest = _dates_and_rest(WHERE.sub(" ", said))
    return all(document.exact(day.isoformat()) for day in days) and all(
        any(not _refutes(_number(rest, span), place, document) for place in document.exact(rest[slice(*span)]))
        for span in numbers_in(rest)
    )


def stated(said: str, cited: Places, document: Places) -> Stated | None:
    """Every date and number of a folded text, each where it stands on one page of `cited`; None if one does not."""
    days, rest = _dates_and_rest(said)
    wanted: dict[tuple[str, _Number | None], None] = dict.fromkeys((day.isoformat(), None) for day in days)
    wanted |= dict.fromkeys((rest[slice(*span)], _number(rest, span)) for span in numbers_in(rest))
    standing = [(its, cited.exact(words)) for words, its in wanted]
    for page in cited.pages if wanted else ():
        chosen: list[tuple[bool, Place]] = []
        for its, places in standing:
            fitting = [
                (its is not None and _without_percent(its.beside).leaves_open(_without_percent(_beside(place))), place)
                for place in places
                if place.page == page and not (its and _refutes(its, place, document))
            ]
            chosen += sorted(fitting, key=lambda each: each[0])[:1]
        if len(chosen) == len(standing):
            found = [place.found for _, place in chosen]
            lines = tuple(sorted({line for each in found for line in each.lines}))
            boxes = tuple(box for each in found for box in each.boxes)
            whole = Found(lines, boxes, " … ".join(each.quote for each in found))
            return Stated(page, whole, any(is_open for is_open, _ in chosen))
    return None


def nearest(words: str, among: Places, document: Places) -> Place | None:
    """What is most like the folded words, unless it is of another date or says their numbers in another way."""
    if (near := among.nearest(words)) is None:
        return None
    mine, its = ({day for _, _, day in dates.printed(text)} for text in (words, near.passage.text[slice(*near.span)]))
    if mine and its and mine != its:
        return None
    return None if agreement(words, words, near, document) is Agreement.REFUTED else near


def _dates_and_rest(said: str) -> tuple[list[dt.date], str]:
    """The dates of a folded text, and the text without them: their numbers are none of their own."""
    days: list[dt.date] = []
    for start, end, day in list(dates.printed(said)):
        days.append(day)
        said = said[:start] + " " * (end - start) + said[end:]
    return days, said


def _number(said: str, span: Span) -> _Number:
    return _Number(says_minus(said, *span), _said_of(said, span))


def _said_of(said: str, span: Span) -> Beside:
    """What an answer says of a number: right beside it, else its currency for all that it says."""
    right_here = beside(said, *span)
    return Beside(
        right_here.zeros, numbers.currencies_at(said, *span) or right_here.currencies or currency_of_all(said)
    )


def _beside(place: Place) -> Beside:
    """What a place says of its number: the scale in the next cell or line, too."""
    return Beside(beside(place.passage.text, *place.span).zeros, place.currencies)


def _without_percent(said: Beside) -> Beside:
    """Percent is said in many ways; where it must be said, the place knows (`Place.may_say`)."""
    return Beside(said.zeros, said.currencies - {PERCENT})


def _refutes(number: _Number, place: Place, document: Places) -> bool:
    """Whether a number's place says another sign, scale or currency, or its page does not know such a scale at all: in
    a table it may stand in the head."""
    said, there = number.beside, _beside(place)
    is_unknown = bool(said.zeros) and not there.zeros and 0 not in said.zeros
    return (
        not place.may_say(number.is_negative, said.currencies)
        or Beside(said.zeros, frozenset()).contradicts(there)
        or (is_unknown and not said.zeros & scales(document.pages[place.page].text))
    )


def _leaves_more_open(number: _Number, place: Place, document: Places) -> bool:
    """Whether a place says a scale or a debit that the answer does not, or its page names currencies but not that one:
    the head of its column may be of another."""
    said, there = number.beside, _beside(place)
    others = document.currencies_on(place.page) - {PERCENT}
    return (
        (bool(there.zeros) and 0 not in there.zeros and not said.zeros)
        or place.is_debit
        or bool(said.currencies and not there.currencies and others and not common(others, said.currencies))
    )
