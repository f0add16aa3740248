"""Files to Markdown, page by page, without a model: `python -m app.transcribe scans/ invoice.pdf -o texts/`

One `.md` a file, in folders like those of the files; without `-o` everything goes to the standard output, several files
below a comment each that names them. A page that cannot be read is told, and a comment stands in its place; a file that
cannot be read, or a text that cannot be written, is told, and the rest goes on. For thousands of files,
`python -m app.batch --task transcribe` does the same, several at a time, and can be resumed.
Exit codes: 0 all read, 1 some failed, wholly or in part, 2 wrong usage, 3 none read, 130 interrupted, 141 nobody reads
the output any more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from app.batch.files import find_files, named, root_of
from app.batch.journal import JournalError, alone
from app.batch.mirror import Mirror, NotWritten
from app.batch.pages import Reading, read, tell_unread
from app.opening import open_file
from app.settings import Settings, add_pages, add_reading
from app.terminal import as_flags, folder, listed_names, program, said, tell
from preprocess.document import DocumentError
from preprocess.markdown import file_markdown


@program
def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    names = named(args.inputs, listed_names() if "-" in args.inputs else ())
    files = find_files(names)
    if not files:
        tell(f"error: no document found in {', '.join(args.inputs)}")
        return 3
    settings = Settings.load(args)
    mirror = Mirror(args.output, root_of(names), ("md",)) if args.output else None
    if args.output:
        args.output.mkdir(parents=True, exist_ok=True)  # told now if it cannot be, not of every file
    entire = in_part = 0
    try:
        with alone(args.output) if args.output else nullcontext():
            for path in files:
                reading = _reading(path, settings, args.password, args.pages)
                if reading is None or reading.is_empty:
                    continue
                title = file_markdown(str(path)) + "\n" if len(files) > 1 else ""
                if not _is_written(reading, path, mirror, "\n" * (entire + in_part > 0) + title):
                    continue
                entire, in_part = entire + (not reading.errors), in_part + bool(reading.errors)
    except JournalError as error:
        tell(f"error: {error}")
        return 2
    return 0 if entire == len(files) else 1 if entire or in_part else 3


def _reading(path: Path, settings: Settings, password: str | None, pages: str | None) -> Reading | None:
    """What the file says; None if it cannot be read. Whatever cannot be read is told."""
    try:
        reading = read(open_file(path, settings, password=password, pages=pages))  # nothing else holds the document
    except DocumentError as error:
        tell(f"error: {as_flags(str(error))}")
        return None
    tell_unread(reading.errors)
    return reading


def _is_written(reading: Reading, path: Path, mirror: Mirror | None, title: str) -> bool:
    """Whether it could be, to the standard output below `title`; that it could not is told.

    Raises:
        OSError: the standard output is broken.
    """
    try:
        if mirror is None:
            sys.stdout.write(title + reading.markdown)
        else:
            mirror.write(reading, path)
    except NotWritten as error:
        tell(f"error: {error}")
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.transcribe", description="Documents to Markdown, by page.")
    parser.add_argument(
        "inputs", nargs="+", type=said, metavar="IN", help="files, folders, or globs; - reads names, by line or NUL"
    )
    parser.add_argument("-o", "--output", type=folder, metavar="DIR", help="folder to write to")
    parser.add_argument("--password", help="of locked PDFs among them")
    add_pages(parser)
    add_reading(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
