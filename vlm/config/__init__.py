"""Model configuration: both published forms of `config.json`, read into one.

The *native* form is transformers' own (`ernie4_5_vl_moe` with `text_config` and `vision_config`; `ernie4_5_moe`,
`ernie4_5`). The *hosted* form is what the `-PT` repositories of the VL models carry (`ernie4_5_moe_vl`, one flat
dictionary). Fields keep the checkpoint's own names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vlm.config.fields import MOST_PARTS, Fields
from vlm.config.layout import layer_types_of, mrope_section_of, rope_of
from vlm.errors import CheckpointError
from vlm.quantisation import Quantisation
from vlm.token_ids import end_token_ids

TEXT_MODEL_TYPES = ("ernie4_5", "ernie4_5_moe")
NATIVE_VL = "ernie4_5_vl_moe"
HOSTED_VL = "ernie4_5_moe_vl"


@dataclass(frozen=True, slots=True)
class VisionConfig:
    """The vision tower and the merge factors of the resampler."""

    depth: int = 32
    hidden_size: int = 1280
    num_heads: int = 16
    intermediate_size: int = 5120
    in_channels: int = 3
    patch_size: int = 14
    spatial_merge_size: int = 2
    temporal_merge_size: int = 2
    rms_norm_eps: float = 1e-6  # the checkpoint's name; it feeds LayerNorms
    rope_theta: float = 10000.0

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_heads


@dataclass(frozen=True, slots=True)
class TextConfig:
    """The decoder. Pairs are (text, vision); a text-only model has pairs of one."""

    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    max_position_embeddings: int
    rope_theta: float
    rms_norm_eps: float
    use_bias: bool
    tie_word_embeddings: bool
    mlp_layer_types: tuple[str, ...]  # "dense" or "sparse" for each layer
    mrope_section: tuple[int, int, int] | None = None  # counts of frequencies for (h, w, t)
    moe_num_experts: tuple[int, ...] = ()
    moe_intermediate_size: tuple[int, ...] = ()
    moe_k: int = 0
    moe_num_shared_experts: int = 0
    moe_norm_min: float = 1e-12

    @property
    def has_vision_experts(self) -> bool:
        return len(self.moe_num_experts) == 2


@dataclass(frozen=True, slots=True)
class VisionTokens:
    """Ids that stand for pictures, and the rule that sends a token to the vision experts.

    Hosted checkpoints were trained with "every id from `im_patch_id` on is vision"; native ones name six ids.
    """

    image_token_id: int
    video_token_id: int
    image_start_token_id: int
    image_end_token_id: int
    video_start_token_id: int
    video_end_token_id: int
    im_patch_id: int | None = None

    @property
    def placeholders(self) -> tuple[int, int]:
        """Ids whose embedding is replaced by a row of the resampler: (image, video)."""
        return self.image_token_id, self.video_token_id

    @property
    def vision_ids(self) -> tuple[int, ...]:
        """Ids that go to the vision experts where the rule is a list of ids."""
        image = self.image_start_token_id, self.image_end_token_id
        return (*self.placeholders, *image, self.video_start_token_id, self.video_end_token_id)


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """A whole model. `vision` and `tokens` are None for the text-only members of the family.

    Four fields are Lector's own: `use_image_tokens` (false where sight is not trained yet), `max_evidence_tokens` (how
    much of a document's words a small model reads well in one prompt), `notices` (limits that a user must see) and
    `quantisation`, which `vlm.quantize` writes.
    """

    model_type: str
    text: TextConfig
    vision: VisionConfig | None = None
    tokens: VisionTokens | None = None
    use_image_tokens: bool = False
    eos_token_ids: tuple[int, ...] = ()
    notices: tuple[str, ...] = ()
    max_evidence_tokens: int | None = None
    quantisation: Quantisation | None = None

    @staticmethod
    def load(directory: Path) -> ModelConfig:
        """Read `config.json` in `directory`.

        Raises:
            CheckpointError: no such file, not JSON, damaged, or a model that is not of the family.
        """
        path = directory / "config.json"
        try:
            return ModelConfig.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise CheckpointError(f"{directory} has no config.json, so is no checkpoint; name its directory") from None
        except json.JSONDecodeError as error:
            raise CheckpointError(f"{path} is not JSON: {error}") from None
        except (AttributeError, TypeError, ValueError) as error:
            raise CheckpointError(f"{path} holds what no model's does ({error}); bring it again") from error

    @staticmethod
    def from_dict(raw: Mapping[str, Any]) -> ModelConfig:
        """Turn either form of `config.json` into one.

        Raises:
            CheckpointError: a model outside the family, a missing field, or a setting the runtime does not know.
        """
        if not isinstance(raw, Mapping):
            raise TypeError("it is no JSON object")
        return replace(_published(raw), quantisation=Quantisation.from_dict(raw.get("lector_quantisation")))


def _published(raw: Mapping[str, Any]) -> ModelConfig:
    model_type = raw.get("model_type", "")
    try:
        if model_type == NATIVE_VL:
            return _native_vl(raw)
        if model_type == HOSTED_VL:
            return _hosted_vl(raw)
        if model_type in TEXT_MODEL_TYPES:
            return ModelConfig(model_type, _text(raw, raw, vision=False), eos_token_ids=_ends(raw))
    except KeyError as error:
        raise CheckpointError(f"config.json of a {model_type} lacks the field {error}") from None
    known = ", ".join((NATIVE_VL, HOSTED_VL, *TEXT_MODEL_TYPES))
    raise CheckpointError(f"model_type {model_type!r} is not of the ERNIE 4.5 family ({known})")


def _native_vl(raw: Mapping[str, Any]) -> ModelConfig:
    text_raw, fields = raw["text_config"], Fields(raw)
    return ModelConfig(
        NATIVE_VL,
        _text(text_raw, raw, "text_config."),
        _vision(raw["vision_config"]),
        _tokens(fields, None),
        fields.flag("use_image_tokens", True),
        _ends(raw if text_raw.get("eos_token_id") is None else text_raw),
        fields.sentences("notices"),
        None if raw.get("max_evidence_tokens") is None else fields.whole("max_evidence_tokens"),
    )


def _hosted_vl(raw: Mapping[str, Any]) -> ModelConfig:
    merge = {f"{axis}_merge_size": raw.get(f"{axis}_conv_size", 2) for axis in ("spatial", "temporal")}
    fields = Fields(raw)
    return ModelConfig(
        HOSTED_VL,
        _text(raw, raw),
        _vision({**raw["vision_config"], **merge}),
        _tokens(fields, fields.whole("im_patch_id", least=0)),
        fields.flag("use_image_tokens", True),
        _ends(raw),
    )


def _tokens(fields: Fields, hosted_id: int | None) -> VisionTokens:
    """The family's ids where the file names none; a hosted checkpoint also accepts the native video placeholder.

    `hosted_id`: `im_patch_id` of a hosted file, which is its picture's placeholder.
    """
    return VisionTokens(
        image_token_id=fields.whole("image_token_id", 100295, 0) if hosted_id is None else hosted_id,
        video_token_id=fields.whole("video_token_id", 103367, 0),
        image_start_token_id=fields.whole("image_start_token_id", 101304, 0),
        image_end_token_id=fields.whole("image_end_token_id", 101305, 0),
        video_start_token_id=fields.whole("video_start_token_id", 101306, 0),
        video_end_token_id=fields.whole("video_end_token_id", 101307, 0),
        im_patch_id=hosted_id,
    )


def _vision(raw: Mapping[str, Any]) -> VisionConfig:
    fields = Fields(raw, "vision_config.")
    if (raw.get("hidden_act") or "quick_gelu") != "quick_gelu":
        raise CheckpointError(f"vision hidden_act is {raw['hidden_act']!r}; the tower knows quick_gelu")
    if raw.get("temporal_merge_size") not in (None, 2):
        raise CheckpointError(f"temporal_merge_size is {raw['temporal_merge_size']}; the resampler pairs frames, so 2")
    hidden_size = fields.whole("hidden_size", fields.whole("embed_dim", 1280))
    num_heads = fields.whole("num_heads", 16, most=MOST_PARTS)
    if hidden_size % (4 * num_heads):
        raise CheckpointError(
            f"vision_config has num_heads {num_heads} for hidden_size {hidden_size}; a head has whole fours of numbers"
        )
    return VisionConfig(
        depth=fields.whole("depth", 32, most=MOST_PARTS),
        hidden_size=hidden_size,
        num_heads=num_heads,
        intermediate_size=fields.whole("intermediate_size", int(hidden_size * fields.number("mlp_ratio", 4))),
        in_channels=fields.whole("in_channels", 3),
        patch_size=fields.whole("patch_size", 14),
        spatial_merge_size=fields.whole("spatial_merge_size", 2),
        temporal_merge_size=2,
        rms_norm_eps=fields.number("rms_norm_eps", 1e-6),
        rope_theta=Fields(raw.get("rope_parameters") or {}, fields.where).number("rope_theta", 10000.0),
    )


def _text(raw: Mapping[str, Any], top: Mapping[str, Any], where: str = "", vision: bool = True) -> TextConfig:
    if (raw.get("hidden_act") or "silu") != "silu":
        raise CheckpointError(f"hidden_act is {raw['hidden_act']!r}; the decoder knows silu")
    fields = Fields(raw, where)
    fields.refuse_unknown()
    heads = fields.whole("num_attention_heads", most=MOST_PARTS)
    kv_heads = fields.whole("num_key_value_heads", heads, most=heads)
    head_dim = fields.whole("head_dim", fields.whole("hidden_size") // heads)
    if heads % kv_heads or head_dim % 2:
        raise CheckpointError(
            f"num_attention_heads {heads}, num_key_value_heads {kv_heads} and head_dim {head_dim} do not fit: heads "
            "share keys in groups of equal size, and have pairs of numbers"
        )
    layer_types = layer_types_of(fields, vision)
    sparse = "sparse" in layer_types
    experts = fields.pair("moe_num_experts", vision, most=MOST_PARTS) if sparse else ()
    ties = fields.flag("tie_word_embeddings", True)
    return TextConfig(
        vocab_size=fields.whole("vocab_size"),
        hidden_size=fields.whole("hidden_size"),
        intermediate_size=fields.whole("intermediate_size"),
        num_hidden_layers=len(layer_types),
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        head_dim=head_dim,
        max_position_embeddings=fields.whole("max_position_embeddings", 131072),
        rope_theta=Fields(rope_of(fields), where).number("rope_theta", 500000.0),
        rms_norm_eps=fields.number("rms_norm_eps", 1e-5),
        use_bias=fields.flag("use_bias", False),
        tie_word_embeddings=Fields(top).flag("tie_word_embeddings", ties),
        mlp_layer_types=layer_types,
        mrope_section=mrope_section_of(fields, head_dim) if vision else None,
        moe_num_experts=experts,
        moe_intermediate_size=fields.pair("moe_intermediate_size", vision) if sparse else (),
        moe_k=fields.whole("moe_k", most=min(experts)) if sparse else 0,
        moe_num_shared_experts=fields.whole("moe_num_shared_experts", 0, 0, MOST_PARTS),
        moe_norm_min=fields.number("moe_norm_min", 1e-12, may_be_zero=True),
    )


def _ends(raw: Mapping[str, Any]) -> tuple[int, ...]:
    return end_token_ids(raw.get("eos_token_id"), "config.json")
