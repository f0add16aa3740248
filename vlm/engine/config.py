"""The engine's knobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import torch

from vlm.errors import ConfigError

KVCacheDtype = Literal["auto", "bfloat16", "int8"]
"""`auto`: as the model computes."""

_DTYPES: Mapping[str, torch.dtype] = MappingProxyType({"bfloat16": torch.bfloat16, "int8": torch.int8})


def kv_dtype(name: KVCacheDtype, model: torch.dtype) -> torch.dtype:
    """What keys and values of a model that computes in `model` are held in."""
    return _DTYPES.get(name, model)


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How much runs at once.

    Args:
        max_model_len: tokens of a prompt and its answer together.
        max_num_seqs: sequences that run side by side.
        max_num_batched_tokens: new tokens in one pass; a longer prompt is read in several passes, so that stopping it,
            and everybody else, never waits longer than one.
        max_kv_tokens: tokens whose keys and values are held at once: of all that runs, and of what was read before.
        kv_cache_dtype: what they are held in; `int8` takes half the memory of 16 bits.
        num_speculative_tokens: that a pass may read ahead of an answer, in all, where they have stood in its prompt;
            only with kernels that give a token the same bits in any company, so that answers stay the same; 0: none.
        keeps_prefixes: whether what was read is kept, while there is room, for prompts that begin alike.
        picture_cache_mb: of encoded pictures, kept in memory for other prompts with the same; 0 keeps none.
    """

    max_model_len: int = 8192
    max_num_seqs: int = 4
    max_num_batched_tokens: int = 1024
    max_kv_tokens: int = 32768
    kv_cache_dtype: KVCacheDtype = "auto"
    num_speculative_tokens: int = 7
    keeps_prefixes: bool = True
    picture_cache_mb: int = 256

    def __post_init__(self) -> None:
        for name in ("max_model_len", "max_num_seqs", "max_num_batched_tokens", "max_kv_tokens"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; it must be at least 1")
        for name in ("num_speculative_tokens", "picture_cache_mb"):
            if getattr(self, name) < 0:
                raise ConfigError(f"{name} is {getattr(self, name)}; it must be at least 0")
        if self.max_num_batched_tokens < self.max_num_seqs:
            raise ConfigError(
                f"max_num_batched_tokens ({self.max_num_batched_tokens}) must be at least max_num_seqs "
                f"({self.max_num_seqs}): every running sequence needs one token a pass"
            )
        if self.max_kv_tokens < self.max_model_len:
            raise ConfigError(
                f"max_kv_tokens ({self.max_kv_tokens}) must be at least max_model_len ({self.max_model_len}), "
                "or the longest prompt could never run"
            )
