"""A whole checkpoint quantised piece by piece: one matrix in memory, one shard on the disk.

The files of the result are laid out first (`files`). Then the source's shards are gone through once; a piece, a
matrix or one expert of a stack, is packed and put to its place as soon as all its tensors have been seen. A journal
says which pieces are on the disk, so that a run that was stopped goes on.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch
from torch import Tensor

from vlm.config import ModelConfig
from vlm.errors import CheckpointError, ConfigError
from vlm.kernels.aten import Aten
from vlm.kernels.choice import Choice
from vlm.kernels.packing import pack_weight
from vlm.model.ernie_vl import ErnieVL
from vlm.quant.importance import Importance
from vlm.quant.modules import QuantWeight
from vlm.quant.swap import PACKED, kept_dtype, prepared, source_of, swap_
from vlm.quantisation import Quantisation
from vlm.quantize import files
from vlm.quantize.journal import Journal, alone
from vlm.quantize.source import SMALL, Source
from vlm.weights import INDEX, Checkpoint, check_type, plan

COPIES = 12  # of the largest piece in fp32, while the best scales are looked for


@dataclass(frozen=True, slots=True)
class Piece:
    """Tensors of the source that make one parameter, or slot `slot` of one.

    `is_cut`: the one source is the whole stack, of which this is a slot.
    """

    parameter: str
    sources: tuple[str, ...]
    build: Callable[[Sequence[Tensor]], Tensor]
    slot: int | None = None
    is_cut: bool = False

    @property
    def key(self) -> str:
        return self.parameter if self.slot is None else f"{self.parameter}[{self.slot}]"


def quantise_checkpoint(
    source: Source,
    directory: Path,
    how: Quantisation,
    say: Callable[[str], None] = lambda _: None,
    calibrated: Callable[[], Importance] | None = None,
    documents: Sequence[Path] = (),
) -> None:
    """Write `source`, quantised, to `directory`; what is unfinished lies in `directory.partial`.

    `calibrated` says which weights matter, by what it reads in `documents`; it may take its time, and is asked when all
    else is known to be well.

    Raises:
        ConfigError: it is quantised already, the directory is not empty or another run's, or disk or memory will not
            do.
        CheckpointError, ModelUnavailable: the source cannot be read or reached.
    """
    with alone(directory.with_name(f"{directory.name}.partial")):
        _quantise(source, directory, how, say, calibrated, documents)


def _quantise(
    source: Source,
    directory: Path,
    how: Quantisation,
    say: Callable[[str], None],
    calibrated: Callable[[], Importance] | None,
    documents: Sequence[Path],
) -> None:
    if directory.exists() and any(directory.iterdir()):
        raise ConfigError(f"{directory} is not empty; choose another directory")
    small = source.small_files()
    config = ModelConfig.load(small)
    if config.quantisation is not None:
        raise ConfigError(f"{source.name} is quantised already; name the checkpoint that it was made of")
    with torch.device("meta"):
        model, twin = ErnieVL(config), ErnieVL(config)
        swap_(twin, how, Choice(Aten(torch.bfloat16)))
    shapes = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
    shard_of = source.shards()
    pieces = list(_pieces(model, frozenset(shard_of)))
    places, headers = files.lay_out(_forms(twin))
    partial = directory.with_name(f"{directory.name}.partial")
    _check_room(partial, places, source, shapes)
    sums = None if calibrated is None else [hashlib.sha256(path.read_bytes()).hexdigest() for path in documents]
    partial.mkdir(exist_ok=True)
    about = {"source": source.name, "source files": source.state(), **how.to_dict(), "documents": sums}
    journal = Journal(partial, about)
    written = journal.written()
    files.prepare(partial, places, headers, bool(written))
    journal.begin()
    try:
        importance = calibrated() if calibrated is not None else None
    except BaseException:
        if not written:  # another run need not be calibrated
            shutil.rmtree(partial)
        raise
    writer = _Writer(partial, twin, shapes, places, importance)
    todo = [piece for piece in pieces if piece.key not in written]
    _go_through(source, shard_of, todo, writer, journal, say)
    _finish(small, journal, directory, how)


def _pieces(model: ErnieVL, names: frozenset[str]) -> Iterator[Piece]:
    stacks = {name for name, parameter in model.named_parameters() if parameter.dim() == 3}
    counts = {name: parameter.shape[0] for name, parameter in model.named_parameters()}
    for name, recipe in plan(model, names).items():
        if name not in stacks:
            yield Piece(name, recipe.sources, recipe.build)
        elif recipe.slots == 1:
            yield from (Piece(name, recipe.sources, recipe.build, slot, True) for slot in range(counts[name]))
        else:
            each = len(recipe.sources) // recipe.slots
            for slot in range(recipe.slots):
                yield Piece(name, recipe.sources[slot * each : (slot + 1) * each], recipe.build, slot)


def _forms(twin: ErnieVL) -> dict[str, files.Form]:
    """What the result holds: packed bytes and scales, routers in fp32, the rest in bf16."""
    return {
        name: files.Form(tuple(tensor.shape), kept_dtype(name, tensor, torch.bfloat16))
        for name, tensor in twin.state_dict().items()
    }


def _check_room(
    partial: Path, places: Mapping[str, files.Place], source: Source, shapes: Mapping[str, tuple[int, ...]]
) -> None:
    home = next(folder for folder in partial.absolute().parents if folder.exists())
    there = sum(map(_on_disk, partial.glob("*.safetensors")))
    needed = sum(place.form.nbytes for place in places.values()) - there + source.shard_bytes()
    if needed > shutil.disk_usage(home).free:
        raise ConfigError(f"{home} has {_gb(shutil.disk_usage(home).free)} free and {_gb(needed)} are needed")
    largest = max(4 * torch.Size(shape[-2:]).numel() for shape in shapes.values())
    memory = min(COPIES * largest, 2 * largest + COPIES * 200_000_000)
    if memory > psutil.virtual_memory().available:
        free = psutil.virtual_memory().available
        raise ConfigError(f"{_gb(free)} of memory are free and {_gb(memory)} are needed; close other programs")


def _on_disk(path: Path) -> int:
    """Bytes that a file takes, be it as long as it may; Windows does not count blocks, and leaves nothing out."""
    about = path.stat()
    return about.st_blocks * 512 if hasattr(about, "st_blocks") else about.st_size


class _Writer:
    """Packs pieces and puts them to their places."""

    def __init__(
        self,
        directory: Path,
        twin: ErnieVL,
        shapes: Mapping[str, tuple[int, ...]],
        places: Mapping[str, files.Place],
        importance: Importance | None,
    ) -> None:
        self.directory, self.shapes, self.places = directory, shapes, places
        self.importance = importance
        self.packed: dict[str, list[tuple[str, QuantWeight]]] = {}
        for name, module in twin.named_modules():
            if isinstance(module, QuantWeight):
                self.packed.setdefault(source_of(name, shapes), []).append((name, module))

    def put(self, piece: Piece, tensor: Tensor) -> None:
        shape = self.shapes[piece.parameter][0 if piece.slot is None else 1 :]
        told = ", ".join(piece.sources)
        if tuple(tensor.shape) != shape:
            raise CheckpointError(f"{told} has shape {list(tensor.shape)}; the config asks for {list(shape)}")
        check_type(told, tensor, torch.float32)
        for name, module in self.packed.get(piece.parameter, ()):
            cares = None if self.importance is None else self.importance.of(name, piece.slot is not None)
            if cares is not None and piece.slot is not None:
                cares = cares[piece.slot]
            packed = pack_weight(prepared(name, tensor), module.bits, module.group, cares)
            _refuse_what_is_no_number(told, packed.scales)  # NaN if a weight is, infinite if one is or is too large
            files.put(self.directory, self.places[f"{name}.weight"], packed.weight, piece.slot)
            files.put(self.directory, self.places[f"{name}.scales"], packed.scales, piece.slot)
        place = self.places.get(piece.parameter)
        if place is not None and place.form.dtype not in PACKED:
            _refuse_what_is_no_number(told, tensor)
            files.put(self.directory, place, tensor.to(place.form.dtype), piece.slot)


def _refuse_what_is_no_number(name: str, tensor: Tensor) -> None:
    if not all(map(math.isfinite, tensor.aminmax())):  # both are NaN if one is
        raise CheckpointError(f"{name} has weights that are NaN, infinite, or too large to be packed; fetch it again")


def _go_through(
    source: Source,
    shard_of: Mapping[str, str],
    todo: Sequence[Piece],
    writer: _Writer,
    journal: Journal,
    say: Callable[[str], None],
) -> None:
    """Every shard that has something for `todo`, once. What a piece has in an earlier shard waits in memory."""
    shards = sorted({shard_of[name] for piece in todo for name in piece.sources})
    waiting: dict[str, Tensor] = {}
    left = list(todo)
    for number, shard in enumerate(shards, 1):
        say(f"{shard} ({number} of {len(shards)})")
        with source.opened(shard) as checkpoint:
            done: list[str] = []
            kept: list[Piece] = []
            for piece in left:
                here = [name for name in piece.sources if shard_of[name] == shard]
                if len(here) + sum(name in waiting for name in piece.sources) == len(piece.sources):
                    writer.put(piece, _made(piece, checkpoint, waiting))
                    done.append(piece.key)
                else:
                    waiting.update({name: checkpoint.read(name).clone() for name in here})
                    kept.append(piece)
            left = kept
        journal.note(done)
    assert not left, f"{len(left)} pieces have no shard"


def _made(piece: Piece, checkpoint: Checkpoint, waiting: dict[str, Tensor]) -> Tensor:
    if piece.is_cut:
        assert piece.slot is not None
        return checkpoint.read(piece.sources[0])[piece.slot]
    tensors = [waiting.pop(name) if name in waiting else checkpoint.read(name) for name in piece.sources]
    try:
        made = piece.build(tensors)
    except (RuntimeError, IndexError) as error:
        raise CheckpointError(f"{', '.join(piece.sources)} do not make {piece.key}: {error}") from error
    return made if piece.slot is None else made[0]


def _finish(small: Path, journal: Journal, directory: Path, how: Quantisation) -> None:
    """Everything beside the weights, then the name."""
    partial = journal.directory
    for pattern in SMALL:
        for path in small.glob(pattern):
            if not path.name.endswith(INDEX):
                shutil.copy(path, partial / path.name)
    raw = json.loads((small / "config.json").read_text(encoding="utf-8"))
    raw["lector_quantisation"] = how.to_dict()
    (partial / "config.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    journal.end()
    if directory.exists():
        directory.rmdir()
    partial.rename(directory)


def _gb(nbytes: int) -> str:
    return f"{nbytes / 1e9:.1f} GB"
