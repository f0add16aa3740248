"""From training state to what ships: `python -m train.ship STATE.safetensors`

Writes `weights/nano/text.safetensors`: experts and low-rank updates in int8, routers in fp32; of a state of sight,
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
from train.trainee import Shape
from vlm.nano.config import NanoShape
from vlm.nano.trained import UPDATE_DOWN, UPDATE_UP, WEIGHTS, read_parts, write_sight, write_trained


def unship(shipped: Path, shape: Shape, state: Path) -> None:
    """Write a state to train on from, as exact as the shipped file's int8. `shape` is checked when it is resumed."""
    about, parts = read_parts(shipped)
    tensors = {}
    for name, tensor in parts.items():
        if name.endswith(UPDATE_DOWN):
            tensors[name.removesuffix(".weight" + UPDATE_DOWN) + ".a"] = tensor
        elif name.endswith(UPDATE_UP):
            tensors[name.removesuffix(".weight" + UPDATE_UP) + ".b"] = tensor / SCALE
        else:
            tensors[name] = tensor
    write(tensors, shape, int(about["steps"]), int(about["questions"]), state)


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
    plain = NanoShape(shape.sparse_layers, shape.experts, shape.width, shape.top_k)
    write_trained(plain, tensors, args.out, told)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
