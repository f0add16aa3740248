"""How the matrices of a quantised checkpoint are held: the field `lector_quantisation` of its `config.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vlm.errors import CheckpointError


@dataclass(frozen=True, slots=True)
class Quantisation:
    """How the matrices are held: the decoder's in `bits` a number, a scale for every `group_size` of a row; the tower's
    and the resampler's in `vision_bits`, or as they come (None)."""

    bits: int
    group_size: int
    vision_bits: int | None = 8

    @staticmethod
    def from_dict(raw: Mapping[str, Any] | None) -> Quantisation | None:
        """The field `lector_quantisation` of `config.json`."""
        if raw is None:
            return None
        how = Quantisation(*(raw.get(name) for name in ("bits", "group_size", "vision_bits")))  # type: ignore[arg-type]
        if how.bits not in (4, 8) or how.group_size not in (32, 64, 128) or how.vision_bits not in (None, 8):
            raise CheckpointError(
                f"lector_quantisation is {dict(raw)}; Lector reads 4 or 8 bits in groups of 32, 64 or 128, and what "
                "sees in 8 bits or none"
            )
        return how
