"""Both published forms of `config.json` become the same numbers; what Lector cannot run is refused by name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from tests.golden import toy
from vlm.config import ModelConfig
from vlm.errors import CheckpointError
from vlm.model.ernie_vl import ErnieVL

HOSTED_28B: dict[str, Any] = {
    "model_type": "ernie4_5_moe_vl",
    "hidden_size": 2560,
    "intermediate_size": 12288,
    "num_hidden_layers": 28,
    "num_attention_heads": 20,
    "num_key_value_heads": 4,
    "max_position_embeddings": 131072,
    "rope_theta": 500000,
    "rms_norm_eps": 1e-05,
    "use_bias": False,
    "tie_word_embeddings": True,
    "vocab_size": 103424,
    "moe_num_experts": [64, 64],
    "moe_k": 6,
    "moe_num_shared_experts": 2,
    "moe_intermediate_size": [1536, 512],
    "moe_layer_start_index": [1, 1],
    "moe_layer_end_index": [29, 28],
    "moe_layer_interval": 1,
    "moe_norm_min": 1e-12,
    "moe_use_aux_free": True,
    "rope_3d": True,
    "freq_allocation": 20,
    "im_patch_id": 100295,
    "pixel_hidden_size": 1280,
    "spatial_conv_size": 2,
    "temporal_conv_size": 2,
    "use_temporal_conv": True,
    "mm_vocab_size": 0,
    "moe_dense_experts_token_type_id": 3,
    "eos_token_id": 2,
    "vision_config": {
        "depth": 32,
        "embed_dim": 1280,
        "hidden_size": 1280,
        "num_heads": 16,
        "mlp_ratio": 4,
        "patch_size": 14,
        "in_channels": 3,
        "spatial_merge_size": 2,
        "hidden_act": "quick_gelu",
    },
}


def native(config: Any) -> ModelConfig:
    return ModelConfig.from_dict(json.loads(config.to_json_string(use_diff=False)))


def forms_agree(hosted: ModelConfig, native: ModelConfig) -> None:
    assert hosted.model_type == "ernie4_5_moe_vl" and native.model_type == "ernie4_5_vl_moe"
    assert hosted.text == native.text
    assert hosted.vision == native.vision
    assert hosted.tokens is not None and native.tokens is not None
    assert hosted.tokens.im_patch_id == hosted.tokens.image_token_id and native.tokens.im_patch_id is None
    assert replace(hosted.tokens, im_patch_id=None) == native.tokens
    assert hosted.use_image_tokens and native.use_image_tokens


@pytest.mark.parametrize("kind", ["vl", "vl_untied"])
def test_forms_of_the_toy(toys: Any, kind: str) -> None:
    hosted, native_form = (ModelConfig.load(toys(kind).directories[naming]) for naming in ("hosted", "native"))
    forms_agree(hosted, native_form)
    assert hosted.eos_token_ids == native_form.eos_token_ids == (2,)


def test_forms_of_the_28b() -> None:
    """The hosted numbers of the 28B are transformers' defaults (given the section, which it leaves open)."""
    rope = {"rope_type": "default", "rope_theta": 500000.0, "mrope_section": [22, 22, 20]}
    theirs = transformers.Ernie4_5_VLMoeConfig(text_config={"rope_parameters": rope})
    forms_agree(ModelConfig.from_dict(HOSTED_28B), native(theirs))


@pytest.mark.parametrize(("inner", "ends"), [(0, (0,)), ([3, 4], (3, 4)), (None, (2,))])
def test_ends_of_the_decoder_are_its_own_where_it_names_any(inner: object, ends: tuple[int, ...]) -> None:
    """Token 0 is an end like any other."""
    raw = transformers.Ernie4_5_VLMoeConfig(
        text_config={"rope_parameters": {"rope_type": "default", "rope_theta": 5e5, "mrope_section": [22, 22, 20]}}
    ).to_dict()
    raw["text_config"]["eos_token_id"], raw["eos_token_id"] = inner, 2
    assert ModelConfig.from_dict(raw).eos_token_ids == ends


