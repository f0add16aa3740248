"""Teach nano to see: `python -m train.nano_sight --base DIR --fonts DIR --out STATE.safetensors --stage lines`

The base is nano as it is, in 16 bits (`python -m vlm.nano` prints where it lies); `python -m train.factory.fonts DIR`
fetches the fonts, once. Tower, resampler and vision experts learn; what a text gives stays the same to the bit. Stages
build on one another, so go on with the same `--out`: `lines` until transcription holds on unseen fonts, then `tables`,
then `questions`. Stop it at any moment and start it again: the trained tensors are the state.

Last, if it pays, `--stage together`: what `train.nano_text` teaches learns too, from questions about pictures and, by
turns, about words alone. It begins with what shipped, text and sight, from the untrained base (`python -m vlm.nano
--untrained`), and its state is one of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import cv2
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from train.command import add_running, begin_with, check_begun, packer_of, run, seed_of, told
from train.factory.fonts import FAMILIES, Fonts
from train.factory.sample import Split
from train.factory.stream import samples
from train.loop import batches
from train.measure import measure_rows
from train.packing import Batch, Eyes, Packer, Row
from train.shapes import SHIPPED, TOGETHER, AnyShape, JointShape, SightShape
from train.sight_trainee import joint_trainee, sight_trainee
from train.sight_turns import STAGES, looks
from train.text_rows import DOCUMENTS, ROW_TOKENS, text_rows
from vlm.config import ModelConfig
from vlm.dtypes import native_dtype
from vlm.image_processor import ImageProcessor
from vlm.model.ernie_vl import ErnieVL
from vlm.nano.trained import WEIGHTS

RATE = 2e-4  # at 1e-3 all pictures soon give the same rows, for a fresh tower finds a way of its own to say nothing


@dataclass(frozen=True)
class SightLessons(IterableDataset[Batch]):
    """Batches without end; the workers of a loader share the samples.

    Each makes its own packer, of the checkpoint in `base`: a chat template cannot travel to a process that is spawned.
    """

    base: Path
    fonts: Path
    seed: str
    stage: str
    tokens: int

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        place, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        if worker:
            cv2.setNumThreads(1)  # each has a core
        packer = packer_of(self.base, eyes_of(self.base))
        return batches(rows(packer, self.fonts, self.seed, "train", self.stage, place, workers), self.tokens)


def rows(
    packer: Packer, fonts: Path, seed: str, split: Split, stage: str, place: int = 0, workers: int = 1
) -> Iterator[Row]:
    """A row for each look of `stage`; what is too long for one is left out. `together`: every other one has no look."""
    if stage == TOGETHER:
        pictured = rows(packer, fonts, seed, split, "questions", place, workers)
        worded = text_rows(packer, f"{seed} words", split, DOCUMENTS, place, workers)
        yield from chain.from_iterable(zip(pictured, worded, strict=False))
        return
    look_at, shares = STAGES[stage]
    pairs = samples(seed, split, shares, place, workers)
    for look in looks(pairs, look_at, Fonts.load(fonts, FAMILIES[split]), split):
        row = packer.row(look.evidence, look.turns, ROW_TOKENS, [look.image])
        if row is not None:
            yield row


def eyes_of(base: Path) -> Eyes:
    tokens = ModelConfig.load(base).tokens
    assert tokens is not None, "a model with a tower names its placeholders"
    return Eyes(ImageProcessor.load(base), tokens)


def trainee_of(base: Path, stage: str, device: str) -> tuple[ErnieVL, AnyShape]:
    """What learns in `stage`."""
    if stage == TOGETHER:
        model = joint_trainee(base, SHIPPED, native_dtype(device), device)
        return model, JointShape(SHIPPED, SightShape.of(model.config))
    model = sight_trainee(base, native_dtype(device), device)
    return model, SightShape.of(model.config)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m train.nano_sight", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True, help="nano in 16 bits (python -m vlm.nano), or untrained")
    parser.add_argument("--fonts", type=Path, required=True, help="filled by python -m train.factory.fonts")
    parser.add_argument("--stage", choices=(*STAGES, TOGETHER), required=True)
    add_running(parser)
    parser.set_defaults(rate=RATE)
    args = parser.parse_args(argv)
    with told(parser):
        _teach(args)


def _teach(args: argparse.Namespace) -> None:
    check_begun(args, WEIGHTS if args.stage == TOGETHER else None)
    for families in FAMILIES.values():
        Fonts.load(args.fonts, families)  # what is missing is told now: those of the test split come last
    eyes = eyes_of(args.base)
    packer = packer_of(args.base, eyes)
    model, shape = trainee_of(args.base, args.stage, args.device)
    if isinstance(shape, JointShape):
        begin_with(WEIGHTS, model, shape, args)
    lessons = SightLessons(args.base, args.fonts, f"{seed_of(args)} {args.stage}", args.stage, args.tokens)
    source = iter(DataLoader(lessons, batch_size=None, num_workers=args.workers))

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    run(model, shape, lambda _: next(source).to(args.device).normalised(eyes.processor), args, say)
    test = islice(rows(packer, args.fonts, "measure", "test", args.stage), args.measure)
    print(json.dumps(measure_rows(model, test, eyes.processor, args.device)))


if __name__ == "__main__":
    main()
