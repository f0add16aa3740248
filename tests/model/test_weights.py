"""The loader: what is wrong with a checkpoint is named, and shards, dtypes and stray tensors make no difference."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from tests.golden import toy
from vlm.config import ModelConfig
from vlm.errors import CheckpointError
from vlm.weights import INDEX, Checkpoint, load_model

Edit = Callable[[dict[str, Tensor]], object]
FILE = "model.safetensors"


@pytest.fixture
def edited(toys: Any, tmp_path: Path) -> Callable[..., Path]:
    """A copy of a toy's checkpoint with its tensors edited."""

    def copy(edit: Edit, kind: str = "vl", naming: str = "hosted") -> Path:
        source = toys(kind).directories[naming]
        shutil.copy(source / "config.json", tmp_path)
        tensors = load_file(source / FILE)
        edit(tensors)
        save_file(tensors, tmp_path / FILE)
        return tmp_path

    return copy


def load(directory: Path, **options: Any) -> Any:
    return load_model(directory, ModelConfig.load(directory), **options)


MISSING = {
    "hosted": [
        "model.layers.1.mlp.gate.weight_1",
        "model.layers.2.mlp.moe_statics.e_score_correction_bias",
        "model.layers.2.mlp.experts.11.up_proj.weight",
        "model.vision_model.blocks.1.attn.qkv.bias",
        "model.resampler_model.temporal_linear.2.weight",
        "model.norm.weight",
    ],
    "native": [
        "model.language_model.layers.1.mlp.vision_moe.gate.weight",
        "model.language_model.layers.2.mlp.text_moe.experts.gate_up_proj",
        "model.vision_tower.ln.bias",
        "model.resampler_model.spatial_linear.fc1.bias",
    ],
}


@pytest.mark.parametrize("naming, name", [(naming, name) for naming, names in MISSING.items() for name in names])
def test_a_missing_tensor_is_named(edited: Any, naming: str, name: str) -> None:
    with pytest.raises(CheckpointError, match=f"lacks {name.replace('.', '[.]')}$"):
        load(edited(lambda tensors: tensors.pop(name), naming=naming))


@pytest.mark.parametrize("name", ["model.layers.1.mlp.experts.16.up_proj.weight", "model.vision.extra", "lm_head.bias"])
def test_an_extra_tensor_is_named(edited: Any, name: str) -> None:
    with pytest.raises(CheckpointError, match=f"does not explain: {name}$"):
        load(edited(lambda tensors: tensors.update({name: torch.zeros(2)})))


