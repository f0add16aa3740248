"""The text half of a model in transformers' class, for benches that compare the two."""

from __future__ import annotations

from typing import Any

import torch

from vlm.model.ernie_vl import ErnieVL


def in_transformers(model: ErnieVL) -> Any:
    """transformers' own model of the text half of `model`, over the memory of its weights.

    In both, parts of one shape follow one another in the same order.
    """
    from transformers import Ernie4_5_MoeConfig, Ernie4_5_MoeForCausalLM

    text = model.config.text
    names = """
        vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads
        max_position_embeddings rms_norm_eps use_bias tie_word_embeddings moe_k moe_num_shared_experts moe_norm_min
    """
    sparse = [layer for layer, kind in enumerate(text.mlp_layer_types) if kind == "sparse"]
    config = Ernie4_5_MoeConfig(
        **{name: getattr(text, name) for name in names.split()},
        moe_num_experts=text.moe_num_experts[0],
        moe_intermediate_size=text.moe_intermediate_size[0],
        moe_layer_start_index=min(sparse, default=text.num_hidden_layers),
        rope_parameters={"rope_type": "default", "rope_theta": text.rope_theta},
    )
    with torch.device("meta"):
        peer = Ernie4_5_MoeForCausalLM(config)
    ours: dict[tuple[torch.Size, bool], list[torch.Tensor]] = {}
    for name, parameter in model.language_model.named_parameters():
        if ".vision_moe." not in name:
            ours.setdefault((parameter.shape, ".gate." in name), []).append(parameter)
    state = {}
    for name, place in peer.state_dict().items():
        is_router = ".gate." in name or "moe_statics" in name
        shape = place.shape[-1:] if "moe_statics" in name else place.shape  # theirs is (1, experts)
        found = ours[shape, is_router]
        found.append(found.pop(0))
        state[name] = found[-1].view(place.shape)
    peer.load_state_dict(state, assign=True)
    peer.model.rotary_emb = type(peer.model.rotary_emb)(config=config).to(model.device)
    return peer.eval().requires_grad_(False)
