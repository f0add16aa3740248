"""Attention in plain torch: of one token, of a prompt's, and of a picture's."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from vlm.kernels.paged import Paged


def attend(q: Tensor, held: Paged) -> Tensor:
    """One token's attention. The heads that share keys ask them together, as if they were tokens.

    The same numbers as grouped queries give, without their copies of keys and values for every head.

    Args:
        q: (heads, size); held: keys and values (length, kv_heads, size).

    Returns:
        (heads, size), with scale size^-0.5.
    """
    k, v = held.read(q.dtype)
    grouped = q.unflatten(0, (k.shape[1], -1))  # (kv_heads, heads of each, size)
    out = F.scaled_dot_product_attention(grouped[None], k.transpose(0, 1)[None], v.transpose(0, 1)[None])
    return out[0].flatten(0, 1)


def attend_many(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention of many tokens, scale size^-0.5: the last sees all keys, and each before it one fewer.

    Args:
        q: (queries, heads, size); k, v: (length, kv_heads, size), length at least queries.

    Returns:
        (queries, heads, size)
    """
    queries, length = len(q), len(k)
    mask = None
    if queries < length:  # is_causal would align to the first key, not to the last
        mask = torch.ones(queries, length, dtype=torch.bool, device=q.device).tril(length - queries)
    q, k, v = (x.transpose(0, 1)[None] for x in (q, k, v))  # (1, heads, tokens, size)
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None, enable_gqa=True)
    return out[0].transpose(0, 1)


def attend_frame(q: Tensor, k: Tensor, v: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Attention of a frame's patches, which all see one another; queries and keys are turned first.

    Args:
        q, k, v: (patches, heads, size); cos, sin: (patches, size / 2).

    Returns:
        (patches, heads, size), with scale size^-0.5.
    """
    q, k = rotate_halves(q, cos, sin), rotate_halves(k, cos, sin)
    q, k, v = (x.transpose(0, 1)[None] for x in (q, k, v))  # (1, heads, patches, size)
    out = F.scaled_dot_product_attention(q, k, v)
    return out[0].transpose(0, 1)


def rotate_halves(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn (x_i, x_{i + d/2}) of (patches, heads, head_dim) by (patches, head_dim / 2) angles, in fp32."""
    first, second = x.float().chunk(2, dim=-1)
    cos, sin = cos[:, None], sin[:, None]
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1).to(x.dtype)
