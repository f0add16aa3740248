"""What a quantised module asks of whoever multiplies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from torch import Tensor

from vlm.kernels.blocks import AttentionWeights, MlpWeights
from vlm.kernels.packing import Packed
from vlm.kernels.paged import Paged


class Kernels(Protocol):
    """Matrix products with packed weights. `prepare` is called once a weight, and again if the kernels change."""

    @property
    def name(self) -> str: ...

    def prepare(self, packed: Packed) -> Any:
        """What `linear` wants of a weight: the weight itself, or a form of its own."""

    def prepare_experts(self, gate_up: Packed, down: Packed) -> Any:
        """The same of a stack of experts; the rows of `gate_up` are interleaved (`packing.interleave`)."""

    def linear(self, x: Tensor, prepared: Any, bias: Tensor | None = None, is_quick_gelu: bool = False) -> Tensor:
        """(tokens, columns) -> (tokens, rows), in x's dtype; with `bias` (rows,), and quick GELU of it all if asked"""

    def experts(self, x: Tensor, weights: Tensor, indices: Tensor, prepared: Any) -> Tensor:
        """x (tokens, hidden), weights and indices (tokens, k) -> (tokens, hidden): SwiGLU, weighted, added"""

    def attend(self, q: Tensor, held: Paged) -> Tensor:
        """One token's attention over what is held: q (heads, size) -> (heads, size), scale size^-0.5"""

    def attend_many(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Of a prompt: q (queries, heads, size), k and v (length, kv_heads, size) -> (queries, heads, size)

        The last query sees all keys, and each before it one fewer.
        """

    def attend_frame(self, q: Tensor, k: Tensor, v: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Of a picture: (patches, heads, size) each, halves of q and k turned by (patches, size / 2) angles first

        What is turned may be rounded to int8, a scale for each row.
        """

    def decodes(self, x: Tensor, caches: Sequence[Any]) -> bool:
        """Whether `attention_block` and `mlp_block` can be used for x (tokens, hidden), some tokens for each cache."""

    def exact_tokens(self, keys: Tensor) -> int:
        """How many tokens these two give, in one call, the bits that each would get alone; `keys` as held."""

    def attention_block(
        self, x: Tensor, weights: AttentionWeights, cos: Tensor, sin: Tensor, places: Sequence[Paged]
    ) -> Tensor:
        """x + attention of its norm, (tokens, hidden); each token goes behind its place, one after the other.

        cos, sin (tokens, size / 2)
        """

    def mlp_block(self, x: Tensor, weights: MlpWeights) -> Tensor:
        """x + the MLP, or the experts that the router chooses, of its norm: (tokens, hidden)"""
