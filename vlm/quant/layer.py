"""A decoder layer that decodes in two calls where the kernels can, and reads prompts part by part as any other."""

from __future__ import annotations

from torch import Tensor, nn

from vlm.kernels.base import Kernels
from vlm.kernels.blocks import MOST_SHARING, AttentionWeights, MlpWeights, RouterWeights
from vlm.kernels.choice import Choice
from vlm.model.attention import AttnMetadata, Metadata
from vlm.model.decoder import DecoderLayer
from vlm.model.kv_cache import KVCache
from vlm.model.moe import Modalities, ModalityMoE
from vlm.quant.modules import Prepared, QuantAttention, QuantExperts, QuantMLP


class QuantDecoderLayer(DecoderLayer):
    """Takes over the parts of `like`, which are quantised already."""

    def __init__(self, like: DecoderLayer, choice: Choice) -> None:
        nn.Module.__init__(self)
        self.self_attn, self.mlp, self.is_sparse = like.self_attn, like.mlp, like.is_sparse
        self.input_layernorm, self.post_attention_layernorm = like.input_layernorm, like.post_attention_layernorm
        self._attention, self._mlp = Prepared(choice), Prepared(choice)

    @staticmethod
    def suits(layer: DecoderLayer) -> bool:
        """Whether every part of the layer has its place in the two calls."""
        attention, mlp = layer.self_attn, layer.mlp
        if isinstance(mlp, ModalityMoE):
            has_parts = isinstance(mlp.shared_experts, QuantMLP) and isinstance(mlp.text_moe.experts, QuantExperts)
        else:
            has_parts = isinstance(mlp, QuantMLP)
        if not (has_parts and isinstance(attention, QuantAttention)):
            return False
        return attention.q_proj.rows <= MOST_SHARING * attention.k_proj.rows

    def exact_tokens(self, keys: Tensor) -> int:
        """So many tokens in one pass get the bits that each would get alone, where caches hold such `keys`."""
        return self._attention.choice.kernels.exact_tokens(keys)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, modalities: Modalities | None, meta: Metadata) -> Tensor:
        """(tokens, hidden) -> (tokens, hidden)"""
        kernels = self._attention.choice.kernels
        caches = _caches(meta)
        if modalities is not None or caches is None or not kernels.decodes(x, list(caches)):
            return super().forward(x, cos, sin, modalities, meta)
        layer = self.self_attn.layer
        places = [cache.layer(layer, ahead) for cache, count in caches.items() for ahead in range(count)]
        x = kernels.attention_block(
            x, self._attention.of(kernels, lambda: self._attention_weights(kernels)), cos, sin, places
        )
        return kernels.mlp_block(x, self._mlp.of(kernels, lambda: self._mlp_weights(kernels)))

    def _attention_weights(self, kernels: Kernels) -> AttentionWeights:
        attention = self.self_attn
        assert isinstance(attention, QuantAttention)
        q, k, _ = attention.parts
        return AttentionWeights(
            norm=self.input_layernorm.weight.float(),
            eps=self.input_layernorm.eps,
            qkv=attention.prepared(kernels),
            o=attention.o_proj.prepared(kernels),
            heads=q.rows // attention.head_dim,
            k_row=q.padded_rows,
            v_row=q.padded_rows + k.padded_rows,
        )

    def _mlp_weights(self, kernels: Kernels) -> MlpWeights:
        norm, eps = self.post_attention_layernorm.weight.float(), self.post_attention_layernorm.eps
        if not isinstance(self.mlp, ModalityMoE):
            assert isinstance(self.mlp, QuantMLP)
            return MlpWeights(norm, eps, self.mlp.prepared(kernels))
        shared, routed, gate = self.mlp.shared_experts, self.mlp.text_moe.experts, self.mlp.text_moe.gate
        assert isinstance(shared, QuantMLP) and isinstance(routed, QuantExperts)
        router = RouterWeights(gate.weight, gate.e_score_correction_bias, gate.top_k, gate.norm_min)
        return MlpWeights(norm, eps, shared.prepared(kernels), router, routed.prepared(kernels))


def _caches(meta: Metadata) -> dict[KVCache, int] | None:
    """The caches and their new tokens, if every sequence has one whose keys and values lie in blocks.

    None for what a prompt ends with, too, however few: its tokens are rounded in another way when they are many, and
    the same question, asked again behind a prefix that is known, must get the same answer.
    """
    if not isinstance(meta, AttnMetadata) or meta.caches is None or any(meta.in_prompt):
        return None
    pairs = zip(meta.caches, meta.query_lens, strict=True)
    caches = {cache: count for cache, count in pairs if isinstance(cache, KVCache)}
    return caches if len(caches) == len(meta.query_lens) else None
