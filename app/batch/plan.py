"""What of an earlier run still holds, and what there is to do: `planned(files, done, mirror, max_file_mb)`."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.batch.files import place
from app.batch.journal import OF_TREE, Record, content_hash, is_answered, is_final
from app.batch.mirror import Mirror


@dataclass(frozen=True, slots=True)
class Job:
    """A file that waits, and the record that its own takes the place of, or that was made of the same content."""

    path: Path
    former: Record | None = None

    def known(self, digest: str | None) -> Record | None:
        """`former`, where it is of this content; what cannot be looked at counts as unchanged."""
        is_same = self.former is not None and digest in (None, self.former.get("sha256"))
        return self.former if is_same else None


@dataclass(frozen=True, slots=True)
class Plan:
    """`kept` are the lines of now, each until a new one takes its place; `counts` those of files that are done, by
    status."""

    jobs: list[Job] = field(default_factory=list)
    kept: list[Record] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def planned(files: Sequence[Path], done: Sequence[Record], mirror: Mirror | None, max_file_mb: int) -> Plan:
    """Of content that was done under a name which is no longer there the line moves to the new one; of content that is
    there twice the answer is copied. In a mirror each has its own place, so that it is written again all the same.

    What cannot be looked at stays as it was found.
    """
    kept = {place(record["source"]): record for record in done}
    mine = {place(path): path for path in files}
    answers = {record.get("sha256"): record for record in kept.values() if is_answered(record)}
    left: defaultdict[str | None, list[str]] = defaultdict(list)  # by content: where files were that are there no more
    for where, record in kept.items():
        if where not in mine and not os.path.exists(where):
            left[record.get("sha256")].append(where)
    plan = Plan()
    for where, path in mine.items():
        found, is_done = kept.get(where), False
        # What was done once was small enough then; whether it is the same is asked whatever the limit is now.
        digest = content_hash(path, None if found else max_file_mb) if done else None
        if digest is None:
            is_done = found is not None and is_final(found)
        elif found is not None and found.get("sha256") == digest:
            is_done = is_final(found) and (mirror is None or mirror.is_whole(path, found.get("files", ())))
        elif left[digest]:
            found = kept[where] = kept.pop(left[digest].pop()) | {"source": str(path)}
            is_done = mirror is None and is_answered(found) and is_final(found)
        elif digest in answers:
            found = {key: value for key, value in answers[digest].items() if key not in OF_TREE}
            is_done = mirror is None and is_final(found)
        if found is not None and is_done:
            kept[where] = found | {"source": str(path)}
            plan.counts[found["status"]] += 1
        else:
            plan.jobs.append(Job(path, found))
    plan.kept.extend(kept.values())
    return plan
