"""The decoder: pre-norm attention and MLP (dense or mixture of experts), layer upon layer."""

from __future__ import annotations

from torch import Tensor, nn

from vlm.config import TextConfig
from vlm.model.attention import Metadata
from vlm.model.layers import MLP, RMSNorm
from vlm.model.moe import Modalities, ModalityMoE, SparseMoE
from vlm.model.rope import rotate_pairs, text_rope


class Attention(nn.Module):
    """Grouped-query attention with rotary positions; no q/k norm, no window, no cap."""

    def __init__(self, config: TextConfig, layer: int) -> None:
        super().__init__()
        self.layer = layer
        self.head_dim = config.head_dim
        q_size = config.num_attention_heads * config.head_dim
        kv_size = config.num_key_value_heads * config.head_dim
        self.q_proj = nn.Linear(config.hidden_size, q_size, bias=config.use_bias)
        self.k_proj = nn.Linear(config.hidden_size, kv_size, bias=config.use_bias)
        self.v_proj = nn.Linear(config.hidden_size, kv_size, bias=config.use_bias)
        self.o_proj = nn.Linear(q_size, config.hidden_size, bias=config.use_bias)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, meta: Metadata) -> Tensor:
        """(tokens, hidden) -> (tokens, hidden)"""
        q, k, v = (part.unflatten(-1, (-1, self.head_dim)) for part in self.project(x))
        q, k = rotate_pairs(q, cos, sin), rotate_pairs(k, cos, sin)  # (tokens, heads, head_dim)
        return self.o_proj(self.attend(q, k, v, meta).flatten(1))

    def attend(self, q: Tensor, k: Tensor, v: Tensor, meta: Metadata) -> Tensor:
        """See `Metadata.attend`."""
        return meta.attend(self.layer, q, k, v)

    def project(self, x: Tensor) -> list[Tensor]:
        """(tokens, hidden) -> q (tokens, heads * head_dim), k and v (tokens, kv_heads * head_dim)"""
        return [self.q_proj(x), self.k_proj(x), self.v_proj(x)]


def build_moe(config: TextConfig) -> ModalityMoE:
    """The expert block of a sparse layer, as the configuration describes it."""
    modalities = [
        SparseMoE(config.hidden_size, experts, width, config.moe_k, config.moe_norm_min)
        for experts, width in zip(config.moe_num_experts, config.moe_intermediate_size, strict=True)
    ]
    shared_size = config.moe_intermediate_size[0] * config.moe_num_shared_experts
    shared = MLP(config.hidden_size, shared_size, config.use_bias) if shared_size else None
    return ModalityMoE(modalities[0], modalities[1] if config.has_vision_experts else None, shared)


class DecoderLayer(nn.Module):
    def __init__(self, config: TextConfig, layer: int) -> None:
        super().__init__()
        self.self_attn = Attention(config, layer)
        self.is_sparse = config.mlp_layer_types[layer] == "sparse"
        self.mlp = (
            build_moe(config) if self.is_sparse else MLP(config.hidden_size, config.intermediate_size, config.use_bias)
        )
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, modalities: Modalities | None, meta: Metadata) -> Tensor:
        """(tokens, hidden) -> (tokens, hidden)"""
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, meta)
        h = self.post_attention_layernorm(x)
        return x + (self.mlp(h, modalities) if self.is_sparse else self.mlp(h))


class Decoder(nn.Module):
    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(DecoderLayer(config, layer) for layer in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, embeds: Tensor, positions: Tensor, modalities: Modalities | None, meta: Metadata) -> Tensor:
        """embeds (tokens, hidden), positions (3, tokens) -> (tokens, hidden)"""
        cos, sin = text_rope(positions, self.config.head_dim, self.config.rope_theta, self.config.mrope_section)
        x = embeds
        for layer in self.layers:
            x = layer(x, cos, sin, modalities, meta)
        return self.norm(x)
