"""What a training state must agree in with the model that goes on from it: the sizes of all that learns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vlm.config import ModelConfig
from vlm.nano.config import NanoShape


@dataclass(frozen=True, slots=True)
class Shape(NanoShape):
    """nano's shape, and the ranks of the updates in the top `low_rank_layers` layers (0: none).

    `rank` is that of q, k, v and o, `mlp_rank` that of dense MLPs; in sparse layers routed experts learn instead.
    """

    rank: int = 0
    low_rank_layers: int = 0
    mlp_rank: int = 0

    @property
    def nano(self) -> NanoShape:
        """What is left of it once the updates are merged."""
        return NanoShape(self.sparse_layers, self.experts, self.width, self.top_k)


@dataclass(frozen=True, slots=True)
class SightShape:
    """Of tower and vision experts."""

    depth: int
    hidden: int
    heads: int
    experts: int
    width: int
    sparse_layers: tuple[int, ...]

    @staticmethod
    def of(config: ModelConfig) -> SightShape:
        vision, text = config.vision, config.text
        assert vision is not None, "a text-only model has no sight to teach"
        return SightShape(
            vision.depth,
            vision.hidden_size,
            vision.num_heads,
            text.moe_num_experts[-1],
            text.moe_intermediate_size[-1],
            tuple(place for place, kind in enumerate(text.mlp_layer_types) if kind == "sparse"),
        )


@dataclass(frozen=True, slots=True)
class JointShape:
    """Of a model whose text and sight learn together."""

    text: Shape
    sight: SightShape


AnyShape = Shape | SightShape | JointShape

TOP_TEN = tuple(range(20, 30))
SHAPES: Mapping[str, Shape] = {  # all within 9 MB of six bits
    "experts": Shape(TOP_TEN, width=64),
    "top": Shape(TOP_TEN, width=48, rank=32, low_rank_layers=10),
    "all": Shape(TOP_TEN, width=48, rank=16, low_rank_layers=30),
    "half": Shape(TOP_TEN, width=48, rank=32, low_rank_layers=15),
    "deep": Shape(TOP_TEN, width=48, rank=32, low_rank_layers=22, mlp_rank=16),
}
SHIPPED = SHAPES["deep"]
TOGETHER = "together"  # the stage of `train.nano_sight` whose model is of a `JointShape`


def shape_of(about: str) -> AnyShape:
    """What a state says of its shape, in JSON."""
    told = json.loads(about)
    if "sight" in told:
        return JointShape(Shape.from_dict(told["text"]), _sight(told["sight"]))
    return _sight(told) if "depth" in told else Shape.from_dict(told)


def text_of(shape: AnyShape) -> Shape | None:
    """The part of it that is text's; None of sight alone."""
    if isinstance(shape, JointShape):
        return shape.text
    return None if isinstance(shape, SightShape) else shape


def _sight(told: Mapping[str, Any]) -> SightShape:
    return SightShape(**{**told, "sparse_layers": tuple(told["sparse_layers"])})
