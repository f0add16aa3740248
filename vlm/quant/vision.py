"""What takes the places of the tower's parts where weights are in 8 bits."""

from __future__ import annotations

from torch import Tensor, nn

from vlm.kernels.choice import Choice
from vlm.model.vision import VisionAttention, VisionMLP
from vlm.quant.modules import QuantLinear


class QuantVisionAttention(VisionAttention):
    """`VisionAttention` by the kernels of now."""

    qkv: QuantLinear  # type: ignore[assignment]
    proj: QuantLinear  # type: ignore[assignment]

    def __init__(self, like: VisionAttention, bits: int, group: int, choice: Choice) -> None:
        nn.Module.__init__(self)
        self.num_heads, self.choice = like.num_heads, choice
        hidden = like.proj.in_features
        self.qkv = QuantLinear(3 * hidden, hidden, bits, group, choice, bias=True)
        self.proj = QuantLinear(hidden, hidden, bits, group, choice, bias=True)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        return self.choice.kernels.attend_frame(q, k, v, cos, sin)


class QuantVisionMLP(VisionMLP):
    """`VisionMLP`, its GELU in the first product."""

    fc1: QuantLinear  # type: ignore[assignment]
    fc2: QuantLinear  # type: ignore[assignment]

    def __init__(self, like: VisionMLP, bits: int, group: int, choice: Choice) -> None:
        nn.Module.__init__(self)
        width, hidden = like.fc1.weight.shape
        self.fc1 = QuantLinear(width, hidden, bits, group, choice, bias=True)
        self.fc2 = QuantLinear(hidden, width, bits, group, choice, bias=True)

    def forward(self, x: Tensor) -> Tensor:
        """(patches, hidden) -> (patches, hidden)"""
        return self.fc2(self.fc1(x, is_quick_gelu=True))