def test_parameters_of_the_28b() -> None:
    with torch.device("meta"):
        model = ErnieVL(ModelConfig.from_dict(HOSTED_28B))

    def billions(part: str) -> float:
        return sum(p.numel() for name, p in model.named_parameters() if part in name) / 1e9

    assert billions("text_moe.experts") == pytest.approx(20.39, abs=0.01)
    assert billions("vision_moe.experts") == pytest.approx(6.79, abs=0.01)
    assert billions("shared_experts") == pytest.approx(0.637, abs=0.001)
    assert billions("self_attn") == pytest.approx(0.440, abs=0.001)
    assert billions("layers.0.mlp") == pytest.approx(0.094, abs=0.001)
    assert billions("embed_tokens") == pytest.approx(0.265, abs=0.001)
    assert billions("gate.weight") == pytest.approx(0.0088, abs=0.0001)
    assert billions("vision_tower") == pytest.approx(0.6304, abs=0.0001)
    assert billions("resampler") == pytest.approx(0.144, abs=0.001)
    assert billions("") == pytest.approx(29.4, abs=0.05)


def test_sparse_layers_of_the_28b() -> None:
    """The ends [29, 28] lie behind the last layer and mean it."""
    assert ModelConfig.from_dict(HOSTED_28B).text.mlp_layer_types == ("dense", *["sparse"] * 27)


@pytest.mark.parametrize("kind", ["moe", "dense", "dense_untied"])
def test_text_only(toys: Any, kind: str) -> None:
    config = ModelConfig.load(toys(kind).directories["native"])
    assert config.vision is None and config.tokens is None and not config.use_image_tokens
    assert config.text.mrope_section is None and not config.text.has_vision_experts
    assert config.text.tie_word_embeddings == (kind != "dense_untied")
    assert config.text.use_bias == (kind == "dense_untied")
    assert config.text.head_dim == (16 if kind == "moe" else 24)
    assert config.eos_token_ids == (2,)


def test_defaults_of_the_text_models() -> None:
    """transformers' defaults are the 0.3B and the 21B-A3B."""
    dense, moe = native(transformers.Ernie4_5Config()).text, native(transformers.Ernie4_5_MoeConfig()).text
    assert (dense.num_hidden_layers, dense.hidden_size, dense.head_dim) == (18, 1024, 128)
    assert set(dense.mlp_layer_types) == {"dense"} and dense.rope_theta == 500000.0
    assert moe.mlp_layer_types == ("dense", *["sparse"] * 27)
    assert (moe.moe_num_experts, moe.moe_intermediate_size, moe.moe_k) == ((64,), (1536,), 6)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"model_type": "llama"}, "model_type 'llama' is not of the ERNIE 4.5 family"),
        ({"moe_layer_start_index": [1, 2]}, "text and vision experts must lie in the same layers"),
        ({"freq_allocation": 21}, "mrope_section"),
        ({"hidden_act": "gelu"}, "hidden_act is 'gelu'"),
        ({"temporal_conv_size": 4}, "temporal_merge_size is 4"),
        ({"rope_scaling": {"type": "yarn"}}, "rope type 'yarn'"),
        ({"mlp_layer_types": ["dense"]}, "must name 28 layers"),
        ({"eos_token_id": "</s>"}, r"eos_token_id in config\.json is '</s>'"),
    ],
)
def test_refusals(change: dict[str, Any], message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        ModelConfig.from_dict({**HOSTED_28B, **change})


@pytest.mark.parametrize("field", ["hidden_size", "im_patch_id", "moe_k", "vision_config"])
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(CheckpointError, match=field):
        ModelConfig.from_dict({key: value for key, value in HOSTED_28B.items() if key != field})


def test_files_that_are_no_config(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"has no config\.json"):
        ModelConfig.load(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(CheckpointError, match="is not JSON"):
        ModelConfig.load(tmp_path)


def test_the_hand_written_toy_is_flat() -> None:
    """The hosted form has no `text_config`; a toy that had one would test nothing."""
    assert "text_config" not in toy.hosted_config("vl") and isinstance(toy.hosted_config("vl")["moe_num_experts"], list)
