"""The half of `app.verify` that runs: patches and logits of a checkpoint, here and in transformers."""

from __future__ import annotations

import gc
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
import transformers
from PIL import Image, ImageDraw
from torch import Tensor
from transformers import Ernie4_5_VLMoeImageProcessorPil

from vlm.config import HOSTED_VL, ModelConfig
from vlm.image_processor import ImageProcessor
from vlm.model.attention import AttnMetadata
from vlm.model.ernie_vl import ErnieVL, vision_mask
from vlm.model.positions import merged_grid, rope_positions
from vlm.model.rope import Grid
from vlm.weights import load_model

TOP = 20
PICTURE_SIZES = ((300, 220), (97, 333), (640, 60))
MAX_PIXEL_DIFFERENCE = 1e-5
# Largest difference of logits, relative to the largest logit, and how many of the top 20 must be shared.
LIMITS = {torch.float32: (1e-3, 19), torch.bfloat16: (5e-2, 16), torch.float16: (2e-2, 17)}


def to_transformers(config: ModelConfig) -> Any:
    """transformers' own configuration of a hosted VL checkpoint, whose `model_type` it does not know."""
    text, vision, tokens = config.text, config.vision, config.tokens
    assert vision is not None and tokens is not None and text.mrope_section is not None
    shared = """
        vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads head_dim
        max_position_embeddings rms_norm_eps use_bias tie_word_embeddings moe_k moe_num_shared_experts moe_norm_min
    """
    sizes = [field.name for field in fields(vision) if field.name != "rope_theta"]
    ids = [field.name for field in fields(tokens) if field.name != "im_patch_id"]
    rope = {"rope_type": "default", "rope_theta": text.rope_theta, "mrope_section": list(text.mrope_section)}
    return transformers.Ernie4_5_VLMoeConfig(
        text_config={
            **{name: getattr(text, name) for name in shared.split()},
            "moe_num_experts": text.moe_num_experts[0],
            "moe_intermediate_size": list(text.moe_intermediate_size),
            "mlp_layer_types": list(text.mlp_layer_types),
            "rope_parameters": rope,
        },
        vision_config={
            **{name: getattr(vision, name) for name in sizes},
            "rope_parameters": {"rope_type": "axial", "rope_theta": vision.rope_theta},
        },
        tie_word_embeddings=text.tie_word_embeddings,
        **{name: getattr(tokens, name) for name in ids},
    )


