"""Fill in a schema from one file: `python -m app.extract invoice.pdf invoice`

The schema is the name of a ready one or a JSON Schema file. Prints one JSON object: `data`, the values alone, and
`fields`, each with its question, words, place, grade and reasons.
Exit codes: 0 done, 2 wrong usage, 3 the file cannot be read or a question does not fit, 4 the model is not here or
cannot be used, 130 interrupted, 141 nobody reads the output any more.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from app.opening import open_file
from app.reader import Reader
from app.settings import Settings, add_arguments, add_grounding, add_pages
from app.terminal import program, tell
from prompts.schema import READY, read_schema


@program
def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.extract", description="Fill in a schema from a document.")
    parser.add_argument("file", help="a PDF or a picture")
    parser.add_argument("schema", help=f"{', '.join(READY)}, or a JSON Schema file")
    parser.add_argument("--password", help="of a locked PDF")
    add_pages(parser)
    add_grounding(parser)
    add_arguments(parser)
    args = parser.parse_args(argv)
    fields, settings = read_schema(args.schema), Settings.load(args)
    # A wrong file is told before the model loads.
    document = open_file(args.file, settings, password=args.password, pages=args.pages)
    with Reader(settings=settings, progress=tell) as reader:
        for notice in reader.backend.info.notices:
            tell(notice)
        found = reader.extract(document, fields, grounded=args.grounded)
    print(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
