"""Toy models of the whole family, made by transformers itself, to hold Lector's own against.

Weights are drawn anew and large, so that ties are rare, and nothing is left at a value (zero, one) that would hide a
mistake: biases, norms and the routers' correction bias are drawn too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor

from vlm.config import ModelConfig
from vlm.model.attention import AttnMetadata
from vlm.model.ernie_vl import ErnieVL
from vlm.model.kv_cache import KVCache
from vlm.model.positions import rope_positions
from vlm.model.rope import Grid

IMAGE, IMAGE_START, IMAGE_END, VIDEO_START, VIDEO_END, VIDEO = range(100, 106)
VISION_IDS = tuple(range(100, 106))
VOCAB = 128
PATCH = 4
KINDS = ("vl", "vl_untied", "moe", "dense", "dense_untied")
NAMINGS = ("native", "hosted")

_DECODER: dict[str, Any] = {
    "vocab_size": VOCAB,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
_EXPERTS = {"moe_k": 2, "moe_num_experts": 8, "moe_num_shared_experts": 2}


def reference_config(kind: str) -> Any:
    """transformers' configuration of a toy."""
    if kind.startswith("vl"):
        tied = kind == "vl"
        text = {
            **_DECODER,
            **_EXPERTS,
            "num_hidden_layers": 3,
            "moe_intermediate_size": [32, 16],
            "rope_parameters": {**_DECODER["rope_parameters"], "mrope_section": [3, 3, 2]},
            "tie_word_embeddings": tied,
        }
        vision = {"depth": 2, "hidden_size": 32, "num_heads": 2, "intermediate_size": 48, "patch_size": PATCH}
        return transformers.Ernie4_5_VLMoeConfig(
            text_config=text,
            vision_config=vision,
            image_token_id=IMAGE,
            image_start_token_id=IMAGE_START,
            image_end_token_id=IMAGE_END,
            video_start_token_id=VIDEO_START,
            video_end_token_id=VIDEO_END,
            video_token_id=VIDEO,
            tie_word_embeddings=tied,
        )
    if kind == "moe":  # layers 1..4 may be sparse, every second is: 1 and 3; layer 5 lies behind the end
        ladder = {"moe_layer_start_index": 1, "moe_layer_end_index": 4, "moe_layer_interval": 2}
        return transformers.Ernie4_5_MoeConfig(
            **{**_DECODER, **_EXPERTS, **ladder}, num_hidden_layers=6, moe_intermediate_size=32
        )
    untied = kind == "dense_untied"
    return transformers.Ernie4_5Config(
        **_DECODER, num_hidden_layers=3, head_dim=24, tie_word_embeddings=not untied, use_bias=untied
    )


def reference_model(kind: str) -> Any:
    classes = {
        "vl": transformers.Ernie4_5_VLMoeForConditionalGeneration,
        "moe": transformers.Ernie4_5_MoeForCausalLM,
        "dense": transformers.Ernie4_5ForCausalLM,
    }
    model = classes[kind.split("_")[0]](reference_config(kind)).eval()
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            drawn = torch.randn(parameter.shape, generator=generator)
            if "correction_bias" in name:
                parameter.copy_(drawn * 0.1)
            elif parameter.dim() > 1:
                parameter.copy_(drawn * 0.16)
            elif name.endswith("weight"):  # norms
                parameter.copy_(1 + drawn * 0.2)
            else:
                parameter.copy_(drawn * 0.2)
    return model.requires_grad_(False)


def hosted_config(kind: str) -> dict[str, Any]:
    """The flat `config.json` that the hosted VL repositories carry, written by hand for the toy."""
    return {
        "model_type": "ernie4_5_moe_vl",
        "architectures": ["Ernie4_5_VLMoeForConditionalGeneration"],
        "vocab_size": 128,
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 512,
        "rope_theta": 10000,
        "rope_3d": True,
        "freq_allocation": 2,
        "rms_norm_eps": 1e-05,
        "hidden_act": "silu",
        "use_bias": False,
        "tie_word_embeddings": kind == "vl",
        "moe_num_experts": [8, 8],
        "moe_intermediate_size": [32, 16],
        "moe_k": 2,
        "moe_num_shared_experts": 2,
        "moe_layer_start_index": [1, 1],
        "moe_layer_end_index": [29, 28],
        "moe_layer_interval": 1,
        "moe_norm_min": 1e-12,
        "moe_use_aux_free": True,
        "im_patch_id": IMAGE,
        "image_start_token_id": IMAGE_START,
        "image_end_token_id": IMAGE_END,
        "video_start_token_id": VIDEO_START,
        "video_end_token_id": VIDEO_END,
        "video_token_id": VIDEO,
        "pixel_hidden_size": 32,
        "spatial_conv_size": 2,
        "temporal_conv_size": 2,
        "use_temporal_conv": True,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "vision_config": {
            "depth": 2,
            "embed_dim": 32,
            "hidden_size": 32,
            "num_heads": 2,
            "mlp_ratio": 1.5,
            "patch_size": PATCH,
            "in_channels": 3,
            "spatial_merge_size": 2,
            "hidden_act": "quick_gelu",
        },
    }


@dataclass(frozen=True)
class Toy:
    """One toy: transformers' model, and its checkpoint in both namings (the VL ones with the config of that form)."""

    kind: str
    reference: Any
    directories: dict[str, Path]


