"""Full-size models of random weights, made straight in the quantised layout: speed does not depend on the values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from app.settings import Settings
from vlm.config import ModelConfig, TextConfig, VisionConfig, VisionTokens
from vlm.family import MEMBERS
from vlm.inputs import ModelInputs
from vlm.kernels.choice import Choice
from vlm.load import resolve_model
from vlm.model.ernie_vl import ErnieVL
from vlm.model.positions import rope_positions
from vlm.nano.ensure import NANO
from vlm.quant.swap import kept_dtype, swap_
from vlm.quantisation import Quantisation
from vlm.weights import load_quantised

SCALE = 0.003  # of packed weights: activations neither vanish nor overflow over 28 layers
LOUD = 16.0  # of embeddings: layers do not drown what a token is, and so which experts it chooses


TOKENS = VisionTokens(100295, 100296, 101304, 101305, 101306, 101307, im_patch_id=100295)  # as the family has them


def text_shape(name: str, layers: int | None = None) -> ModelConfig:
    """The text half of a member whose hub id holds `name`, with `layers` of its layers (all of them by default)."""
    text = _text(name, layers)
    if text.has_vision_experts:
        text = replace(
            text, moe_num_experts=text.moe_num_experts[:1], moe_intermediate_size=text.moe_intermediate_size[:1]
        )
    return ModelConfig("ernie4_5_moe", text)


def whole_shape(name: str, layers: int | None = None) -> ModelConfig:
    """A member that sees, with both its sets of experts and its tower."""
    return ModelConfig("ernie4_5_vl_moe", _text(name, layers), VisionConfig(), TOKENS)


def _text(name: str, layers: int | None) -> TextConfig:
    text = next(member.config.text for member in MEMBERS if name in member.hub_id)
    if layers is None:
        return text
    return replace(text, num_hidden_layers=layers, mlp_layer_types=text.mlp_layer_types[:layers])


def text_inputs(ids: Sequence[int]) -> ModelInputs:
    """A prompt of text alone."""
    positions, after = rope_positions(ids, [], ())
    return ModelInputs(list(ids), positions, after, [False] * len(ids))


def model_of(shape: str, layers: int | None, how: Quantisation, choice: Choice) -> ErnieVL:
    """nano in 8 bits; or the text half of a member whose hub id holds `shape`, of random weights quantised as `how`.

    Raises:
        ModelUnavailable: nano is not here, and could not be brought.
    """
    if shape == NANO:
        directory = nano_in(8)
        return load_quantised(directory, ModelConfig.load(directory), torch.bfloat16, choice)
    return random_model(text_shape(shape, layers), how, choice)


def nano_in(bits: int) -> Path:
    """The directory of nano, brought and kept as the settings say, since no bench of the engine has flags for that.

    Raises:
        ModelUnavailable: it is not here, and could not be brought.
    """
    settings = Settings.load()
    return resolve_model(NANO, settings.cache, settings.nano_wheel, nano_bits=bits)


def random_model(config: ModelConfig, how: Quantisation, choice: Choice, seed: int = 0) -> ErnieVL:
    """A model of `config` with matrices as `how`, in bf16 otherwise. Routers are random, and tokens choose apart."""
    generator = torch.Generator().manual_seed(seed)
    # The lowest code is left out: the numbers' mean has to be 0, or what they have in common drowns what tokens say.
    noise = torch.randint(1, 1 << how.bits, (1 << 26,), dtype=torch.uint8, generator=generator)
    if how.bits == 4:
        noise = noise | noise.roll(1) << 4
    with torch.device("meta"):
        model = ErnieVL(config)
        swap_(model, how, choice)
    state = {name: _filled(name, place, noise, generator) for name, place in model.state_dict().items()}
    model.load_state_dict(state, assign=True)
    return model.eval().requires_grad_(False)


def plain_model(config: ModelConfig, device: str, seed: int = 0) -> ErnieVL:
    """A model of `config` that is not quantised: in bf16, with routers in fp32, and random as `random_model`."""
    generator = torch.Generator(device).manual_seed(seed)
    with torch.device("meta"):
        model = ErnieVL(config)
    state = {}
    for name, place in model.state_dict().items():
        value = state[name] = torch.empty(place.shape, dtype=kept_dtype(name, place, torch.bfloat16), device=device)
        is_router = ".gate." in name
        if place.dim() == 1:
            value.fill_(0.0 if is_router else 1.0)
        else:
            size = 1.0 if is_router else LOUD if "embed_tokens" in name else place.shape[-1] ** -0.5
            value.normal_(0, size, generator=generator)
    model.load_state_dict(state, assign=True)
    return model.eval().requires_grad_(False)


def _filled(name: str, place: Tensor, noise: Tensor, generator: torch.Generator) -> Tensor:
    if place.dtype == torch.uint8:
        packed = torch.empty(place.shape, dtype=torch.uint8)
        for part in packed.view(-1).split(len(noise)):
            part.copy_(noise[: len(part)])
        return packed
    if place.dtype == torch.float16:
        return torch.full(place.shape, SCALE, dtype=torch.float16)
    if ".gate." in name:
        return torch.randn(place.shape, generator=generator) * (0.0 if place.dim() == 1 else 1.0)
    if place.dim() == 1:
        return torch.ones(place.shape, dtype=torch.bfloat16)
    return torch.randn(place.shape, generator=generator).mul_(LOUD).bfloat16()
