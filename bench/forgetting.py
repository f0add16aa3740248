"""A reader that knows nothing of what it read: what is timed then is all that a first question costs.

with Reader(settings=nothing_kept(settings)) as reader:
    forget(reader)
"""

from __future__ import annotations

from dataclasses import replace

from app.reader import Reader
from app.settings import Settings
from vlm.engine.pictures import PictureCache


def nothing_kept(settings: Settings) -> Settings:
    """Without encoded pictures on the disk: a round would find those of the last one there."""
    return replace(settings, picture_cache_mb=0)


def forget(reader: Reader) -> None:
    """Empty the engine of what it has read, prompts and pictures both. Nobody may be asking just then."""
    engine = reader.backend.worker.engine  # type: ignore[attr-defined]
    engine.scheduler.pool.forget()
    engine.runner.pictures = PictureCache(engine.runner.pictures.max_bytes)
