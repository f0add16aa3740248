"""nano made ready to learn to see: tower, resampler and vision experts learn, and the text path stays to the bit, or
learns with them.

The model is `vlm.model`'s own again, with twins of some parts that compute the same: packed attention and dense experts
as for text, and attention of the tower over all pictures of a batch at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from train.packed_attention import PackedAttention
from train.shapes import Shape
from train.trainee import DenseExperts, trainee
from vlm.config import ModelConfig
from vlm.errors import CheckpointError
from vlm.kernels.attend import rotate_halves
from vlm.model.decoder import DecoderLayer
from vlm.model.ernie_vl import ErnieVL
from vlm.model.moe import ModalityMoE
from vlm.model.vision import VisionAttention, VisionBlock
from vlm.weights import load_model


class BatchedVisionAttention(nn.Module):
    """`VisionAttention` with all frames in one call, filled up to the longest."""

    def __init__(self, like: VisionAttention) -> None:
        super().__init__()
        self.num_heads, self.qkv, self.proj = like.num_heads, like.qkv, like.proj

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, frame_lens: Sequence[int]) -> Tensor:
        """x (patches, hidden), frames end to end -> (patches, hidden)"""
        q, k, v = self.qkv(x).unflatten(-1, (3, self.num_heads, -1)).unbind(1)  # (patches, heads, head_dim) each
        q, k = rotate_halves(q, cos, sin), rotate_halves(k, cos, sin)
        longest = max(frame_lens)
        lens = torch.tensor(frame_lens, device=x.device)
        is_patch = torch.arange(longest, device=x.device) < lens[:, None]  # (frames, longest)
        if min(frame_lens) < longest:
            place = is_patch.flatten().nonzero().flatten()
            q, k, v = (
                y.new_zeros(is_patch.numel(), *y.shape[1:]).index_copy(0, place, y) for y in (q, k, v.to(q.dtype))
            )
            mask: Tensor | None = is_patch[:, None, None]  # (frames, 1, 1, longest)
        else:
            place, mask = None, None
        q, k, v = (y.unflatten(0, (len(frame_lens), longest)).transpose(1, 2) for y in (q, k, v.to(q.dtype)))
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)  # (frames, heads, longest, head_dim)
        out = out.transpose(1, 2).flatten(2).flatten(0, 1)
        return self.proj(out if place is None else out[place])


def sight_trainee(base: Path, dtype: torch.dtype, device: str) -> ErnieVL:
    """The checkpoint in `base`, frozen in `dtype` but for what sees, which is in fp32 and requires gradients.

    Raises:
        CheckpointError: `base` has no sight, or sees already; it would start from the middle.
    """
    model = load_model(base, _blind(base, "python -m vlm.nano"), dtype, device)
    for layer in model.language_model.layers:
        assert isinstance(layer, DecoderLayer)
        layer.self_attn = PackedAttention(layer.self_attn, 0)  # type: ignore[assignment]
        if isinstance(layer.mlp, ModalityMoE):
            layer.mlp.text_moe = DenseExperts(layer.mlp.text_moe.gate, layer.mlp.text_moe.experts)
    _open_eyes(model)
    return model


def joint_trainee(base: Path, shape: Shape, dtype: torch.dtype, device: str) -> ErnieVL:
    """What `trainee` teaches and what sees, learning together. `base` has neither yet: a state brings both.

    Raises:
        CheckpointError: `base` has no sight, or is trained already.
    """
    _blind(base, "python -m vlm.nano --untrained")
    model = trainee(base, shape, dtype, device, sees=True)
    _open_eyes(model)
    return model


def _blind(base: Path, build: str) -> ModelConfig:
    config = ModelConfig.load(base)
    if config.vision is None or config.use_image_tokens:
        raise CheckpointError(f"{base} has no sight to teach, or sees already; build it with `{build}`")
    return config


def _open_eyes(model: ErnieVL) -> None:
    """Let tower, resampler and vision experts learn, in fp32."""
    assert model.vision_tower is not None and model.resampler_model is not None
    learning: list[nn.Module] = [model.vision_tower, model.resampler_model]
    for moe in (layer.mlp for layer in model.language_model.layers if isinstance(layer.mlp, ModalityMoE)):
        assert moe.vision_moe is not None
        moe.vision_moe = DenseExperts(moe.vision_moe.gate, moe.vision_moe.experts)
        learning.append(moe.vision_moe)
    for block in model.vision_tower.blocks:
        assert isinstance(block, VisionBlock)
        block.attn = BatchedVisionAttention(block.attn)  # type: ignore[assignment]
    for module in learning:
        module.float()
        for name, parameter in module.named_parameters():
            parameter.requires_grad_(not name.endswith("e_score_correction_bias"))
    experts = (module for module in learning if isinstance(module, DenseExperts))
    if not any(bool(routed.experts.down_proj.any()) for routed in experts):  # nothing has been learned yet
        # A picture's rows begin as loud as those of words, not thirty times louder.
        loudness = model.language_model.embed_tokens.weight.float().square().mean().sqrt()
        model.resampler_model.after_norm.weight.data.fill_(float(loudness))
