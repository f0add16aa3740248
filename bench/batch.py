"""What a drawer costs as it grows: `python -m bench.batch [--files 10,100,500] [--workers 1]`

So many PDFs of three pages are made and transcribed by `app.batch`, each run a program of its own: what is measured is
reading, the journal and the tree, not a model. With `--question` the model is asked one, too. `--workers 1,2` compares
numbers of workers; all kinds of runs take turns, round by round. `--folder DIR` takes the first documents found there
instead. Memory is of the program and its processes together,
early (20 to 40 % of the run) and late (80 to 100 %). The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.batch.files import find_files
from bench.made import Wanted, make
from bench.tree import Run, watched

PAGES = 3
NOTHING_KEPT = {"LECTOR_OCR_CACHE_MB": "0", "LECTOR_PICTURE_CACHE_MB": "0"}  # a run finds nothing of an earlier one


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.batch", description=__doc__.splitlines()[0])
    parser.add_argument("--files", default="10,100,500")
    parser.add_argument("--workers", default="1")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scans", action="store_true", help="pictures of pages, without words")
    parser.add_argument("--folder", help="take documents from there instead of making some")
    parser.add_argument("--question", help="asked of each file; without one no model is loaded")
    args, model = parser.parse_known_args(argv)
    kinds = [(int(files), int(workers)) for files in args.files.split(",") for workers in args.workers.split(",")]
    most, there = max(files for files, _ in kinds), len(find_files([args.folder])) if args.folder else None
    if there is not None and there < most:
        parser.error(f"{args.folder} has {there} documents, and --files asks for {most}")
    runs: dict[tuple[int, int], list[Run]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory() as folder:
        for files in {files for files, _ in kinds}:
            _fill(Path(folder) / str(files), files, args.folder, args.scans)
        for _ in range(args.rounds):
            for files, workers in kinds:
                runs[files, workers].append(_run(Path(folder), files, workers, args.question, model))
    rows = [_row(files, workers, found) for (files, workers), found in runs.items()]
    for row in rows:
        print(
            f"{row['files']:4} files, {row['workers']} workers: {row['median_s']:7.1f} s "
            f"({min(row['seconds']):.1f} to {max(row['seconds']):.1f}), {row['cpu_s']:.1f} s of processors, "
            f"{row['early_mb']:.0f} MB early, {row['late_mb']:.0f} MB late, {row['peak_mb']:.0f} MB at most"
        )
    for one, other in pairwise(row for row in rows if row["workers"] == rows[0]["workers"]):
        clock, work = ((other[key] - one[key]) / (other["files"] - one["files"]) for key in ("median_s", "cpu_s"))
        step = f"from {one['files']} to {other['files']} files"
        print(f"{step} each further one takes {clock:.3f} s, {work:.3f} s of processors")
    about = {"folder": args.folder} if args.folder else {"pages_a_file": PAGES, "scans": args.scans}
    print(json.dumps({**about, "question": args.question, "rows": rows}))
    return 0


def _fill(folder: Path, files: int, source: str | None, scans: bool) -> None:
    folder.mkdir()
    if source is not None:
        for number, path in enumerate(find_files([source])[:files]):
            (folder / f"{number:04}{path.suffix}").symlink_to(path.absolute())
        return
    make([Wanted(str(folder / f"{number:04}.pdf"), PAGES, scans, number) for number in range(files)])


def _run(folder: Path, files: int, workers: int, question: str | None, model: Sequence[str]) -> Run:
    out = folder / "out.jsonl"
    task = ["--task", "transcribe"] if question is None else ["-q", question]
    command = [sys.executable, "-m", "app.batch", str(folder / str(files)), *task, "--workers", str(workers), *model]
    more = ["-o", str(out), "--overwrite", "--mirror", str(folder / "tree")]
    run = watched([*command, *more], os.environ | NOTHING_KEPT)
    assert out.read_bytes().count(b"\n") == files, "a file is missing"
    return run


def _row(files: int, workers: int, runs: Sequence[Run]) -> dict[str, Any]:
    return {
        "files": files,
        "workers": workers,
        "median_s": statistics.median(run.seconds for run in runs),
        "seconds": [run.seconds for run in runs],
        "cpu_s": statistics.median(run.cpu_seconds for run in runs),
        "early_mb": statistics.median(run.mean_mb(0.2, 0.4) for run in runs),
        "late_mb": statistics.median(run.mean_mb(0.8, 1.0) for run in runs),
        "peak_mb": max(run.peak_mb for run in runs),
    }


if __name__ == "__main__":
    sys.exit(main())
