"""Knobs of the engine: what fits, and a sentence with numbers where it does not."""

from __future__ import annotations

import pytest
import torch

from vlm.errors import ConfigError
from vlm.family import MEMBERS
from vlm.room import Room, engine_config

VL_28B = next(member.config.text for member in MEMBERS if "VL-28B" in member.hub_id)
TOKEN = 2 * 28 * 4 * 128 * 2  # bytes of keys and values: layers, heads, their size, bf16


def planned(free=10**11, **knobs):
    return engine_config(VL_28B, torch.bfloat16, Room(**knobs), free)


def test_the_usual():
    config = planned()
    assert (config.max_model_len, config.max_kv_tokens, config.max_num_seqs) == (32768, 32768, 4)


def test_the_whole_context_where_memory_allows():
    config = planned(free=131072 * TOKEN, max_model_len=131072)
    assert config.max_model_len == config.max_kv_tokens == 131072
    with pytest.raises(ConfigError, match=r"131,072 tokens takes 7\.5 GB.*7\.4 GB are free: 128,256 tokens fit"):
        planned(free=130000 * TOKEN - 10**8, max_model_len=131072)


def test_more_than_the_model_was_made_for():
    with pytest.raises(ConfigError, match="made for 131,072"):
        planned(max_model_len=131073)


def test_a_budget_of_keys_and_values():
    config = planned(kv_cache_gb=TOKEN * 1000 / 1e9)
    assert config.max_kv_tokens == config.max_model_len == 1000, "a context is no longer than what is held"
    assert planned(kv_cache_gb=TOKEN * 1000 / 1e9, max_model_len=500).max_model_len == 500
    with pytest.raises(ConfigError, match=r"raise it to 0\.1, or lower max_model_len"):
        planned(kv_cache_gb=TOKEN * 1000 / 1e9, max_model_len=2000)
    with pytest.raises(ConfigError, match="single token"):
        planned(kv_cache_gb=1e-9)


def test_int8_holds_nearly_twice_as_much():
    """A byte a number, and four for the scale of each head's 128."""
    head = 2 * 28 * 4 * (128 + 4)
    config = planned(kv_cache_gb=head * 1000 / 1e9, kv_cache_dtype="int8")
    assert (config.max_kv_tokens, config.kv_cache_dtype) == (1000, "int8")


def test_many_side_by_side():
    config = planned(max_num_seqs=2000)
    assert config.max_num_seqs == 2000 == config.max_num_batched_tokens
