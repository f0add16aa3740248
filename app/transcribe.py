"""Files to Markdown, page by page, without a model: `python -m app.transcribe scans/ invoice.pdf -o texts/`

One `.md` a file, in folders like those of the files; without `-o` everything goes to the standard output. A file that
cannot be read is told and the rest goes on. Exit codes: 0 all read, 1 some failed, 2 wrong usage, 3 none read, 130
interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.batch.files import find_files
from app.opening import open_file
from app.settings import Settings, add_pages, add_reading
from app.terminal import fail, speak_utf8, tell
from preprocess.document import DocumentError
from preprocess.markdown import document_markdown
from vlm.errors import ConfigError


def main(argv: list[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    speak_utf8()
    files = find_files(args.inputs, sys.stdin if "-" in args.inputs else ())
    if not files:
        tell(f"error: no document found in {', '.join(args.inputs)}")
        return 3
    try:
        settings = Settings.load(args)
    except ConfigError as error:
        return fail(error)
    targets = mirrored(files, args.output) if args.output else [None] * len(files)
    read = 0
    try:
        for path, target in zip(files, targets, strict=True):
            try:
                pieces = list(document_markdown(open_file(path, settings, pages=args.pages)))
            except DocumentError as error:
                tell(f"error: {error}")
                continue
            _write("\n".join(pieces), target)
            read += 1
    except OSError as error:
        tell(f"error: {error}")
        return 2
    except KeyboardInterrupt:
        tell("interrupted")
        return 130
    return 0 if read == len(files) else 1 if read else 3


def mirrored(files: Sequence[Path], folder: Path) -> list[Path]:
    """Where each file's Markdown goes: `folder`, then the way to the file from the folder that holds them all.

    `scan.pdf` and `scan.png` side by side make `scan.pdf.md` and `scan.png.md`: no two files share one.
    """
    whole = [Path(os.path.abspath(path)) for path in files]
    root = Path(os.path.commonpath([path.parent for path in whole]))
    return [folder / path.relative_to(root).with_name(path.name + ".md") for path in whole]


def _write(text: str, target: Path | None) -> None:
    if target is None:
        sys.stdout.write(text)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, target)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.transcribe", description="Documents to Markdown, by page.")
    parser.add_argument("inputs", nargs="+", metavar="IN", help="files, folders, or globs; - reads names, one a line")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder to write to")
    add_pages(parser)
    add_reading(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
