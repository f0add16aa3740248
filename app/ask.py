"""Ask one question about one file: `python -m app.ask invoice.pdf "What is the total?" [--think]`

Exit codes: 0 answered, 2 wrong usage, 3 the file cannot be read, 4 the model is not here, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import sys

from app.answer import Answer
from app.reader import Reader
from app.settings import Settings, add_arguments, add_thinking
from preprocess.document import DocumentError
from preprocess.load import load
from vlm.errors import VLMError


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.ask", description="Ask a question about a document.")
    parser.add_argument("file", help="a PDF or a picture")
    parser.add_argument("question")
    add_thinking(parser)
    parser.add_argument("--json", action="store_true", help="print the whole answer as one JSON object")
    add_arguments(parser)
    args = parser.parse_args(argv)

    try:
        document = load(args.file)  # a wrong file is told before the model loads
        reader = Reader(settings=Settings.load(args), progress=_tell)
        stream = reader.stream(document, args.question, enable_thinking=args.think)
        thinking = False
        for delta in stream:
            if args.json:
                continue
            if delta.reasoning:
                if not thinking:
                    _tell("Thinking")
                thinking = True
                print(delta.reasoning, end="", file=sys.stderr, flush=True)
            elif delta.content:
                print("\n" if thinking else "", end="", file=sys.stderr)
                thinking = False
                print(delta.content, end="", flush=True)
        _show(stream.answer, args.json)
    except DocumentError as error:
        return _fail(str(error), 3)
    except VLMError as error:
        return _fail(str(error), 4)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    return 0


def _show(answer: Answer, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False))
        return
    print()
    for citation in answer.citations:
        _tell(f"  page {citation.page} ({citation.status}): {citation.quote}")
    for notice in answer.notices:
        _tell(notice)
    _tell(f"{answer.usage.completion_tokens} tokens in {answer.timings.total:.1f} s ({answer.model})")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _fail(text: str, code: int) -> int:
    _tell(f"error: {text}")
    return code


if __name__ == "__main__":
    sys.exit(main())
