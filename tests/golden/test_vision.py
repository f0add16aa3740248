"""Vision block, tower and resampler equal transformers', on pictures and on a video of several frames."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.golden import toy
from vlm.model.positions import merged_grid
from vlm.model.resampler import pair_frames
from vlm.model.rope import vision_positions, vision_rope

CASES = {
    "one": [(1, 4, 4)],
    "pictures": [(1, 4, 4), (1, 2, 8), (1, 6, 2)],
    "video": [(6, 4, 2)],
    "both": [(1, 4, 6), (4, 2, 4), (1, 2, 2)],
}


def pixels(grids: list[tuple[int, int, int]], width: int = 3 * toy.PATCH**2) -> torch.Tensor:
    count = sum(t * h * w for t, h, w in grids)
    return torch.randn(count, width, generator=torch.Generator().manual_seed(5))


@pytest.mark.parametrize("name", CASES)
def test_block(vl: Any, vl_reference: Any, name: str) -> None:
    grids = CASES[name]
    x = pixels(grids, 32)
    tower, reference = vl.vision_tower, vl_reference.model.vision_tower
    positions = vision_positions(grids, 2)
    frame_lens = [h * w for t, h, w in grids for _ in range(t)]
    cu_seqlens = torch.tensor([0, *frame_lens]).cumsum(0)
    tables = reference.rotary_pos_emb(x, positions.T)
    expected = reference.blocks[0](x, cu_seqlens=cu_seqlens, position_embeddings=tables)
    ours = tower.blocks[0](x, *vision_rope(positions, 16, 10000.0), frame_lens)
    torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", CASES)
def test_tower(vl: Any, vl_reference: Any, name: str) -> None:
    grids = CASES[name]
    expected = vl_reference.model.vision_tower(pixels(grids), torch.tensor(grids)).last_hidden_state
    torch.testing.assert_close(vl.vision_tower(pixels(grids), grids), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", CASES)
def test_resampler(vl: Any, vl_reference: Any, name: str) -> None:
    grids = CASES[name]
    x = pixels(grids, 32)
    expected = vl_reference.model.resampler_model(x, torch.tensor(grids))
    ours = vl.resampler_model(x, grids)
    assert len(ours) == sum(t * h * w for t, h, w in (merged_grid(grid, 2) for grid in grids))
    torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-4)


def test_frames_do_not_see_each_other(vl: Any) -> None:
    """A frame's features are the same alone and among others."""
    x = pixels([(4, 4, 2)])
    together = vl.vision_tower(x, [(4, 4, 2)])
    alone = torch.cat([vl.vision_tower(frame, [(1, 4, 2)]) for frame in x.split(8)])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)


def test_several_pictures_equal_one_by_one(vl: Any) -> None:
    grids = CASES["pictures"]
    together = vl.embed_images(pixels(grids), grids)
    parts = pixels(grids).split([t * h * w for t, h, w in grids])
    alone = torch.cat([vl.embed_images(part, [grid]) for part, grid in zip(parts, grids, strict=True)])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)


def test_frames_pair_by_hand() -> None:
    """Frames 0 and 1 meet, then 2 and 3; a picture meets itself. One number a token, two tokens a frame."""
    x = torch.tensor([0, 1, 10, 11, 20, 21, 30, 31, 7, 8]).float()[:, None]
    paired = pair_frames(x, [(4, 1, 2), (1, 1, 2)])
    assert paired.tolist() == [[0, 10], [1, 11], [20, 30], [21, 31], [7, 7], [8, 8]]
