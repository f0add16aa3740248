"""Are citations right? One answer's citations held against the places where it truly stands, and tables of many.

    judge(ground("9.00", evidence).citations, [Place(1, (box,))])   # Verdict("verified", page=True, box=True, ...)

A citation's *page* is right if the answer stands there, its *box* if it covers more than half of a place where the
answer stands. It is *tight* if what the two share is more than half of what they take together. Whatever of it is not
right although something was cited, was cited wrongly; an answer without a citation is not right either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from preprocess.document import Box, Line
from prompts.grounding import Citation
from prompts.scoring import wilson_interval

STATUSES = ("verified", "repaired", "unverified", "none")


class Place(NamedTuple):
    """Where a value stands: a box for each line that it takes."""

    page: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the citations of one answer are worth: the best status, and what is right; None where that is not known."""

    status: str
    page: bool | None = None
    box: bool | None = None
    tight: bool | None = None


def judge(citations: Sequence[Citation], places: Sequence[Place] = ()) -> Verdict:
    """Hold an answer's citations against `places`, each of which is right: all the pages, the best of the boxes."""
    status = min((citation.status for citation in citations), key=STATUSES.index, default="none")
    if not places:
        return Verdict(status)
    pages = {place.page for place in places}
    pairs = [(c.boxes, p.boxes) for c in citations for p in places if c.page == p.page]
    shared = [(_shared(cited, true), _area(cited), _area(true)) for cited, true in pairs]
    return Verdict(
        status=status,
        page=bool(citations) and all(citation.page in pages for citation in citations),
        box=any(2 * both > true for both, _, true in shared),
        tight=any(2 * both > cited + true - both for both, cited, true in shared),
    )


def share_ground(a: Place, b: Place) -> bool:
    """Whether two places overlap."""
    return a.page == b.page and _shared(a.boxes, b.boxes) > 0


def is_on(page: int, line: Line, places: Sequence[Place]) -> bool:
    """Whether a word of `line` stands at one of `places`."""
    boxes = [box for place in places if place.page == page for box in place.boxes]
    return any(2 * _shared([word.box], boxes) > _area([word.box]) for word in line.words)


def _shared(a: Sequence[Box], b: Sequence[Box]) -> float:
    """The area that is in both; neither has boxes that overlap one another."""
    return sum(
        _common(one.x0, one.x1, other.x0, other.x1) * _common(one.y0, one.y1, other.y0, other.y1)
        for one in a
        for other in b
    )


def _common(start: float, end: float, other_start: float, other_end: float) -> float:
    return max(min(end, other_end) - max(start, other_start), 0.0)


def _area(boxes: Sequence[Box]) -> float:
    return sum((box.x1 - box.x0) * (box.y1 - box.y0) for box in boxes)


@dataclass(frozen=True, slots=True)
class Row:
    """Verdicts of one group counted: `page_n` and `box_n` are those of which that is known."""

    name: str
    n: int
    statuses: Mapping[str, int]
    page_n: int
    page: int
    box_n: int
    box: int
    tight: int
    cited_wrongly: int

    @staticmethod
    def of(name: str, verdicts: Sequence[Verdict]) -> Row:
        cited = [verdict for verdict in verdicts if verdict.status != "none"]
        return Row(
            name=name,
            n=len(verdicts),
            statuses={status: sum(verdict.status == status for verdict in verdicts) for status in STATUSES},
            page_n=sum(verdict.page is not None for verdict in verdicts),
            page=sum(verdict.page is True for verdict in verdicts),
            box_n=sum(verdict.box is not None for verdict in verdicts),
            box=sum(verdict.box is True for verdict in verdicts),
            tight=sum(verdict.tight is True for verdict in verdicts),
            cited_wrongly=sum(False in (verdict.page, verdict.box) for verdict in cited),
        )


def rows(verdicts: Iterable[tuple[str, Verdict]]) -> list[Row]:
    """One row for each name, in order."""
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for name, verdict in verdicts:
        groups[name].append(verdict)
    return [Row.of(name, groups[name]) for name in sorted(groups)]


def right_table(found: Sequence[Row], title: str, box: str = "box right") -> str:
    """Rows of right answers as Markdown."""
    head = f"| {title} | n | page right | {box} | cited wrongly | verified | repaired | unverified | no citation |"
    lines = [head, "|" + "---|" * 9]
    for row in found:
        shares = [_interval(row.page, row.page_n), _interval(row.box, row.box_n), f"{row.cited_wrongly / row.n:.1%}"]
        lines.append(f"| {row.name} | {row.n} | {' | '.join([*shares, *_statuses(row, STATUSES)])} |")
    return "\n".join(lines)


def wrong_table(found: Sequence[Row], title: str) -> str:
    """Rows of false answers as Markdown."""
    lines = [f"| {title} | n | called verified | repaired | unverified | no citation |", "|" + "---|" * 6]
    for row in found:
        shares = [_interval(row.statuses["verified"], row.n), *_statuses(row, STATUSES[1:])]
        lines.append(f"| {row.name} | {row.n} | {' | '.join(shares)} |")
    return "\n".join(lines)


def _statuses(row: Row, statuses: Sequence[str]) -> list[str]:
    return [f"{row.statuses[status] / row.n:.1%}" for status in statuses]


def _interval(count: int, n: int) -> str:
    """A share with its 95 % interval; a dash where nothing is known."""
    low, high = wilson_interval(count, n)
    return f"{count / n:.1%} ({low:.1%} to {high:.1%})" if n else "–"
