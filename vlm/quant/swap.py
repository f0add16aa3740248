"""Which modules of a model are quantised, and the exchange itself.

All matrices of the decoder are: attention, dense and shared MLPs, routed experts of both modalities, and the output
head (a tied one gets bytes of its own, since embeddings are looked up in full). Routers, norms, embeddings and the
vision tower stay as they are.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

import torch
from torch import Tensor, nn

from vlm.config import Quantisation
from vlm.kernels.choice import Choice
from vlm.kernels.packing import interleave, pack_weight
from vlm.model.ernie_vl import ErnieVL
from vlm.model.moe import Experts
from vlm.quant.modules import QuantExperts, QuantLinear, QuantWeight

EMBEDDINGS = "language_model.embed_tokens.weight"


def places(model: ErnieVL) -> Iterator[tuple[str, nn.Linear | Experts]]:
    """Modules to be exchanged, by name; not the head."""
    for name, module in model.language_model.named_modules():
        if isinstance(module, nn.Linear | Experts):
            yield f"language_model.{name}", module


def swap_(model: ErnieVL, how: Quantisation, choice: Choice) -> None:
    """Exchange the modules of `model`, which may be on `meta`. Weights are not taken over: see `quantise_`."""
    for name, module in list(places(model)):
        parent, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(parent), leaf, _twin(module, how, choice))
    text = model.config.text
    with torch.device(model.language_model.embed_tokens.weight.device):
        model.lm_head = QuantLinear(text.vocab_size, text.hidden_size, how.bits, how.group_size, choice)


def quantise_(model: ErnieVL, how: Quantisation, choice: Choice) -> None:
    """Exchange the modules of a model that is in memory, and quantise their weights."""
    weights = {name: parameter.data for name, parameter in model.named_parameters()}
    swap_(model, how, choice)
    for name, module in model.named_modules():
        if isinstance(module, QuantLinear) and module.bias is not None:
            module.bias = nn.Parameter(weights[f"{name}.bias"], requires_grad=False)
        if isinstance(module, QuantWeight):
            source = source_of(name, weights)
            module.put(pack_weight(prepared(name, weights[source]), how.bits, module.group))


def source_of(name: str, names: Container[str]) -> str:
    """The parameter that a packed weight is made of: an expert stack's own name, a matrix's `.weight`, the tied head's
    embeddings."""
    return next(option for option in (name, f"{name}.weight", EMBEDDINGS) if option in names)


def prepared(name: str, weight: Tensor) -> Tensor:
    """Rows in the order in which they are packed."""
    return interleave(weight) if name.endswith("gate_up_proj") else weight


def _twin(module: nn.Linear | Experts, how: Quantisation, choice: Choice) -> nn.Module:
    if isinstance(module, Experts):
        count, hidden, width = module.down_proj.shape
        with torch.device(module.down_proj.device):
            return QuantExperts(count, hidden, width, how.bits, how.group_size, choice)
    rows, columns = module.weight.shape
    with torch.device(module.weight.device):
        return QuantLinear(rows, columns, how.bits, how.group_size, choice, module.bias is not None)
