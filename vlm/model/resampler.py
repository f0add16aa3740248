"""The resampler: four neighbouring patches become one token, two neighbouring frames become one.

The temporal stage always runs; a still picture is paired with itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vlm.config import TextConfig, VisionConfig
from vlm.model.layers import RMSNorm
from vlm.model.rope import Grid


class MergeMLP(nn.Module):
    """Linear, GELU, Linear, LayerNorm."""

    def __init__(self, in_size: int, out_size: int, eps: float) -> None:
        super().__init__()
        self.fc1 = nn.Linear(in_size, out_size)
        self.fc2 = nn.Linear(out_size, out_size)
        self.ln = nn.LayerNorm(out_size, eps)

    def forward(self, x: Tensor) -> Tensor:
        """(n, in_size) -> (n, out_size)"""
        return self.ln(self.fc2(F.gelu(self.fc1(x))))


def pair_frames(x: Tensor, token_grids: Sequence[Grid]) -> Tensor:
    """Put each even frame beside the odd one that follows; a single frame beside itself.

    Args:
        x: (tokens, size), items end to end; token_grids: (frames, rows, columns) of tokens in each item.

    Returns:
        (paired tokens, 2 * size)
    """
    out = []
    for item, (t, h, w) in zip(x.split([t * h * w for t, h, w in token_grids]), token_grids, strict=True):
        frames = item.unflatten(0, (t, h * w))  # (frames, tokens of a frame, size)
        first, second = (frames, frames) if t == 1 else (frames[0::2], frames[1::2])
        out.append(torch.cat((first, second), dim=-1).flatten(0, 1))
    return torch.cat(out)


class Resampler(nn.Module):
    def __init__(self, vision: VisionConfig, text: TextConfig) -> None:
        super().__init__()
        self.merge_size = vision.spatial_merge_size
        spatial = vision.hidden_size * vision.spatial_merge_size**2
        self.spatial_linear = MergeMLP(spatial, spatial, vision.rms_norm_eps)
        self.temporal_linear = MergeMLP(spatial * vision.temporal_merge_size, spatial, vision.rms_norm_eps)
        self.mlp = nn.Linear(spatial, text.hidden_size)
        self.after_norm = RMSNorm(text.hidden_size, text.rms_norm_eps)

    def forward(self, x: Tensor, grids: Sequence[Grid]) -> Tensor:
        """x (patches, vision hidden), grids (t, h, w) in patches -> (tokens, text hidden)"""
        merge = self.merge_size
        x = x.reshape(-1, x.shape[-1] * merge**2)  # neighbours of a block are adjacent already
        x = self.spatial_linear(x)
        x = self.temporal_linear(pair_frames(x, [(t, h // merge, w // merge) for t, h, w in grids]))
        return self.after_norm(self.mlp(x))
