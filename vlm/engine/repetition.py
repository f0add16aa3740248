"""Text that runs in a circle: small models, above all, say the last words again and again until the budget ends."""

from __future__ import annotations

from collections.abc import Sequence

PERIOD = 64  # tokens that may be said over and over
LEAST = 48  # tokens that only repeat, before it is called a loop
TIMES = 3  # that the same tokens come again


def is_looping(ids: Sequence[int]) -> bool:
    """Whether the end of `ids` is the same up to `PERIOD` tokens, over and over."""
    return any(_repeated(ids, period) for period in range(1, min(PERIOD, len(ids) // 2) + 1))


def _repeated(ids: Sequence[int], period: int) -> bool:
    """Whether enough of the last tokens stand `period` places before as well."""
    enough = max(LEAST, TIMES * period)
    if len(ids) < enough + period:
        return False
    return all(ids[place] == ids[place - period] for place in range(-1, -enough - 1, -1))
