"""Patches equal those of transformers' `Ernie4_5_VLMoeImageProcessorPil`; sizes follow the published rule."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image
from transformers import Ernie4_5_VLMoeImageProcessorPil

from vlm.errors import CheckpointError
from vlm.image_processor import ImageProcessor
from vlm.model.positions import merged_grid

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = sorted(DATA.glob("charts/chartqa/*.png"))[:3] + sorted(DATA.glob("documents/*/*.jpg"))[:3]
SIDES = st.integers(1, 3000)


def same_as_transformers(image: Image.Image, **settings: int) -> None:
    size = {}
    if settings:
        size = {"size": {"shortest_edge": settings["min_pixels"], "longest_edge": settings["max_pixels"]}}
    expected = Ernie4_5_VLMoeImageProcessorPil(**size)(images=[image], return_tensors="pt")
    pixel_values, grid = ImageProcessor(**settings).patches(image)
    assert [list(grid)] == expected["image_grid_thw"].tolist()
    assert pixel_values.dtype == torch.float32
    assert float((pixel_values - expected["pixel_values"]).abs().max()) < 1e-5


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Coarse noise: fine noise would vanish in resizing, flat colour would hide a swap."""
    pixels = np.random.default_rng(width * height).integers(
        0, 256, (height // 9 + 2, width // 9 + 2, 3), dtype=np.uint8
    )
    return Image.fromarray(pixels).resize((width, height)).convert(mode)


@pytest.mark.parametrize("index", range(6))
def test_real_pictures(index: int) -> None:
    if index >= len(FILES):
        pytest.skip("third-party documents are not here")
    with Image.open(FILES[index]) as image:
        same_as_transformers(image)


@pytest.mark.parametrize(
    "width, height", [(1, 1), (13, 57), (56, 56), (57, 200), (333, 97), (640, 481), (14, 1000), (1999, 28)]
)
def test_odd_sizes(width: int, height: int) -> None:
    same_as_transformers(noise(width, height))


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "RGBA", "LA", "YCbCr"])
def test_modes(mode: str) -> None:
    same_as_transformers(noise(101, 67, "L").convert("LA") if mode == "LA" else noise(101, 67, mode))


@pytest.mark.parametrize("bounds", [(3136, 100_000), (500_000, 900_000)])
def test_bounds_of_the_area(bounds: tuple[int, int]) -> None:
    """The larger picture must shrink, the smaller must grow."""
    same_as_transformers(noise(640, 400), min_pixels=bounds[0], max_pixels=bounds[1])


@pytest.mark.parametrize(
    "size, grid, tokens",
    [
        ((1092, 1092), (1, 78, 78), 1521),
        ((100, 50), (1, 4, 8), 8),  # 50 -> 56, 100 -> 112
        ((20, 20), (1, 4, 4), 4),  # grows to 56 x 56
        ((10000, 10000), (1, 156, 156), 6084),  # shrinks below 6177 tokens
        ((70, 98), (1, 8, 4), 8),  # 2.5 and 3.5 blocks: halves go to the even side, 2 and 4
    ],
)
def test_grids_by_hand(size: tuple[int, int], grid: tuple[int, int, int], tokens: int) -> None:
    assert ImageProcessor().grid(*size) == grid
    t, h, w = merged_grid(grid, 2)
    assert t * h * w == tokens


@pytest.mark.parametrize(
    "size, expected",
    [
        ((5000, 10), (5600, 28)),  # the short side becomes one block, the long one 200 of them
        ((10, 5000), (28, 5600)),
        ((1, 900), (28, 5600)),
        ((9000, 40), (5600, 28)),
        ((9000, 44), (11200, 56)),  # ratio 204: 44 is two blocks, the long side 200 times as long
    ],
)
def test_beyond_ratio_200_by_the_original_rule(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert ImageProcessor().target_size(*size) == expected


@settings(max_examples=300)
@given(width=SIDES, height=SIDES)
def test_size_properties(width: int, height: int) -> None:
    """Whole blocks, the area in its bounds, and the picture's shape (nearly) kept; turned pictures turn the grid."""
    processor = ImageProcessor(min_pixels=3136, max_pixels=800 * 28 * 28)
    new_width, new_height = processor.target_size(width, height)
    assert new_width % 28 == new_height % 28 == 0 and new_width > 0 and new_height > 0
    assert 3136 <= new_width * new_height <= 800 * 28 * 28
    assert processor.target_size(height, width) == (new_height, new_width)
    assume(1 / 4 < width / height < 4 and min(width, height) > 300)
    assert abs(new_width / new_height * height / width - 1) < 0.35


@settings(max_examples=200)
@given(width=SIDES, height=SIDES)
def test_grid_equals_transformers(width: int, height: int) -> None:
    assume(max(width, height) / min(width, height) <= 200)
    t, h, w = ImageProcessor().grid(width, height)
    assert t == 1 and h * w == Ernie4_5_VLMoeImageProcessorPil().get_number_of_image_patches(height, width)


def test_patch_order_by_hand() -> None:
    """Each patch filled with its own number: rows come by merge block, and inside a row channel first."""
    numbers = np.arange(4 * 8).reshape(4, 8)
    plane = np.kron(numbers, np.ones((14, 14))).astype(np.uint8)
    image = Image.fromarray(np.stack([plane, plane + 100, plane + 200], axis=-1).astype(np.uint8))
    processor = ImageProcessor(image_mean=(0.0, 0.0, 0.0), image_std=(1.0, 1.0, 1.0), min_pixels=1)
    pixel_values, grid = processor.patches(image)
    assert grid == (1, 4, 8)
    rows = (pixel_values * 255).round().int().reshape(32, 3, 196)
    assert rows[:, 0, 0].tolist()[:12] == [0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13]
    assert rows[:, 0, 0].tolist()[16:20] == [16, 17, 24, 25]
    assert bool((rows[:, 1] == rows[:, 0] + 100).all() and (rows == rows[..., :1]).all())


def test_settings_are_read(tmp_path: Path) -> None:
    assert ImageProcessor.load(tmp_path) == ImageProcessor()
    raw = {"size": {"shortest_edge": 4000, "longest_edge": 90_000}, "patch_size": 7, "image_mean": [0.5] * 3}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(raw))
    read = ImageProcessor.load(tmp_path)
    assert (read.min_pixels, read.max_pixels, read.patch_size, read.image_mean) == (4000, 90_000, 7, (0.5,) * 3)
    (tmp_path / "preprocessor_config.json").write_text(json.dumps({"min_pixels": 5000, "do_normalize": False}))
    with pytest.raises(CheckpointError, match="do_normalize"):
        ImageProcessor.load(tmp_path)


def test_settings_saved_by_transformers(tmp_path: Path) -> None:
    Ernie4_5_VLMoeImageProcessorPil(size={"shortest_edge": 3136, "longest_edge": 50_000}).save_pretrained(tmp_path)
    assert ImageProcessor.load(tmp_path) == ImageProcessor(max_pixels=50_000)
