"""Score a model on documents with known answers: `python -m bench.quality INDEX.jsonl --part val [--think]`

The index holds one record a line: id, file (relative to the index), kind, question, answers, metric (see
`prompts.scoring`), and, if wanted, part and field, which names a row of its own. Prints a table per kind with n and a
95 % interval, and, as its last line, the same as JSON. *Answer in evidence* is the share of records whose answer stands
in the words of the document's pages (`bench.recall`), also where not all of them fitted the prompt, or is that it is
not there. Seconds are of the answer alone, over the questions that were answered; the first one about a file includes
reading its pages. With `--grounded` every answer is held to the words of the document, or to the refusal. `--limit`
takes records of files that are drawn by `--seed`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from tqdm import tqdm

from app.reader import Reader
from app.settings import Settings, add_arguments, add_grounding, add_thinking, thinking_of
from app.terminal import fail, tell
from bench.recall import stands_in
from preprocess.document import Document
from prompts.scoring import score, wilson_interval
from prompts.tasks import NOT_FOUND
from vlm.errors import VLMError
from vlm.sampling_params import Effort


@dataclass(frozen=True, slots=True)
class Result:
    """One question answered: its score, whether the words had the answer, and what it took."""

    id: str
    kind: str
    score: float
    in_evidence: bool
    empty: bool
    error: str | None
    seconds: float
    answer: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. Shares are means with Wilson's 95 % interval; seconds are of those that were answered."""

    kind: str
    n: int
    score: float
    low: float
    high: float
    evidence_recall: float
    empty: int
    errors: int
    seconds_per_question: float | None


def kind_of(record: Mapping[str, Any]) -> str:
    """The table's row: the kind, and for single fields their name."""
    return f"{record['kind']}/{record['field']}" if record.get("field") else str(record["kind"])


def drawn(records: Sequence[Mapping[str, Any]], most: int | None, seed: str) -> list[Mapping[str, Any]]:
    """`most` of them, or all, by file: of files drawn by `seed`, as those that come first by name are of one kind."""
    files = sorted({record["file"] for record in records})
    turn = {file: place for place, file in enumerate(Random(seed).sample(files, len(files)))}
    chosen = sorted(records, key=lambda record: turn[record["file"]])[:most]
    return sorted(chosen, key=lambda record: str(record["file"]))


def answer_all(
    reader: Reader,
    records: Iterable[Mapping[str, Any]],
    folder: Path,
    think: bool | None,
    effort: Effort | None = None,
    grounded: bool = False,
) -> Iterable[Result]:
    """Ask every record's question; a crash is an error with its reason, and scores nothing."""
    opened: dict[str, Document] = {}
    for record in records:
        try:
            if record["file"] not in opened:
                opened.clear()  # records of one file stand together
                opened[record["file"]] = reader.open(folder / record["file"])
            yield _answer(reader, opened[record["file"]], record, think, effort, grounded)
        except Exception as error:  # the bench reports every failure instead of stopping at the first
            reason = f"{type(error).__name__}: {error}"
            yield Result(record["id"], kind_of(record), 0.0, False, False, reason, 0.0, "")


def _answer(
    reader: Reader,
    document: Document,
    record: Mapping[str, Any],
    think: bool | None,
    effort: Effort | None,
    grounded: bool,
) -> Result:
    answer = reader.ask(document, record["question"], enable_thinking=think, effort=effort, grounded=grounded)
    lines = [line.text for page in document.pages for line in page.shown().lines]
    return Result(
        id=record["id"],
        kind=kind_of(record),
        score=score(record["metric"], answer.text, record["answers"]),
        in_evidence=NOT_FOUND in record["answers"] or stands_in(record["metric"], record["answers"], lines),
        empty=not answer.text.strip(),
        error=None,
        seconds=answer.timings.total,
        answer=answer.text,
    )


def summarise(results: Sequence[Result]) -> list[Row]:
    """One row a kind, in the order of their names, and one for all."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.kind].append(result)
    rows = [_row(kind, groups[kind]) for kind in sorted(groups)]
    return [*rows, _row("all", results)] if results else []


def _row(kind: str, results: Sequence[Result]) -> Row:
    n = len(results)
    seconds = [result.seconds for result in results if result.error is None]
    total = sum(result.score for result in results)
    low, high = wilson_interval(total, n)
    return Row(
        kind=kind,
        n=n,
        score=total / n,
        low=low,
        high=high,
        evidence_recall=sum(result.in_evidence for result in results) / n,
        empty=sum(result.empty for result in results),
        errors=n - len(seconds),
        seconds_per_question=sum(seconds) / len(seconds) if seconds else None,
    )


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    head = "| kind | n | score | 95 % interval | answer in evidence | empty | errors | s/question |"
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        seconds = "–" if row.seconds_per_question is None else f"{row.seconds_per_question:.1f}"
        lines.append(
            f"| {row.kind} | {row.n} | {row.score:.1%} | {row.low:.1%} to {row.high:.1%} | {row.evidence_recall:.1%} "
            f"| {row.empty} | {row.errors} | {seconds} |"
        )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description="Score a model on known answers.")
    parser.add_argument("index", type=Path, help="JSONL file of questions and answers")
    parser.add_argument("--part", help="only records of this part, say dev or val")
    parser.add_argument("--kind", help="only records whose kind begins so, as the table has it")
    parser.add_argument("--limit", type=int, help="only so many records, of files drawn by chance")
    parser.add_argument("--seed", default="quality", help="of that draw")
    parser.add_argument("--records", type=Path, help="write every answer here, as JSONL")
    add_thinking(parser)
    add_grounding(parser)
    add_arguments(parser)
    args = parser.parse_args(argv)
    records = [json.loads(line) for line in args.index.read_text(encoding="utf-8").splitlines() if line]
    records = [r for r in records if args.part in (None, r.get("part")) and kind_of(r).startswith(args.kind or "")]
    records = drawn(records, args.limit, args.seed)
    if not records:
        tell(f"error: {args.index} has no record of part {args.part} and kind {args.kind}")
        return 2
    try:
        reader = Reader(settings=Settings.load(args), progress=tell)
    except VLMError as error:
        return fail(error)
    results = []
    with open(args.records or os.devnull, "w", encoding="utf-8") as out:
        answers = answer_all(reader, records, args.index.parent, *thinking_of(args), args.grounded)
        for result in tqdm(answers, total=len(records)):
            results.append(result)
            out.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
            out.flush()
    rows = summarise(results)
    print(table(rows))
    for result in results:
        if result.error:
            tell(f"{result.id}: {result.error}")
    print(json.dumps({"model": reader.backend.info.name, "part": args.part, "rows": [asdict(row) for row in rows]}))
    return 1 if any(result.error or result.empty for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
