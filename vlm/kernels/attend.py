"""One token's attention in plain torch."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """The heads that share keys ask them together, as if they were tokens.

    The same numbers as grouped queries give, without their copies of keys and values for every head.

    Args:
        q: (heads, size); k, v: (length, kv_heads, size).

    Returns:
        (heads, size), with scale size^-0.5.
    """
    grouped = q.unflatten(0, (k.shape[1], -1))  # (kv_heads, heads of each, size)
    out = F.scaled_dot_product_attention(grouped[None], k.transpose(0, 1)[None], v.transpose(0, 1)[None])
    return out[0].flatten(0, 1)
