"""What we trained of nano, as it ships: few bits a weight and a scale a row, beside the shape it was trained in.

`weights/nano/text.safetensors` holds routed text experts and low-rank updates of dense layers in 6 bits, and
`sight-*.safetensors` beside it, once there are any, what sees, in 8. `train.ship` writes them, `vlm.nano.checkpoint`
puts them into the checkpoint it builds: experts and eyes as they are, updates added to the base's weights.
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
SIGHT_FILES = "sight-*.safetensors"
SHARD = 15 * 10**6  # bytes
SCALES = ".scales"
REFUSAL_BIAS, THOUGHT_REFUSAL_BIAS = "refusal_bias", "thought_refusal_bias"
UPDATE_DOWN, UPDATE_UP = ".update_down", ".update_up"  # (rank, in) and (out, rank) of a layer's update


@dataclass(frozen=True, slots=True)
class Trained:
    """Whole tensors by our parameters' names, what is to be added to the base's, whether pictures are of use, and by
    how many nats a refusal is to be likelier than the weights say, as an answer and in a thought (`train.refusals`).
    """

    shape: NanoShape
    tensors: Mapping[str, Tensor]
    updates: Mapping[str, Tensor]
    sees: bool = False
    refusal_bias: float = 0.0
    thought_refusal_bias: float = 0.0


def quantise(tensor: Tensor, bits: int = 8) -> tuple[Tensor, Tensor]:
    """(..., n) -> int8 of the same shape and bf16 scales (..., 1): one scale a row. fp16 would lose small rows."""
    most = 2 ** (bits - 1) - 1
    scales = (tensor.float().abs().amax(-1, keepdim=True) / most).clamp(min=1e-12).bfloat16()
    return (tensor.float() / scales.float()).round().clamp(-most, most).to(torch.int8), scales


def pack(whole: Tensor) -> Tensor:
    """Four numbers from -32 to 31 into three bytes. (..., n) int8 -> (..., 3 * n / 4) uint8; 4 divides n"""
    fours = (whole.int() + 32).unflatten(-1, (-1, 4))  # (..., n / 4, 4)
    joined = (fours << torch.tensor([0, 6, 12, 18])).sum(-1, keepdim=True)  # (..., n / 4, 1)
    return (joined >> torch.tensor([0, 8, 16]) & 255).flatten(-2).to(torch.uint8)


def unpack(packed: Tensor) -> Tensor:
    """`pack`, back."""
    threes = packed.int().unflatten(-1, (-1, 3))
    joined = (threes << torch.tensor([0, 8, 16])).sum(-1, keepdim=True)
    return ((joined >> torch.tensor([0, 6, 12, 18]) & 63) - 32).flatten(-2).to(torch.int8)


def write_trained(shape: NanoShape, tensors: Mapping[str, Tensor], path: Path, about: Mapping[str, str]) -> None:
    """Write `tensors`; matrices in 6 bits, routers, norms and biases (which are small, and choose or scale) in fp32."""
    from safetensors.torch import save_file

    state: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        state |= _packed(name, tensor, bits=6)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(state, path, metadata={**about, "shape": json.dumps(shape.to_dict())})


def write_sight(tensors: Mapping[str, Tensor], folder: Path, sees: bool, about: Mapping[str, str]) -> list[Path]:
    """Write what sees into `folder`, in files of at most `SHARD` bytes, in place of those that are there.

    `sees` says whether pictures are of use already; until then nano goes on reading words alone.
    """
    from safetensors.torch import save_file

    shards: list[dict[str, Tensor]] = [{}]
    size = 0
    for name in sorted(tensors):
        packed = _packed(name, tensors[name], bits=8)
        more = sum(tensor.nbytes for tensor in packed.values()) + 256 * len(packed)  # and their part of the header
        if size + more > SHARD:
            shards.append({})
            size = 0
        shards[-1] |= packed
        size += more
    for old in folder.glob(SIGHT_FILES):
        old.unlink()
    paths = [folder / f"sight-{number}-of-{len(shards)}.safetensors" for number in range(1, len(shards) + 1)]
    for shard, path in zip(shards, paths, strict=True):
        save_file(shard, path, metadata={**about, "sees": json.dumps(sees)})
    return paths


def _packed(name: str, tensor: Tensor, bits: int) -> dict[str, Tensor]:
    if ".gate." in name or tensor.dim() < 2:
        return {name: tensor.float().contiguous()}
    whole, scales = quantise(tensor.contiguous(), bits)
    return {name: pack(whole) if bits == 6 and whole.shape[-1] % 4 == 0 else whole, name + SCALES: scales}


def read_parts(path: Path = WEIGHTS) -> tuple[Mapping[str, str], dict[str, Tensor]]:
    """What `write_trained` wrote: what it says about itself, and its tensors in fp32."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        names, about = set(file.keys()), file.metadata()
        parts = {name: file.get_tensor(name) for name in names}
    whole = {name: unpack(part) if part.dtype == torch.uint8 else part for name, part in parts.items()}
    return about, {
        name: part.float() * (parts[name + SCALES].float() if name + SCALES in names else 1.0)
        for name, part in whole.items()
        if not name.endswith(SCALES)
    }


def read_sight(folder: Path) -> tuple[Mapping[str, str], dict[str, Tensor]]:
    """What `write_sight` wrote: what it says about itself, and its tensors in fp32; nothing where there is none."""
    about: Mapping[str, str] = {}
    whole: dict[str, Tensor] = {}
    for file in sorted(folder.glob(SIGHT_FILES)):
        about, parts = read_parts(file)
        whole |= parts
    return about, whole


def read_trained(path: Path = WEIGHTS) -> Trained:
    """Read what `write_trained` wrote, updates multiplied out, and what `write_sight` wrote beside it."""
    about, read = read_parts(path)
    shape = NanoShape.from_dict(json.loads(about["shape"]))
    biases = [float(about.get(name, 0)) for name in (REFUSAL_BIAS, THOUGHT_REFUSAL_BIAS)]
    updates = {
        name.removesuffix(UPDATE_UP): tensor @ read[name.removesuffix(UPDATE_UP) + UPDATE_DOWN]
        for name, tensor in read.items()
        if name.endswith(UPDATE_UP)
    }
    whole = {name: tensor for name, tensor in read.items() if not name.endswith((UPDATE_UP, UPDATE_DOWN))}
    about, sight = read_sight(path.parent)
    return Trained(shape, whole | sight, updates, json.loads(about.get("sees", "false")), *biases)
