"""Which modules of a model are quantised, and the exchange itself.

All matrices of the decoder are: attention, dense and shared MLPs, routed experts of both modalities, and the output
head (a tied one gets bytes of its own, since embeddings are looked up in full). Those of the tower and the resampler
are in 8 bits. Routers, norms, embeddings of words and of patches stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Container

import torch
from torch import Tensor, nn

from vlm.kernels.choice import Choice
from vlm.kernels.packing import interleave, pack_weight
from vlm.model.decoder import Attention, DecoderLayer
from vlm.model.ernie_vl import ErnieVL
from vlm.model.layers import MLP
from vlm.model.moe import Experts
from vlm.model.vision import VisionAttention, VisionMLP
from vlm.quant.importance import Importance
from vlm.quant.layer import QuantDecoderLayer
from vlm.quant.modules import QuantAttention, QuantExperts, QuantLinear, QuantMLP, QuantWeight
from vlm.quant.vision import QuantVisionAttention, QuantVisionMLP
from vlm.quantisation import Quantisation

EMBEDDINGS = "language_model.embed_tokens.weight"
VISION_GROUP = 128
PACKED = (torch.uint8, torch.float16)  # what packed weights and their scales are


def swap_(model: ErnieVL, how: Quantisation, choice: Choice) -> None:
    """Exchange the modules of `model`, which may be on `meta`. Weights are not taken over: see `quantise_`."""
    device = model.language_model.embed_tokens.weight.device
    _exchange(model, "language_model", device, lambda module: _twin(module, how.bits, how.group_size, choice))
    if how.vision_bits is not None and model.vision_tower is not None:
        bits = how.vision_bits
        for part in ("vision_tower.blocks", "resampler_model"):
            _exchange(model, part, device, lambda module: _twin(module, bits, VISION_GROUP, choice))
    for place, layer in enumerate(model.language_model.layers):
        assert isinstance(layer, DecoderLayer)
        if QuantDecoderLayer.suits(layer):
            model.language_model.layers[place] = QuantDecoderLayer(layer, choice)
    text = model.config.text
    with torch.device(device):
        model.lm_head = QuantLinear(text.vocab_size, text.hidden_size, how.bits, how.group_size, choice)


def quantise_(model: ErnieVL, how: Quantisation, choice: Choice, importance: Importance | None = None) -> None:
    """Exchange the modules of a model that is in memory, and quantise their weights."""
    weights = {name: parameter.data for name, parameter in model.named_parameters()}
    swap_(model, how, choice)
    for name, module in model.named_modules():
        if isinstance(module, QuantLinear) and module.bias is not None:
            module.bias = nn.Parameter(weights[f"{name}.bias"], requires_grad=False)
        if isinstance(module, QuantWeight):
            source = source_of(name, weights)
            weight = weights[source]
            cares = None if importance is None else importance.of(name, weight.dim() == 3)
            module.put(pack_weight(prepared(name, weight), module.bits, module.group, cares))


def source_of(name: str, names: Container[str]) -> str:
    """The parameter that a packed weight is made of: an expert stack's own name, a matrix's `.weight`, the tied head's
    embeddings."""
    return next(option for option in (name, f"{name}.weight", EMBEDDINGS) if option in names)


def kept_dtype(name: str, place: Tensor, dtype: torch.dtype) -> torch.dtype:
    """What a tensor of a model in `dtype` is held in: routers are fp32, and packed bytes stay what they are."""
    return place.dtype if place.dtype in PACKED else torch.float32 if ".gate." in name else dtype


def prepared(name: str, weight: Tensor) -> Tensor:
    """Rows in the order in which they are packed."""
    return interleave(weight) if name.endswith("gate_up_proj") else weight


def _exchange(
    model: ErnieVL, part: str, device: torch.device, twin_of: Callable[[nn.Module], nn.Module | None]
) -> None:
    """Put twins where modules of `part` have one; what lies in an exchanged module goes with it."""
    exchanged: list[str] = []
    for name, module in list(model.get_submodule(part).named_modules(prefix=part)):
        if any(name.startswith(f"{parent}.") for parent in exchanged):
            continue
        with torch.device(device):
            twin = twin_of(module)
        if twin is not None:
            parent, _, leaf = name.rpartition(".")
            setattr(model.get_submodule(parent), leaf, twin)
            exchanged.append(name)


def _twin(module: nn.Module, bits: int, group: int, choice: Choice) -> nn.Module | None:
    """What takes the place of `module`; None if it stays."""
    if isinstance(module, Experts):
        count, hidden, width = module.down_proj.shape
        return QuantExperts(count, hidden, width, bits, group, choice)
    if isinstance(module, MLP) and module.down_proj.bias is None:
        return QuantMLP(*module.down_proj.weight.shape, bits, group, choice)
    if isinstance(module, Attention) and module.o_proj.bias is None:
        return QuantAttention(module, bits, group, choice)
    if isinstance(module, VisionAttention):
        return QuantVisionAttention(module, bits, group, choice)
    if isinstance(module, VisionMLP):
        return QuantVisionMLP(module, bits, group, choice)
    if isinstance(module, nn.Linear):
        rows, columns = module.weight.shape
        return QuantLinear(rows, columns, bits, group, choice, module.bias is not None)
    return None
