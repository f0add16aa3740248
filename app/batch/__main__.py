"""Do one thing with many files: `python -m app.batch scans/ "more/*.pdf" -q "What is the total?" -o out.jsonl`

Besides a question there are `--schema invoice`, which fills in a schema of each file (`prompts.schema`), and, without a
model, `--task transcribe` and `--task tables`. One JSON line a document, on the disk as soon as it is done; a bad file
gets a line that says why, a bad page is told in its file's line, and the rest goes on. A run that ended early, however
hard, goes on with `--resume`; a line stays until there is a better one. `ls *.pdf | python -m app.batch - ...` takes
names from the standard input, one a line, or with a NUL behind each as `find -print0` writes them. `--mirror out/ --to
md,csv` writes what the pages say, too, as a tree like that of the files.
Exit codes: 0 all done, 1 some failed, wholly or in part, 2 wrong usage, 3 none done, 4 the model is not here or cannot
be used, 130 interrupted, 141 nobody reads the output any more.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing, nullcontext, suppress
from pathlib import Path

from app.batch import journal
from app.batch.cluster import Cluster
from app.batch.desk import Desk, Order
from app.batch.files import find_files, named, place
from app.batch.flags import arguments, mirror_of, task_of
from app.batch.forecast import forecast
from app.batch.journal import JournalError, Record
from app.batch.plan import Plan, planned
from app.batch.progress import Progress, notice
from app.batch.tidying import Tidying, refuse_what_is_there
from app.batch.work import Crew
from app.reader import Reader
from app.settings import Settings
from app.terminal import INTERRUPTED, listed_names, program, tell


@program
def main(argv: Sequence[str] | None = None) -> int:
    args = arguments(argv)
    try:
        with ExitStack() as held:
            return _run(args, held)
    except JournalError as error:
        tell(f"error: {error}")
        return 2
    except KeyboardInterrupt:
        is_kept = args.output != "-" and not args.dry_run
        goes_on = "; what was done is in the output, and --resume goes on from there" if is_kept else ""
        notice(f"interrupted{goes_on}")
        return INTERRUPTED


def _run(args: argparse.Namespace, held: ExitStack) -> int:
    """`held` lasts as long as the run."""
    output = None if args.output == "-" else Path(args.output)
    names = named(args.inputs, listed_names() if "-" in args.inputs else ())
    files = [path for path in find_files(names) if output is None or place(path) != place(output)]
    if not files:
        tell(f"error: no document found in {', '.join(args.inputs)}")
        return 3
    task, settings, mirror = task_of(args), Settings.load(args), mirror_of(args, names)
    options = journal.options_hash(task.options(settings) | (mirror.options() if mirror else {}))
    order = Order(task, settings, options, mirror)
    if not args.dry_run:
        for written in (output, None if mirror is None else mirror.folder):
            held.enter_context(nullcontext() if written is None else journal.alone(written))
    before = _before(output, args, options)
    plan = planned(files, before if args.resume else (), mirror, settings.max_file_mb)
    if args.dry_run:
        return _foretold(plan, args, settings)
    tidying = None if mirror is None else Tidying.of(mirror, files, before, plan.kept)
    goes_on = output if args.resume and output is not None and output.exists() else None
    if mirror is not None and not (goes_on or args.overwrite):
        refuse_what_is_there(mirror, files)
    if goes_on:
        journal.rewrite(goes_on, plan.kept)
    progress, is_here = Progress(len(files), len(files) - len(plan.jobs)), args.backend == "threads"
    crew = _crew(order, progress, args.workers) if is_here else Cluster.started(order, args.workers, notice)
    held.enter_context(closing(crew))
    try:
        with (
            nullcontext(sys.stdout) if output is None else journal.opened(output, "a" if args.resume else "w") as out,
            progress,
            closing(crew.records(plan.jobs)) as fresh,  # whatever ends the loop ends what is under way
        ):
            for record in fresh if tidying is None else map(tidying.tidied, fresh):
                journal.write(record, out, output is not None)
                progress.document(record)
                plan.counts[record["status"]] += 1
    except OSError as error:
        if output is None and isinstance(error, BrokenPipeError):
            raise
        tell(f"error: {output or 'the standard output'} cannot be written: {error.strerror}")
        return 2
    finally:
        if goes_on:  # of two lines of a document, the new one is left
            journal.rewrite(goes_on, journal.recover(goes_on, options))
    return _told(plan.counts, len(files))


def _before(output: Path | None, args: argparse.Namespace, options: str) -> list[Record]:
    """The records that an earlier run left, to be gone on with or replaced.

    Raises:
        JournalError: they are not to be gone on with, or in the way.
    """
    if output is None:
        if args.resume:
            raise JournalError("--resume needs --output, the file to go on with")
        return []
    if output.is_dir():
        raise JournalError(f"{output} is a folder; name a file")
    if not output.exists():
        return []
    if args.resume:
        return journal.recover(output, options)
    if args.overwrite:
        with suppress(JournalError):  # what is replaced need not be ours, nor a file
            return journal.read(output) if args.mirror is not None and output.is_file() else []
    elif not args.dry_run:
        raise JournalError(f"{output} exists; go on with --resume, choose another name, or add --overwrite")
    return []


def _foretold(plan: Plan, args: argparse.Namespace, settings: Settings) -> int:
    paths, done = [job.path for job in plan.jobs], sum(plan.counts.values())
    found = forecast(paths, args.pages, done, settings, args.password)
    tell(str(found))
    print(json.dumps(found.to_dict(), ensure_ascii=False))
    return 0


def _crew(order: Order, progress: Progress, workers: int) -> Crew:
    """In this process, with a model if one is needed. Raises VLMError: it is not here."""
    reader = Reader(settings=order.settings, progress=notice) if order.task.needs_model else None
    for text in reader.backend.info.notices if reader is not None else ():
        notice(text)
    return Crew(Desk(order, reader, progress.page), workers)


def _told(counts: Counter[str], total: int) -> int:
    """How the run went, told and as an exit code."""
    in_part = f", {counts['partial_success']} in part" if counts["partial_success"] else ""
    notice(f"{counts['success']} of {total} done{in_part}")
    if counts["success"] == total:
        return 0
    return 1 if counts["success"] or counts["partial_success"] else 3


if __name__ == "__main__":
    sys.exit(main())
