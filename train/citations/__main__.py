"""Measure citations on generated pages: `python -m train.citations [--samples N] [--seed S] [--kinds invoice,receipt]`

Values of pages of the test split are given to `prompts.grounding` as if a model had answered them, as printed and in
other forms; and so are answers that the page does not say. No model is asked. Prints tables with n and 95 % intervals,
and, as its last line, the same as JSON. What the columns mean: `prompts.citation_scoring`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from prompts.citation_scoring import Row, right_table, rows, wrong_table
from train.citations.trials import OCR_ERROR, Trial, trials
from train.factory.stream import MAKERS, samples

KINDS = tuple(kind for kind in MAKERS if kind != "drill")


def tables(found: Sequence[Trial]) -> dict[str, list[Row]]:
    """The rows of every table, by what stands over its first column."""
    right, false = [t for t in found if t.is_right], [t for t in found if not t.is_right]
    sound = [t for t in right if t.form != OCR_ERROR]
    alone = [t for t in sound if t.way == "alone"]
    return {
        "right answers": rows((f"{t.way}, {t.medium}", t.verdict) for t in sound),
        "right answers by form": rows((f"{t.form}, {t.medium}", t.verdict) for t in right if t.way == "alone"),
        "right answers by kind": rows((t.kind, t.verdict) for t in alone),
        "right answers by value": rows((t.sort, t.verdict) for t in alone),
        "false answers": rows((f"{t.way}, {t.medium}", t.verdict) for t in false),
        "false answers by form": rows((f"{t.form}, {t.way}", t.verdict) for t in false),
        "false answers by kind": rows((t.kind, t.verdict) for t in false if t.way == "alone"),
    }


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m train.citations", description="Measure citations.")
    parser.add_argument("--samples", type=int, default=300, help="documents of the test split")
    parser.add_argument("--seed", default="citations")
    parser.add_argument("--kinds", default=",".join(KINDS), help="makers of the factory, parted by commas")
    parser.add_argument("--records", type=Path, help="write every trial here, as JSONL")
    args = parser.parse_args(argv)
    kinds = args.kinds.split(",")
    if unknown := set(kinds) - set(MAKERS):
        parser.error(f"unknown kinds {', '.join(sorted(unknown))}; known are {', '.join(MAKERS)}")
    found = []
    with open(args.records or os.devnull, "w", encoding="utf-8") as out:
        for trial in trials(islice(samples(args.seed, "test", dict.fromkeys(kinds, 1.0)), args.samples)):
            found.append(trial)
            out.write(json.dumps(asdict(trial), ensure_ascii=False) + "\n")
    counted = tables(found)
    for title, table in counted.items():
        print(wrong_table(table, title) if title.startswith("false") else right_table(table, title), end="\n\n")
    print(json.dumps({title: [asdict(row) for row in table] for title, table in counted.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
