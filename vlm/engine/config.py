"""The engine's knobs."""

from __future__ import annotations

from dataclasses import dataclass

from vlm.errors import ConfigError


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How much runs at once.

    Args:
        max_model_len: tokens of a prompt and its answer together.
        max_num_seqs: sequences that run side by side.
        max_num_batched_tokens: new tokens in one pass; a longer prompt is read in several passes, so that stopping it,
            and everybody else, never waits longer than one.
        max_kv_tokens: tokens whose keys and values are held at once, over all sequences.
        num_speculative_tokens: that a pass may read ahead of an answer, in all, where they have stood in its prompt;
            only with kernels that give a token the same bits in any company, so that answers stay the same; 0: none.
        prefix_cache_mb: of keys and values of finished prompts, kept for prompts that begin alike; 0 keeps none.
        picture_cache_mb: of encoded pictures, kept in memory for other prompts with the same; 0 keeps none.
    """

    max_model_len: int = 8192
    max_num_seqs: int = 4
    max_num_batched_tokens: int = 1024
    max_kv_tokens: int = 32768
    num_speculative_tokens: int = 7
    prefix_cache_mb: int = 512
    picture_cache_mb: int = 256

    def __post_init__(self) -> None:
        for name in ("max_model_len", "max_num_seqs", "max_num_batched_tokens", "max_kv_tokens"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; it must be at least 1")
        for name in ("num_speculative_tokens", "prefix_cache_mb", "picture_cache_mb"):
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
