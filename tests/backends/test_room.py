"""Knobs of the engine: what fits, and a sentence with numbers where it does not."""

from __future__ import annotations

import pytest
import torch

from tests.toy_checkpoint import write_toy
from vlm import load, room
from vlm.config import ModelConfig
from vlm.errors import ConfigError
from vlm.family import MEMBERS, weigh
from vlm.load import resolve_device
from vlm.room import Room, engine_config, shortened

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


def test_a_context_that_nobody_asked_for_is_as_long_as_memory_allows():
    little = planned(free=10000 * TOKEN)
    assert little.max_model_len == little.max_kv_tokens == 10000
    (said,) = shortened(VL_28B, little, Room())
    assert "10,000 tokens together instead of 32,768" in said
    assert not shortened(VL_28B, planned(), Room()) and not shortened(VL_28B, little, Room(max_model_len=10000))
    assert planned(free=30000 * TOKEN, max_model_len=20000).max_kv_tokens == 30000, "and so is what is kept"


@pytest.mark.parametrize("free", [-(10**9), 0, 4000 * TOKEN])
def test_too_few_tokens_to_be_of_use(free):
    with pytest.raises(ConfigError, match="close other programs, or set max_model_len to go on all the same"):
        planned(free=free)
    assert planned(free=free, max_model_len=1000).max_model_len == 1000, "whoever asks for them gets them"


@pytest.mark.parametrize("size", [float("nan"), float("inf"), -float("inf")])
def test_sizes_that_are_no_numbers(size):
    with pytest.raises(ConfigError, match=r"kv_cache_gb is -?(nan|inf)"):
        planned(kv_cache_gb=size)


def test_types_of_keys_and_values_that_are_not_known():
    with pytest.raises(ConfigError, match="'int4' is not known; use one of auto, bfloat16, int8"):
        planned(kv_cache_dtype="int4")


@pytest.mark.parametrize("device", ["cudafoo", "cuda:", "cuda:-1", "cuda:x", "cpu:0", "gpu", ""])
def test_devices_that_do_not_exist(device, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    with pytest.raises(ConfigError, match="is not known; use auto, cpu, cuda or cuda:0"):
        resolve_device(device)


def test_devices_of_this_machine(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert [resolve_device(name) for name in ("cpu", "cuda", "cuda:1")] == ["cpu", "cuda", "cuda:1"]
    with pytest.raises(ConfigError, match="the last one that torch sees here is cuda:1"):
        resolve_device("cuda:9")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="device is cuda:1, but torch sees no CUDA device"):
        resolve_device("cuda:1")


def test_a_shorter_context_is_said(tmp_path, monkeypatch):
    directory = write_toy(tmp_path)
    weights = weigh(ModelConfig.load(directory), torch.float32).whole
    monkeypatch.setattr(room, "LEAST", 100)
    monkeypatch.setattr(load, "_free_memory", lambda _: weights + 1000 * 2 * 3 * 64 * 4)  # layers, numbers in fp32
    backend = load.load_backend(directory, dtype="float32", device="cpu")
    backend.close()
    assert backend.info.max_model_len == 1000
    assert "1,000 tokens together instead of 2,048" in backend.info.notices[-1]
