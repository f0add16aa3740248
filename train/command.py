"""What the trainers' command lines share: how long, how fast, on what, and where the state is kept."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from tokenizers import Tokenizer

from prompts.template import ChatTemplate
from train import state
from train.loop import Diverged, Recipe, train
from train.meter import TooSlow
from train.packing import Batch, Eyes, Packer
from train.shapes import AnyShape
from train.ship import unship
from vlm.errors import CheckpointError, ConfigError, VLMError
from vlm.model.ernie_vl import ErnieVL


@contextmanager
def told(parser: argparse.ArgumentParser) -> Iterator[None]:
    """Within it, what the user can mend ends the program with a sentence, not with where in the code it came up."""
    try:
        yield
    except (VLMError, OSError) as error:
        parser.exit(2, f"error: {error}\n")


def add_running(parser: argparse.ArgumentParser) -> None:
    """Flags of every trainer."""
    usual = Recipe(minutes=60)
    parser.add_argument("--out", type=Path, required=True, help="where the trained tensors are kept, and resumed from")
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="0 measures the state in --out only")
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
    """Rows with the ids of the checkpoint in `base`.

    Raises:
        CheckpointError: it has no tokenizer.
    """
    if not (base / "tokenizer.json").is_file():
        raise CheckpointError(f"{base} has no tokenizer.json; name as --base what `python -m vlm.nano` prints")
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    return Packer(ChatTemplate.named("chatml"), lambda text: tokenizer.encode(text, add_special_tokens=False).ids, eyes)


def seed_of(args: argparse.Namespace) -> str:
    """What was named, or how far the state in `--out` is."""
    return str(args.seed) if args.seed is not None else str(state.steps_so_far(args.out))


def check_begun(args: argparse.Namespace, shipped: Path | None, otherwise: str = "") -> None:
    """Look, before anything is loaded, that a run which only measures has something to measure.

    Raises:
        ConfigError: neither a state nor what shipped.
    """
    if not args.minutes and shipped is None and not args.out.exists():
        raise ConfigError(f"--minutes 0 measures only, and {args.out} is not there: name a state as --out{otherwise}")


def begin_with(shipped: Path, model: ErnieVL, shape: AnyShape, args: argparse.Namespace) -> None:
    """What shipped is the state, where there is none yet. A run that only measures leaves none behind."""
    if args.out.exists():
        return
    if args.minutes:
        unship(shipped, model, shape, args.out)
        return
    with tempfile.TemporaryDirectory() as folder:
        unship(shipped, model, shape, Path(folder) / "state.safetensors")
        state.resume(model, shape, Path(folder) / "state.safetensors")


def run(
    model: ErnieVL,
    shape: AnyShape,
    source: Callable[[float], Batch],
    args: argparse.Namespace,
    say: Callable[[str], None],
) -> None:
    """Train as `args` say, and end the program with a sentence where that is far slower than planned, or diverges."""
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
    except (TooSlow, Diverged) as error:
        sys.exit(f"error: {error}")
