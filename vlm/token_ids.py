"""Token ids as a checkpoint's JSON files name them."""

from __future__ import annotations

from typing import Any

from vlm.errors import CheckpointError


def are_token_ids(values: Any) -> bool:
    return isinstance(values, list) and all(map(_is_token_id, values))


def end_token_ids(value: Any, file: object) -> tuple[int, ...]:
    """`eos_token_id` of `file`, which holds one id, a list of them, or none.

    Raises:
        CheckpointError: it is anything else.
    """
    ids = [value] if _is_token_id(value) else value if value is not None else []
    if not are_token_ids(ids):
        raise CheckpointError(f"eos_token_id in {file} is {value!r}; it must be a token id or a list of them")
    return tuple(ids)


def _is_token_id(value: Any) -> bool:
    return type(value) is int and value >= 0  # true is an int, too