def build(kind: str, root: Path) -> Toy:
    reference = reference_model(kind)
    directories = {naming: root / naming for naming in NAMINGS}
    for naming, directory in directories.items():
        reference.save_pretrained(directory, save_original_format=naming == "hosted")
    if kind.startswith("vl"):
        (directories["hosted"] / "config.json").write_text(json.dumps(hosted_config(kind)), encoding="utf-8")
    return Toy(kind, reference, directories)


@dataclass(frozen=True)
class Prompt:
    """Ids, and the pictures and videos among them in order of appearance."""

    ids: list[int]
    grids: list[Grid] = field(default_factory=list)
    pixels: Tensor | None = None

    @property
    def mm_token_type_ids(self) -> Tensor:
        return torch.tensor([[{IMAGE: 1, VIDEO: 2}.get(i, 0) for i in self.ids]])

    @property
    def moe_mm_token_type_ids(self) -> Tensor:
        kinds = {IMAGE: 1, IMAGE_START: 1, IMAGE_END: 1, VIDEO: 2, VIDEO_START: 2, VIDEO_END: 2}
        return torch.tensor([[kinds.get(i, 0) for i in self.ids]])

    def reference_inputs(self) -> dict[str, Tensor]:
        """What transformers' VL model wants: pictures and videos apart, and the two kinds of token types."""
        inputs = {"input_ids": torch.tensor([self.ids])}
        if self.pixels is None:
            return inputs
        items = list(zip(self.grids, self.pixels.split([t * h * w for t, h, w in self.grids]), strict=True))
        for name, grid_name, chosen in (
            ("pixel_values", "image_grid_thw", [item for item in items if item[0][0] == 1]),
            ("pixel_values_videos", "video_grid_thw", [item for item in items if item[0][0] > 1]),
        ):
            if chosen:
                inputs[name] = torch.cat([pixels for _, pixels in chosen])
                inputs[grid_name] = torch.tensor([grid for grid, _ in chosen])
        inputs["mm_token_type_ids"] = self.mm_token_type_ids
        inputs["moe_mm_token_type_ids"] = self.moe_mm_token_type_ids
        return inputs


def vision_ids(grid: Grid) -> list[int]:
    """Start, placeholders and end of one picture or video."""
    t, h, w = grid
    if t == 1:
        return [IMAGE_START, *[IMAGE] * (h * w // 4), IMAGE_END]
    return [VIDEO_START, *[VIDEO] * (t * h * w // 8), VIDEO_END]


def prompt(*parts: Sequence[int], seed: int = 3) -> Prompt:
    """Lists are text ids, tuples are grids."""
    ids: list[int] = []
    grids: list[Grid] = []
    for part in parts:
        if isinstance(part, tuple):
            ids += vision_ids(part)  # type: ignore[arg-type]
            grids.append(part)  # type: ignore[arg-type]
        else:
            ids += part
    patches = sum(t * h * w for t, h, w in grids)
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.randn(patches, 3 * PATCH * PATCH, generator=generator) if patches else None
    return Prompt(ids, grids, pixels)


PROMPTS = {
    "text": prompt([1, 17, 42, 5, 99, 63, 7]),
    "images": prompt([1, 9], (1, 4, 4), [30, 31, 32], (1, 2, 8), [77, 6]),
    "video": prompt([1, 4, 44], (4, 4, 6), [12, 13]),
    "mixed": prompt([1], (1, 6, 4), [50], (4, 4, 4), (1, 2, 2), [51, 3, 70]),
}


def new_cache(config: ModelConfig, capacity: int) -> KVCache:
    cache = KVCache.alone(config.text, capacity, torch.float32)
    for held in (cache.memory.keys, cache.memory.values):
        held.fill_(float("nan"))
    return cache


def positions_of(config: ModelConfig, prompt: Prompt, time_counts: bool = True) -> tuple[Tensor, int]:
    placeholders = config.tokens.placeholders if config.tokens else ()
    return rope_positions(prompt.ids, prompt.grids, placeholders, time_counts=time_counts)


def embed_images(model: ErnieVL, prompt: Prompt) -> Tensor | None:
    return None if prompt.pixels is None else model.embed_images(prompt.pixels, prompt.grids)


@torch.no_grad()
def our_logits(model: ErnieVL, prompt: Prompt) -> Tensor:
    """(tokens, vocabulary), in one pass without a cache."""
    positions, _ = positions_of(model.config, prompt)
    meta = AttnMetadata([len(prompt.ids)])
    return model.compute_logits(model(torch.tensor(prompt.ids), positions, meta, embed_images(model, prompt)))


@torch.no_grad()
def our_greedy(model: ErnieVL, prompt: Prompt, count: int, forbidden: Sequence[int]) -> list[int]:
    """`count` greedy ids, prefill then one token a pass, through a cache."""
    cache = new_cache(model.config, len(prompt.ids) + count)
    positions, position = positions_of(model.config, prompt)
    ids, images, out = torch.tensor(prompt.ids), embed_images(model, prompt), []
    for _ in range(count):
        logits = model.compute_logits(model(ids, positions, AttnMetadata([len(ids)], [cache]), images)[-1:])
        logits[:, list(forbidden)] = -torch.inf
        out.append(int(logits.argmax()))
        ids, images, positions = torch.tensor(out[-1:]), None, torch.full((3, 1), position)
        position += 1
    return out


def relative_difference(ours: Tensor, reference: Tensor) -> float:
    assert ours.shape == reference.shape, (ours.shape, reference.shape)
    return float((ours - reference).abs().max() / reference.abs().max())
