"""A whole checkpoint quantised piece by piece: one matrix in memory, one shard on the disk.

The files of the result are laid out first (`files`). Then the source's shards are gone through once; a piece, a
matrix or one expert of a stack, is packed and put to its place as soon as all its tensors have been seen. A journal
says which pieces are on the disk, so that a run that was stopped goes on.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
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
from vlm.quantize.source import SMALL, Source
from vlm.weights import Checkpoint, plan

JOURNAL = "pieces.jsonl"
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
) -> None:
    """Write `source`, quantised, to `directory`; what is unfinished lies in `directory.partial`.

    `calibrated` says which weights matter; it may take its time, and is asked when all else is known to be well.

    Raises:
        ConfigError: it is quantised already, the directory is not empty, or disk or memory will not do.
        CheckpointError, ModelUnavailable: the source cannot be read or reached.
    """
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
    partial.mkdir(parents=True, exist_ok=True)
    written = _begin(partial, how, source, places, headers, calibrated is not None)
    try:
        importance = calibrated() if calibrated is not None else None
    except BaseException:
        if not written:  # another run need not be calibrated
            shutil.rmtree(partial)
        raise
    writer = _Writer(partial, twin, shapes, places, importance)
    todo = [piece for piece in pieces if piece.key not in written]
    _go_through(source, shard_of, todo, writer, partial / JOURNAL, say)
    _finish(small, partial, directory, how)


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
    there = sum(path.stat().st_blocks * 512 for path in partial.glob("*.safetensors")) if partial.exists() else 0
    needed = sum(place.form.nbytes for place in places.values()) - there + source.shard_bytes()
    if needed > shutil.disk_usage(home).free:
        raise ConfigError(f"{home} has {_gb(shutil.disk_usage(home).free)} free and {_gb(needed)} are needed")
    largest = max(4 * torch.Size(shape[-2:]).numel() for shape in shapes.values())
    memory = min(COPIES * largest, 2 * largest + COPIES * 200_000_000)
    if memory > psutil.virtual_memory().available:
        free = psutil.virtual_memory().available
        raise ConfigError(f"{_gb(free)} of memory are free and {_gb(memory)} are needed; close other programs")


def _begin(
    partial: Path,
    how: Quantisation,
    source: Source,
    places: Mapping[str, files.Place],
    headers: Mapping[str, bytes],
    is_calibrated: bool,
) -> set[str]:
    """Lay the files out, and read in the journal what an earlier run has written."""
    journal = partial / JOURNAL
    told = {"source": source.name, **asdict(how), "calibrated": is_calibrated}
    about = json.dumps(told)
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    if lines and lines[0] != about:
        raise ConfigError(f"{partial} is of another run ({lines[0]}); delete it, or choose another directory")
    written = {str(key) for line in lines[1:] for key in _keys(line)}
    files.prepare(partial, places, headers, bool(written))
    if not lines:
        journal.write_text(about + "\n", encoding="utf-8")
    return written


def _keys(line: str) -> list[str]:
    """A line of the journal; the last one may have been cut off by a crash."""
    try:
        return list(json.loads(line))
    except ValueError:
        return []


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
        if tuple(tensor.shape) != shape:
            told = ", ".join(piece.sources)
            raise CheckpointError(f"{told} has shape {list(tensor.shape)}; the config asks for {list(shape)}")
        for name, module in self.packed.get(piece.parameter, ()):
            cares = None if self.importance is None else self.importance.of(name, piece.slot is not None)
            if cares is not None and piece.slot is not None:
                cares = cares[piece.slot]
            packed = pack_weight(prepared(name, tensor), module.bits, module.group, cares)
            files.put(self.directory, self.places[f"{name}.weight"], packed.weight, piece.slot)
            files.put(self.directory, self.places[f"{name}.scales"], packed.scales, piece.slot)
        place = self.places.get(piece.parameter)
        if place is not None and place.form.dtype not in PACKED:
            files.put(self.directory, place, tensor.to(place.form.dtype), piece.slot)


def _go_through(
    source: Source,
    shard_of: Mapping[str, str],
    todo: Sequence[Piece],
    writer: _Writer,
    journal: Path,
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
        _note(journal, done)
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


def _note(journal: Path, keys: Sequence[str]) -> None:
    """The pieces first, then the line that says so."""
    for path in journal.parent.glob("*.safetensors"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    with journal.open("a", encoding="utf-8") as out:
        out.write(json.dumps(list(keys)) + "\n")
        out.flush()
        os.fsync(out.fileno())


def _finish(small: Path, partial: Path, directory: Path, how: Quantisation) -> None:
    """Everything beside the weights, then the name."""
    for pattern in SMALL:
        for path in small.glob(pattern):
            if not path.name.endswith(files.INDEX):
                shutil.copy(path, partial / path.name)
    raw = json.loads((small / "config.json").read_text(encoding="utf-8"))
    raw["lector_quantisation"] = asdict(how)
    (partial / "config.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    (partial / JOURNAL).unlink()
    if directory.exists():
        directory.rmdir()
    partial.rename(directory)


def _gb(nbytes: int) -> str:
    return f"{nbytes / 1e9:.1f} GB"
