"""CLIP's approximation of GELU."""

from __future__ import annotations

import torch
from torch import Tensor


def quick_gelu(x: Tensor) -> Tensor:
    """`x * sigmoid(1.702 x)`"""
    return x * torch.sigmoid(1.702 * x)
