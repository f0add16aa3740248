"""What the command line of `python -m app.batch` says."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence
from pathlib import Path

from app.batch.desk import Task
from app.batch.files import root_of
from app.batch.mirror import FORMS, Mirror
from app.settings import add_arguments, add_grounding, add_pages, add_thinking, thinking_of
from app.terminal import said
from prompts.schema import READY, read_schema


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Ends the program with a usage message where the flags do not go together."""
    parser = _parser()
    args = parser.parse_args(argv)
    if args.to is not None and args.mirror is None:
        parser.error("--to needs --mirror, the folder to write to")
    if args.backend == "ray" and args.output == "-":
        parser.error("--backend ray needs --output: ray itself speaks on the standard output")
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
        "inputs", nargs="+", metavar="IN", help="files, folders, or globs; - reads names, by line or NUL"
    )
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("-q", "--question", type=said)
    asked.add_argument("--task", choices=("transcribe", "tables"), help="without a model: their words, or their tables")
    asked.add_argument(
        "--schema", type=said, help=f"fill in a schema instead: {', '.join(READY)}, or a JSON Schema file"
    )
    parser.add_argument("-o", "--output", default="-", help="JSONL file; - (default) is the standard output")
    existing = parser.add_mutually_exclusive_group()
    existing.add_argument("--resume", action="store_true", help="go on with an output that exists")
    existing.add_argument("--overwrite", action="store_true", help="replace an output that exists")
    parser.add_argument("--mirror", type=Path, metavar="DIR", help="write what the pages say, too, as a tree of files")
    parser.add_argument(
        "--to",
        type=_forms,
        metavar="FORMS",
        help="of the tree's files: md (words and tables), csv, xlsx (tables); default md, of --task tables xlsx",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what there is to do; the forecast as JSON")
    parser.add_argument("--timeout", type=_seconds, metavar="S", help="seconds for one document, default no limit")
    parser.add_argument(
        "--retries", type=int, default=0, metavar="N", help="further tries after a mishap: crash, timeout"
    )
    parser.add_argument("--workers", type=_at_least_one, default=1, metavar="N", help="documents at a time, default 1")
    parser.add_argument(
        "--backend",
        choices=("threads", "ray"),
        default="threads",
        help="who the workers are; ray: see app.batch.cluster",
    )
    parser.add_argument("--password", help="of locked PDFs among them")
    add_pages(parser)
    add_thinking(parser)
    add_grounding(parser)
    add_arguments(parser)
    return parser


def _seconds(text: str) -> float:
    if not 0 < (value := float(text)) <= threading.TIMEOUT_MAX:
        raise argparse.ArgumentTypeError("a timeout is a number of seconds above 0")
    return value


def _forms(text: str) -> tuple[str, ...]:
    forms = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if unknown := [form for form in forms if form not in FORMS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(FORMS)}")
    return forms


def _at_least_one(text: str) -> int:
    if (value := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least one worker is needed")
    return value
