"""Ask one question about one file: `python -m app.ask invoice.pdf "What is the total?" [--think] [--grounded]`

Exit codes: 0 answered, 2 wrong usage, 3 the file cannot be read or the question does not fit, 4 the model is not here
or cannot be used, 130 interrupted, 141 nobody reads the output any more.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from app.answer import Answer
from app.answer_stream import AnswerStream
from app.opening import open_file
from app.places import written
from app.reader import Reader
from app.settings import Settings, add_arguments, add_grounding, add_pages, add_thinking, thinking_of
from app.terminal import program, said, tell


@program
def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.ask", description="Ask a question about a document.")
    parser.add_argument("file", help="a PDF or a picture")
    parser.add_argument("question", type=said)
    parser.add_argument("--password", help="of a locked PDF")
    add_pages(parser)
    add_thinking(parser)
    add_grounding(parser)
    parser.add_argument("--json", action="store_true", help="print the whole answer as one JSON object")
    add_arguments(parser)
    args = parser.parse_args(argv)
    settings = Settings.load(args)
    # A wrong file is told before the model loads.
    document = open_file(args.file, settings, password=args.password, pages=args.pages)
    with Reader(settings=settings, progress=tell) as reader:
        for notice in reader.backend.info.notices:
            tell(notice)
        think, effort = thinking_of(args)
        stream = reader.stream(document, args.question, enable_thinking=think, effort=effort, grounded=args.grounded)
        if not args.json:
            _print_pieces(stream)
        _show(stream.answer, args.json)
    return 0


def _print_pieces(stream: AnswerStream) -> None:
    """As they come; the thought aside."""
    thinking = False
    for delta in stream:
        if delta.reasoning:
            if not thinking:
                tell("Thinking")
            thinking = True
            print(delta.reasoning, end="", file=sys.stderr, flush=True)
        elif delta.content:
            print("\n" if thinking else "", end="", file=sys.stderr)
            thinking = False
            print(delta.content, end="", flush=True)


def _show(answer: Answer, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False))
        return
    print()
    if answer.calculation:
        tell(f"  worked out: {answer.calculation}")
    for citation in answer.citations:
        tell(f"  {written(citation)} ({citation.status}): {citation.quote}")
    for notice in answer.notices:
        tell(notice)
    tell(f"{answer.usage.completion_tokens} tokens in {answer.timings.total:.1f} s ({answer.model})")


if __name__ == "__main__":
    sys.exit(main())
