"""What a second question about a document costs: `python -m bench.repeat FILE [--rounds 5]`

Each round forgets everything that the model read, prompts and pictures, then asks two questions one after the other and
compares the time to the first token of the second with that of the first. Pages are read before, so that only the model
is timed. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.reader import Reader
from app.settings import Settings, add_arguments
from bench.forgetting import forget, nothing_kept
from bench.spread import Spread
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
    settings = replace(nothing_kept(Settings.load(args)), max_tokens=16, answer_tokens=16)
    with Reader(settings=settings) as reader:
        document = reader.open(args.file)
        first_token(reader, document, QUESTIONS[0])  # reads the pages
        rows = [_round(reader, document) for _ in range(args.rounds)]
    spread = Spread.of(map(share, rows))
    print(f"second question, time to the first token, against the first: {spread:.1%}, {len(rows)} rounds")
    print(json.dumps({"file": args.file, "model": settings.model, "share": spread.median, "rounds": rows}))
    return 0


def share(row: Mapping[str, float]) -> float:
    """Of the first question's time, what the second one takes."""
    return row["second"] / row["first"]


def _round(reader: Reader, document: Document) -> dict[str, float]:
    forget(reader)
    first, second = (first_token(reader, document, question) for question in QUESTIONS)
    return {"first": first, "second": second}


if __name__ == "__main__":
    sys.exit(main())
