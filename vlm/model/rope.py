"""Rotary embeddings: 3-D for the decoder, 2-D for the vision tower.

Two traps meet here. The decoder turns *adjacent pairs* (x0, x1), (x2, x3), ... ; the tower turns *halves* (x_i,
x_{i+d/2}). And the decoder's three axes share one ladder of frequencies: the highest ones go to height (even places)
and width (odd places) in turn, the slowest ones to time. With t = h = w this is exactly 1-D RoPE.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

Grid = tuple[int, int, int]  # (t, h, w) in patches
T_AXIS, H_AXIS, W_AXIS = 0, 1, 2


def axis_of_pair(mrope_section: tuple[int, int, int], device: torch.device | str = "cpu") -> Tensor:
    """Which axis (0 time, 1 height, 2 width) turns each pair. `mrope_section` counts pairs of (h, w, t). (pairs,)"""
    h, w, t = mrope_section
    spatial = torch.arange(h + w, device=device) % 2  # even -> height, odd -> width
    return torch.cat([spatial + H_AXIS, torch.full((t,), T_AXIS, device=device)])


def text_rope(
    positions: Tensor, head_dim: int, theta: float, mrope_section: tuple[int, int, int] | None
) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the decoder's angles, in fp32.

    Args:
        positions: (3, tokens), rows time, height, width.
        mrope_section: None for the text-only models: every pair follows the first row.

    Returns:
        cos, sin, each (tokens, head_dim / 2): angle of pair i = positions[axis(i)] * theta^(-2i / head_dim).
    """
    pairs = torch.arange(0, head_dim, 2, dtype=torch.float32, device=positions.device)
    inv_freq = 1.0 / theta ** (pairs / head_dim)  # (pairs,)
    if mrope_section is None:
        per_pair = positions[0][:, None]  # (tokens, 1)
    else:
        per_pair = positions[axis_of_pair(mrope_section, positions.device)].T  # (tokens, pairs)
    angles = per_pair.float() * inv_freq
    return angles.cos(), angles.sin()


def rotate_pairs(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn adjacent pairs of (tokens, heads, head_dim) by (tokens, head_dim / 2) angles, in fp32."""
    even, odd = x.float().unflatten(-1, (-1, 2)).unbind(-1)  # each (tokens, heads, head_dim / 2)
    cos, sin = cos[:, None], sin[:, None]
    return torch.stack((even * cos - odd * sin, odd * cos + even * sin), dim=-1).flatten(-2).to(x.dtype)


def vision_positions(grids: Sequence[Grid], merge_size: int) -> Tensor:
    """(row, column) of every patch, in the order the image processor emits them. (2, patches)

    Inside a frame the order is by merge block: block row, block column, row in block, column in block.
    """
    out = []
    for t, h, w in grids:
        rows = torch.arange(h)[:, None].expand(h, w)
        cols = torch.arange(w)[None, :].expand(h, w)
        frame = torch.stack([_by_block(rows, merge_size), _by_block(cols, merge_size)])  # (2, h * w)
        out.append(frame.repeat(1, t))
    return torch.cat(out, dim=1)


def _by_block(plane: Tensor, merge_size: int) -> Tensor:
    """(h, w) -> (h * w,) with the cells of each merge block adjacent."""
    h, w = plane.shape
    blocks = plane.reshape(h // merge_size, merge_size, w // merge_size, merge_size)
    return blocks.transpose(1, 2).flatten()


def vision_rope(positions: Tensor, head_dim: int, theta: float) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the tower's angles, in fp32: first half of the pairs by row, second half by column.

    Args:
        positions: (2, patches), rows (row, column).

    Returns:
        cos, sin, each (patches, head_dim / 2).
    """
    quarter = torch.arange(0, head_dim // 2, 2, dtype=torch.float32, device=positions.device)
    inv_freq = 1.0 / theta ** (quarter / (head_dim // 2))  # (head_dim / 4,)
    angles = (positions[..., None].float() * inv_freq).transpose(0, 1).flatten(1)  # (patches, head_dim / 2)
    return angles.cos(), angles.sin()
