"""How fast a picture is encoded: `python -m bench.vision [--grid 50x100] [--depth 32]`

The tower of ERNIE-4.5-VL-28B-A3B with random weights, in 8 bits on Lector's kernels and in bf16 on transformers, which
has the same weights; the two take turns. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

import torch
from torch import Tensor
from transformers.models.ernie4_5_vl_moe.configuration_ernie4_5_vl_moe import Ernie4_5_VLMoeVisionConfig
from transformers.models.ernie4_5_vl_moe.modeling_ernie4_5_vl_moe import (
    Ernie4_5_VLMoeVisionTransformerPretrainedModel as PeerTower,
)

from bench.flags import add_kernels, kernels_called
from bench.spread import Spread
from vlm.config import ModelConfig, VisionConfig
from vlm.family import MEMBERS
from vlm.kernels.choice import Choice
from vlm.model.ernie_vl import ErnieVL
from vlm.model.rope import Grid
from vlm.model.vision import VisionTower
from vlm.quant.swap import quantise_
from vlm.quantisation import Quantisation

STD = 0.02  # of random weights


def eyes_of(depth: int) -> ModelConfig:
    """The eyes of the 28B with `depth` blocks, behind a decoder that is hardly there."""
    member = next(member for member in MEMBERS if "VL-28B" in member.hub_id)
    text = replace(member.config.text, vocab_size=64, num_hidden_layers=1, mlp_layer_types=("dense",))
    return ModelConfig(member.config.model_type, text, replace(VisionConfig(), depth=depth))


def towers(config: ModelConfig, choice: Choice) -> tuple[VisionTower, PeerTower]:
    """Lector's in 8 bits and transformers' in bf16, with the same weights."""
    assert config.vision is not None
    model = ErnieVL(config).bfloat16().eval().requires_grad_(False)
    tower = model.vision_tower
    assert tower is not None
    for parameter in tower.parameters():
        if parameter.dim() > 1:
            parameter.normal_(std=STD)
    about = asdict(config.vision)
    rope = {"rope_type": "axial", "rope_theta": about.pop("rope_theta")}
    peer = PeerTower(Ernie4_5_VLMoeVisionConfig(**about, rope_parameters=rope)).bfloat16().eval().requires_grad_(False)
    peer.load_state_dict(tower.state_dict())
    quantise_(model, Quantisation(8, 128), choice)
    return tower, peer


def seconds(encode: Callable[[], Tensor]) -> float:
    began = time.perf_counter()
    encode()
    return time.perf_counter() - began


def compared(ours: float, theirs: float) -> dict[str, float]:
    """A round's seconds, and how many times as fast ours were."""
    return {"seconds": ours, "transformers": theirs, "ratio": theirs / ours}


@torch.inference_mode()
def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.vision", description=__doc__.splitlines()[0])
    parser.add_argument("--grid", default="50x100", help="rows and columns of patches; a patch is 14 pixels wide")
    parser.add_argument("--depth", type=int, default=VisionConfig().depth, help="blocks of the tower")
    parser.add_argument("--rounds", type=int, default=3)
    add_kernels(parser)
    args = parser.parse_args(argv)
    rows, columns = map(int, args.grid.split("x"))
    config = eyes_of(args.depth)
    choice = kernels_called(args.kernels)
    tower, peer = towers(config, choice)
    grids: list[Grid] = [(1, rows, columns)]
    pixels = torch.randn(rows * columns, 3 * 14 * 14).bfloat16()
    shape = torch.tensor(grids)
    # The same weights, so that what 8 bits change is seen as well; of random ones, whose errors add up block by block.
    seen, expected = tower(pixels, grids).float(), peer(pixels, shape).last_hidden_state.float()
    error = float((seen - expected).norm() / expected.norm())
    times = []
    for number in range(args.rounds):
        ours, theirs = seconds(lambda: tower(pixels, grids)), seconds(lambda: peer(pixels, shape).last_hidden_state)
        times.append(row := compared(ours, theirs))
        print(
            f"round {number + 1}  Lector {ours:6.2f} s  transformers {theirs:6.2f} s  {row['ratio']:.2f} x", flush=True
        )
    ratio = Spread.of(row["ratio"] for row in times)
    print(f"{ratio:.2f} times as fast, {len(times)} rounds")
    about = {"patches": rows * columns, "depth": args.depth, "kernels": choice.kernels.name, "error": round(error, 4)}
    print(json.dumps(about | {"ratio": ratio.median, "rounds": times}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
