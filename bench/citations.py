"""Measure citations on documents with known answers: `python -m bench.citations INDEX.jsonl [--part dev]`

No model is asked: right answers that stand in a document's words are given to `prompts.grounding` as if a model had
said them, as they are and in other forms, alone and with their question; and so are false ones that do not stand there:
other documents' answers to the same field, and the right one with a digit changed or words swapped. Pages are checked
where the index knows them (`evidence_pages`); boxes it does not know, so the citations' own words must say the answer.
Prints tables with n, which counts written forms, and 95 % intervals over files; as its last line, the same as JSON. The
index is that of `bench.quality`; `--samples` takes records of files that are drawn by `--seed`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from tqdm import tqdm

from app.opening import open_file
from app.settings import Settings, add_arguments
from app.terminal import tell
from bench.citation_tables import Counted, counted, false_table, right_table
from bench.quality import drawn, kind_of
from preprocess.document import Document, DocumentError
from prompts import citation_probes
from prompts.citation_scoring import Verdict, judge
from prompts.evidence import build
from prompts.grounding import Citation, ground
from prompts.occurrences import Words

OTHERS = 5  # false answers of other documents, for each record


@dataclass(frozen=True, slots=True)
class Trial:
    """One answer, and what came of it. `box` of a right one's verdict: whether the citations' words say the answer."""

    id: str
    file: str
    kind: str
    source: str
    is_asked: bool
    is_right: bool
    form: str
    answer: str
    verdict: Verdict
    cited: tuple[str, ...]


def trials(
    records: Sequence[Mapping[str, Any]], folder: Path, settings: Settings, rng: Random
) -> Iterator[Trial | DocumentError]:
    """Every trial of every record whose answer stands in its document; what cannot be read comes as its error."""
    fields: dict[str, list[str]] = defaultdict(list)
    for record in records:
        fields[kind_of(record)] += record["answers"]
    opened: dict[str, Document] = {}
    for record in records:
        try:
            if record["file"] not in opened:
                opened = {record["file"]: open_file(folder / record["file"], settings)}
            yield from _of_record(record, opened[record["file"]], fields[kind_of(record)], rng)
        except DocumentError as error:
            yield error


def _of_record(record: Mapping[str, Any], document: Document, others: Sequence[str], rng: Random) -> Iterator[Trial]:
    pages = [(page.number, page.shown()) for page in document.pages]
    words = Words([line.text.split() for _, page in pages for line in page.lines])
    gold = next((answer for answer in record["answers"] if words.find(answer)), None)
    if gold is None:
        return
    evidence = build(pages, document.page_count)
    source = " and ".join(sorted(set(evidence.sources.values()) - {"none"}))
    strangers = sorted({other for other in others if other not in record["answers"]})
    false = [("another document's", stranger) for stranger in rng.sample(strangers, min(OTHERS, len(strangers)))]
    false += citation_probes.wrong(gold, rng).items()
    answers = [(True, form, answer) for form, answer in citation_probes.right(gold).items()]
    # Another currency is left out: `find` knows none, and the value may stand in that one, too.
    answers += [(False, form, answer) for form, answer in false if not words.find(answer)]
    for is_right, form, answer in answers:
        for question in ("", record["question"]):
            citations = ground(answer, evidence, question).citations
            verdict = _verdict(citations, gold, _known_pages(record)) if is_right else judge(citations)
            cited = tuple(citation.quote for citation in citations)
            about = record["id"], record["file"], kind_of(record), source
            yield Trial(*about, bool(question), is_right, form, answer, verdict, cited)


def _known_pages(record: Mapping[str, Any]) -> Sequence[int]:
    """The pages that have the answer, where the index says so: a list, or one written as JSON."""
    pages = record.get("evidence_pages") or []
    return json.loads(pages) if isinstance(pages, str) else pages


def _verdict(citations: Sequence[Citation], gold: str, pages: Sequence[int]) -> Verdict:
    """Whether all citations are on known `pages`, and their words say `gold`."""
    says = bool(Words([" ".join(citation.quote for citation in citations).split()]).find(gold))
    on_page = bool(citations) and all(citation.page in pages for citation in citations) if pages else None
    return Verdict(judge(citations).status, on_page, says)


def tables(found: Sequence[Trial]) -> dict[str, list[Counted]]:
    """The rows of every table, by what stands over its first column."""
    made = {}
    for title, is_right in (("right answers", True), ("false answers", False)):
        mine = [t for t in found if t.is_right == is_right]
        made[title] = counted((f"{_asked(t)}, {t.source}", t.file, t.verdict) for t in mine)
        made[f"{title} by form"] = counted((f"{t.form}, {_asked(t)}", t.file, t.verdict) for t in mine)
        made[f"{title} by kind"] = counted(
            (f"{t.kind.partition('/')[0]}, {_asked(t)}", t.file, t.verdict) for t in mine
        )
    return made


def _asked(trial: Trial) -> str:
    return "with the question" if trial.is_asked else "alone"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.citations", description="Measure citations.")
    parser.add_argument("index", type=Path, help="JSONL file of questions and answers")
    parser.add_argument("--part", help="only records of this part, say dev or val")
    parser.add_argument("--kinds", default="", help="only these kinds, parted by commas")
    parser.add_argument("--samples", type=int, help="only so many records, of files drawn by chance")
    parser.add_argument("--seed", default="citations", help="of that draw, and of false answers")
    parser.add_argument("--records", type=Path, help="write every trial here, as JSONL")
    add_arguments(parser)
    args = parser.parse_args(argv)
    kinds = [kind for kind in args.kinds.split(",") if kind]
    records = [json.loads(line) for line in args.index.read_text(encoding="utf-8").splitlines() if line]
    records = [r for r in records if args.part in (None, r.get("part")) and (not kinds or r["kind"] in kinds)]
    records = drawn(records, args.samples, args.seed)
    if not records:
        tell(f"error: {args.index} has no record of part {args.part} and kinds {args.kinds}")
        return 2
    found, failed = [], 0
    with open(args.records or os.devnull, "w", encoding="utf-8") as out:
        for trial in tqdm(trials(records, args.index.parent, Settings.load(args), Random(args.seed)), unit=" answers"):
            if isinstance(trial, DocumentError):
                tell(f"error: {trial}")
                failed += 1
                continue
            found.append(trial)
            out.write(json.dumps(asdict(trial), ensure_ascii=False) + "\n")
    made = tables(found)
    for title, table in made.items():
        print(false_table(table, title) if title.startswith("false") else right_table(table, title), end="\n\n")
    print(json.dumps({title: [one.to_dict() for one in table] for title, table in made.items()}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