def pictures() -> list[Image.Image]:
    """Three pictures with shapes and colours of their own, the same on every machine."""
    out = []
    for number, (width, height) in enumerate(PICTURE_SIZES):
        image = Image.new("RGB", (width, height), (250, 245 - 20 * number, 230))
        draw = ImageDraw.Draw(image)
        for step in range(0, width, 23):
            draw.line([(step, 0), (width - step, height)], fill=(step % 256, 90, 255 - step % 256), width=3)
        draw.ellipse([width // 4, height // 4, width // 2, height // 2], fill=(200, 30, 60))
        draw.rectangle([width // 2, height // 2, width - 5, height - 5], outline=(10, 60, 10), width=4)
        out.append(image)
    return out


def compare_pictures(processor: ImageProcessor) -> tuple[bool, str]:
    """Patches of three generated pictures, here and in transformers, by the same settings."""
    oracle = Ernie4_5_VLMoeImageProcessorPil(
        size={"shortest_edge": processor.min_pixels, "longest_edge": processor.max_pixels},
        patch_size=processor.patch_size,
        merge_size=processor.merge_size,
        image_mean=list(processor.image_mean),
        image_std=list(processor.image_std),
    )
    worst, grids = 0.0, []
    for image in pictures():
        pixel_values, grid = processor.patches(image)
        expected = oracle(images=[image], return_tensors="pt")
        theirs = tuple(expected["image_grid_thw"][0].tolist())
        if grid != theirs:
            return False, f"a picture of {image.size} gets the grid {grid}, in transformers {theirs}"
        worst = max(worst, float((pixel_values - expected["pixel_values"]).abs().max()))
        grids.append("x".join(map(str, grid[1:])))
    return worst <= MAX_PIXEL_DIFFERENCE, f"grids {', '.join(grids)}; largest difference {worst:.1e}"


def parameter_count(config: ModelConfig) -> int:
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in ErnieVL(config).parameters())


def memory_problem(config: ModelConfig, dtype: torch.dtype, device: str) -> str | None:
    """Why the model does not fit here, before anything is loaded. One copy at a time, and a sixth for the work."""
    needed = parameter_count(config) * dtype.itemsize * 7 // 6
    free = free_memory(device)
    if free is None or free >= needed:
        return None
    cheaper = "a larger machine, or --skip-transformers" if dtype.itemsize < 4 else "--dtype bfloat16, or less"
    return f"needs {needed / 2**30:.3g} GiB of memory, {free / 2**30:.3g} GiB are free on {device}; try {cheaper}"


def free_memory(device: str) -> int | None:
    """Bytes free on the device, None where the system does not say."""
    if device.startswith("cuda"):
        return torch.cuda.mem_get_info(device)[0]
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None


Prompt = tuple[list[int], Tensor | None, list[Grid]]  # ids, patches, grids


def prompts(config: ModelConfig, processor: ImageProcessor, text_ids: list[int]) -> dict[str, Prompt]:
    """A short prompt alone, and the same one behind a small picture if the model has eyes."""
    out: dict[str, Prompt] = {"without a picture": (text_ids, None, [])}
    if config.tokens is not None and config.vision is not None:
        pixel_values, grid = processor.patches(pictures()[1])
        t, h, w = merged_grid(grid, config.vision.spatial_merge_size)
        block = [config.tokens.image_token_id] * (t * h * w)
        ids = [config.tokens.image_start_token_id, *block, config.tokens.image_end_token_id, *text_ids]
        out["with a picture"] = (ids, pixel_values, [grid])
    return out


@torch.no_grad()
def our_logits(directory: Path, config: ModelConfig, asked: dict[str, Prompt], like: Tensor) -> dict[str, Tensor]:
    """Last-position logits of each prompt by Lector's own model, in fp32. `like` gives dtype and device."""
    model = load_model(directory, config, like.dtype, str(like.device))
    out = {}
    for name, (ids, pixel_values, grids) in asked.items():
        positions, _ = rope_positions(ids, grids, config.tokens.placeholders if config.tokens else ())
        rows = None if pixel_values is None else model.embed_images(pixel_values.to(like.device), grids)
        hidden = model(torch.tensor(ids), positions, AttnMetadata([len(ids)]), rows)
        out[name] = model.compute_logits(hidden[-1:])[0].float().cpu()
    return out


@torch.no_grad()
def oracle_logits(directory: Path, config: ModelConfig, asked: dict[str, Prompt], like: Tensor) -> dict[str, Tensor]:
    """The same by transformers. A hosted checkpoint's own rule for vision experts is handed to it."""
    sees = config.vision is not None
    cls = transformers.Ernie4_5_VLMoeForConditionalGeneration if sees else transformers.AutoModelForCausalLM
    options = {"config": to_transformers(config)} if config.model_type == HOSTED_VL else {}
    model = cls.from_pretrained(directory, dtype=like.dtype, local_files_only=True, **options).to(like.device).eval()
    out = {}
    for name, (ids, pixel_values, grids) in asked.items():
        token_ids = torch.tensor([ids], device=like.device)
        inputs: dict[str, Tensor] = {"input_ids": token_ids}
        if config.tokens is not None and pixel_values is not None:
            inputs |= {
                "pixel_values": pixel_values.to(like.device, like.dtype),
                "image_grid_thw": torch.tensor(grids, device=like.device),
                "mm_token_type_ids": (token_ids == config.tokens.image_token_id).int(),
                "moe_mm_token_type_ids": vision_mask(token_ids, config.tokens).int(),
            }
        out[name] = model(**inputs).logits[0, -1].float().cpu()
    return out


def compare_logits(
    directory: Path, config: ModelConfig, processor: ImageProcessor, text_ids: list[int], like: Tensor
) -> dict[str, tuple[bool, str]]:
    """For each prompt: whether the logits agree, and by how much. The models are loaded one after the other."""
    asked = prompts(config, processor, text_ids)
    ours = our_logits(directory, config, asked, like)
    gc.collect()
    theirs = oracle_logits(directory, config, asked, like)
    gc.collect()
    limit, shared = LIMITS[like.dtype]
    out = {}
    for name in asked:
        difference = float((ours[name] - theirs[name]).abs().max() / theirs[name].abs().max())
        top = set(ours[name].topk(TOP).indices.tolist()) & set(theirs[name].topk(TOP).indices.tolist())
        same = int(ours[name].argmax()) == int(theirs[name].argmax())
        detail = f"largest relative difference {difference:.1e} (limit {limit:.0e}), {len(top)} of the top {TOP} shared"
        detail += f", first choice {'the same' if same else 'another'}, {len(asked[name][0])} tokens"
        out[name] = (difference <= limit and len(top) >= shared, detail)
    return out
