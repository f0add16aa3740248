"""Measure charts read back, on generated ones: `python -m train.charts --fonts DIR [--samples N] [--seed S]`

`DIR` is filled by `python -m train.factory.fonts DIR`. Charts of the test split are drawn and read by
`preprocess.charts`; no model is asked. A cell is right where a printed value is read exactly, or an estimate lies
within 5 % (a pie's without printed values is its share). Prints tables with n and 95 % intervals, and, as its last
line, the same as JSON. `--keep FOLDER` writes pictures, overlays and readings of charts with wrong or missing cells.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from preprocess.charts.chart import Chart
from preprocess.charts.redraw import overlay
from prompts.scoring import wilson_interval
from train.charts.trials import Trial, try_chart
from train.charts.truth import Truth, page_of
from train.factory.fonts import FAMILIES, Fonts
from train.factory.stream import samples

REFUSED = ("scatter",)  # what there is no reader for: refusing it is right


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m train.charts", description="Measure charts read back.")
    parser.add_argument("--fonts", type=Path, required=True, help="filled by python -m train.factory.fonts DIR")
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--seed", default="charts")
    parser.add_argument("--split", choices=["train", "test"], default="test")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write what went wrong here")
    args = parser.parse_args(argv)
    if args.samples < 1:
        parser.error("--samples must be at least 1")
    try:
        _measure(args)
    except OSError as error:
        parser.exit(2, f"error: {error}\n")
    return 0


def _measure(args: argparse.Namespace) -> None:
    fonts = Fonts.load(args.fonts, FAMILIES[args.split])
    tried = []
    for number, (sample, rng) in enumerate(islice(samples(args.seed, args.split, {"chart": 1.0}), args.samples)):
        truth = Truth.of(sample)
        page = page_of(sample, fonts, rng)
        trial, chart = try_chart(page, truth, "digital" if sample.medium == "digital" else "scan")
        tried.append((truth, trial))
        if args.keep and set(trial.outcomes) != {"right"}:
            _keep(args.keep, number, truth, trial, chart, page.render())
    found = tables(tried)
    for title, rows in found.items():
        print(_markdown(title, rows), end="\n\n")
    print(json.dumps(found))


def tables(tried: Sequence[tuple[Truth, Trial]]) -> dict[str, list[dict[str, object]]]:
    """Rows by title: cells by kind and by whether values are printed, checks, and what should be refused."""
    readable = [trial for truth, trial in tried if truth.measurable and truth.kind not in REFUSED]
    groups: dict[str, list[Trial]] = {}
    for trial in readable:
        way = "printed" if trial.printed else "measured"
        for name in (f"{trial.kind}, {way}", f"all, {way}", f"all, {way}, {trial.medium}"):
            groups.setdefault(name, []).append(trial)
    blank = [trial for truth, trial in tried if not truth.measurable and truth.kind not in REFUSED]
    refused = {"scatter": [t for _, t in tried if t.kind in REFUSED], "no numbers to measure by": blank}
    done = [trial for trial in readable if trial.passed is not None]
    perfect = [trial for trial in done if set(trial.outcomes) == {"right"}]
    flawed = [trial for trial in done if "wrong" in trial.outcomes]
    return {
        "cells": [_cells(name, groups[name]) for name in sorted(groups)],
        "checks": [
            _share("all cells right, a check fails", [not trial.passed for trial in perfect]),
            _share("a printed cell wrong, all checks pass", [bool(t.passed) for t in flawed if t.printed]),
            _share("a measured cell wrong, all checks pass", [bool(t.passed) for t in flawed if not t.printed]),
        ],
        "refused": [_share(name, [not trial.read for trial in trials]) for name, trials in refused.items()],
        "seconds": [_seconds([trial.seconds for _, trial in tried])],
    }


def _cells(name: str, trials: Sequence[Trial]) -> dict[str, object]:
    outcomes = [outcome for trial in trials for outcome in trial.outcomes]
    read = _share("", [trial.read for trial in trials])
    right = _share("", [outcome == "right" for outcome in outcomes])
    return {
        "name": name,
        "charts": len(trials),
        "read": read["share"],
        "read interval": read["interval"],
        "cells": len(outcomes),
        "right": right["share"],
        "right interval": right["interval"],
        "wrong": outcomes.count("wrong") / max(len(outcomes), 1),
        "missing": outcomes.count("missing") / max(len(outcomes), 1),
        "names read": sum(t.named for t in trials) / max(sum(t.categories for t in trials), 1),
    }


def _share(name: str, hits: Sequence[bool]) -> dict[str, object]:
    share = sum(hits) / len(hits) if hits else 0.0
    return {"name": name, "n": len(hits), "share": share, "interval": wilson_interval(sum(hits), len(hits))}


def _seconds(seconds: Sequence[float]) -> dict[str, object]:
    ordered = sorted(seconds)
    middle, late = ordered[len(ordered) // 2], ordered[int(0.95 * (len(ordered) - 1))]
    return {"name": "a chart, without drawing it", "n": len(ordered), "median": middle, "95 of 100": late}


def _markdown(title: str, rows: Sequence[dict[str, object]]) -> str:
    heads = [head for head in rows[0] if head != "name"]
    lines = [f"| {title} | {' | '.join(heads)} |", "|" + "---|" * (len(heads) + 1)]
    for row in rows:
        lines.append(f"| {row['name']} | {' | '.join(_text(head, row[head]) for head in heads)} |")
    return "\n".join(lines)


def _text(head: str, value: object) -> str:
    if isinstance(value, tuple):
        return " to ".join(f"{end:.1%}" for end in value)
    if isinstance(value, float):
        return f"{value:.2f}" if head in ("median", "95 of 100") else f"{value:.1%}"
    return str(value)


def _keep(folder: Path, number: int, truth: Truth, trial: Trial, chart: Chart | None, picture: object) -> None:
    from PIL import Image

    assert isinstance(picture, Image.Image)
    folder.mkdir(parents=True, exist_ok=True)
    shown = overlay(picture, chart) if chart is not None else picture
    shown.save(folder / f"{number}.png")
    about = {"truth": asdict(truth), "trial": asdict(trial), "chart": asdict(chart) if chart else None}
    (folder / f"{number}.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