@pytest.mark.parametrize(
    "name, message",
    [
        ("model.layers.1.self_attn.q_proj.weight", r"q_proj\.weight has shape \[63, 64\].*asks for \[64, 64\]"),
        ("model.layers.1.mlp.gate.weight", r"mlp\.gate\.weight has shape \[8, 63\].*asks for \[8, 64\]"),
        ("model.layers.1.mlp.experts.3.down_proj.weight", r"experts\.down_proj cannot be made of .*experts\.0\.down"),
        ("model.vision_model.ln.weight", r"model\.vision_model\.ln\.weight has shape \[31\].*asks for \[32\]"),
    ],
)
def test_a_misshapen_tensor_is_named(edited: Any, name: str, message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        load(edited(lambda tensors: tensors.update({name: tensors[name][1:].clone()})))


def test_a_broken_file_is_named(edited: Any) -> None:
    directory = edited(lambda tensors: None)
    whole = (directory / FILE).read_bytes()
    for broken in (whole[:1000], whole[: len(whole) // 2], b"version https://git-lfs.github.com/spec/v1\n", b""):
        (directory / FILE).write_bytes(broken)
        with pytest.raises(CheckpointError, match=r"model\.safetensors cannot be read"):
            load(directory)


def test_no_file_at_all(edited: Any) -> None:
    directory = edited(lambda tensors: None)
    (directory / FILE).unlink()
    with pytest.raises(CheckpointError, match=r"holds no \.safetensors file"):
        load(directory)


def shard(directory: Path) -> dict[str, str]:
    """Cut the only file into three shards with an index, so that an expert block lies over all of them."""
    tensors = load_file(directory / FILE)
    names = [f"model-{part}-of-3.safetensors" for part in range(3)]
    weight_map = {name: names[place % 3] for place, name in enumerate(sorted(tensors))}
    for file in names:
        save_file({name: tensors[name] for name, home in weight_map.items() if home == file}, directory / file)
    (directory / FILE).unlink()
    (directory / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
    return weight_map


@pytest.mark.parametrize("naming", toy.NAMINGS)
@pytest.mark.parametrize("with_index", [True, False])
def test_shards_equal_one_file(edited: Any, vl: Any, naming: str, with_index: bool) -> None:
    directory = edited(lambda tensors: None, naming=naming)
    shard(directory)
    if not with_index:
        (directory / INDEX).unlink()
    state = load(directory).state_dict()
    assert state.keys() == vl.state_dict().keys()
    assert all(torch.equal(state[name], tensor) for name, tensor in vl.state_dict().items())


def test_an_absent_shard_is_named(edited: Any) -> None:
    directory = edited(lambda tensors: None)
    shard(directory)
    (directory / "model-1-of-3.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"index\.json names model-1-of-3\.safetensors, which is not in"):
        load(directory)


@pytest.mark.parametrize("text", [b"{", b"{}", b"[]", b'{"weight_map": {"a": 3}}', b'{"weight_map": 3}', b"\xff\xfe{"])
def test_a_broken_index_is_named(edited: Any, text: bytes) -> None:
    directory = edited(lambda tensors: None)
    (directory / INDEX).write_bytes(text)
    with pytest.raises(CheckpointError, match=r"model\.safetensors\.index\.json"):
        load(directory)


def test_a_tensor_that_an_index_made_up_is_named(edited: Any) -> None:
    """As it is where index and shard are of two commits."""
    with pytest.raises(CheckpointError, match=r"model\.gone is named by an index and in no file"):
        Checkpoint(edited(lambda tensors: None)).read("model.gone")


def test_a_tensor_in_two_files_is_named(edited: Any) -> None:
    """As a model's old file leaves it beside the new one."""
    directory = edited(lambda tensors: None)
    shutil.copy(directory / FILE, directory / "old.safetensors")
    with pytest.raises(CheckpointError, match=r"lies in model\.safetensors and in old\.safetensors"):
        load(directory)


@pytest.mark.parametrize("dtype", [torch.int8, torch.bool])
def test_numbers_without_fractions_are_named(edited: Any, dtype: torch.dtype) -> None:
    name = "model.layers.1.self_attn.q_proj.weight"
    with pytest.raises(CheckpointError, match=rf"{name} is of type {dtype}"):
        load(edited(lambda tensors: tensors.update({name: tensors[name].to(dtype)})))


@pytest.mark.parametrize("kind", ["vl", "moe"])
def test_routers_stay_in_fp32(toys: Any, kind: str) -> None:
    directory = toys(kind).directories["hosted"]
    exact, half = load(directory), load(directory, dtype=torch.bfloat16)
    routers = [name for name, _ in half.named_parameters() if ".gate." in name]
    assert len(routers) == {"vl": 2 * 2 * 2, "moe": 2 * 2}[kind]
    for name, parameter in half.named_parameters():
        assert parameter.dtype == (torch.float32 if name in routers else torch.bfloat16)
        if name in routers:
            assert torch.equal(parameter, exact.get_parameter(name)), "a router must not pass through bf16"


@pytest.mark.parametrize("kind", ["vl", "moe", "dense"])
def test_a_tied_head_may_lie_there_twice(edited: Any, load: Any, kind: str) -> None:
    directory = edited(lambda tensors: tensors.update({"lm_head.weight": torch.zeros(toy.VOCAB, 64)}), kind=kind)
    model = load_model(directory, ModelConfig.load(directory))
    prompt = toy.PROMPTS["text"]
    assert torch.equal(toy.our_logits(model, prompt), toy.our_logits(load(kind, "hosted"), prompt))


def test_an_untied_head_is_its_own(load: Any) -> None:
    model = load("vl_untied", "native")
    assert not torch.equal(model.lm_head.weight, model.language_model.embed_tokens.weight)


@pytest.mark.parametrize("name", ["model.mtp_block.0.mlp.up_proj.weight", "mtp_emb_norm.weight"])
def test_prediction_heads_are_passed_over(edited: Any, name: str) -> None:
    load(edited(lambda tensors: tensors.update({name: torch.zeros(3)})))


@pytest.mark.parametrize("kind", toy.KINDS)
def test_namings_give_the_same_tensors(load: Any, kind: str) -> None:
    native, hosted = (load(kind, naming).state_dict() for naming in toy.NAMINGS)
    assert native.keys() == hosted.keys()
    assert all(torch.equal(native[name], hosted[name]) for name in native)


def test_the_towers_two_prefixes(edited: Any, vl: Any) -> None:
    """transformers writes `model.vision_model.`, the hosted repositories `vision_model.`"""

    def rename(tensors: dict[str, Tensor]) -> None:
        for name in [name for name in tensors if name.startswith("model.vision_model.")]:
            tensors[name.removeprefix("model.")] = tensors.pop(name)

    state = load(edited(rename)).state_dict()
    assert all(torch.equal(state[name], tensor) for name, tensor in vl.state_dict().items())


def test_the_hosted_naming_is_hosted(toys: Any) -> None:
    """The oracle really wrote what the hosted repositories carry: one tensor an expert, vision experts from 8 on."""
    checkpoint = Checkpoint(toys("vl").directories["hosted"])
    assert {"model.layers.1.mlp.gate.weight_1", "model.layers.1.mlp.experts.15.up_proj.weight"} <= checkpoint.names
    assert checkpoint.shape("model.layers.1.mlp.gate.weight") == (64, 8)
    assert checkpoint.shape("model.layers.1.mlp.experts.7.up_proj.weight") == (32, 64)
    assert checkpoint.shape("model.layers.1.mlp.experts.8.up_proj.weight") == (16, 64)
    assert not any("language_model" in name for name in checkpoint.names)
