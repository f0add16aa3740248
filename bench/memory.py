"""Whether a long document takes more memory than a short one: `python -m bench.memory [--pages 10,100,1000]`

PDFs of so many pages are made and read from the first page to the last as `app.transcribe` does it, in a program of its
own; with `--scans` their pages are pictures, which OCR reads. Peaks are of the program and its processes together. The
last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.made import Wanted, make
from bench.tree import Run, watched

_READ = """
import sys
from app.batch.pages import read
from preprocess.load import load
reading = read(load(sys.argv[1], max_pages=10**6))
assert not reading.errors
print(len(reading.pages))
"""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", default="10,100,1000", help="of the documents that are made")
    parser.add_argument("--scans", action="store_true", help="pictures of pages, without words")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args(argv)
    counts = [int(text) for text in args.pages.split(",")]
    runs: dict[int, list[Run]] = {count: [] for count in counts}
    with tempfile.TemporaryDirectory() as folder:
        path = {count: str(Path(folder) / f"{count}.pdf") for count in counts}
        make([Wanted(path[count], count, args.scans) for count in counts])
        for _ in range(args.rounds):
            for count in counts:
                run = watched([sys.executable, "-c", _READ, path[count]])
                assert run.out.split() == [str(count)], "a page is missing"
                print(f"{count:5} pages  {run.peak_mb:7.0f} MB at most  {run.seconds:6.1f} s", flush=True)
                runs[count].append(run)
    peaks = {count: statistics.median(run.peak_mb for run in runs[count]) for count in counts}
    ratio = peaks[counts[-1]] / peaks[counts[0]]
    kind = "scans" if args.scans else "text"
    print(f"{counts[-1]} pages take {ratio:.2f} times what {counts[0]} take ({kind}, medians of {args.rounds} rounds)")
    rows = [
        {
            "pages": count,
            "peaks_mb": [run.peak_mb for run in runs[count]],
            "seconds": [run.seconds for run in runs[count]],
        }
        for count in counts
    ]
    print(json.dumps({"kind": kind, "ratio": ratio, "rows": rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
