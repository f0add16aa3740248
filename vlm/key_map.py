"""Where each of our tensors comes from, in both published namings of a checkpoint.

*Native* names are transformers' own (stacked experts, `[experts, hidden]` routers); *hosted* names are those of the
`-PT` repositories (one tensor an expert, the VL models' routers transposed, vision experts numbered after the text
ones). For each of our parameters `recipes` lists the ways to make it; the loader takes the first whose sources exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vlm.config import TextConfig


def only(tensors: Sequence[Tensor]) -> Tensor:
    """The one source, as it is."""
    return tensors[0]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Names to read, and how to make our tensor of what was read.

    `slots` is how many equal parts of a stack the sources make, in their order: each of them can be made alone.
    """

    sources: tuple[str, ...]
    build: Callable[[Sequence[Tensor]], Tensor] = only
    slots: int = 1


# Tensors a checkpoint may carry that we do not use: multi-token prediction heads, and buffers we compute.
IGNORED = re.compile(r"(^|\.)mtp|rotary_emb\.inv_freq$|rotary_pos_emb\.inv_freq$")

_MODALITY = re.compile(r"(?P<layer>language_model\.layers\.\d+\.mlp)\.(?P<modality>text|vision)_moe\.(?P<leaf>.+)")
_RESAMPLER_STEPS = {"fc1": "0", "fc2": "2", "ln": "3"}


def recipes(name: str, config: TextConfig) -> list[Recipe]:
    """Ways to make our parameter `name`, best first."""
    match = _MODALITY.fullmatch(name)
    if match:
        return _expert_recipes(match["layer"], match["modality"], match["leaf"], config)
    if name.startswith("language_model."):
        leaf = name.removeprefix("language_model.")
        return [Recipe((f"model.language_model.{leaf}",)), Recipe((f"model.{leaf}",))]
    if name.startswith("vision_tower."):
        leaf = name.removeprefix("vision_tower.")
        return [Recipe((f"model.{name}",)), Recipe((f"vision_model.{leaf}",)), Recipe((f"model.vision_model.{leaf}",))]
    if name.startswith("resampler_model."):
        hosted = re.sub(r"(?<=_linear\.)(fc1|fc2|ln)", lambda step: _RESAMPLER_STEPS[step[0]], name)
        return [Recipe((f"model.{name}",)), Recipe((f"model.{hosted}",))]
    return [Recipe((name,))]  # lm_head


def _expert_recipes(layer: str, modality: str, leaf: str, config: TextConfig) -> list[Recipe]:
    """`layer` is ours (`language_model.layers.3.mlp`), `leaf` what follows `text_moe.` or `vision_moe.`"""
    native = f"model.{layer}.{modality}_moe"
    hosted = f"model.{layer.removeprefix('language_model.')}"
    if leaf == "gate.weight":
        return _router_recipes(native, hosted, modality, config)
    if leaf == "gate.e_score_correction_bias":
        row = 0 if modality == "text" else 1
        return [
            Recipe((f"{native}.gate.moe_statics.e_score_correction_bias",), lambda t: t[0].flatten()),
            Recipe((f"{hosted}.gate.moe_statics.e_score_correction_bias",), lambda t: t[0].flatten()),
            Recipe((f"{hosted}.moe_statics.e_score_correction_bias",), lambda t: t[0][row]),
        ]
    first = config.moe_num_experts[0] if modality == "vision" else 0
    count = config.moe_num_experts[0 if modality == "text" else 1]
    single = [f"{hosted}.experts.{expert}" for expert in range(first, first + count)]
    if leaf == "experts.down_proj":
        split = Recipe(tuple(f"{expert}.down_proj.weight" for expert in single), _stack, count)
    else:
        gate_up = tuple(f"{expert}.{part}_proj.weight" for expert in single for part in ("gate", "up"))
        split = Recipe(gate_up, _stack_gate_up, count)
    return [Recipe((f"{native}.{leaf}",)), Recipe((f"{hosted}.{leaf}",)), split]


def _router_recipes(native: str, hosted: str, modality: str, config: TextConfig) -> list[Recipe]:
    if not config.has_vision_experts:
        return [Recipe((f"{hosted}.gate.weight",))]
    suffix = "weight" if modality == "text" else "weight_1"
    return [Recipe((f"{native}.gate.weight",)), Recipe((f"{hosted}.gate.{suffix}",), lambda t: t[0].T)]


def _stack(tensors: Sequence[Tensor]) -> Tensor:
    """[expert 0, expert 1, ...], each (hidden, width) -> (experts, hidden, width)"""
    return torch.stack(list(tensors))


def _stack_gate_up(tensors: Sequence[Tensor]) -> Tensor:
    """[gate 0, up 0, gate 1, up 1, ...], each (width, hidden) -> (experts, 2 * width, hidden)"""
    return torch.stack([torch.cat((gate, up)) for gate, up in zip(tensors[0::2], tensors[1::2], strict=True)])
