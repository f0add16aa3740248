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
    text_raw = raw["text_config"]
    return ModelConfig(
        NATIVE_VL,
        _text(text_raw, raw, vision=True),
        _vision(raw["vision_config"]),
        _tokens(raw, raw.get("image_token_id", 100295), raw.get("im_patch_id")),
        raw.get("use_image_tokens", True),
        _ends(raw if text_raw.get("eos_token_id") is None else text_raw),
        tuple(raw.get("notices", ())),
        raw.get("max_evidence_tokens"),
    )


def _hosted_vl(raw: Mapping[str, Any]) -> ModelConfig:
    merge = {f"{axis}_merge_size": raw.get(f"{axis}_conv_size", 2) for axis in ("spatial", "temporal")}
    return ModelConfig(
        HOSTED_VL,
        _text(raw, raw, vision=True),
        _vision({**raw["vision_config"], **merge}),
        _tokens(raw, raw["im_patch_id"], raw["im_patch_id"]),
        raw.get("use_image_tokens", True),
        _ends(raw),
    )


def _tokens(raw: Mapping[str, Any], image_token_id: int, im_patch_id: int | None) -> VisionTokens:
    """The family's ids where the file names none; a hosted checkpoint also accepts the native video placeholder."""
    return VisionTokens(
        image_token_id=image_token_id,
        video_token_id=raw.get("video_token_id", 103367),
        image_start_token_id=raw.get("image_start_token_id", 101304),
        image_end_token_id=raw.get("image_end_token_id", 101305),
        video_start_token_id=raw.get("video_start_token_id", 101306),
        video_end_token_id=raw.get("video_end_token_id", 101307),
        im_patch_id=im_patch_id,
    )


def _vision(raw: Mapping[str, Any]) -> VisionConfig:
    hidden_size = raw.get("hidden_size", raw.get("embed_dim", 1280))
    if raw.get("hidden_act", "quick_gelu") != "quick_gelu":
        raise CheckpointError(f"vision hidden_act is {raw['hidden_act']!r}; the tower knows quick_gelu")
    if raw.get("temporal_merge_size", 2) != 2:
        raise CheckpointError(f"temporal_merge_size is {raw['temporal_merge_size']}; the resampler pairs frames, so 2")
    return VisionConfig(
        depth=raw.get("depth", 32),
        hidden_size=hidden_size,
        num_heads=raw.get("num_heads", 16),
        intermediate_size=raw.get("intermediate_size", int(hidden_size * raw.get("mlp_ratio", 4))),
        in_channels=raw.get("in_channels", 3),
        patch_size=raw.get("patch_size", 14),
        spatial_merge_size=raw.get("spatial_merge_size", 2),
        temporal_merge_size=2,
        rms_norm_eps=raw.get("rms_norm_eps", 1e-6),
        rope_theta=(raw.get("rope_parameters") or {}).get("rope_theta", 10000.0),
    )


def _text(raw: Mapping[str, Any], top: Mapping[str, Any], *, vision: bool) -> TextConfig:
    if raw.get("hidden_act", "silu") != "silu":
        raise CheckpointError(f"hidden_act is {raw['hidden_act']!r}; the decoder knows silu")
    heads = raw["num_attention_heads"]
    head_dim = raw.get("head_dim") or raw["hidden_size"] // heads
    layer_types = _layer_types(raw, vision)
    sparse = "sparse" in layer_types
    return TextConfig(
        vocab_size=raw["vocab_size"],
        hidden_size=raw["hidden_size"],
        intermediate_size=raw["intermediate_size"],
        num_hidden_layers=raw["num_hidden_layers"],
        num_attention_heads=heads,
        num_key_value_heads=raw.get("num_key_value_heads") or heads,
        head_dim=head_dim,
        max_position_embeddings=raw.get("max_position_embeddings", 131072),
        rope_theta=_rope(raw).get("rope_theta", 500000.0),
        rms_norm_eps=raw.get("rms_norm_eps", 1e-5),
        use_bias=bool(raw.get("use_bias", False)),
        tie_word_embeddings=bool(top.get("tie_word_embeddings", raw.get("tie_word_embeddings", True))),
        mlp_layer_types=layer_types,
        mrope_section=_mrope_section(raw, head_dim) if vision else None,
        moe_num_experts=_pair(raw["moe_num_experts"], vision) if sparse else (),
        moe_intermediate_size=_pair(raw["moe_intermediate_size"], vision) if sparse else (),
        moe_k=raw["moe_k"] if sparse else 0,
        moe_num_shared_experts=raw.get("moe_num_shared_experts") or 0,
        moe_norm_min=raw.get("moe_norm_min", 1e-12),
    )


def _layer_types(raw: Mapping[str, Any], vision: bool) -> tuple[str, ...]:
    """Which layers carry experts: named one by one (native VL), or by start, end and interval."""
    count = raw["num_hidden_layers"]
    if not raw.get("moe_num_experts"):
        return ("dense",) * count
    if raw.get("mlp_layer_types"):
        types = tuple(raw["mlp_layer_types"])
        if len(types) != count or set(types) - {"dense", "sparse"}:
            raise CheckpointError(f"mlp_layer_types must name {count} layers, each dense or sparse; it is {types}")
        return types
    starts = _pair(raw.get("moe_layer_start_index", 1), vision)
    ends = [end if 0 <= end < count else count - 1 for end in _pair(raw.get("moe_layer_end_index", -1), vision)]
    if len(set(starts)) > 1 or len(set(ends)) > 1:
        raise CheckpointError(f"text and vision experts must lie in the same layers, not from {starts} to {ends}")
    interval = raw.get("moe_layer_interval", 1)
    return tuple(
        "sparse" if starts[0] <= layer <= ends[0] and (layer + 1) % interval == 0 else "dense" for layer in range(count)
    )


def _rope(raw: Mapping[str, Any]) -> dict[str, Any]:
    rope = dict(raw.get("rope_parameters") or raw.get("rope_scaling") or {})
    if rope.get("rope_type", rope.get("type", "default")) not in ("default", "mrope"):
        raise CheckpointError(f"rope type {rope.get('rope_type', rope.get('type'))!r} is not known; it must be default")
    if "rope_theta" in raw:
        rope.setdefault("rope_theta", raw["rope_theta"])
    return rope


def _mrope_section(raw: Mapping[str, Any], head_dim: int) -> tuple[int, int, int]:
    """Counts of rotary frequencies for (h, w, t); the hosted form only gives t (`freq_allocation`)."""
    pairs = head_dim // 2
    section = _rope(raw).get("mrope_section")
    if section is None:
        time = raw.get("freq_allocation", 20)
        section = ((pairs - time) // 2, (pairs - time) // 2, time)
    if len(section) != 3 or sum(section) != pairs or section[0] != section[1]:
        raise CheckpointError(f"mrope_section {section} must be (h, w, t) with h = w and a sum of {pairs}")
    return tuple(section)


def _pair(value: int | list[int], vision: bool) -> tuple[int, ...]:
    values = tuple(value) if isinstance(value, list | tuple) else (value, value)
    return values if vision else values[:1]


def _ends(raw: Mapping[str, Any]) -> tuple[int, ...]:
    return end_token_ids(raw.get("eos_token_id"), "config.json")
