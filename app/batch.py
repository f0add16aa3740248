"""Ask one question of many files: `python -m app.batch scans/ "more/*.pdf" -q "What is the total?" -o out.jsonl`

One JSON line a document, written as soon as it is done; a bad file gets a line that says why, and the rest goes on.
Exit codes: 0 all answered, 1 some failed, 2 wrong usage, 3 none answered, 4 the model is not here, 130 interrupted.
"""

from __future__ import annotations

import argparse
import glob
import json
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

from app.reader import Reader
from app.settings import Settings, add_arguments, add_grounding, add_pages, add_thinking
from app.terminal import fail, speak_utf8, tell
from preprocess.document import DocumentError
from vlm.errors import ContextError, VLMError

SUFFIXES = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".bmp", ".gif", ".tif", ".tiff"))


def find_files(inputs: Sequence[str]) -> list[Path]:
    """Files named, files of the kinds we read in folders named (at any depth), and matches of globs; each once.

    A name that leads nowhere stays in the list, so that its line can say so.
    """
    found: list[Path] = []
    for name in inputs:
        path = Path(name)
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
        elif path.exists():
            found.append(path)
        else:
            matches = sorted(Path(match) for match in glob.glob(name, recursive=True))
            found += [match for match in matches if match.is_file()] or [path]
    return list(dict.fromkeys(found))


def run(
    reader: Reader,
    files: Iterable[Path],
    question: str,
    think: bool | None,
    grounded: bool = False,
    pages: str | None = None,
) -> Iterator[dict[str, Any]]:
    """One record a file, in order."""
    for path in files:
        record: dict[str, Any] = {"source": str(path), "question": question, "model": reader.backend.info.name}
        try:
            document = reader.open(path, pages=pages)
            record["sha256"] = document.sha256
            answer = reader.ask(document, question, enable_thinking=think, grounded=grounded)
            yield {**record, "status": "success", **answer.to_dict()}
        except DocumentError as error:
            yield {**record, **_failure(error.code, str(error))}
        except ContextError as error:
            yield {**record, **_failure("context", str(error))}
        except Exception as error:  # whatever one file does, the others are answered
            tqdm.write(traceback.format_exc(), file=sys.stderr)
            yield {**record, **_failure("internal", f"{type(error).__name__}: {error}")}


def _failure(code: str, message: str) -> dict[str, Any]:
    return {"status": "failure", "errors": [{"code": code, "message": message}]}


def main(argv: list[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    speak_utf8()
    files = find_files(args.inputs)
    if not files:
        tell(f"error: no document found in {', '.join(args.inputs)}")
        return 3
    if args.output != "-" and Path(args.output).exists() and not args.overwrite:
        tell(f"error: {args.output} exists; choose another name or add --overwrite")
        return 2
    try:
        reader = Reader(settings=Settings.load(args), progress=tell)
    except VLMError as error:
        return fail(error)
    for notice in reader.backend.info.notices:
        tell(notice)
    try:
        with nullcontext(sys.stdout) if args.output == "-" else open(args.output, "w", encoding="utf-8") as out:
            records = run(reader, files, args.question, args.think, args.grounded, args.pages)
            answered = _write(records, len(files), out)
    except OSError as error:
        tell(f"error: {args.output} cannot be written: {error.strerror}")
        return 2
    except KeyboardInterrupt:
        tell("interrupted; what was answered is in the output")
        return 130
    finally:
        reader.close()
    tell(f"{answered} of {len(files)} answered")
    if answered == len(files):
        return 0
    return 1 if answered else 3


def _write(records: Iterator[dict[str, Any]], total: int, out: TextIO) -> int:
    """Write each record as it comes; the number of documents answered."""
    answered = 0
    for record in tqdm(records, total=total, unit="file", file=sys.stderr):
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
        out.flush()
        answered += record["status"] == "success"
    return answered


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.batch", description="Ask one question of many documents.")
    parser.add_argument("inputs", nargs="+", metavar="IN", help="files, folders, or globs")
    parser.add_argument("-q", "--question", required=True)
    parser.add_argument("-o", "--output", default="-", help="JSONL file; - (default) is the standard output")
    parser.add_argument("--overwrite", action="store_true", help="replace an output that exists")
    add_pages(parser)
    add_thinking(parser)
    add_grounding(parser)
    add_arguments(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
