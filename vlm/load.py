"""From a model's name to a backend that answers.

backend = load_backend(resolve_model("nano"))
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import torch

from preprocess.kept import KeptFiles
from vlm.backends.base import MAX_EVIDENCE_TOKENS, ModelInfo
from vlm.backends.own import OwnBackend
from vlm.config import ModelConfig, VisionConfig
from vlm.dtypes import native_dtype
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.errors import CheckpointError, ConfigError, ModelUnavailable
from vlm.family import weigh
from vlm.kernels.aten import copies
from vlm.kernels.choice import Choice, choose
from vlm.model.grouped_experts import can_group, group_experts_
from vlm.nano.ensure import NANO, default_cache, ensure_nano
from vlm.processor import Processor
from vlm.quantize.nano import ensure_quantised_nano
from vlm.quantize.source import check_hub_id
from vlm.room import Room, engine_config, shortened
from vlm.weights import INDEX, load_model, load_quantised, read_index

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
NO_SIGHT = "This model's sight is not trained yet: it answers from the words found on the page, not from the picture."
PICTURES = "pictures"  # a folder in the cache
ENCODER = 1  # of the code from patches to rows: one more whenever it gives other numbers, so that old ones are not used
HUB_FILES = ["*.json", "*.jinja", "*.safetensors", "tokenizer.*"]


def resolve_model(
    model: str = NANO,
    cache: Path | None = None,
    wheel: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
    nano_bits: int = 16,
) -> Path:
    """The checkpoint directory of `model`: `nano` (built on first use, in 8 or 16 bits), a directory, or a hub id such
    as `baidu/ERNIE-4.5-VL-28B-A3B-PT` (downloaded on first use).

    Raises:
        ModelUnavailable: not here, and it could not be brought.
    """
    if model == NANO:
        return (ensure_quantised_nano if nano_bits == 8 else ensure_nano)(cache, wheel, progress)
    if Path(model).is_dir():
        return Path(model)
    check_hub_id(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        here = Path(snapshot_download(model, allow_patterns=HUB_FILES, local_files_only=True))
        if _is_whole(here):
            return here
    except LocalEntryNotFoundError:
        pass
    progress(f"Fetching {model}")
    try:
        return Path(snapshot_download(model, allow_patterns=HUB_FILES))
    except Exception as error:  # the hub client raises a dozen kinds, from four libraries
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelUnavailable(
            f"{model} is not on this machine and could not be downloaded ({reason}); bring its files here and name "
            "their directory"
        ) from error


def _is_whole(snapshot: Path) -> bool:
    """Whether config and weights are there: of what other clients brought, the hub's own cannot always tell."""
    index = snapshot / INDEX
    try:
        weights = set(read_index(index).values()) if index.exists() else set()
    except CheckpointError:
        return False
    files = [path.name for path in snapshot.glob("*.safetensors")]
    there = weights <= set(files) if weights else bool(files) and not any("-of-" in name for name in files)
    return there and (snapshot / "config.json").exists()


def best_nano_bits(dtype: str, device: str) -> int:
    """8 on the processor, unless a `dtype` is asked for: as many answers are right as in 16, and sooner. Else 16."""
    return 8 if dtype == "auto" and resolve_device(device) == "cpu" else 16


def load_backend(
    directory: Path,
    name: str | None = None,
    dtype: str = "auto",
    device: str = "auto",
    room: Room | None = None,
    kernels: str = "auto",
    cache: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
    picture_cache_mb: int = 0,
) -> OwnBackend:
    """A checkpoint directory, served by Lector's own engine.

    Args:
        name: what to call it; the directory's name by default.
        dtype: float32, bfloat16, float16, or auto: bfloat16 where the hardware computes in it, else float32.
        device: cpu, cuda, or auto.
        room: how much runs at once; the usual by default.
        kernels: of a quantised checkpoint: avx512, avx2, aten, or auto: the best there are, built in the background.
        cache: where kernels are built and encoded pictures are kept; the user's by default.
        picture_cache_mb: megabytes of those kept on the disk, so that a page is encoded once; 0 keeps none.

    Raises:
        CheckpointError: the checkpoint cannot be used. ConfigError: a setting is wrong. ModelUnavailable: too large.
    """
    config = ModelConfig.load(directory)
    device = "cpu" if config.quantisation and device == "auto" else resolve_device(device)
    if config.quantisation and device != "cpu":
        raise ConfigError("quantised checkpoints run on the processor alone for now; use --device cpu")
    numbers = resolve_dtype(dtype, device)
    weights = weigh(config, numbers, config.quantisation).whole
    _refuse_if_too_large(directory, config, weights, device, numbers)
    processor = Processor.load(directory, config)
    config = processor.config
    room = room or Room()
    choice = None
    if config.quantisation:
        choice = choose(cache or default_cache(), numbers, kernels, progress)
        _refuse_kernels_if_too_large(directory, config, choice, weights, numbers)
    if choice is not None and choice.is_compiled and room.kv_cache_dtype == "auto":
        room = replace(room, kv_cache_dtype="bfloat16")  # what those kernels read, whatever the rest is in
    knobs = engine_config(config.text, numbers, room, _free_memory(device) - weights)
    if choice is not None:
        model = load_quantised(directory, config, numbers, choice)
    else:
        model = load_model(directory, config, numbers, device)
        if device.startswith("cuda") and can_group(device, numbers):
            group_experts_(model)
    info = _info(name or directory.name, config, knobs, room)
    disk = None
    if picture_cache_mb:
        ending = f".{_identity(directory, config.vision, numbers)}.safetensors"
        disk = KeptFiles((cache or default_cache()) / PICTURES, picture_cache_mb * 10**6, ending)
    return OwnBackend(info, processor, Engine(model, knobs, disk))


