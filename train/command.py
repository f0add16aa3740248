"""What the trainers' command lines share: how long, how fast, on what, and where the state is kept."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from tokenizers import Tokenizer

from prompts.template import ChatTemplate
from train.loop import Recipe, train
from train.meter import TooSlow
from train.packing import Batch, Eyes, Packer
from train.shapes import AnyShape
from train.state import steps_so_far
from vlm.model.ernie_vl import ErnieVL


def add_running(parser: argparse.ArgumentParser) -> None:
    """Flags of every trainer."""
    usual = Recipe(minutes=60)
    parser.add_argument("--out", type=Path, required=True, help="where the trained tensors are kept, and resumed from")
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="0 measures only")
    parser.add_argument("--rate", type=float, default=usual.rate)
    parser.add_argument("--warmup", type=int, default=usual.warmup, help="steps in which the rate rises, at each start")
    parser.add_argument(
        "--rate-end", type=float, default=usual.rate_end, help="of the rate at the end; 1 where more will follow"
    )
    parser.add_argument("--tokens", type=int, default=usual.batch_tokens, help="a step")
    parser.add_argument(
        "--seed", help="of the data; if not named, the steps so far, so that every start sees data of its own"
    )
    parser.add_argument("--measure", type=int, default=200, help="samples of the test split to measure on at the end")
    parser.add_argument("--workers", type=int, default=0, help="processes that make data; 14 for one fast GPU")
    parser.add_argument("--least-rate", type=float, default=usual.least_rate, help="tokens a second; below, it stops")
    parser.add_argument("--peak-tflops", type=float, default=0.0, help="of the device, to tell which share is used")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")


def packer_of(base: Path, eyes: Eyes | None = None) -> Packer:
    """Rows with the ids of the checkpoint in `base`."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    return Packer(ChatTemplate.named("chatml"), lambda text: tokenizer.encode(text, add_special_tokens=False).ids, eyes)


def seed_of(args: argparse.Namespace) -> str:
    """What was named, or how far the state in `--out` is."""
    return str(args.seed) if args.seed is not None else str(steps_so_far(args.out))


def run(
    model: ErnieVL,
    shape: AnyShape,
    source: Callable[[float], Batch],
    args: argparse.Namespace,
    say: Callable[[str], None],
) -> None:
    """Train as `args` say, and end the program with a sentence where that is far slower than planned."""
    if args.device.startswith("cuda"):
        torch.backends.cuda.enable_cudnn_sdp(False)  # it plans anew for every shape, and rows have many
    recipe = Recipe(
        args.minutes,
        batch_tokens=args.tokens,
        rate=args.rate,
        rate_end=args.rate_end,
        warmup=args.warmup,
        least_rate=args.least_rate,
        peak_flops=args.peak_tflops * 1e12,
    )
    try:
        train(model, shape, recipe, source, args.out, say)
    except TooSlow as error:
        sys.exit(f"error: {error}")
