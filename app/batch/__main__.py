"""Do one thing with many files: `python -m app.batch scans/ "more/*.pdf" -q "What is the total?" -o out.jsonl`

Besides a question there are `--schema invoice`, which fills in a schema of each file (`prompts.schema`), and, without a
model, `--task transcribe` and `--task tables`. One JSON line a document, on the disk as soon as it is done; a bad file
gets a line that says why, a bad page is told in its file's line, and the rest goes on. A run that ended early, however
hard, goes on with `--resume`. `ls *.pdf | python -m app.batch - ...` takes names from the standard input, one a line,
or with a NUL behind each as `find -print0` writes them. `--mirror out/ --to md,csv` writes what the pages say, too, as
a tree like that of the files.
Exit codes: 0 all done, 1 some failed, wholly or in part, 2 wrong usage, 3 none done, 4 the model is not here or cannot
be used, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import ExitStack, closing, nullcontext
from pathlib import Path

from app.batch import journal
from app.batch.cluster import Cluster
from app.batch.desk import Desk, Order
from app.batch.files import find_files, named, place
from app.batch.flags import arguments, mirror_of, task_of
from app.batch.forecast import forecast
from app.batch.journal import JournalError, Record
from app.batch.mirror import Mirror, NotWritten
from app.batch.progress import Progress, notice
from app.batch.work import Crew
from app.reader import Reader
from app.settings import Settings
from app.terminal import fail, listed_names, speak_utf8, tell
from prompts.schema import SchemaError
from vlm.errors import VLMError


def main(argv: list[str] | None = None) -> int:
    args = arguments(argv)
    speak_utf8()
    try:
        with ExitStack() as held:
            return _run(args, held)
    except KeyboardInterrupt:
        notice("interrupted; what was done is in the output, and --resume goes on from there")
        return 130


def _run(args: argparse.Namespace, held: ExitStack) -> int:
    """`held` lasts as long as the run."""
    output = None if args.output == "-" else Path(args.output)
    names = named(args.inputs, listed_names() if "-" in args.inputs else ())
    files = find_files(names)
    if not files:
        tell(f"error: no document found in {', '.join(args.inputs)}")
        return 3
    try:
        task, settings, mirror = task_of(args), Settings.load(args), mirror_of(args, names)
        options = journal.options_hash(task.options(settings) | (mirror.options() if mirror else {}))
        order = Order(task, settings, options, mirror)
        if output is not None and not args.dry_run:
            held.enter_context(journal.alone(output))
        done = _done(output, args.resume, args.overwrite, args.dry_run, options)
        waiting, kept, counts = _split(files, done, settings.max_file_mb, reuse=mirror is None)
        if output is not None and output.exists() and args.resume and not args.dry_run:
            journal.rewrite(output, kept)
            if mirror is not None:
                _forget_renamed(done, kept, files, mirror)
    except VLMError as error:
        return fail(error)
    except (JournalError, NotWritten, SchemaError, OSError) as error:
        tell(f"error: {error}")
        return 2
    if args.dry_run:
        found = forecast(waiting, args.pages, len(files) - len(waiting), settings, args.password)
        tell(str(found))
        print(json.dumps(found.to_dict(), ensure_ascii=False))
        return 0
    progress = Progress(len(files), len(files) - len(waiting))
    try:
        is_here = args.backend == "threads"
        crew = _crew(order, progress, args.workers) if is_here else Cluster.started(order, args.workers, notice)
    except VLMError as error:
        return fail(error)
    try:
        with (
            closing(crew),
            nullcontext(sys.stdout) if output is None else journal.opened(output, "a" if args.resume else "w") as out,
            progress,
            closing(crew.records(waiting)) as fresh,  # whatever ends the loop ends what is under way
        ):
            for record in fresh:
                journal.write(record, out, output is not None)
                progress.document(record)
                counts[record["status"]] += 1
    except OSError as error:
        tell(f"error: {args.output} cannot be written: {error.strerror}")
        return 2
    return _told(counts, len(files))


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


def _done(output: Path | None, resume: bool, overwrite: bool, dry: bool, options: str) -> list[Record]:
    """The final records that an earlier run left.

    Raises:
        JournalError: they are not to be gone on with, or in the way.
    """
    if output is None or not output.exists():
        if resume and output is None:
            raise JournalError("--resume needs --output, the file to go on with")
        return []
    if resume:
        return journal.recover(output, options)
    if not (overwrite or dry):
        raise JournalError(f"{output} exists; go on with --resume, choose another name, or add --overwrite")
    return []


def _split(
    files: Sequence[Path], done: Sequence[Record], max_file_mb: int, reuse: bool
) -> tuple[list[Path], list[Record], Counter[str]]:
    """Files that are to be done, the records that stay, and how many of these are of `files`, by status.

    A record goes where its file's content is another now. Of content that was done under a name which is no longer
    there the record moves to the new one; of content that is there twice it is copied, both where `reuse` allows it.
    What cannot be looked at stays as it was found.
    """
    kept = {place(record["source"]): record for record in done}
    mine = {place(path): path for path in files}
    successes: dict[str | None, Record] = {}
    left: defaultdict[str | None, list[str]] = defaultdict(list)  # by content: where files were that are there no more
    for where, record in kept.items():
        if record["status"] == "success":
            successes[record.get("sha256")] = record
        if where not in mine and not os.path.exists(where):
            left[record.get("sha256")].append(where)
    waiting: list[Path] = []
    counts: Counter[str] = Counter()
    for where, path in mine.items():
        found = kept.get(where)
        # What was done once was small enough then; whether it is the same is asked whatever the limit is now.
        digest = journal.content_hash(path, None if found else max_file_mb) if done else None
        if digest is not None and (found is None or found.get("sha256") != digest):
            kept.pop(where, None)
            if left[digest]:
                del kept[left[digest].pop()]
            found = successes.get(digest) if reuse else None
        if found is None:
            waiting.append(path)
        else:
            kept[where] = found | {"source": str(path)}
            counts[found["status"]] += 1
    return waiting, list(kept.values()), counts


def _forget_renamed(done: Sequence[Record], kept: Sequence[Record], files: Sequence[Path], mirror: Mirror) -> None:
    """Of documents that have another name now, whose old one has no line any more, the tree keeps nothing under it.

    Raises:
        NotWritten: something cannot be removed.
    """
    left = {place(record["source"]) for record in kept} | set(map(place, files))
    for record in done:
        if place(record["source"]) not in left and mirror.holds(Path(record["source"])):
            mirror.remove(Path(record["source"]))


if __name__ == "__main__":
    sys.exit(main())
