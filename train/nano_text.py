"""Teach nano to answer from evidence: `python -m train.nano_text --base DIR --out STATE.safetensors --minutes 60`

The base stays frozen; routed text experts and low-rank updates of attention learn from the factory alone. Stop it at
any moment and start it again with the same `--out`: the trained tensors are the state. It needs no network and no
library beyond torch, safetensors and tokenizers, so it also runs on a machine that has only those.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import torch
from tokenizers import Tokenizer

from prompts.template import ChatTemplate
from train.factory.stream import samples
from train.loop import Recipe, batches, train
from train.measure import measure
from train.packing import Batch, Packer, Row
from train.trainee import Shape, trainee
from train.turns import Diet, lessons

TOP_TEN = tuple(range(20, 30))
SHAPES: Mapping[str, Shape] = {  # all within 9 MB of int8
    "experts": Shape(TOP_TEN, width=64),
    "top": Shape(TOP_TEN, width=48, rank=32, low_rank_layers=10),
    "all": Shape(TOP_TEN, width=48, rank=16, low_rank_layers=30),
    "half": Shape(TOP_TEN, width=48, rank=32, low_rank_layers=15),
}
DRILLS = {"drill": 0.75, "receipt": 0.15, "invoice": 0.1}
DOCUMENTS = {
    "drill": 0.12,
    "receipt": 0.24,
    "invoice": 0.16,
    "chart": 0.18,
    "table": 0.12,
    "report": 0.04,
    "statement": 0.04,
    "form": 0.05,
    "letter": 0.03,
    "slides": 0.01,
    "paper": 0.01,
}
DRILLS_UNTIL = 0.15  # of the time
ROW_TOKENS = 896


class Lessons:
    """Batches for where a run stands: drills first, then documents with some drills among them."""

    def __init__(self, packer: Packer, seed: int, device: str, tokens: int) -> None:
        self.device = device
        self.early, self.late = (
            batches(_rows(packer, f"{seed} {name}", shares), tokens)
            for name, shares in (("drills", DRILLS), ("documents", DOCUMENTS))
        )

    def __call__(self, progress: float) -> Iterator[Batch]:
        source = self.early if progress < DRILLS_UNTIL else self.late
        return (batch.to(self.device) for batch in source)


def _rows(packer: Packer, seed: str, shares: Mapping[str, float]) -> Iterator[Row]:
    made = (
        packer.row(evidence, turns, ROW_TOKENS) for evidence, turns in lessons(samples(seed, "train", shares), Diet())
    )
    return (row for row in made if row is not None)


def main(argv: list[str] | None = None) -> None:
    usual = Recipe(minutes=60)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="nano's checkpoint directory (python -m vlm.nano)")
    parser.add_argument("--out", type=Path, required=True, help="where the trained tensors are kept, and resumed from")
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="0 measures only")
    parser.add_argument("--shape", choices=SHAPES, default="all")
    parser.add_argument("--rate", type=float, default=usual.rate)
    parser.add_argument("--tokens", type=int, default=usual.batch_tokens, help="a step")
    parser.add_argument(
        "--seed", type=int, default=0, help="another one for each start, or it sees the same data again"
    )
    parser.add_argument("--measure", type=int, default=200, help="samples of the test split to measure on at the end")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args(argv)
    shape = SHAPES[args.shape]
    model = trainee(args.base, shape, torch.bfloat16, args.device)
    tokenizer = Tokenizer.from_file(str(args.base / "tokenizer.json"))
    packer = Packer(ChatTemplate.named("chatml"), lambda text: tokenizer.encode(text, add_special_tokens=False).ids)
    recipe = Recipe(args.minutes, batch_tokens=args.tokens, rate=args.rate)

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    train(model, shape, recipe, Lessons(packer, args.seed, args.device, args.tokens), args.out, say)
    test = islice(samples("measure", "test", DOCUMENTS), args.measure)
    print(json.dumps(measure(model, packer, test, args.device)))


if __name__ == "__main__":
    main()
