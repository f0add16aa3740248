"""From training state to what ships: `python -m train.ship STATE.safetensors`

Writes `weights/nano/text.safetensors`: experts and low-rank updates in 6 bits, routers in fp32; of a state of sight,
`sight-*.safetensors` beside it, which nano uses where `--sees` says that pictures help; of a state of both, both. The
state stays as it is; training goes on from it, or, where it was lost, from the shipped files (`unship`).

Text ships without a refusal bias, also where what shipped before it had one: it was chosen for other weights. So
`python -m train.refusals` has to follow.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from train.low_rank import SCALE
from train.shapes import AnyShape, Shape, shape_of, text_of
from train.state import write
from train.trainee import trained_tensors
from vlm.errors import CheckpointError, VLMError
from vlm.model.ernie_vl import ErnieVL
from vlm.nano.config import NanoShape
from vlm.nano.trained import UPDATE_DOWN, UPDATE_UP, WEIGHTS, read_parts, read_sight, write_sight, write_trained

SIGHT = ("vision_tower.", "resampler_model.")
FOLLOWS = "text shipped without a refusal bias: python -m train.refusals has to follow, or nano seldom refuses"
OTHER = "name another --shape, or change `train.shapes.SHIPPED`"


def unship(shipped: Path, model: ErnieVL, shape: AnyShape, state: Path) -> None:
    """Write a state to train on from, as exact as what shipped is. What `shape` has and that lacks begins fresh.

    `shipped` is the file of text; where `shape` has sight, that is read from the files beside it.

    Raises:
        CheckpointError: something shipped that `model`, which is of `shape`, does not train; or no sight.
    """
    abouts, begun = [], trained_tensors(model)
    for about, parts in _shipped(shipped, shape):
        abouts.append(about)
        for name, tensor in parts.items():
            place, tensor = _as_trained(name, tensor)
            if place not in begun or begun[place].shape != tensor.shape:
                raise CheckpointError(f"what shipped as {shipped} has {name}, for which there is no place; {OTHER}")
            begun[place] = tensor
    steps, questions = (max(int(about[name]) for about in abouts) for name in ("steps", "questions"))
    write(begun, shape, steps, questions, state)


def _shipped(path: Path, shape: AnyShape) -> list[tuple[Mapping[str, str], Mapping[str, Tensor]]]:
    """What of `shape` has shipped, and what it says about itself."""
    found: list[tuple[Mapping[str, str], Mapping[str, Tensor]]] = []
    text = text_of(shape)
    if text is not None:
        about, parts = read_parts(path)
        if NanoShape.from_dict(json.loads(about["shape"])) != text.nano:
            raise CheckpointError(f"{path} has other experts than this shape ({about['shape']}); {OTHER}")
        found.append((about, parts))
    if not isinstance(shape, Shape):
        about, parts = read_sight(path.parent)
        if not parts:
            raise CheckpointError(f"{path.parent} has no sight yet; ship a state of it first (python -m train.ship)")
        found.append((about, parts))
    return found


def _as_trained(name: str, tensor: Tensor) -> tuple[str, Tensor]:
    """Name and numbers of a shipped tensor in training."""
    if name.endswith(UPDATE_DOWN):
        return name.removesuffix(".weight" + UPDATE_DOWN) + ".a", tensor
    if name.endswith(UPDATE_UP):
        return name.removesuffix(".weight" + UPDATE_UP) + ".b", tensor / SCALE
    return name, tensor


def _as_shipped(name: str, tensor: Tensor) -> tuple[str, Tensor]:
    """`_as_trained`, back."""
    if name.endswith(".a"):
        return name.removesuffix(".a") + ".weight" + UPDATE_DOWN, tensor
    if name.endswith(".b"):
        return name.removesuffix(".b") + ".weight" + UPDATE_UP, tensor * SCALE
    return name, tensor


def ship(state: Path, out: Path, sees: bool = False) -> list[Path]:
    """Write what `state` holds: text to `out`, sight beside it. Of text, `FOLLOWS` is to be said."""
    with safe_open(state, framework="pt") as file:
        about = file.metadata()
    told = {"steps": about["steps"], "questions": about["seen"]}
    tensors = dict(_as_shipped(name, tensor) for name, tensor in load_file(state).items())
    sight = {name: tensor for name, tensor in tensors.items() if name.startswith(SIGHT) or ".vision_moe." in name}
    written: list[Path] = []
    if (text := text_of(shape_of(about["shape"]))) is not None:
        rest = {name: tensor for name, tensor in tensors.items() if name not in sight}
        write_trained(text.nano, rest, out, told)
        written.append(out)
    return written + (write_sight(sight, out.parent, sees, told) if sight else [])


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m train.ship", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("state", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="of text; train.refusals has to follow")
    parser.add_argument("--sees", action="store_true", help="a state of sight: nano is to look at pictures from now on")
    args = parser.parse_args(argv)
    try:
        written = ship(args.state, args.out, args.sees)
    except (VLMError, OSError) as error:
        parser.exit(2, f"error: {error}\n")
    for path in written:
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    if args.out in written:
        print(FOLLOWS)


if __name__ == "__main__":
    main()
