"""Frozen products in 8 bits: on a processor nano's own kernels multiply nearly twice as fast as torch in bf16.

They round the left side to int8, a scale for each group of it, and training does so on both ways: forward activations,
as when nano runs, and back their gradients. What learns stays as it is. (SwitchBack, arXiv 2304.13013, section 2, does
the same where the weights learn too.)
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.autograd import Function

from vlm.kernels.base import Kernels
from vlm.kernels.packing import pack_weight
from vlm.quant.modules import group_of

BITS, GROUP = 8, 64  # as nano runs


class FrozenLinear(nn.Module):
    """y = W x with W in 8 bits, held twice: the way back multiplies with it turned."""

    def __init__(self, weight: Tensor, kernels: Kernels) -> None:
        """weight: (out, in)"""
        super().__init__()
        self.out_features, self.in_features = weight.shape
        self._kernels = kernels
        self._forth, self._back = (
            kernels.prepare(pack_weight(w, BITS, group_of(w.shape[1], GROUP)))
            for w in (weight.detach(), weight.detach().T)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(tokens, in) -> (tokens, out)"""
        y: Tensor = _Product.apply(x, self._kernels, self._forth, self._back)
        return y


class _Product(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, kernels: Kernels, forth: Any, back: Any) -> Tensor:
        ctx.kernels, ctx.prepared = kernels, back
        return kernels.linear(x, forth)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None]:
        return ctx.kernels.linear(grads[0], ctx.prepared), None, None, None


def in_eight_bits(model: nn.Module, kernels: Kernels) -> None:
    """Put every linear layer of `model` that does not learn into 8 bits."""
    for name, child in list(model.named_children()):
        if isinstance(child, nn.Linear) and not child.weight.requires_grad:
            assert child.bias is None, "the family has no biases"
            setattr(model, name, FrozenLinear(child.weight, kernels))
        else:
            in_eight_bits(child, kernels)
