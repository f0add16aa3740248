"""By how much nano is to refuse sooner: `python -m train.refusals --base DIR` (DIR: `python -m vlm.nano --untrained`)

About one question in eight that nano learns from has no answer, and where words are new that is too few: the first
token of `not found` comes out too unlikely. How likely it is made is a choice between two mistakes, and an invented
answer is the worse one: the bias is as large as it can be while one answerable question in twenty, at most, is refused,
on fresh documents of the *train* split. There are two: of an answer's beginning, and of what a thought reads behind its
first caption (`due date: not found`), for a thought refuses there and the answer follows it. They are written into
what the shipped weights say about themselves, and get from there into `generation_config.json` of the checkpoints that
are built of them, where our engine and transformers' find them. Those that are built already do not change: a new bias,
like new weights, is a new version of nano.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from random import Random

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from prompts.tasks import NOT_FOUND
from train import state
from train.command import packer_of, told
from train.factory.sample import Sample
from train.factory.stream import samples
from train.measure import answers
from train.packing import Packer, Turn, collate
from train.shapes import SHAPES
from train.ship import unship
from train.text_rows import DOCUMENTS, ROW_TOKENS
from train.trainee import trainee
from train.turns import Diet, lessons
from vlm.dtypes import native_dtype
from vlm.errors import ConfigError
from vlm.model.ernie_vl import ErnieVL
from vlm.nano.trained import REFUSAL_BIAS, THOUGHT_REFUSAL_BIAS, WEIGHTS

SEED = "refusals"
ASKED = {kind: share for kind, share in DOCUMENTS.items() if not kind.endswith("drill")}
UNTHOUGHT = Diet(think=0.0, think_steps=0.0, think_sums=0.0)
THOUGHT = Diet(think=1.0, think_steps=0.0, think_sums=0.0)  # about what is read; sums are not refused in their middle
DIETS = {REFUSAL_BIAS: UNTHOUGHT, THOUGHT_REFUSAL_BIAS: THOUGHT}
BIASES = [step / 4 for step in range(13)]  # nats; in bf16 logits are an eighth apart
MOST_FALSE = 0.05


@dataclass(frozen=True, slots=True)
class Said:
    """What the model says to a question: `lead` is by how many nats it would rather refuse than begin with any value,
    and `is_right` whether what it says if it does not refuse is the answer (and the thought), to the letter.
    """

    is_answerable: bool
    lead: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How questions are answered with a bias: shares of all, of the unanswerable, and of the answerable ones."""

    bias: float
    right: float
    refused: float
    false_refusals: float


def said(
    model: ErnieVL, packer: Packer, pairs: Iterator[tuple[Sample, Random]], row_tokens: int, diet: Diet
) -> Iterator[Said]:
    """What `model` says to the questions of documents, those that `diet` has it think about, if any; nothing is decoded
    (see `train.measure.measure`). A row that holds not all of them is passed over."""
    for evidence, every in lessons(pairs, diet):
        turns = [turn for turn in every if diet is UNTHOUGHT or turn.thinking is not None]
        row = packer.row(evidence, turns, row_tokens) if turns else None
        if row is None or len(row.tasks) < len(turns):
            continue
        for turn, (_, logits, wanted) in zip(turns, answers(model, collate([row])), strict=True):
            place, refusal = _refusal(packer, turn)
            first = float(logits[place, refusal])
            logits[place, refusal] = -torch.inf
            is_right = bool((logits.argmax(-1) == wanted).all())
            yield Said(turn.answer != NOT_FOUND, first - float(logits[place].max()), is_right)


def _refusal(packer: Packer, turn: Turn) -> tuple[int, int]:
    """Among the tokens that are said, the place where a refusal would begin, and its first token."""
    if turn.thinking is None:
        return 0, packer.encode(NOT_FOUND)[0]
    caption = f"{turn.thinking.partition(': ')[0]}:"
    place = len(packer.encode(caption))
    return place, packer.encode(f"{caption} {NOT_FOUND}")[place]


def outcome(said: Sequence[Said], bias: float) -> Outcome:
    """Of questions with answers and without; there must be some of both."""
    ends = [(answer, answer.lead + bias > 0) for answer in said]
    return Outcome(
        bias,
        _share(not refuses and answer.is_right if answer.is_answerable else refuses for answer, refuses in ends),
        _share(refuses for answer, refuses in ends if not answer.is_answerable),
        _share(refuses for answer, refuses in ends if answer.is_answerable),
    )


def largest_bias(said: Sequence[Said], most_false: float = MOST_FALSE) -> float:
    """The largest of `BIASES` with which no more than this share of the answerable questions is refused, else 0."""
    return max((bias for bias in BIASES if outcome(said, bias).false_refusals <= most_false), default=0.0)


def write_biases(weights: Path, biases: Mapping[str, float]) -> None:
    """Put the biases, by their names, into what the weights say about themselves; the tensors stay as they are."""
    with safe_open(weights, framework="pt") as file:
        about = file.metadata()
    part = weights.with_suffix(".part")
    save_file(load_file(weights), part, about | {name: str(bias) for name, bias in biases.items()})
    os.replace(part, weights)


def _share(held: Iterable[bool]) -> float:
    flags = list(held)
    assert flags, "questions with answers and without are needed"
    return sum(flags) / len(flags)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m train.refusals", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="measured, and told their biases")
    parser.add_argument("--shape", choices=SHAPES, default="deep")
    parser.add_argument("--samples", type=int, default=300, help="documents; each is asked up to 16 questions")
    args = parser.parse_args(argv)
    if args.samples < 1:
        parser.error("--samples must be at least 1")
    with told(parser):
        _choose(args)


def _choose(args: argparse.Namespace) -> None:
    packer, shape = packer_of(args.base), SHAPES[args.shape]
    model = trainee(args.base, shape, native_dtype("cpu"), "cpu")
    with tempfile.TemporaryDirectory() as folder:
        unship(args.weights, model, shape, Path(folder) / "state.safetensors")
        state.resume(model, shape, Path(folder) / "state.safetensors")
    chosen = {}
    for name, diet in DIETS.items():
        pairs = islice(samples(SEED, "train", ASKED), args.samples)
        heard = list(said(model, packer, pairs, ROW_TOKENS, diet))
        if len({answer.is_answerable for answer in heard}) < 2:
            raise ConfigError(f"--samples {args.samples} are too few: questions with answers and without are needed")
        for bias in BIASES:
            print(json.dumps({"of": name, "questions": len(heard)} | asdict(outcome(heard, bias))))
        chosen[name] = largest_bias(heard)
    write_biases(args.weights, chosen)
    print(json.dumps({"chosen": chosen}))


if __name__ == "__main__":
    main()
