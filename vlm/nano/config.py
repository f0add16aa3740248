"""nano's `config.json`: the base model's own shape, plus ERNIE's sparse layers and a small tower."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from vlm.nano.tokenizer import END_OF_TEXT, IM_END, IM_START

EXPERTS, EXPERT_WIDTH, TOP_K = 8, 64, 2
VISION_WIDTH = 64


@dataclass(frozen=True, slots=True)
class NanoShape:
    """Which layers carry routed experts, and how many text experts of what width they have."""

    sparse_layers: tuple[int, ...] = tuple(range(20, 30))  # the top ten of thirty
    experts: int = EXPERTS
    width: int = EXPERT_WIDTH
    top_k: int = TOP_K

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        return cls(**{**raw, "sparse_layers": tuple(raw["sparse_layers"])})


UNTRAINED = NanoShape()
VISION = {
    "model_type": "ernie4_5_vl_moe_vision",
    "depth": 10,
    "hidden_size": 320,
    "num_heads": 5,
    "intermediate_size": 1280,
    "patch_size": 14,
    "spatial_merge_size": 2,
    "temporal_merge_size": 2,
    "hidden_act": "quick_gelu",
    "rms_norm_eps": 1e-6,
}
NOTICE = "nano is small: check what it says, above all in long documents and charts."
IMAGE_PROCESSOR = {
    "image_processor_type": "Ernie4_5_VLMoeImageProcessor",
    "patch_size": 14,
    "merge_size": 2,
    "size": {"shortest_edge": 56 * 56, "longest_edge": 1024 * 28 * 28},
}


def nano_config(fields: dict[str, Any], shape: NanoShape = UNTRAINED, sees: bool = False) -> dict[str, Any]:
    """`config.json` of nano, from the metadata of the base model's GGUF file. `sees`: its sight is trained."""
    return {
        "architectures": ["Ernie4_5_VLMoeForConditionalGeneration"],
        "model_type": "ernie4_5_vl_moe",
        "dtype": "float32",
        "text_config": _text_config(fields, shape),
        "vision_config": VISION,
        "image_start_token_id": 5,
        "image_end_token_id": 6,
        "image_token_id": 7,
        "video_start_token_id": 8,
        "video_end_token_id": 9,
        "video_token_id": 10,
        "tie_word_embeddings": True,
        "use_image_tokens": sees,
        "max_evidence_tokens": 2048,  # it has learned from few that long, and still does better with more
        "notices": [NOTICE],
    }


def _text_config(fields: dict[str, Any], shape: NanoShape) -> dict[str, Any]:
    layers = fields["llama.block_count"]
    heads = fields["llama.attention.head_count"]
    pairs = fields["llama.embedding_length"] // heads // 2
    spatial = pairs * 11 // 32  # 11, 11, 10 of 32, as the 28B's 22, 22, 20 of 64
    return {
        "model_type": "ernie4_5_vl_moe_text",
        "vocab_size": fields["llama.vocab_size"],
        "hidden_size": fields["llama.embedding_length"],
        "intermediate_size": fields["llama.feed_forward_length"],
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": fields["llama.attention.head_count_kv"],
        "max_position_embeddings": fields["llama.context_length"],
        "rms_norm_eps": 1e-5,
        "hidden_act": "silu",
        "use_bias": False,
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": fields["llama.rope.freq_base"],
            "mrope_section": [spatial, spatial, pairs - 2 * spatial],
        },
        "mlp_layer_types": ["sparse" if layer in shape.sparse_layers else "dense" for layer in range(layers)],
        "moe_num_experts": shape.experts,
        "moe_k": shape.top_k,
        "moe_intermediate_size": [shape.width, VISION_WIDTH],
        "moe_num_shared_experts": fields["llama.feed_forward_length"] // shape.width,
        "moe_norm_min": 1e-12,
        "tie_word_embeddings": True,
        "bos_token_id": IM_START,
        "eos_token_id": [IM_END, END_OF_TEXT],
        "pad_token_id": END_OF_TEXT,
    }
