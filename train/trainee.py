"""nano's text path, made ready to train: shape, frozen base, routed experts, low-rank updates, packed rows.

The decoder is `vlm.model`'s own. Two of its parts are exchanged for twins with the same parameters: attention, which
must see many questions share one document, and experts, which are computed densely, without a loop and without a
device wait, and count whom the router chose.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from train.low_rank import update_mlp
from train.packed_attention import PackedAttention
from train.shapes import Shape
from vlm.config import ModelConfig
from vlm.errors import CheckpointError
from vlm.key_map import recipes
from vlm.model.decoder import DecoderLayer
from vlm.model.ernie_vl import ErnieVL, vision_mask
from vlm.model.layers import MLP
from vlm.model.moe import Experts, ModalityMoE, Router, SparseMoE
from vlm.quant.swap import kept_dtype
from vlm.weights import Checkpoint

INIT_STD = 0.02


class DenseExperts(SparseMoE):
    """The same sum as `SparseMoE`, with every expert computed for every token and a zero where it was not chosen.

    Eight narrow experts cost little beside the shared ones, and one wide product is faster than eight small ones.
    """

    def __init__(self, gate: Router, experts: Experts) -> None:
        nn.Module.__init__(self)
        self.gate, self.experts = gate, experts
        self.counts = torch.zeros(len(gate.weight), device=gate.weight.device)  # since the last `balance_`
        self.is_real: Tensor | None = None  # (tokens,) which rows count, while `real_counted` is open; None: all

    def forward(self, x: Tensor) -> Tensor:
        """(tokens, hidden) -> (tokens, hidden)"""
        weights, indices = self.gate(x)  # (tokens, top_k)
        share = torch.zeros(len(x), len(self.counts), dtype=x.dtype, device=x.device).scatter(1, indices, weights)
        if torch.is_grad_enabled():
            chosen = share.detach() != 0  # (tokens, experts)
            self.counts += (chosen if self.is_real is None else chosen & self.is_real[:, None]).sum(0)
        gate_up = self.experts.gate_up_proj.to(x.dtype)  # (experts, 2 * width, hidden)
        width = gate_up.shape[1] // 2
        gate = F.linear(x, gate_up[:, :width].flatten(0, 1))  # (tokens, experts * width)
        up = F.linear(x, gate_up[:, width:].flatten(0, 1))
        hidden = (F.silu(gate) * up).unflatten(-1, (-1, width)) * share[..., None]  # (tokens, experts, width)
        down = self.experts.down_proj.to(x.dtype).transpose(1, 2).flatten(0, 1)  # (experts * width, hidden)
        return hidden.flatten(1) @ down


def config_of(config: ModelConfig, shape: Shape, sees: bool) -> ModelConfig:
    """nano's configuration with `shape`, and without eyes if it is not to see."""
    kinds = tuple(
        "sparse" if layer in shape.sparse_layers else "dense" for layer in range(config.text.num_hidden_layers)
    )
    text = replace(
        config.text,
        mlp_layer_types=kinds,
        moe_num_experts=(shape.experts, *(config.text.moe_num_experts[1:] if sees else ())),
        moe_intermediate_size=(shape.width, *(config.text.moe_intermediate_size[1:] if sees else ())),
        moe_num_shared_experts=config.text.intermediate_size // shape.width,
        moe_k=shape.top_k,
    )
    return replace(config, text=text) if sees else replace(config, text=text, vision=None, tokens=None)


