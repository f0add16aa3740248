"""What we trained of nano, as it ships: int8 with a scale a row, beside the shape it was trained in.

`weights/nano/text.safetensors` holds routed text experts and low-rank updates of attention. `train.ship` writes it,
`vlm.nano.checkpoint` puts it into the checkpoint it builds: experts as they are, updates added to the base's weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from vlm.nano.config import NanoShape

WEIGHTS = Path(__file__).resolve().parents[2] / "weights" / "nano" / "text.safetensors"
SCALES = ".scales"
UPDATE_DOWN, UPDATE_UP = ".update_down", ".update_up"  # (rank, in) and (out, rank) of a layer's update


@dataclass(frozen=True, slots=True)
class Trained:
    """Whole tensors by our parameters' names, and what is to be added to the base's."""

    shape: NanoShape
    tensors: Mapping[str, Tensor]
    updates: Mapping[str, Tensor]


def quantise(tensor: Tensor) -> tuple[Tensor, Tensor]:
    """(..., n) -> int8 of the same shape and bf16 scales (..., 1): one scale a row. fp16 would lose small rows."""
    scales = (tensor.float().abs().amax(-1, keepdim=True) / 127).clamp(min=1e-12).bfloat16()
    return (tensor.float() / scales.float()).round().clamp(-127, 127).to(torch.int8), scales


def write_trained(shape: NanoShape, tensors: Mapping[str, Tensor], path: Path, about: Mapping[str, str]) -> None:
    """Write `tensors`; matrices in int8, routers and biases (which are small and choose) in fp32."""
    from safetensors.torch import save_file

    state: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if ".gate." in name:
            state[name] = tensor.float().contiguous()
        else:
            state[name], state[name + SCALES] = quantise(tensor.contiguous())
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(state, path, metadata={**about, "shape": json.dumps(shape.to_dict())})


def read_parts(path: Path = WEIGHTS) -> tuple[Mapping[str, str], dict[str, Tensor]]:
    """What `write_trained` wrote: what it says about itself, and its tensors in fp32."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        names = set(file.keys())
        return file.metadata(), {
            name: file.get_tensor(name).float()
            * (file.get_tensor(name + SCALES).float() if name + SCALES in names else 1.0)
            for name in names
            if not name.endswith(SCALES)
        }


def read_trained(path: Path = WEIGHTS) -> Trained:
    """Read what `write_trained` wrote, updates multiplied out."""
    about, read = read_parts(path)
    shape = NanoShape.from_dict(json.loads(about["shape"]))
    updates = {
        name.removesuffix(UPDATE_UP): tensor @ read[name.removesuffix(UPDATE_UP) + UPDATE_DOWN]
        for name, tensor in read.items()
        if name.endswith(UPDATE_UP)
    }
    whole = {name: tensor for name, tensor in read.items() if not name.endswith((UPDATE_UP, UPDATE_DOWN))}
    return Trained(shape, whole, updates)
