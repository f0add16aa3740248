"""What a second question about a document costs: `python -m bench.repeat FILE [--rounds 5]`

Each round forgets everything, then asks two questions one after the other and compares the time to the first token of
the second with that of the first. Pages are read before, so that only the model is timed.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import replace

from app.reader import Reader
from app.settings import Settings, add_arguments
from preprocess.document import Document

QUESTIONS = ("What is this document about?", "Who wrote it?")


def first_token(reader: Reader, document: Document, question: str) -> float:
    """Seconds from the question to the first token."""
    timings = reader.ask(document, question, enable_thinking=False).timings
    return timings.first_token - timings.read


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.repeat", description="What a second question costs.")
    parser.add_argument("file", help="a PDF or a picture")
    parser.add_argument("--rounds", type=int, default=5)
    add_arguments(parser)
    args = parser.parse_args(argv)
    settings = replace(Settings.load(args), max_tokens=16, answer_tokens=16)
    with Reader(settings=settings) as reader:
        document = reader.open(args.file)
        first_token(reader, document, QUESTIONS[0])  # reads the pages
        rows = [_round(reader, document) for _ in range(args.rounds)]
    shares = [row["second"] / row["first"] for row in rows]
    print(f"second question, time to the first token, against the first: {statistics.median(shares):.1%}", end=" ")
    print(f"({min(shares):.1%} to {max(shares):.1%}, {len(rows)} rounds)")
    print(json.dumps({"file": args.file, "model": settings.model, "rounds": rows}))
    return 0


def _round(reader: Reader, document: Document) -> dict[str, float]:
    scheduler = reader.backend.worker.engine.scheduler  # type: ignore[attr-defined]
    scheduler.pool.forget()
    first, second = (first_token(reader, document, question) for question in QUESTIONS)
    return {"first": first, "second": second}


if __name__ == "__main__":
    sys.exit(main())
