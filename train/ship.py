"""From training state to what ships: `python -m train.ship STATE.safetensors`

Writes `weights/nano/text.safetensors`: experts and low-rank updates in 6 bits, routers in fp32; of a state of sight,
`sight-*.safetensors` beside it, which nano uses where `--sees` says that pictures help. The state stays as it is;
training goes on from it, or, where it was lost, from the shipped file (`unship`).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file

from train.low_rank import SCALE
from train.state import write
from train.trainee import Shape, trained_tensors
from vlm.errors import CheckpointError
from vlm.model.ernie_vl import ErnieVL
from vlm.nano.config import NanoShape
from vlm.nano.trained import UPDATE_DOWN, UPDATE_UP, WEIGHTS, read_parts, write_sight, write_trained


def unship(shipped: Path, model: ErnieVL, shape: Shape, state: Path) -> None:
    """Write a state to train on from, as exact as the shipped file is. What `shape` has and it lacks begins fresh.

    Raises:
        CheckpointError: it has parts that `model`, which is of `shape`, does not train.
    """
    about, parts = read_parts(shipped)
    if NanoShape.from_dict(json.loads(about["shape"])) != shape.nano:
        raise CheckpointError(f"{shipped} has other experts than this shape ({about['shape']}); name another --shape")
    begun = trained_tensors(model)
    for name, tensor in parts.items():
        if name.endswith(UPDATE_DOWN):
            place = name.removesuffix(".weight" + UPDATE_DOWN) + ".a"
        elif name.endswith(UPDATE_UP):
            place, tensor = name.removesuffix(".weight" + UPDATE_UP) + ".b", tensor / SCALE
        else:
            place = name
        if place not in begun or begun[place].shape != tensor.shape:
            raise CheckpointError(f"{shipped} has {name}, which this shape has no place for; name another --shape")
        begun[place] = tensor
    write(begun, shape, int(about["steps"]), int(about["questions"]), state)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m train.ship", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("state", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--sees", action="store_true", help="a state of sight: nano is to look at pictures from now on")
    args = parser.parse_args(argv)
    with safe_open(args.state, framework="pt") as file:
        about = file.metadata()
    told = {"steps": about["steps"], "questions": about["seen"]}
    if "depth" in json.loads(about["shape"]):  # a SightShape
        for path in write_sight(load_file(args.state), args.out.parent, args.sees, told):
            print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
        return
    shape = Shape.from_dict(json.loads(about["shape"]))
    tensors = {}
    for name, tensor in load_file(args.state).items():
        if name.endswith(".a"):
            tensors[name.removesuffix(".a") + ".weight" + UPDATE_DOWN] = tensor
        elif name.endswith(".b"):
            tensors[name.removesuffix(".b") + ".weight" + UPDATE_UP] = tensor * SCALE
        else:
            tensors[name] = tensor
    write_trained(shape.nano, tensors, args.out, told)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
