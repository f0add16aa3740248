"""What the command line of `python -m app.batch` says."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence

from app.batch.desk import Task
from app.batch.files import root_of
from app.batch.mirror import FORMS, Mirror
from app.settings import add_arguments, add_grounding, add_pages, add_thinking, thinking_of
from app.terminal import folder, said
from prompts.schema import READY, read_schema


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Ends the program with a usage message where the flags do not go together."""
    parser = _parser()
    args = parser.parse_args(argv)
    if args.to is not None and args.mirror is None:
        parser.error("--to needs --mirror, the folder to write to")
    if args.backend == "ray" and args.output == "-":
        parser.error("--backend ray needs --output: ray itself speaks on the standard output")
    if args.question is None and (args.think is not None or args.effort is not None):
        parser.error("--think, --no-think and --effort go with a question: nothing else is thought about")
    if args.task is not None and args.grounded:
        parser.error("--grounded goes with a question or a schema: no model is asked otherwise")
    return args


def task_of(args: argparse.Namespace) -> Task:
    """Raises SchemaError: there is no such schema."""
    schema = read_schema(args.schema) if args.schema else ()
    think, effort = thinking_of(args)
    return Task(
        question=args.question or "",
        schema=schema,
        kind=args.task or "ask",
        think=think,
        effort=effort,
        grounded=args.grounded,
        pages=args.pages,
        password=args.password,
        timeout=args.timeout,
        retries=args.retries,
    )


def mirror_of(args: argparse.Namespace, names: Sequence[str]) -> Mirror | None:
    """Raises OSError: its folder cannot be made."""
    if args.mirror is None:
        return None
    if not args.dry_run:
        args.mirror.mkdir(parents=True, exist_ok=True)  # told now if it cannot be, not of every document
    return Mirror(args.mirror, root_of(names), args.to or (("xlsx",) if args.task == "tables" else ("md",)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.batch", description="Do one thing with many documents.")
    parser.add_argument(
        "inputs", nargs="+", type=said, metavar="IN", help="files, folders, or globs; - reads names, by line or NUL"
    )
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("-q", "--question", type=said, help="asked of each file")
    asked.add_argument("--task", choices=("transcribe", "tables"), help="without a model: their words, or their tables")
    asked.add_argument(
        "--schema", type=said, help=f"fill in a schema instead: {', '.join(READY)}, or a JSON Schema file"
    )
    parser.add_argument("-o", "--output", default="-", help="JSONL file; - (default) is the standard output")
    existing = parser.add_mutually_exclusive_group()
    existing.add_argument("--resume", action="store_true", help="go on with an output that exists")
    existing.add_argument(
        "--overwrite", action="store_true", help="replace an output that exists, and files of a mirror"
    )
    tree = "write what the pages say, too, as a tree of files; over none that was there before, but with --overwrite"
    parser.add_argument("--mirror", type=folder, metavar="DIR", help=tree)
    parser.add_argument(
        "--to",
        type=_forms,
        metavar="FORMS",
        help="of the tree's files: md (words and tables), csv, xlsx (tables); default md, of --task tables xlsx",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what there is to do; the forecast as JSON")
    limit = "seconds for one try of a document, looked at between its pages; default no limit"
    parser.add_argument("--timeout", type=_seconds, metavar="S", help=limit)
    parser.add_argument(
        "--retries", type=_retries, default=0, metavar="N", help="further tries after a mishap: crash, timeout"
    )
    parser.add_argument("--workers", type=_workers, default=1, metavar="N", help="documents at a time, default 1")
    parser.add_argument(
        "--backend",
        choices=("threads", "ray"),
        default="threads",
        help="who the workers are; ray: needs requirements-ray.txt",
    )
    parser.add_argument("--password", help="of locked PDFs among them")
    add_pages(parser)
    add_thinking(parser)
    add_grounding(parser)
    add_arguments(parser)
    return parser


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= threading.TIMEOUT_MAX:
        raise argparse.ArgumentTypeError("a timeout is a number of seconds above 0")
    return value


def _retries(text: str) -> int:
    return _whole(text, 0)


def _workers(text: str) -> int:
    return _whole(text, 1)


def _whole(text: str, least: int) -> int:
    if not text.isdecimal() or (value := int(text)) < least:
        raise argparse.ArgumentTypeError(f"it is a whole number, at least {least}")
    return value


def _forms(text: str) -> tuple[str, ...]:
    forms = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if unknown := [form for form in forms if form not in FORMS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(FORMS)}")
    return forms
