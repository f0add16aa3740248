"""The mean of training states: `python -m train.mean A.safetensors B.safetensors --out C.safetensors`

Weights before and after a run, averaged, may answer more than either (model soups, arXiv 2203.05482). Low-rank factors
are averaged one by one, which is the mean of the updates only while the states lie close to one another, as those of
one line of training do. Training may go on from the mean, and it may ship.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file

from train.shapes import shape_of
from train.state import write
from vlm.errors import CheckpointError, VLMError


def write_mean(states: Sequence[Path], out: Path) -> None:
    """Write the mean of `states`; it has gone as far as the one of them that went farthest.

    Raises:
        CheckpointError: they are of different shapes.
    """
    abouts, loaded = [], [load_file(path) for path in states]
    for path in states:
        with safe_open(path, framework="pt") as file:
            abouts.append(file.metadata())
    if len({about["shape"] for about in abouts}) > 1 or len({frozenset(tensors) for tensors in loaded}) > 1:
        raise CheckpointError(f"{', '.join(map(str, states))} are of different shapes; only like ones have a mean")
    mean = {name: torch.stack([tensors[name].float() for tensors in loaded]).mean(0) for name in loaded[0]}
    steps, seen = (max(int(about[name]) for about in abouts) for name in ("steps", "seen"))
    write(mean, shape_of(abouts[0]["shape"]), steps, seen, out)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m train.mean", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("states", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    try:
        write_mean(args.states, args.out)
    except (VLMError, OSError) as error:
        parser.exit(2, f"error: {error}\n")


if __name__ == "__main__":
    main()
