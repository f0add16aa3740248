"""Teach nano to answer from evidence: `python -m train.nano_text --base DIR --out STATE.safetensors --minutes 60`

DIR is what `python -m vlm.nano --untrained` prints.

The base stays frozen; routed text experts and low-rank updates of attention learn from the factory alone. Stop it at
any moment and start it again with the same `--out`: the trained tensors are the state. It needs no network and no
library beyond torch, safetensors and tokenizers, so it also runs on a machine that has only those.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from train.command import add_running, packer_of, run, seed_of
from train.factory.stream import samples
from train.loop import batches
from train.measure import measure
from train.packing import Batch, Packer
from train.ship import unship
from train.trainee import Shape, trainee
from train.turns import Diet, lessons

TOP_TEN = tuple(range(20, 30))
SHAPES: Mapping[str, Shape] = {  # all within 9 MB of six bits
    "experts": Shape(TOP_TEN, width=64),
    "top": Shape(TOP_TEN, width=48, rank=32, low_rank_layers=10),
    "all": Shape(TOP_TEN, width=48, rank=16, low_rank_layers=30),
    "half": Shape(TOP_TEN, width=48, rank=32, low_rank_layers=15),
    "deep": Shape(TOP_TEN, width=48, rank=32, low_rank_layers=22, mlp_rank=16),
}
DRILLS = {"drill": 0.75, "receipt": 0.15, "invoice": 0.1}
DOCUMENTS = {
    "receipt": 0.3,
    "invoice": 0.3,
    "drill": 0.2,
    "table_drill": 0.1,
    "chart": 0.12,
    "table": 0.14,
    "form": 0.16,
    "letter": 0.04,
    "statement": 0.04,
    "report": 0.06,
    "slides": 0.01,
    "paper": 0.01,
}
ROW_TOKENS = 2560


@dataclass(frozen=True)
class Lessons(IterableDataset[Batch]):
    """Batches without end; the workers of a loader share the samples."""

    packer: Packer
    seed: str
    shares: Mapping[str, float]
    tokens: int

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        place, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        pairs = samples(self.seed, "train", self.shares, place, workers)
        rows = (self.packer.row(evidence, turns, ROW_TOKENS) for evidence, turns in lessons(pairs, Diet()))
        return batches((row for row in rows if row is not None), self.tokens)


def curriculum(packer: Packer, seed: str, tokens: int, workers: int, drills_until: float) -> Callable[[float], Batch]:
    """The next batch for where a run stands: drills first, then documents with some drills among them."""

    @cache  # each with processes of its own, which begin when they are needed
    def loader(name: str) -> Iterator[Batch]:
        shares = DRILLS if name == "drills" else DOCUMENTS
        return iter(DataLoader(Lessons(packer, f"{seed} {name}", shares, tokens), batch_size=None, num_workers=workers))

    return lambda progress: next(loader("drills" if progress < drills_until else "documents"))


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m train.nano_text", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True, help="nano's base (python -m vlm.nano --untrained)")
    parser.add_argument(
        "--start", type=Path, help="shipped weights to begin with, where --out is not there; what --shape adds is fresh"
    )
    parser.add_argument("--shape", choices=SHAPES, default="all")
    parser.add_argument("--drills-until", type=float, default=0.15, help="share of the time; 0 when going on")
    add_running(parser)
    args = parser.parse_args(argv)
    shape = SHAPES[args.shape]
    model = trainee(args.base, shape, torch.bfloat16, args.device)
    if args.start is not None and not args.out.exists():
        unship(args.start, model, shape, args.out)
    packer = packer_of(args.base)
    source = curriculum(packer, seed_of(args), args.tokens, args.workers, args.drills_until)

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    run(model, shape, lambda progress: source(progress).to(args.device), args, say)
    test = islice(samples("measure", "test", DOCUMENTS), args.measure)
    print(json.dumps(measure(model, packer, test, args.device)))


if __name__ == "__main__":
    main()
