"""Safetensors files that are laid out before there is anything to put into them.

All names, shapes and types are known from the configuration, so the files get their full length and their headers at
once, and each tensor, or each expert of a stack, is written to its place as it comes, in any order. Packed weights
begin at multiples of 64 bytes, which safetensors itself does not see to, so that vectors of a mapped file are aligned.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path

import torch
from torch import Tensor

from vlm.errors import ConfigError
from vlm.weights import INDEX

ALIGNED = 64
SHARD = 4 << 30
_TYPES = {torch.uint8: "U8", torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32"}


@dataclass(frozen=True, slots=True)
class Form:
    """What a tensor will be."""

    shape: tuple[int, ...]
    dtype: torch.dtype

    @property
    def nbytes(self) -> int:
        return prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    offset: int  # from the beginning of the file
    form: Form


def lay_out(forms: Mapping[str, Form], shard: int = SHARD) -> tuple[dict[str, Place], dict[str, bytes]]:
    """A place for each tensor, and the header of each file; a file holds about `shard` bytes."""
    groups: list[dict[str, Form]] = [{}]
    size = 0
    for name, form in forms.items():
        if groups[-1] and size + form.nbytes > shard:
            groups.append({})
            size = 0
        groups[-1][name] = form
        size += form.nbytes
    places: dict[str, Place] = {}
    headers: dict[str, bytes] = {}
    for number, group in enumerate(groups, 1):
        file = f"model-{number:05}-of-{len(groups):05}.safetensors"
        told: dict[str, object] = {"__metadata__": {"format": "pt"}}
        starts, end = {}, 0
        for name, form in sorted(group.items(), key=lambda item: item[1].nbytes % ALIGNED > 0):  # odd sizes come last
            starts[name] = end
            told[name] = {
                "dtype": _TYPES[form.dtype],
                "shape": form.shape,
                "data_offsets": (end, end + form.nbytes),
            }
            end += form.nbytes
        text = json.dumps(told, separators=(",", ":")).encode()
        text += b" " * (-(len(text) + 8) % ALIGNED)
        headers[file] = struct.pack("<Q", len(text)) + text
        places.update({name: Place(file, len(headers[file]) + starts[name], form) for name, form in group.items()})
    return places, headers


def prepare(directory: Path, places: Mapping[str, Place], headers: Mapping[str, bytes], is_begun: bool) -> None:
    """Files of their full length, empty but for their headers; what is in those that are there already stays.

    Raises:
        ConfigError: the run `is_begun`, and a file is no longer as that left it.
    """
    for file, header in headers.items():
        path = directory / file
        end = max(place.offset + place.form.nbytes for place in places.values() if place.file == file)
        if is_begun and not (path.exists() and path.stat().st_size == end):
            raise ConfigError(f"{path} is missing or cut off; delete {directory}, and the same command begins anew")
        path.touch()
        with path.open("r+b") as out:
            out.truncate(end)
            out.write(header)
    weight_map = {name: place.file for name, place in places.items()}
    total = sum(place.form.nbytes for place in places.values())
    told = {"metadata": {"total_size": total}, "weight_map": weight_map}
    (directory / INDEX).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def put(directory: Path, place: Place, tensor: Tensor, slot: int | None = None) -> None:
    """Write `tensor` to its place, or to slot `slot` of a stack there."""
    form = place.form
    shape = form.shape if slot is None else form.shape[1:]
    assert tensor.shape == shape and tensor.dtype == form.dtype, f"{tensor.shape} {tensor.dtype} is not {form}"
    data = tensor.contiguous().view(torch.uint8).flatten().numpy().data
    with (directory / place.file).open("r+b") as out:
        out.seek(place.offset + (0 if slot is None else slot * form.nbytes // form.shape[0]))
        out.write(data)
