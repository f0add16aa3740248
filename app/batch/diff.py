"""Compare two runs, field by field: `python -m app.batch.diff A.jsonl B.jsonl`

Documents are matched by their content, else by their name. One line for each difference, then a summary as JSON on the
last line. Exit codes: 0 the same answers, 1 differences, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.batch import journal
from app.batch.journal import Record
from app.terminal import speak_utf8, tell


def differences(first: Sequence[Record], second: Sequence[Record]) -> Iterator[tuple[str, str, object, object]]:
    """(source, field, value in the first run, value in the second); a document that one lacks differs in `status`."""
    left = list(first)
    for new in second:
        old = _counterpart(new, left)
        if old is None:
            yield new["source"], "status", None, new["status"]
            continue
        left.remove(old)
        before, after = _values(old), _values(new)
        for field in before | after:
            if before.get(field) != after.get(field):
                yield new["source"], field, before.get(field), after.get(field)
    for old in left:
        yield old["source"], "status", old["status"], None


def _counterpart(record: Record, others: Sequence[Record]) -> Record | None:
    """The same content under the same name, else the same content, else the same name."""

    def likeness(other: Record) -> int:
        content = "sha256" in record and record["sha256"] == other.get("sha256")
        return 2 * content + (record["source"] == other["source"])

    best = max(others, key=likeness, default=None)
    return best if best is not None and likeness(best) else None


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
    return values | {f"table {number}": table["rows"] for number, table in enumerate(record.get("tables", ()), 1)}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.batch.diff", description="Compare two outputs of app.batch.")
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    args = parser.parse_args(argv)
    speak_utf8()
    try:
        runs = [journal.read(path) for path in (args.first, args.second)]
    except (OSError, journal.JournalError) as error:
        tell(f"error: {error}")
        return 2
    found = list(differences(*runs))
    for source, field, old, new in found:
        print(f"{source}\t{field}\t{json.dumps(old, ensure_ascii=False)}\t{json.dumps(new, ensure_ascii=False)}")
    documents = len({source for source, *_ in found})
    print(json.dumps({"first": len(runs[0]), "second": len(runs[1]), "differ": documents, "differences": len(found)}))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
