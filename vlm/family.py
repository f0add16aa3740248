"""The members of the family and what they weigh: whether one fits a machine, and how fast its memory lets it speak.

Nothing is downloaded for it: a model without memory is built from its configuration and its tensors are counted. Shapes
are those of the published configurations; where a number of the two largest is not published, the one that gives the
published count of parameters is taken (ERNIE 4.5 technical report, table 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from vlm.config import ModelConfig, TextConfig, VisionConfig
from vlm.kernels.aten import Aten
from vlm.kernels.choice import Choice
from vlm.model.ernie_vl import ErnieVL
from vlm.quant.swap import kept_dtype, swap_
from vlm.quantisation import Quantisation


@dataclass(frozen=True, slots=True)
class Member:
    """A published model."""

    hub_id: str
    config: ModelConfig


def _member(hub_id: str, layers: int, hidden: int, heads: int, kv_heads: int, dense: int, **sparse: object) -> Member:
    first = int(str(sparse.pop("first_sparse", layers)))
    text = TextConfig(
        vocab_size=103424,
        hidden_size=hidden,
        intermediate_size=dense,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        head_dim=128,
        max_position_embeddings=131072,
        rope_theta=500000.0,
        rms_norm_eps=1e-5,
        use_bias=False,
        tie_word_embeddings=True,
        mlp_layer_types=("dense",) * first + ("sparse",) * (layers - first),
        **sparse,  # type: ignore[arg-type]
    )
    is_vl = text.has_vision_experts
    kind = "ernie4_5_vl_moe" if is_vl else "ernie4_5_moe" if first < layers else "ernie4_5"
    return Member(hub_id, ModelConfig(kind, text, VisionConfig() if is_vl else None))


_A3B = {"first_sparse": 1, "moe_k": 6, "moe_num_shared_experts": 2}
_A47B = {"first_sparse": 3, "moe_k": 8}
_TWO = {"moe_num_experts": (64, 64)}  # sets of experts: text and vision
_ONE = {"moe_num_experts": (64,)}
MEMBERS = (
    _member("baidu/ERNIE-4.5-0.3B-PT", 18, 1024, 16, 2, 3072),
    _member("baidu/ERNIE-4.5-21B-A3B-PT", 28, 2560, 20, 4, 12288, **_A3B, **_ONE, moe_intermediate_size=(1536,)),
    _member("baidu/ERNIE-4.5-VL-28B-A3B-PT", 28, 2560, 20, 4, 12288, **_A3B, **_TWO, moe_intermediate_size=(1536, 512)),
    _member("baidu/ERNIE-4.5-300B-A47B-PT", 54, 8192, 64, 8, 28672, **_A47B, **_ONE, moe_intermediate_size=(3584,)),
    _member(
        "baidu/ERNIE-4.5-VL-424B-A47B-PT", 54, 8192, 64, 8, 28672, **_A47B, **_TWO, moe_intermediate_size=(3584, 1536)
    ),
)


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes.

    Attributes:
        whole: of all weights.
        per_token: of those that one new token of text reads, without the cache.
        kv_per_token: of keys and values that a token of context takes, in 16 bits.
    """

    whole: int
    per_token: int
    kv_per_token: int

    def memory(self, context: int) -> int:
        """What must lie in memory to answer with `context` tokens: weights, cache, and one GB for the rest."""
        return self.whole + context * self.kv_per_token + 10**9


def weigh(config: ModelConfig, dtype: torch.dtype, quantisation: Quantisation | None = None) -> Weight:
    """What a model weighs with its matrices in `dtype`, or quantised; routers are in fp32 either way."""
    with torch.device("meta"):
        model = ErnieVL(config)
        if quantisation is not None:
            swap_(model, quantisation, Choice(Aten(dtype)))
    text = config.text
    whole = per_token = 0.0
    for name, tensor in model.state_dict().items():
        size = tensor.numel() * kept_dtype(name, tensor, dtype).itemsize
        whole += size
        per_token += size * _share_read(name, model)
    kv = 2 * text.num_hidden_layers * text.num_key_value_heads * text.head_dim * 2
    return Weight(int(whole), int(per_token), kv)


def _share_read(name: str, model: ErnieVL) -> float:
    """How much of a tensor a new token of text reads."""
    if not name.startswith(("language_model.", "lm_head.")) or ".vision_moe." in name:
        return 0.0
    if name.startswith("language_model.embed_tokens."):
        return 1.0 if model.lm_head is None else 0.0  # a tied head is read whole, an embedding in one row
    if ".text_moe.experts." in name:
        return model.config.text.moe_k / model.config.text.moe_num_experts[0]
    return 1.0
