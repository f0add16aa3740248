"""How the matrices of a quantised checkpoint are held: the field `lector_quantisation` of its `config.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vlm.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Quantisation:
    """How the decoder's matrices are held: `bits` a number, and a scale for every `group_size` of a row."""

    bits: int
    group_size: int

    @staticmethod
    def from_dict(raw: Mapping[str, Any] | None) -> Quantisation | None:
        """The field `lector_quantisation` of `config.json`."""
        if raw is None:
            return None
        if raw.get("bits") not in (4, 8) or raw.get("group_size") not in (32, 64, 128):
            raise ConfigError(
                f"lector_quantisation is {dict(raw)}; Lector reads 4 or 8 bits in groups of 32, 64 or 128"
            )
        return Quantisation(raw["bits"], raw["group_size"])