def trainee(base: Path, shape: Shape, dtype: torch.dtype, device: str, seed: int = 0, sees: bool = False) -> ErnieVL:
    """The text path of the checkpoint in `base`, frozen in `dtype`, with fresh parts in fp32 that require gradients.

    With `sees` it keeps its sight, frozen too.

    Raises:
        CheckpointError: `base` has trained parts already, which would be added twice; or lacks a tensor.
    """
    config = config_of(ModelConfig.load(base), shape, sees)
    checkpoint = Checkpoint(base)
    if any(
        bool(checkpoint.read(name).any()) for name in checkpoint.names if name.endswith("text_moe.experts.down_proj")
    ):
        raise CheckpointError(f"{base} is trained already; build its base with `python -m vlm.nano --untrained`")
    with torch.device("meta"):
        model = ErnieVL(config)
    torch.manual_seed(seed)
    state = {}
    for name, parameter in model.named_parameters():
        if ".text_moe." in name:
            state[name] = _fresh(name, parameter.shape).to(device)
        else:
            state[name] = _of_base(name, checkpoint, config).to(device, kept_dtype(name, parameter, dtype))
    model.load_state_dict(state, assign=True)
    model.requires_grad_(False)
    layers = model.language_model.layers
    for index, layer in enumerate(layers):
        assert isinstance(layer, DecoderLayer)
        is_updated = index >= len(layers) - shape.low_rank_layers
        layer.self_attn = PackedAttention(layer.self_attn, shape.rank if is_updated else 0)  # type: ignore[assignment]
        if is_updated and shape.mlp_rank and isinstance(layer.mlp, MLP):
            update_mlp(layer.mlp, shape.mlp_rank)
        if isinstance(layer.mlp, ModalityMoE):
            dense = DenseExperts(layer.mlp.text_moe.gate, layer.mlp.text_moe.experts)
            dense.gate.weight.requires_grad_(True)
            dense.experts.requires_grad_(True)
            layer.mlp.text_moe = dense
    return model


def routers(model: ErnieVL) -> Iterator[DenseExperts]:
    """Those that learn."""
    experts = (module for module in model.modules() if isinstance(module, DenseExperts))
    return (module for module in experts if module.gate.weight.requires_grad)


@contextmanager
def real_counted(model: ErnieVL, ids: Tensor, is_real: Tensor) -> Iterator[None]:
    """While it is open, experts count real places alone.

    All padding is one and the same token, which always chooses the same experts: counted, it would turn text away from
    them. It goes to the text experts, as words do; those of vision never meet it.

    ids, is_real: (tokens,)
    """
    tokens = model.config.tokens
    of_words = is_real if tokens is None else is_real[~vision_mask(ids, tokens)]
    moes = [layer.mlp.text_moe for layer in model.language_model.layers if isinstance(layer.mlp, ModalityMoE)]
    counting = [moe for moe in moes if isinstance(moe, DenseExperts)]
    for experts in counting:
        experts.is_real = of_words
    try:
        yield
    finally:
        for experts in counting:
            experts.is_real = None


def head_of(model: ErnieVL) -> Tensor:
    """What makes logits of hidden states; it stays frozen. (vocabulary, hidden)"""
    head = model.language_model.embed_tokens if model.lm_head is None else model.lm_head
    return head.get_parameter("weight")


def trained_tensors(model: ErnieVL) -> dict[str, Tensor]:
    """Everything that differs from the base: what is saved, resumed from, and shipped.

    A router's correction bias is moved without a gradient, and belongs to it.
    """
    learned = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    learned |= {name.removesuffix("weight") + "e_score_correction_bias" for name in learned if ".gate." in name}
    return {name: tensor for name, tensor in model.state_dict().items() if name in learned}


def _of_base(name: str, checkpoint: Checkpoint, config: ModelConfig) -> Tensor:
    """A parameter as the base keeps it, whose dense MLP and shared experts are the same weights.

    Raises:
        CheckpointError: it has none.
    """
    plain = name.replace(".shared_experts.", ".")
    shared = plain.replace(".mlp.", ".mlp.shared_experts.")
    for recipe in (recipe for option in (plain, shared) for recipe in recipes(option, config.text)):
        if checkpoint.names.issuperset(recipe.sources):
            return recipe.build([checkpoint.read(source) for source in recipe.sources])
    raise CheckpointError(f"the base lacks {name}; build it again with `python -m vlm.nano --untrained`")


def _fresh(name: str, shape: torch.Size) -> Tensor:
    """Experts that add nothing yet, behind a router that spreads evenly."""
    if name.endswith(("experts.down_proj", "e_score_correction_bias")):
        return torch.zeros(shape)
    return torch.randn(shape) * INIT_STD
