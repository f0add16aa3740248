"""How the matrices of a quantised checkpoint are held: the field `lector_quantisation` of its `config.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from vlm.errors import CheckpointError

FORMAT = 1  # of what lies in the files; one more for whatever this version would read wrongly


@dataclass(frozen=True, slots=True)
class Quantisation:
    """How the matrices are held: the decoder's in `bits` a number, a scale for every `group_size` of a row; the tower's
    and the resampler's in `vision_bits`, or as they come (None)."""

    bits: int
    group_size: int
    vision_bits: int | None = 8

    @staticmethod
    def from_dict(raw: Mapping[str, Any] | None) -> Quantisation | None:
        """The field `lector_quantisation` of `config.json`. The first ones had no `format`, and are of format 1."""
        if raw is None:
            return None
        if not isinstance(raw, Mapping):
            raise CheckpointError(f"lector_quantisation is {raw!r}; it must be an object; quantise the model again")
        names = [field.name for field in fields(Quantisation)]
        version, unknown = raw.get("format", 1), sorted(raw.keys() - {"format", *names})
        if version != FORMAT or unknown:
            raise CheckpointError(
                f"lector_quantisation is {dict(raw)}; this version of Lector reads format {FORMAT}, with "
                f"{', '.join(names)} and nothing else: use the version that wrote it, or quantise the model again"
            )
        how = Quantisation(*map(raw.get, names))  # type: ignore[arg-type]
        is_known = how.bits in (4, 8) and how.group_size in (32, 64, 128) and how.vision_bits in (None, 8)
        if not is_known or any(type(value) in (bool, float) for value in asdict(how).values()):  # 4.0 equals 4
            raise CheckpointError(
                f"lector_quantisation is {dict(raw)}; Lector reads 4 or 8 bits in groups of 32, 64 or 128, and what "
                "sees in 8 bits or none"
            )
        return how

    def to_dict(self) -> dict[str, int | None]:
        """What `from_dict` reads."""
        return {"format": FORMAT, **asdict(self)}
