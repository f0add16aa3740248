"""Loading a checkpoint: safetensors, memory-mapped, in either naming, in the dtype asked for.

The model is built without memory (`meta`), each parameter is made from its sources, and assigned. Whatever is missing,
left over or of another shape is an error that names it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from vlm.config import ModelConfig
from vlm.errors import CheckpointError
from vlm.kernels.choice import Choice
from vlm.key_map import IGNORED, Recipe, recipes
from vlm.model.ernie_vl import ErnieVL
from vlm.quant.swap import kept_dtype, swap_

_LAYER = re.compile(r"(?<=(layers|blocks)\.)\d+")


class Checkpoint:
    """The tensors of a directory of safetensors files (one file, or shards with an index), read on demand.

    Raises:
        CheckpointError: no safetensors there, or an index that names a file that is not.
    """

    def __init__(self, directory: Path) -> None:
        index = directory / "model.safetensors.index.json"
        if index.exists():
            try:
                files = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
            except (ValueError, KeyError, TypeError, AttributeError):
                raise CheckpointError(f"{index} is not an index of safetensors shards; download it again") from None
        else:
            files = [path.name for path in sorted(directory.glob("*.safetensors"))]
        if not files:
            raise CheckpointError(f"{directory} holds no .safetensors file; name the directory of a checkpoint")
        self._file_of: dict[str, str] = {}
        self._open = {}
        for file in files:
            if not (directory / file).exists():
                raise CheckpointError(f"{index.name} names {file}, which is not in {directory}; download it again")
            try:
                self._open[file] = safe_open(directory / file, framework="pt")
            except Exception as error:  # safetensors' own error type is not part of its public interface
                raise CheckpointError(f"{directory / file} cannot be read: {error}; download it again") from error
            self._file_of.update(dict.fromkeys(self._open[file].keys(), file))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._file_of)

    @property
    def files(self) -> Mapping[str, str]:
        """The file of each tensor."""
        return self._file_of

    def read(self, name: str) -> Tensor:
        """The tensor as it lies in the file; its memory is the file's own until it is changed or cast."""
        return self._open[self._file_of[name]].get_tensor(name)

    def shape(self, name: str) -> tuple[int, ...]:
        return tuple(self._open[self._file_of[name]].get_slice(name).get_shape())


def plan(model: ErnieVL, names: frozenset[str]) -> dict[str, Recipe]:
    """For each parameter of `model` the recipe whose sources a checkpoint has.

    Raises:
        CheckpointError: naming every missing and every left-over tensor (the first ten of each).
    """
    chosen: dict[str, Recipe] = {}
    unmade: list[list[Recipe]] = []
    for name, _ in model.named_parameters():
        options = recipes(name, model.config.text)
        recipe = next((option for option in options if names.issuperset(option.sources)), None)
        if recipe is None:
            unmade.append(options)
        else:
            chosen[name] = recipe
    if unmade:
        raise CheckpointError(f"the checkpoint lacks {_list(_name_missing(unmade, names))}")
    used = {source for recipe in chosen.values() for source in recipe.sources}
    if model.lm_head is None:
        used.add("lm_head.weight")  # some files carry the tied head a second time
    extra = sorted(name for name in names - used if not IGNORED.search(name))
    if extra:
        raise CheckpointError(f"the checkpoint has tensors that its config does not explain: {_list(extra)}")
    return chosen


def load_model(
    directory: Path, config: ModelConfig, dtype: torch.dtype = torch.float32, device: str = "cpu"
) -> ErnieVL:
    """The model of a checkpoint directory, ready to run.

    Parameters take `dtype`, but for the routers, which stay in fp32. On the CPU a parameter that needs neither cast
    nor stacking keeps the file's own memory.

    Raises:
        CheckpointError: a missing, extra or misshapen tensor, by name.
    """
    checkpoint = Checkpoint(directory)
    with torch.device("meta"):
        model = ErnieVL(config)
    chosen = plan(model, checkpoint.names)
    state: dict[str, Tensor] = {}
    for name, parameter in model.named_parameters():
        sources = chosen[name].sources
        try:
            tensor = chosen[name].build([checkpoint.read(source) for source in sources])
        except (RuntimeError, IndexError) as error:  # parts that do not stack: name their shapes
            shapes = ", ".join(f"{source} {list(checkpoint.shape(source))}" for source in sources[:4])
            raise CheckpointError(f"{name} cannot be made of {shapes} (and so on): {error}") from error
        if tensor.shape != parameter.shape:
            raise CheckpointError(
                f"{_list(list(sources))} has shape {list(tensor.shape)}; the config asks for {list(parameter.shape)}"
            )
        state[name] = tensor.to(device=device, dtype=kept_dtype(name, parameter, dtype))
    model.load_state_dict(state, assign=True)
    return model.eval().requires_grad_(False)


def load_quantised(directory: Path, config: ModelConfig, dtype: torch.dtype, choice: Choice) -> ErnieVL:
    """The model of a directory that `vlm.quantize` wrote: tensors under our own names, used where they lie in the file.

    Raises:
        CheckpointError: a missing, extra or misshapen tensor, by name.
    """
    assert config.quantisation is not None, "load_model is for this one"
    checkpoint = Checkpoint(directory)
    with torch.device("meta"):
        model = ErnieVL(config)
        swap_(model, config.quantisation, choice)
    wanted = model.state_dict()
    if missing := sorted(wanted.keys() - checkpoint.names):
        raise CheckpointError(f"the quantised checkpoint lacks {_list(missing)}; quantise it again")
    if extra := sorted(checkpoint.names - wanted.keys()):
        raise CheckpointError(f"the quantised checkpoint has tensors that its config does not explain: {_list(extra)}")
    state: dict[str, Tensor] = {}
    for name, place in wanted.items():
        tensor = checkpoint.read(name)
        if tensor.shape != place.shape:
            raise CheckpointError(f"{name} has shape {list(tensor.shape)}; the config asks for {list(place.shape)}")
        state[name] = tensor.to(dtype=kept_dtype(name, place, dtype))
    model.load_state_dict(state, assign=True)
    return model.eval().requires_grad_(False)


def _name_missing(unmade: list[list[Recipe]], names: frozenset[str]) -> list[str]:
    """The tensors a checkpoint lacks, in its own naming: per parameter the recipe most like what is there."""
    seen = {_LAYER.sub("#", name) for name in names}
    parents = {name[: dot.start()] for name in names for dot in re.finditer(r"\.", name)}

    def likeness(option: Recipe) -> tuple[int, bool, int]:
        first = option.sources[0]
        strange = sum(first[: dot.start()] not in parents for dot in re.finditer(r"\.", first))
        return len(names.intersection(option.sources)), _LAYER.sub("#", first) in seen, -strange

    closest = (max(options, key=likeness) for options in unmade)
    return list(dict.fromkeys(source for recipe in closest for source in recipe.sources if source not in names))


def _list(names: list[str]) -> str:
    shown = ", ".join(names[:10])
    return shown if len(names) <= 10 else f"{shown} and {len(names) - 10} more"
