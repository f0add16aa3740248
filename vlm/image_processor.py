"""Pictures to patches: resize to whole merge blocks, normalise, cut.

Equal to transformers' `Ernie4_5_VLMoeImageProcessorPil`, number for number.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vlm.errors import CheckpointError
from vlm.model.rope import Grid

MAX_ASPECT_RATIO = 200
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
CLIP = {"image_mean": CLIP_MEAN, "image_std": CLIP_STD}


@dataclass(frozen=True, slots=True)
class ImageProcessor:
    """Settings of `preprocessor_config.json`. `min_pixels` and `max_pixels` bound the area after resizing."""

    patch_size: int = 14
    merge_size: int = 2
    min_pixels: int = 56 * 56
    max_pixels: int = 6177 * 28 * 28
    image_mean: tuple[float, float, float] = CLIP_MEAN
    image_std: tuple[float, float, float] = CLIP_STD

    @staticmethod
    def load(directory: Path) -> ImageProcessor:
        """Read `preprocessor_config.json` (or the image part of `processor_config.json`); defaults where absent.

        Raises:
            CheckpointError: no JSON, values of another kind, or a processor without resizing, rescaling or
                normalisation, for which the model was not trained.
        """
        for name in ("preprocessor_config.json", "processor_config.json"):
            if (directory / name).exists():
                return _read(directory / name)
        return ImageProcessor()

    def grid(self, width: int, height: int) -> Grid:
        """The grid of patches (1, rows, columns) of a picture of this size."""
        new_width, new_height = self.target_size(width, height)
        return 1, new_height // self.patch_size, new_width // self.patch_size

    def target_size(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) after resizing: whole merge blocks, the area inside its bounds, the shape kept.

        A picture longer than 200 times its width is brought to that ratio first, its short side rounded to blocks, as
        the original pipeline does (transformers refuses it).
        """
        block = self.patch_size * self.merge_size
        height, width = _bound_aspect(height, width, block)
        new_height, new_width = round(height / block) * block, round(width / block) * block
        if new_height * new_width > self.max_pixels:
            shrink = math.sqrt(height * width / self.max_pixels)
            new_height = max(block, math.floor(height / shrink / block) * block)
            new_width = max(block, math.floor(width / shrink / block) * block)
        elif new_height * new_width < self.min_pixels:
            grow = math.sqrt(self.min_pixels / (height * width))
            new_height = math.ceil(height * grow / block) * block
            new_width = math.ceil(width * grow / block) * block
        return new_width, new_height

    def patches(self, image: Image.Image) -> tuple[Tensor, Grid]:
        """A picture as rows of normalised patches.

        Returns:
            pixel_values (patches, 3 * patch * patch) in fp32, by merge block (block row, block column, row, column),
            each row channel first; and the grid (1, rows, columns).
        """
        cut, grid = self.cut(image)
        return self.normalise(cut), grid

    def cut(self, image: Image.Image) -> tuple[Tensor, Grid]:
        """The same as bytes, (patches, 3 * patch * patch) uint8: a quarter of the size until they are needed."""
        size = self.target_size(*image.size)
        pixels = np.array(image.convert("RGB").resize(size, Image.Resampling.BICUBIC))  # (height, width, 3)
        patch, merge = self.patch_size, self.merge_size
        _, rows, columns = grid = self.grid(*image.size)
        blocks = torch.from_numpy(pixels).reshape(
            rows // merge, merge, patch, columns // merge, merge, patch, 3
        )  # (block row, row, y, block column, column, x, channel)
        return blocks.permute(0, 3, 1, 4, 6, 2, 5).reshape(rows * columns, 3 * patch * patch), grid

    def normalise(self, cut: Tensor) -> Tensor:
        """Patches of bytes as the tower wants them: fp32, on the same device."""
        mean, std = (torch.tensor(x, device=cut.device)[:, None] for x in (self.image_mean, self.image_std))
        return ((cut.unflatten(-1, (3, -1)).float() / 255 - mean) / std).flatten(1)  # (patches, 3 * patch * patch)


def _read(path: Path) -> ImageProcessor:
    """Raises CheckpointError, which names the file."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{path} is not JSON: {error}") from error
    try:
        if not isinstance(raw, dict):
            raise TypeError("it is no JSON object")
        return _settings(raw.get("image_processor", raw))
    except (TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{path} is damaged ({error}); bring the model's own file again") from error


def _settings(raw: Mapping[str, Any]) -> ImageProcessor:
    for step in ("do_resize", "do_rescale", "do_normalize"):
        if not raw.get(step, True):
            raise CheckpointError(f"the image processor says {step} false; Lector always does it")
    size = raw.get("size") or {}
    mean, std = (tuple(map(float, raw.get(name, usual))) for name, usual in CLIP.items())
    if len(mean) != 3 or len(std) != 3:
        raise ValueError("image_mean and image_std are of three colours")
    return ImageProcessor(
        patch_size=_positive(raw.get("patch_size", 14)),
        merge_size=_positive(raw.get("merge_size", 2)),
        min_pixels=_positive(raw.get("min_pixels") or size.get("shortest_edge", 56 * 56)),
        max_pixels=_positive(raw.get("max_pixels") or size.get("longest_edge", 6177 * 28 * 28)),
        image_mean=mean,
        image_std=std,
    )


def _positive(value: Any) -> int:
    if not isinstance(value, int) or value <= 0:
        raise ValueError(f"{value!r} is no number of pixels")
    return value


def _bound_aspect(height: int, width: int, block: int) -> tuple[int, int]:
    short, long = sorted((height, width))
    if long <= short * MAX_ASPECT_RATIO:
        return height, width
    short = max(block, round(short / block) * block)
    return (short * MAX_ASPECT_RATIO, short) if height > width else (short, short * MAX_ASPECT_RATIO)
