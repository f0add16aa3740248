"""The vision tower: a ViT over patches of any resolution, with 2-D rotary positions.

No absolute positions, no class token, no windows: attention is full inside one frame and never crosses frames.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vlm.config import VisionConfig
from vlm.kernels.attend import attend_frame
from vlm.kernels.gelu import quick_gelu
from vlm.model.rope import Grid, vision_positions, vision_rope


class VisionAttention(nn.Module):
    """Multi-head attention inside each frame; q, k, v are stacked in one projection."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.num_heads = config.num_heads
        self.qkv = nn.Linear(config.hidden_size, 3 * config.hidden_size)
        self.proj = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, frame_lens: Sequence[int]) -> Tensor:
        """x (patches, hidden), frames end to end -> (patches, hidden)"""
        qkv = self.qkv(x).unflatten(-1, (3, self.num_heads, -1))  # (patches, 3, heads, head_dim)
        frames = zip(*(t.split(list(frame_lens)) for t in (*qkv.unbind(1), cos, sin)), strict=True)
        out = torch.cat([self.attend(*frame) for frame in frames])  # (patches, heads, head_dim)
        return self.proj(out.flatten(1))

    def attend(self, q: Tensor, k: Tensor, v: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """See `attend_frame`."""
        return attend_frame(q, k, v, cos, sin)


class VisionMLP(nn.Module):
    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.intermediate_size)
        self.fc2 = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, x: Tensor) -> Tensor:
        """(patches, hidden) -> (patches, hidden)"""
        return self.fc2(quick_gelu(self.fc1(x)))


class VisionBlock(nn.Module):
    """Pre-norm attention and MLP, each with a residual."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(config.hidden_size, config.rms_norm_eps)
        self.norm2 = nn.LayerNorm(config.hidden_size, config.rms_norm_eps)
        self.attn = VisionAttention(config)
        self.mlp = VisionMLP(config)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, frame_lens: Sequence[int]) -> Tensor:
        """(patches, hidden) -> (patches, hidden)"""
        x = x + self.attn(self.norm1(x), cos, sin, frame_lens)
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    """A convolution whose stride is its width, written as a linear over flat patches."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.proj = nn.Linear(config.in_channels * config.patch_size**2, config.hidden_size, bias=False)

    def forward(self, pixel_values: Tensor) -> Tensor:
        """(patches, channels * patch * patch) -> (patches, hidden)"""
        return self.proj(pixel_values.to(self.proj.weight.dtype))


class VisionTower(nn.Module):
    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.config = config
        self.patch_embed = PatchEmbed(config)
        self.blocks = nn.ModuleList(VisionBlock(config) for _ in range(config.depth))
        self.ln = nn.LayerNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, pixel_values: Tensor, grids: Sequence[Grid]) -> Tensor:
        """pixel_values (patches, channels * patch * patch), grids (t, h, w) of each item -> (patches, hidden)"""
        positions = vision_positions(grids, self.config.spatial_merge_size).to(pixel_values.device)
        cos, sin = vision_rope(positions, self.config.head_dim, self.config.rope_theta)
        frame_lens = [h * w for t, h, w in grids for _ in range(t)]
        x = self.patch_embed(pixel_values)
        for block in self.blocks:
            x = block(x, cos, sin, frame_lens)
        return self.ln(x)
