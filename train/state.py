"""Training state on disk: the trained tensors and how far they are. The optimizer is not kept; it warms up again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from train.shapes import AnyShape
from train.trainee import trained_tensors
from vlm.errors import CheckpointError
from vlm.model.ernie_vl import ErnieVL


def save(model: ErnieVL, shape: AnyShape, steps: int, seen: int, path: Path) -> None:
    """Keep what `model` has learned."""
    write(trained_tensors(model), shape, steps, seen, path)


def write(tensors: Mapping[str, Tensor], shape: AnyShape, steps: int, seen: int, path: Path) -> None:
    """Write beside `path`, then rename: a cut-off write is never seen.

    Raises:
        CheckpointError: a number is not finite. What lies at `path`, often the only state there is, stays as it is.
    """
    held = {name: tensor.contiguous().cpu() for name, tensor in tensors.items()}
    if broken := next((name for name, tensor in held.items() if not bool(tensor.isfinite().all())), None):
        raise CheckpointError(f"{broken} is not finite, so {path} is not written; go on from what it was")
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"shape": json.dumps(asdict(shape)), "steps": str(steps), "seen": str(seen)}
    part = path.with_suffix(".part")
    save_file(held, part, about)
    os.replace(part, path)


def steps_so_far(path: Path) -> int:
    """Of the state in `path`; 0 where there is none yet."""
    if not path.exists():
        return 0
    with safe_open(path, framework="pt") as file:
        return int(file.metadata()["steps"])


def resume(model: ErnieVL, shape: AnyShape, path: Path) -> tuple[int, int]:
    """Load the trained tensors into `model`; returns (steps, samples seen).

    Raises:
        CheckpointError: a state of another shape.
    """
    with safe_open(path, framework="pt") as file:
        about = file.metadata()
    stored, wanted = json.loads(about["shape"]), json.loads(json.dumps(asdict(shape)))
    if not _agrees(stored, wanted):
        raise CheckpointError(f"{path} was trained with another shape: {about['shape']}; name another --out")
    loaded = load_file(path)
    expected = set(trained_tensors(model))
    if set(loaded) != expected:
        raise CheckpointError(f"{path} holds other tensors than this model trains")
    model.load_state_dict(loaded, strict=False)
    return int(about["steps"]), int(about["seen"])


def _agrees(stored: Any, wanted: Any) -> bool:
    """Of a field that shapes did not have when it was stored, the tensors decide."""
    if not (isinstance(stored, dict) and isinstance(wanted, dict)):
        return bool(stored == wanted)
    return all(key in wanted and _agrees(value, wanted[key]) for key, value in stored.items())
