"""Values of a `config.json` that no model has are refused by name before anything is made of them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.model.test_config import HOSTED_28B
from vlm.config import ModelConfig
from vlm.errors import CheckpointError
from vlm.quantisation import Quantisation


def changed(change: dict[str, Any], vision: dict[str, Any] | None = None) -> dict[str, Any]:
    raw = copy.deepcopy(HOSTED_28B) | change
    raw["vision_config"] |= vision or {}
    return raw


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("num_attention_heads", 0),
        ("num_attention_heads", -20),
        ("num_attention_heads", 20.0),
        ("num_attention_heads", None),
        ("num_key_value_heads", 3),
        ("num_key_value_heads", 40),
        ("num_hidden_layers", 10**9),
        ("num_hidden_layers", -1),
        ("hidden_size", "2560"),
        ("hidden_size", True),
        ("vocab_size", 0),
        ("head_dim", 7),
        ("max_position_embeddings", "131072"),
        ("rms_norm_eps", -1),
        ("rope_theta", 0),
        ("rope_theta", 10**400),
        ("rope_theta", float("nan")),
        ("moe_k", 0),
        ("moe_k", 65),
        ("moe_k", "6"),
        ("moe_num_experts", [64]),
        ("moe_num_experts", [64, 64, 64]),
        ("moe_num_experts", [64, 0]),
        ("moe_intermediate_size", [1536]),
        ("moe_num_shared_experts", -1),
        ("moe_norm_min", "x"),
        ("moe_layer_interval", 0),
        ("moe_layer_start_index", [1, "1"]),
        ("freq_allocation", -20),
        ("use_bias", "false"),
        ("use_image_tokens", "false"),
        ("tie_word_embeddings", 1),
        ("im_patch_id", -1),
        ("image_start_token_id", "x"),
        ("spatial_conv_size", 0),
        ("sliding_window", 4096),
        ("attn_logit_softcapping", 30.0),
    ],
)
def test_a_value_that_no_model_has(name: str, value: object) -> None:
    named = "spatial_merge_size" if name == "spatial_conv_size" else name
    with pytest.raises(CheckpointError, match=named):
        ModelConfig.from_dict(changed({name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("num_heads", 0),
        ("num_heads", 7),
        ("depth", -1),
        ("patch_size", 0),
        ("hidden_size", "x"),
        ("rope_parameters", {"rope_theta": -1}),
    ],
)
def test_a_value_that_no_tower_has(name: str, value: object) -> None:
    with pytest.raises(CheckpointError, match=rf"vision_config.*{'rope_theta' if name == 'rope_parameters' else name}"):
        ModelConfig.from_dict(changed({}, {name: value}))
    with pytest.raises(CheckpointError, match=r"vision_config\.intermediate_size in config\.json is -1280"):
        ModelConfig.from_dict(changed({}, {"mlp_ratio": 4, "intermediate_size": -1280}))


def test_a_section_of_other_numbers() -> None:
    for section in ([22, 22], [-2, -2, 68], [22.0, 22.0, 20.0], "no"):
        with pytest.raises(CheckpointError, match="mrope_section"):
            ModelConfig.from_dict(changed({"rope_scaling": {"type": "default", "mrope_section": section}}))
    with pytest.raises(CheckpointError, match="yarn"):
        both = {"rope_parameters": {"rope_type": "default"}, "rope_scaling": {"type": "yarn"}}
        ModelConfig.from_dict(changed(both))


def test_null_is_as_good_as_nothing() -> None:
    nothing = (
        "head_dim",
        "rope_scaling",
        "sliding_window",
        "moe_norm_min",
        "use_image_tokens",
        "max_position_embeddings",
    )
    assert ModelConfig.from_dict(changed(dict.fromkeys(nothing))) == ModelConfig.from_dict(HOSTED_28B)


@pytest.mark.parametrize(
    "raw",
    [
        {"bits": 4, "group_size": 32, "vision_bits": None},  # as the first ones were written
        {"bits": 4, "group_size": 32},
        {"format": 1, "bits": 4, "group_size": 32, "vision_bits": None},
    ],
)
def test_quantisations_that_are_read(raw: dict[str, Any]) -> None:
    assert Quantisation.from_dict(raw) == Quantisation(4, 32, None)
    assert Quantisation.from_dict(Quantisation(8, 64).to_dict()) == Quantisation(8, 64)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": 2}, "reads format 1"),
        ({"format": "1"}, "reads format 1"),
        ({"layout": "columns first"}, "and nothing else"),
        ({"bits": 4.0}, "4 or 8 bits"),
        ({"bits": True}, "4 or 8 bits"),
        ({"group_size": 64.0}, "4 or 8 bits"),
        ({"vision_bits": 4}, "4 or 8 bits"),
    ],
)
def test_quantisations_that_are_not(change: dict[str, Any], told: str) -> None:
    with pytest.raises(CheckpointError, match=told):
        Quantisation.from_dict({"bits": 4, "group_size": 32} | change)
    with pytest.raises(CheckpointError, match="must be an object"):
        Quantisation.from_dict([4, 32])  # type: ignore[arg-type]
