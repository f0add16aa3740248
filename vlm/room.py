"""How much runs at once, and how long a context may be: what a user asks for, held against the model and the memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import get_args

import torch

from vlm.config import TextConfig
from vlm.engine.config import EngineConfig, KVCacheDtype, kv_dtype
from vlm.errors import ConfigError

LEAST = 4096  # tokens of a context that is left to Lector: fewer are no use for documents
KV_CACHE_DTYPES: tuple[KVCacheDtype, ...] = get_args(KVCacheDtype)


@dataclass(frozen=True, slots=True)
class Room:
    """A user's knobs; None leaves the choice to Lector.

    Attributes:
        max_model_len: tokens of a prompt and its answer together.
        max_num_seqs: answers that are worked on side by side.
        kv_cache_gb: gigabytes (10^9) of keys and values, of those and of what was read before.
        kv_cache_dtype: what they are held in.
    """

    max_model_len: int | None = None
    max_num_seqs: int = EngineConfig().max_num_seqs
    kv_cache_gb: float | None = None
    kv_cache_dtype: KVCacheDtype = "auto"

    def __post_init__(self) -> None:
        if self.kv_cache_gb is not None and not math.isfinite(self.kv_cache_gb):
            raise ConfigError(f"kv_cache_gb is {self.kv_cache_gb}; it must be a number of gigabytes")
        if self.kv_cache_dtype not in KV_CACHE_DTYPES:
            known = ", ".join(KV_CACHE_DTYPES)
            raise ConfigError(f"kv_cache_dtype {self.kv_cache_dtype!r} is not known; use one of {known}")


def engine_config(text: TextConfig, dtype: torch.dtype, room: Room, free: int) -> EngineConfig:
    """The engine's knobs for a model of `text`, where `free` bytes are left beside its weights.

    A context that nobody asked for is as long as memory allows, up to the usual. One that was asked for is taken at its
    word up to the usual, as weights that are mapped from the disk make way where memory is short.

    Raises:
        ConfigError: more than the model or the memory allows, and what would fit.
    """
    held_in = kv_dtype(room.kv_cache_dtype, dtype)
    head = text.head_dim * held_in.itemsize + (4 if held_in == torch.int8 else 0)  # bytes, with the scale of int8
    token = 2 * text.num_hidden_layers * text.num_key_value_heads * head
    fits = max(free, 0) // token
    usual = _usual(text)
    longest = usual if room.max_model_len is None else room.max_model_len
    if longest > text.max_position_embeddings:
        raise ConfigError(
            f"max_model_len is {longest:,}; the model was made for {text.max_position_embeddings:,} tokens at most"
        )
    if room.max_model_len is None and room.kv_cache_gb is None and fits < longest:
        if fits < LEAST:
            raise ConfigError(
                f"{max(free, 0) / 1e9:.1f} GB of memory are free beside the weights, room for {fits:,} tokens; close "
                "other programs, or set max_model_len to go on all the same"
            )
        longest = fits
    held = max(longest, min(EngineConfig().max_kv_tokens, fits))
    if room.kv_cache_gb is not None:
        held = int(room.kv_cache_gb * 1e9 / token)
        if held < 1:
            raise ConfigError(f"kv_cache_gb is {room.kv_cache_gb}; a single token takes {token / 1e9:.2g}")
        if room.max_model_len is not None and held < longest:
            raise ConfigError(
                f"max_model_len is {longest:,} and kv_cache_gb holds {held:,} tokens; raise it to "
                f"{longest * token / 1e9:.1f}, or lower max_model_len"
            )
        if held * token > free:
            raise ConfigError(f"kv_cache_gb is {room.kv_cache_gb}, and {max(free, 0) / 1e9:.1f} GB are free; lower it")
        longest = min(longest, held)
    if longest > usual and longest > fits:
        raise ConfigError(
            f"a context of {longest:,} tokens takes {longest * token / 1e9:.1f} GB of keys and values, and "
            f"{max(free, 0) / 1e9:.1f} GB are free: {fits:,} tokens fit (max_model_len); close other programs for more"
        )
    return EngineConfig(
        max_model_len=longest,
        max_num_seqs=room.max_num_seqs,
        max_num_batched_tokens=max(EngineConfig().max_num_batched_tokens, room.max_num_seqs),
        max_kv_tokens=held,
        kv_cache_dtype=room.kv_cache_dtype,
    )


def shortened(text: TextConfig, knobs: EngineConfig, room: Room) -> tuple[str, ...]:
    """What users must know where memory made the context shorter than it is elsewhere."""
    if room.max_model_len is not None or room.kv_cache_gb is not None or knobs.max_model_len == _usual(text):
        return ()
    return (
        f"Little memory is free: a prompt and its answer have {knobs.max_model_len:,} tokens together instead of "
        f"{_usual(text):,}.",
    )


def _usual(text: TextConfig) -> int:
    """The longest context that nobody needs to ask for."""
    return min(text.max_position_embeddings, EngineConfig().max_kv_tokens)
