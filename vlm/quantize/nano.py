"""nano in 8 bits, built once: what the processor runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vlm.nano.ensure import build_nano, once
from vlm.nano.trained import read_trained
from vlm.quantisation import Quantisation
from vlm.quantize.source import LocalSource
from vlm.quantize.stream import quantise_checkpoint

HOW = Quantisation(8, 64)


def ensure_quantised_nano(
    cache: Path | None = None, wheel: Path | None = None, progress: Callable[[str], None] = lambda _: None
) -> Path:
    """The directory of nano in 8 bits; builds it, as `ensure_nano` does, if it is not there.

    Raises:
        ModelUnavailable: the base model is not here and could not be brought, or the cache cannot be written.
    """

    def make(work: Path) -> Path:
        whole = build_nano(work, wheel, progress, read_trained())
        quantise_checkpoint(LocalSource(whole), work / "quantised", HOW)
        return work / "quantised"

    return once(f"-{HOW.bits}bit", cache, make)
