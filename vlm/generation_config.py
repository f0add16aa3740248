"""What a checkpoint says about how it is to be decoded: `generation_config.json`, in the form transformers gives it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vlm.errors import CheckpointError
from vlm.token_ids import are_token_ids, end_token_ids

FILE = "generation_config.json"


@dataclass(frozen=True, slots=True)
class GenerationConfig:
    """Of the many settings there, those that belong to the model and not to a request.

    Attributes:
        eos_token_ids: ids that end an answer.
        sequence_bias: nats by which sequences of tokens are likelier than the model finds them.
        exact_sums: the sums in its thoughts are held to what they come to (`vlm.sums`). Lector's own; others know of no
            such setting and pass it over.
        think_below: where nobody says whether to think, an answer whose first token is less likely than this begins
            with a thought (`vlm.engine.think_if_unsure`); 0: never. Lector's own.
    """

    eos_token_ids: tuple[int, ...] = ()
    sequence_bias: Mapping[tuple[int, ...], float] = field(default_factory=dict)
    exact_sums: bool = False
    think_below: float = 0.0

    @staticmethod
    def load(directory: Path) -> GenerationConfig:
        """Of the checkpoint in `directory`; empty where it has no such file.

        Raises:
            CheckpointError: the file is no JSON object, `eos_token_id` is neither an id nor a list of ids, or
                `sequence_bias` is no list of pairs of token ids and a finite bias, or `exact_sums` neither true nor
                false, or `think_below` no probability.
        """
        path = directory / FILE
        if not path.exists():
            return GenerationConfig()
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CheckpointError(f"{path} is no JSON ({error}); fetch it again") from error
        if not isinstance(raw, dict):
            raise CheckpointError(f"{path} is no JSON object; fetch it again")
        ends = end_token_ids(raw.get("eos_token_id"), path)
        biases = raw.get("sequence_bias") or []
        if not (isinstance(biases, list) and all(map(_is_bias, biases))):
            raise CheckpointError(f"sequence_bias in {path} is {biases!r}; it must be a list of [token ids, bias]")
        exact_sums = raw.get("exact_sums", False)
        if not isinstance(exact_sums, bool):
            raise CheckpointError(f"exact_sums in {path} is {exact_sums!r}; it must be true or false")
        below = raw.get("think_below", 0.0)
        if type(below) not in (int, float) or not 0 <= below <= 1:
            raise CheckpointError(f"think_below in {path} is {below!r}; it must be a probability, 0 to 1")
        return GenerationConfig(ends, {tuple(ids): float(bias) for ids, bias in biases}, exact_sums, float(below))


def _is_bias(pair: Any) -> bool:
    if not (isinstance(pair, list) and len(pair) == 2):
        return False
    ids, bias = pair
    is_finite = type(bias) in (int, float) and abs(bias) <= sys.float_info.max  # NaN compares as false
    return are_token_ids(ids) and bool(ids) and is_finite
