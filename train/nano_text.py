"""Teach nano to answer from evidence: `python -m train.nano_text --base DIR --out STATE.safetensors --minutes 60`

DIR is what `python -m vlm.nano --untrained` prints.

The base stays frozen; routed text experts and low-rank updates of attention, in some
shapes of dense MLPs as well, learn from the factory alone. Stop it at
any moment and start it again with the same `--out`: the trained tensors are the state. It needs no network and no
library beyond torch, safetensors and tokenizers, so it also runs on a machine that has only those; with `--bits 8` it
compiles nano's kernels, once, beside the base.
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

from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from train.command import add_running, begin_with, check_begun, packer_of, run, seed_of, told
from train.factory.stream import samples
from train.frozen import BITS, in_eight_bits
from train.loop import batches
from train.measure import measure
from train.packing import Batch
from train.shapes import SHAPES
from train.text_rows import DOCUMENTS, DRILLS, text_rows
from train.trainee import trainee
from vlm.dtypes import native_dtype
from vlm.errors import ConfigError
from vlm.kernels.choice import compiled


@dataclass(frozen=True)
class Lessons(IterableDataset[Batch]):
    """Batches without end; the workers of a loader share the samples.

    Each makes its own packer, of the checkpoint in `base`: a chat template cannot travel to a process that is spawned.
    """

    base: Path
    seed: str
    shares: Mapping[str, float]
    tokens: int

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        place, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        rows = text_rows(packer_of(self.base), self.seed, "train", self.shares, place, workers)
        return batches(rows, self.tokens)


def curriculum(base: Path, seed: str, tokens: int, workers: int, drills_until: float) -> Callable[[float], Batch]:
    """The next batch for where a run stands: drills first, then documents with some drills among them."""

    @cache  # each with processes of its own, which begin when they are needed
    def loader(name: str) -> Iterator[Batch]:
        shares = DRILLS if name == "drills" else DOCUMENTS
        return iter(DataLoader(Lessons(base, f"{seed} {name}", shares, tokens), batch_size=None, num_workers=workers))

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
    parser.add_argument(
        "--bits",
        type=int,
        choices=(16, BITS),
        default=16,
        help="of what is frozen; 8 is faster on a processor, with a C++ compiler (the first time) and AVX2",
    )
    add_running(parser)
    args = parser.parse_args(argv)
    if args.bits == BITS and args.device != "cpu":
        parser.error(f"--bits {BITS} is for processors: add --device cpu, or leave it out")
    with told(parser):
        _teach(args)


def _teach(args: argparse.Namespace) -> None:
    check_begun(args, args.start, ", or shipped weights as --start")
    packer, shape = packer_of(args.base), SHAPES[args.shape]
    model = trainee(args.base, shape, native_dtype(args.device), args.device)
    if args.bits == BITS:
        try:
            in_eight_bits(model.language_model.layers, compiled(args.base.resolve().parent))
        except ConfigError as error:
            raise ConfigError(f"{error}; or leave out --bits") from error
    if args.start is not None:
        begin_with(args.start, model, shape, args)
    source = curriculum(args.base, seed_of(args), args.tokens, args.workers, args.drills_until)

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    run(model, shape, lambda progress: source(progress).to(args.device), args, say)
    test = islice(samples("measure", "test", DOCUMENTS), args.measure)
    print(json.dumps(measure(model, packer, test, args.device)))


if __name__ == "__main__":
    main()
