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
from vlm.quant.swap import PACKED, kept_dtype, swap_

INDEX = "model.safetensors.index.json"
_LAYER = re.compile(r"(?<=(layers|blocks)\.)\d+")


class Checkpoint:
    """The tensors of a directory of safetensors files (one file, or shards with an index), read on demand.

    Raises:
        CheckpointError: no safetensors there, an index that names a file that is not, or a tensor that lies in two.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        index = directory / INDEX
        if index.exists():
            files = sorted(set(read_index(index).values()))
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
            names = self._open[file].keys()
            if twice := sorted(self._file_of.keys() & set(names)):
                where = f"{self._file_of[twice[0]]} and in {file} of {directory}"
                raise CheckpointError(f"{twice[0]} lies in {where}; leave the files of one model there")
            self._file_of.update(dict.fromkeys(names, file))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._file_of)

    @property
    def files(self) -> Mapping[str, str]:
        """The file of each tensor."""
        return self._file_of

    def read(self, name: str) -> Tensor:
        """The tensor as it lies in the file; its memory is the file's own until it is changed or cast.

        Raises:
            CheckpointError: there is none of that name, whatever an index said.
        """
        if name not in self._file_of:
            raise CheckpointError(f"{name} is named by an index and in no file of {self._directory}; fetch both again")
        return self._open[self._file_of[name]].get_tensor(name)

    def shape(self, name: str) -> tuple[int, ...]:
        return tuple(self._open[self._file_of[name]].get_slice(name).get_shape())


def read_index(path: Path) -> dict[str, str]:
    """The file of each tensor, as an index of shards says.

    Raises:
        CheckpointError: it is none.
    """
    try:
        weight_map = json.loads(path.read_text(encoding="utf-8"))["weight_map"]
    except (ValueError, KeyError, TypeError):
        weight_map = None
    if not (isinstance(weight_map, dict) and all(isinstance(file, str) for file in weight_map.values())):
        raise CheckpointError(f"{path} is not an index of safetensors shards; download it again")
    return weight_map


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
        CheckpointError: a missing, extra or misshapen tensor, or one of a wrong type, by name.
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
        check_type(_list(list(sources)), tensor, parameter.dtype)
        state[name] = tensor.to(device=device, dtype=kept_dtype(name, parameter, dtype))
    model.load_state_dict(state, assign=True)
    return model.eval().requires_grad_(False)


def load_quantised(directory: Path, config: ModelConfig, dtype: torch.dtype, choice: Choice) -> ErnieVL:
    """The model of a directory that `vlm.quantize` wrote: tensors under our own names, used where they lie in the file.

    Raises:
        CheckpointError: a missing, extra or misshapen tensor, or one of a wrong type, by name.
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
        check_type(name, tensor, place.dtype)
        state[name] = tensor.to(dtype=kept_dtype(name, place, dtype))
    model.load_state_dict(state, assign=True)
    return model.eval().requires_grad_(False)


def check_type(name: str, tensor: Tensor, place: torch.dtype) -> None:
    """Packed weights are bytes that mean something in their own type alone; all else may be any numbers with fractions.

    Raises:
        CheckpointError: `tensor` is of another type than can go to `place`.
    """
    if tensor.dtype != place if place in PACKED else not tensor.is_floating_point():
        wanted = place if place in PACKED else "a floating point type"
        raise CheckpointError(f"{name} is of type {tensor.dtype}; it must be {wanted}")


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
