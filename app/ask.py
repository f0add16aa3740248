"""Ask one question about one file: `python -m app.ask invoice.pdf "What is the total?" [--think] [--grounded]`

Exit codes: 0 answered, 2 wrong usage, 3 the file cannot be read or the question does not fit, 4 the model is not here
or cannot be used, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import sys

from app.answer import Answer
from app.opening import open_file
from app.places import written
from app.reader import Reader
from app.settings import Settings, add_arguments, add_grounding, add_pages, add_thinking, thinking_of
from app.terminal import fail, said, speak_utf8, tell
from preprocess.document import DocumentError
from vlm.errors import VLMError


def main(argv: list[str] | None = None) -> int:
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
    speak_utf8()

    try:
        settings = Settings.load(args)
        # A wrong file is told before the model loads.
        document = open_file(args.file, settings, password=args.password, pages=args.pages)
        reader = Reader(settings=settings, progress=tell)
        for notice in reader.backend.info.notices:
            tell(notice)
        think, effort = thinking_of(args)
        stream = reader.stream(document, args.question, enable_thinking=think, effort=effort, grounded=args.grounded)
        thinking = False
        for delta in stream:
            if args.json:
                continue
            if delta.reasoning:
                if not thinking:
                    tell("Thinking")
                thinking = True
                print(delta.reasoning, end="", file=sys.stderr, flush=True)
            elif delta.content:
                print("\n" if thinking else "", end="", file=sys.stderr)
                thinking = False
                print(delta.content, end="", flush=True)
        _show(stream.answer, args.json)
    except (DocumentError, VLMError) as error:
        return fail(error)
    except KeyboardInterrupt:
        tell("interrupted")
        return 130
    return 0


def _show(answer: Answer, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False))
        return
    print()
    for citation in answer.citations:
        tell(f"  {written(citation)} ({citation.status}): {citation.quote}")
    for notice in answer.notices:
        tell(notice)
    tell(f"{answer.usage.completion_tokens} tokens in {answer.timings.total:.1f} s ({answer.model})")


if __name__ == "__main__":
    sys.exit(main())
