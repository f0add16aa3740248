"""Values of a `config.json`, checked as they are read: what no model has would end in a wrong answer, in an error far
from its cause, or in all memory taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlm.errors import CheckpointError

MOST = 2**24  # of anything that is counted
LARGEST = 1e30  # of numbers that are not counts
MOST_PARTS = 4096  # of what a model is made of: layers, heads, experts
# Of other models, where they change what is computed; without them answers would be wrong, and nobody would know.
UNKNOWN = ("sliding_window", "attn_logit_softcapping", "final_logit_softcapping")


class Fields:
    """The fields of `raw`; `where` stands before their names in errors. A field that is null is as one that is not
    there: it has its default, if there is one.

    Raises:
        CheckpointError: by any of its methods, of a value that is not of its kind. KeyError: of one that is missing.
    """

    def __init__(self, raw: Mapping[str, Any], where: str = "") -> None:
        self.raw, self.where = raw, where

    def whole(self, name: str, default: int | None = None, least: int = 1, most: int = MOST) -> int:
        value = self._value(name, default)
        self._check(name, value, is_whole(value, least, most), f"a whole number from {least} to {most}")
        return int(value)

    def number(self, name: str, default: float, may_be_zero: bool = False) -> float:
        value = self._value(name, default)
        is_number = type(value) in (int, float) and value <= LARGEST and (value > 0 or (may_be_zero and value == 0))
        self._check(name, value, is_number, "zero or a positive number" if may_be_zero else "a positive number")
        return float(value)

    def flag(self, name: str, default: bool) -> bool:
        value = self._value(name, default)
        self._check(name, value, isinstance(value, bool), "true or false")
        return bool(value)

    def pair(
        self, name: str, vision: bool, default: int | None = None, least: int = 1, most: int = MOST
    ) -> tuple[int, ...]:
        """(text, vision), or (text,) of a model that does not see; one number stands for both."""
        value = self._value(name, default)
        values = tuple(value) if isinstance(value, list | tuple) else (value, value)
        good = len(values) in ((2,) if vision else (1, 2)) and all(is_whole(each, least, most) for each in values)
        self._check(name, value, good, f"a whole number from {least} to {most}, or two")
        return values if vision else values[:1]

    def sentences(self, name: str) -> tuple[str, ...]:
        value = self._value(name, [])
        good = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
        self._check(name, value, good, "a list of texts")
        return tuple(value)

    def refuse_unknown(self) -> None:
        """What would have to be computed, and is not."""
        for name in UNKNOWN:
            self._check(name, self.raw.get(name), not self.raw.get(name), "left out: Lector does not compute it")

    def _value(self, name: str, default: Any) -> Any:
        value = self.raw[name] if default is None else self.raw.get(name)
        return default if value is None else value

    def _check(self, name: str, value: Any, is_good: bool, wanted: str) -> None:
        if not is_good:
            raise CheckpointError(f"{self.where}{name} in config.json is {value!r}; it must be {wanted}")


def is_whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most  # true is an int, too
