"""Compare two runs, field by field: `python -m app.batch.diff A.jsonl B.jsonl`

Documents are matched by content and name, else by content, else by name, whatever the order of lines. One line for each
difference, then a summary as JSON on the last line. Of a mirror's files, what they say is compared. Exit codes: 0 the
same answers, 1 differences, 2 wrong usage, 130 interrupted, 141 nobody reads the output any more.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from pathlib import Path

from app.batch import journal
from app.batch.journal import Record
from app.terminal import program, tell

# What is the same of records of the same document, the surest first.
LIKENESSES: tuple[Callable[[Record], tuple[str | None, ...]], ...] = (
    lambda record: (record.get("sha256"), record["source"]),
    lambda record: (record.get("sha256"),),
    lambda record: (record["source"],),
)


def differences(first: Sequence[Record], second: Sequence[Record]) -> Iterator[tuple[str, str, object, object]]:
    """(source, field, value in the first run, value in the second); a document that one lacks differs in `status`."""
    pairs, left, right = _matched(first, second)
    for old, new in pairs:
        before, after = _values(old), _values(new)
        for field in before | after:
            if before.get(field) != after.get(field):
                yield new["source"], field, before.get(field), after.get(field)
    for new in right:
        yield new["source"], "status", None, new["status"]
    for old in left:
        yield old["source"], "status", old["status"], None


def _matched(
    first: Sequence[Record], second: Sequence[Record]
) -> tuple[list[tuple[Record, Record]], list[Record], list[Record]]:
    """Records of the same documents, and those of each run that the other has not."""
    pairs = []
    left, right = sorted(first, key=_order), sorted(second, key=_order)
    for likeness in LIKENESSES:
        alike: defaultdict[tuple[str | None, ...], list[Record]] = defaultdict(list)
        for old in reversed(left):
            alike[likeness(old)].append(old)
        alone = []
        for new in right:
            key = likeness(new)
            if None not in key and alike[key]:
                pairs.append((alike[key].pop(), new))
            else:
                alone.append(new)
        left, right = sorted(chain.from_iterable(alike.values()), key=_order), alone
    return pairs, left, right


def _order(record: Record) -> tuple[str, str, str]:
    """Whatever line it stands in."""
    return record["source"], record.get("sha256", ""), record.get("started", "")


def _values(record: Record) -> dict[str, object]:
    """What is compared: the answer and its pages, a schema's values, or what the pages and tables say."""
    values: dict[str, object] = {
        "status": record["status"],
        "text": record.get("text"),
        "normalised": record.get("normalised"),
        "errors": [[error["code"], error.get("page")] for error in record.get("errors", ())],
        "pages": sorted({citation["page"] for citation in record.get("citations", ())}),
    }
    fields = {name: found["value"] for name, found in record.get("fields", {}).items()}
    fields |= {
        name: [{column: cell["value"] for column, cell in row.items()} for row in found["rows"]]
        for name, found in record.get("lists", {}).items()
    }
    values |= {f"field {name}" if name in values else name: value for name, value in fields.items()}
    values |= {f"page {page['number']}": page["markdown"] for page in record.get("pages", ())}
    values |= {f"{form} file": said for form, said in record.get("hashes", {}).items()}
    return values | {f"table {number}": table["rows"] for number, table in enumerate(record.get("tables", ()), 1)}


@program
def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.batch.diff", description="Compare two outputs of app.batch.")
    parser.add_argument("first", type=Path, help="JSONL of an earlier run")
    parser.add_argument("second", type=Path, help="JSONL of a later one")
    args = parser.parse_args(argv)
    try:
        runs = [journal.read(path, tell) for path in (args.first, args.second)]
    except journal.JournalError as error:
        tell(f"error: {error}")
        return 2
    found = sorted(differences(*runs), key=itemgetter(0))
    for source, field, old, new in found:
        values = [json.dumps(value, ensure_ascii=False) for value in (old, new)]
        print(_on_a_line(source), _on_a_line(field), *values, sep="\t")
    documents = len({source for source, *_ in found})
    print(json.dumps({"first": len(runs[0]), "second": len(runs[1]), "differ": documents, "differences": len(found)}))
    return 1 if found else 0


def _on_a_line(name: str) -> str:
    """A name may hold what parts lines and columns."""
    return re.sub(r"[\x00-\x1f]", lambda found: json.dumps(found[0])[1:-1], name)


if __name__ == "__main__":
    sys.exit(main())