def _info(name: str, config: ModelConfig, knobs: EngineConfig, room: Room) -> ModelInfo:
    """What is to be known of a model that runs by `knobs`, which were made of `room`."""
    sees = config.vision is None or config.use_image_tokens
    notices = (*(() if sees else (NO_SIGHT,)), *config.notices, *shortened(config.text, knobs, room))
    most = config.max_evidence_tokens or MAX_EVIDENCE_TOKENS
    return ModelInfo(name, knobs.max_model_len, config.use_image_tokens, notices, most)


@contextmanager
def told_how_to_heal(model: str, directory: Path) -> Iterator[None]:
    """While `directory` is loaded as `model`: what is damaged of nano was built here, and can be again.

    Raises:
        CheckpointError: the same, and of nano with the folder to delete.
    """
    try:
        yield
    except CheckpointError as error:
        if model != NANO:
            raise
        raise CheckpointError(f"{NANO} is damaged; delete {directory}, and it is built anew ({error})") from error


def _identity(directory: Path, vision: VisionConfig | None, dtype: torch.dtype) -> str:
    """A name for what encodes pictures: the code, its settings, and the weights in `directory` as `dtype`.

    Whatever of these was changed has another name.
    """
    told = hashlib.sha256(f"{ENCODER} {vision} {dtype}".encode())
    for path in sorted(directory.glob("*.safetensors")):
        about = path.stat()
        told.update(f"{path.name} {about.st_size} {about.st_mtime_ns}".encode())
    return told.hexdigest()[:16]


def _free_memory(device: str) -> int:
    """Bytes that nobody uses yet."""
    return torch.cuda.mem_get_info(device)[0] if device.startswith("cuda") else psutil.virtual_memory().available


def _all_memory(device: str) -> int:
    """Bytes."""
    return torch.cuda.mem_get_info(device)[1] if device.startswith("cuda") else psutil.virtual_memory().total


def _refuse_if_too_large(directory: Path, config: ModelConfig, needed: int, device: str, dtype: torch.dtype) -> None:
    """Before anything is read: a machine whose memory ends in the middle is lost for minutes.

    Raises:
        ModelUnavailable: the weights alone are more than all memory.
    """
    there = _all_memory(device)
    if needed <= there:
        return
    narrower = "use --dtype bfloat16, " if dtype == torch.float32 else ""
    smaller = "" if config.quantisation else f"{narrower}quantise it (python -m vlm.quantize {directory} DIRECTORY) or "
    where = "this machine" if device == "cpu" else f"{device} (--device cpu takes the machine's)"
    raise ModelUnavailable(
        f"{directory} takes {needed / 1e9:.1f} GB of memory and {where} has {there / 1e9:.1f}; {smaller}choose a "
        "smaller member of the family (python -m app.doctor says what fits)"
    )


def _refuse_kernels_if_too_large(
    directory: Path, config: ModelConfig, choice: Choice, weights: int, dtype: torch.dtype
) -> None:
    """Torch's own kernels hold the weights in another form, too; where that is too much, compiled ones are waited for.

    Raises:
        ModelUnavailable: there are none, and the other form is more than all memory.
    """
    assert config.quantisation is not None, "only quantised weights have kernels of their own"
    needed = int(weights * copies(config.quantisation.bits, dtype))
    there = _all_memory("cpu")
    if needed <= there:
        return
    if choice.building is not None:
        choice.building.join()
    if choice.kernels.name == "aten":
        raise ModelUnavailable(
            f"{directory} takes {needed / 1e9:.1f} GB of memory with torch's own kernels, and this machine has "
            f"{there / 1e9:.1f}; with compiled ones, which need g++, it takes {weights / 1e9:.1f}"
        )


def resolve_device(device: str) -> str:
    """What `auto` means here. Raises ConfigError for a device that is not there."""
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    named = re.fullmatch(r"cpu|cuda(?::(\d{1,3}))?", device)
    if named is None:
        raise ConfigError(f"device {device!r} is not known; use auto, cpu, cuda or cuda:0")
    if device == "cpu":
        return device
    if not torch.cuda.is_available():
        raise ConfigError(f"device is {device}, but torch sees no CUDA device here; use --device cpu")
    if named[1] and int(named[1]) >= torch.cuda.device_count():
        last = torch.cuda.device_count() - 1
        raise ConfigError(f"device is {device}, and the last one that torch sees here is cuda:{last}")
    return device


def resolve_dtype(dtype: str, device: str) -> torch.dtype:
    """What `auto` means there. Raises ConfigError for a dtype that is not known."""
    if dtype == "auto":
        return native_dtype(device)
    if dtype not in DTYPES:
        raise ConfigError(f"dtype {dtype!r} is not known; use auto, {', '.join(DTYPES)}")
    return DTYPES[dtype]
