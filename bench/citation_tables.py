"""Tables of trials of citations, with intervals over files.

    print(right_table(counted([("alone", "a.pdf", verdict), ...]), "right answers"))

A record is tried in many written forms, and a file has many records: they are right or wrong together, so that many
trials say little more than one. An interval is therefore reckoned over files, drawn anew with what belongs to them; n
counts written forms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from prompts.citation_scoring import STATUSES, Row, Verdict
from prompts.scoring import wilson_interval

DRAWS = 2000
SEED = 0


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, and the 95 % interval."""

    count: int
    n: int
    low: float
    high: float

    @staticmethod
    def of(found: Sequence[tuple[str, bool]]) -> Share:
        """Of files and what came of a trial of theirs. Where all came to the same, drawing files anew would call that
        certain: then each file counts as one trial."""
        files = sorted({file for file, _ in found})
        place = {file: number for number, file in enumerate(files)}
        hits, counts = np.zeros(len(files)), np.zeros(len(files))
        for file, is_hit in found:
            hits[place[file]] += is_hit
            counts[place[file]] += 1
        count, n = int(hits.sum()), len(found)
        if count in (0, n):
            return Share(count, n, *wilson_interval(len(files) if count else 0, len(files)))
        chosen = np.random.default_rng(SEED).integers(len(files), size=(DRAWS, len(files)))
        low, high = np.quantile(hits[chosen].sum(1) / counts[chosen].sum(1), (0.025, 0.975))
        return Share(count, n, float(low), float(high))

    def __str__(self) -> str:
        return f"{self.count / self.n:.1%} ({self.low:.1%} to {self.high:.1%})" if self.n else "–"


@dataclass(frozen=True, slots=True)
class Counted:
    """Verdicts of one group, counted; shares are of those of which the thing is known."""

    row: Row
    files: int
    page: Share
    box: Share
    verified: Share

    @staticmethod
    def of(name: str, found: Sequence[tuple[str, Verdict]]) -> Counted:
        """Of files and verdicts."""
        return Counted(
            row=Row.of(name, [verdict for _, verdict in found]),
            files=len({file for file, _ in found}),
            page=Share.of([(file, verdict.page) for file, verdict in found if verdict.page is not None]),
            box=Share.of([(file, verdict.box) for file, verdict in found if verdict.box is not None]),
            verified=Share.of([(file, verdict.status == "verified") for file, verdict in found]),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        shares = {"page": self.page, "box": self.box, "verified": self.verified}
        return asdict(self.row) | {
            "files": self.files,
            "intervals": {name: [share.low, share.high] if share.n else None for name, share in shares.items()},
        }


def counted(found: Iterable[tuple[str, str, Verdict]]) -> list[Counted]:
    """Of names, files and verdicts: one row for each name, in order."""
    groups: dict[str, list[tuple[str, Verdict]]] = defaultdict(list)
    for name, file, verdict in found:
        groups[name].append((file, verdict))
    return [Counted.of(name, groups[name]) for name in sorted(groups)]


def right_table(found: Sequence[Counted], title: str) -> str:
    """Rows of right answers as Markdown."""
    head = f"| {title} | n (written forms) | files | page right | quote says it | cited wrongly "
    lines = [head + "| verified | repaired | unverified | no citation |", "|" + "---|" * 10]
    for one in found:
        shares = [str(one.page), str(one.box), f"{one.row.cited_wrongly / one.row.n:.1%}"]
        lines.append(_line(one, [*shares, *_statuses(one.row, STATUSES)]))
    return "\n".join(lines)


def false_table(found: Sequence[Counted], title: str) -> str:
    """Rows of false answers as Markdown."""
    head = f"| {title} | n (written forms) | files | called verified | repaired | unverified | no citation |"
    lines = [head, "|" + "---|" * 7]
    for one in found:
        lines.append(_line(one, [str(one.verified), *_statuses(one.row, STATUSES[1:])]))
    return "\n".join(lines)


def _line(one: Counted, cells: Sequence[str]) -> str:
    return f"| {one.row.name} | {one.row.n} | {one.files} | {' | '.join(cells)} |"


def _statuses(row: Row, statuses: Sequence[str]) -> list[str]:
    return [f"{row.statuses[status] / row.n:.1%}" for status in statuses]
