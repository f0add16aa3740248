"""Pages a minute to Markdown, by kind: `python -m bench.pages FILE... [--peers .venv-bench/bin/python]`

Files whose every page has a text layer are of the kind `text`, those whose every page is read by OCR are `scan`, mixed
ones are left out. Lector and its peers (requirements-bench.txt) are loaded, convert one file each without being timed,
and then take turns file by file, each with all cores to itself. A file that a converter fails on in any round is in
none of its figures, and each peer is set beside Lector on the files that both did in every round. The last line is
JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from app.batch.pages import read
from app.opening import open_file
from app.settings import Settings
from bench.child import ChildError
from bench.peers import PEERS, Peer
from bench.spread import Spread
from preprocess.document import DocumentError

FILES = ("docs/invoice.pdf", "docs/receipt.jpg", "docs/chart.png")
OURS = "lector"


@dataclass(slots=True)
class Score:
    """One converter and kind: seconds of each file, round by round, its characters, and files that it failed on, with
    its words."""

    rounds: list[dict[str, float]] = field(default_factory=list)
    characters: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def done(self, files: Mapping[str, int]) -> dict[str, int]:
        """Those of `files` that were done in every round."""
        return {path: pages for path, pages in files.items() if path not in self.failed}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", default=FILES)
    parser.add_argument("--peers", metavar="PYTHON", help="of the environment that the peers are in")
    parser.add_argument("--only", help="of the converters, names with commas between: lector,rapidocr")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(argv)
    rows = []
    for kind, files in kinds(args.files).items():
        print(f"{kind}: {len(files)} files, {sum(files.values())} pages", flush=True)
        with ExitStack() as stack:
            peers = _started(stack, kind, args.peers, args.only)
            scores = measured(peers, files, args.rounds)
        for name in scores:
            rows.append(_row(kind, name, scores, files))
            print(_line(rows[-1]), flush=True)
    print(json.dumps({"rounds": args.rounds, "rows": rows}, ensure_ascii=False))
    return 0


def kinds(files: Sequence[str]) -> dict[str, dict[str, int]]:
    """Files and their number of pages, by kind."""
    found: dict[str, dict[str, int]] = {"text": {}, "scan": {}}
    settings = Settings.load()
    for path in files:
        try:
            sources = {page.number: page.source for page in read(open_file(path, settings)).pages}
        except DocumentError as error:
            print(f"{error} It is left out.", file=sys.stderr)
            continue
        if set(sources.values()) == {"text"}:
            found["text"][path] = len(sources)
        elif set(sources.values()) == {"ocr"}:
            found["scan"][path] = len(sources)
    return {kind: paths for kind, paths in found.items() if paths}


def measured(peers: Mapping[str, Peer], files: Mapping[str, int], rounds: int) -> dict[str, Score]:
    """Every peer converts every file `rounds` times, in turns whose order changes from file to file."""
    scores = {name: Score() for name in peers}
    rng = random.Random(0)
    for number in range(rounds + 1):  # the first is not timed
        for score in scores.values():
            score.rounds.append({})
        for path in files:
            for name in rng.sample(sorted(peers), len(peers)):
                if path not in scores[name].failed and (number or path == next(iter(files))):
                    _convert(peers[name], scores[name], path)
    for score in scores.values():
        del score.rounds[0]
    return scores


def _convert(peer: Peer, score: Score, path: str) -> None:
    try:
        score.rounds[-1][path], score.characters[path] = peer.convert(path)
    except ChildError as error:
        score.failed[path] = str(error)


def _started(stack: ExitStack, kind: str, python: str | None, only: str | None) -> dict[str, Peer]:
    peers = {}
    for name, recipe in PEERS.items():
        executable = sys.executable if recipe.ours else python
        if executable is None or kind not in recipe.kinds or (only is not None and name not in only.split(",")):
            continue
        try:
            peers[name] = stack.enter_context(Peer(recipe, executable))
        except ChildError as error:
            print(f"{name}: {error}", file=sys.stderr)
    return peers


def _row(kind: str, name: str, scores: Mapping[str, Score], files: Mapping[str, int]) -> dict[str, Any]:
    score = scores[name]
    row = {"kind": kind, "converter": name, "failed": score.failed, **_figures(score, score.done(files))}
    if OURS in scores and name != OURS:
        both = scores[OURS].done(score.done(files))
        row |= {"files_both_did": len(both), "beside": {who: _figures(scores[who], both) for who in (name, OURS)}}
    return row


def _figures(score: Score, files: Mapping[str, int]) -> dict[str, Any]:
    """What is said of a converter over `files`, all of which it did."""
    rates = [rate(seconds, files) for seconds in score.rounds] if files else []
    return {
        "pages": sum(files.values()),
        "pages_a_minute": Spread.of(rates).median if rates else None,
        "rates": rates,
        "characters": sum(score.characters[path] for path in files),
    }


def rate(seconds: Mapping[str, float], files: Mapping[str, int]) -> float:
    """Pages a minute over `files` in one round."""
    return 60 * sum(files.values()) / sum(seconds[path] for path in files)


def _line(row: Mapping[str, Any]) -> str:
    if not row["pages"]:
        return f"  {row['converter']:24} reads none of them: {next(iter(row['failed'].values()))}"
    line = f"  {row['converter']:24} {_said(row)}"
    if row["failed"]:
        line += f", {len(row['failed'])} files failed"
    if row.get("files_both_did"):
        mine, ours = (row["beside"][name] for name in (row["converter"], OURS))
        line += f"; on {row['files_both_did']} files that both did, Lector {_said(ours)}"
        line += f" and this one {_said(mine)}" if mine["pages"] != row["pages"] else ""
    return line


def _said(figures: Mapping[str, Any]) -> str:
    return f"{Spread.of(figures['rates']):.0f} pages a minute, {figures['characters']:,} characters"


if __name__ == "__main__":
    sys.exit(main())
