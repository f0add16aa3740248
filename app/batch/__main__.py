"""Ask many files one question: `python -m app.batch scans/ "more/*.pdf" -q "What is the total?" -o out.jsonl`

One JSON line a document, on the disk as soon as it is done; a bad file gets a line that says why, and the rest goes on.
A run that ended early, however hard, goes on with `--resume`. `ls *.pdf | python -m app.batch - ...` takes names from
the standard input. `--schema invoice` fills in a schema of each file instead (`prompts.schema`).
Exit codes: 0 all answered, 1 some failed, 2 wrong usage, 3 none answered, 4 the model is not here, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing, nullcontext
from itertools import chain
from pathlib import Path

from app.batch import journal
from app.batch.files import find_files
from app.batch.forecast import forecast
from app.batch.journal import JournalError, Record
from app.batch.progress import Progress, notice
from app.batch.work import Crew, Task
from app.reader import Reader
from app.settings import Settings, add_arguments, add_grounding, add_pages, add_thinking
from app.terminal import fail, speak_utf8, tell
from prompts.schema import READY, SchemaError, read_schema
from vlm.errors import VLMError


def main(argv: list[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    speak_utf8()
    output = None if args.output == "-" else Path(args.output)
    files = find_files(args.inputs, sys.stdin if "-" in args.inputs else ())
    if not files:
        tell(f"error: no document found in {', '.join(args.inputs)}")
        return 3
    try:
        schema = read_schema(args.schema) if args.schema else ()
        task = Task(args.question or "", schema, args.think, args.grounded, args.pages, args.timeout, args.retries)
        settings = Settings.load(args)
        options = journal.options_hash(task.options() | settings.answer_options())
        done = _done(output, args.resume, args.overwrite or args.dry_run, options)
    except VLMError as error:
        return fail(error)
    except (JournalError, SchemaError, OSError) as error:
        tell(f"error: {error}")
        return 2
    waiting, copies, answered = _split(files, done)
    if args.dry_run:
        found = forecast(waiting, args.pages, len(files) - len(waiting), settings)
        tell(str(found))
        print(json.dumps(found.to_dict(), ensure_ascii=False))
        return 0
    try:
        reader = Reader(settings=settings, progress=notice)
    except VLMError as error:
        return fail(error)
    for text in reader.backend.info.notices:
        notice(text)
    crew = Crew(reader, task, options, args.workers)
    mode = "a" if args.resume else "w"
    try:
        with (
            nullcontext(sys.stdout) if output is None else open(output, mode, encoding="utf-8", newline="\n") as out,
            Progress(len(files), len(files) - len(waiting) - len(copies)) as progress,
            closing(crew.records(waiting)) as fresh,  # whatever ends the loop ends what is under way
        ):
            for record in chain(copies, fresh):
                journal.write(record, out, output is not None)
                progress.document(record)
                answered += record["status"] == "success"
    except OSError as error:
        tell(f"error: {args.output} cannot be written: {error.strerror}")
        return 2
    except KeyboardInterrupt:
        notice("interrupted; what was answered is in the output, and --resume goes on from there")
        return 130
    finally:
        reader.close()
    notice(f"{answered} of {len(files)} answered")
    if answered == len(files):
        return 0
    return 1 if answered else 3


def _done(output: Path | None, resume: bool, overwrite: bool, options: str) -> list[Record]:
    """The records that an earlier run left.

    Raises:
        JournalError: they are not to be gone on with, or in the way.
    """
    if output is None or not output.exists():
        if resume and output is None:
            raise JournalError("--resume needs --output, the file to go on with")
        return []
    if resume:
        return journal.recover(output, options)
    if not overwrite:
        raise JournalError(f"{output} exists; go on with --resume, choose another name, or add --overwrite")
    return []


def _split(files: Sequence[Path], done: Sequence[Record]) -> tuple[list[Path], list[Record], int]:
    """Files without a record, records for those whose content was answered under another name, and how many others are
    answered."""
    by_source = {(record["source"], record.get("sha256")): record for record in done}
    by_content = {record["sha256"]: record for record in done if record["status"] == "success"}
    waiting, copies, answered = [], [], 0
    for path in files:
        digest = journal.content_hash(path) if done else None
        if (record := by_source.get((str(path), digest))) is not None:
            answered += record["status"] == "success"
        elif digest in by_content:
            copies.append(by_content[digest] | {"source": str(path)})
        else:
            waiting.append(path)
    return waiting, copies, answered


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.batch", description="Ask one question of many documents.")
    parser.add_argument("inputs", nargs="+", metavar="IN", help="files, folders, or globs; - reads names, one a line")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("-q", "--question")
    asked.add_argument("--schema", help=f"fill in a schema instead: {', '.join(READY)}, or a JSON Schema file")
    parser.add_argument("-o", "--output", default="-", help="JSONL file; - (default) is the standard output")
    existing = parser.add_mutually_exclusive_group()
    existing.add_argument("--resume", action="store_true", help="go on with an output that exists")
    existing.add_argument("--overwrite", action="store_true", help="replace an output that exists")
    parser.add_argument("--dry-run", action="store_true", help="only say what there is to do; the forecast as JSON")
    parser.add_argument("--timeout", type=_seconds, metavar="S", help="seconds for one document, default no limit")
    parser.add_argument("--retries", type=int, default=0, metavar="N", help="further tries after a crash or timeout")
    parser.add_argument("--workers", type=_at_least_one, default=1, metavar="N", help="documents at a time, default 1")
    add_pages(parser)
    add_thinking(parser)
    add_grounding(parser)
    add_arguments(parser)
    return parser


def _seconds(text: str) -> float:
    if not (value := float(text)) > 0:
        raise argparse.ArgumentTypeError("a timeout is more than 0 seconds")
    return value


def _at_least_one(text: str) -> int:
    if (value := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least one worker is needed")
    return value


if __name__ == "__main__":
    sys.exit(main())
