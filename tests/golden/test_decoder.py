"""A decoder layer equals transformers', dense and sparse, for text and for pictures."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.golden import toy
from vlm.model.attention import AttnMetadata
from vlm.model.ernie_vl import vision_mask
from vlm.model.moe import Modalities
from vlm.model.rope import text_rope

TOKENS = 12


def run_ours(model: Any, layer: int, x: torch.Tensor, positions: torch.Tensor, modalities: Any) -> torch.Tensor:
    text = model.config.text
    cos, sin = text_rope(positions, text.head_dim, text.rope_theta, text.mrope_section)
    return model.language_model.layers[layer](x, cos, sin, modalities, AttnMetadata([len(x)]))


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("name", ["text", "mixed"])
def test_vl_layer(vl: Any, vl_reference: Any, name: str, layer: int) -> None:
    prompt = toy.PROMPTS[name]
    x = torch.randn(len(prompt.ids), 64, generator=torch.Generator().manual_seed(4))
    positions, _ = toy.positions_of(vl.config, prompt)
    decoder = vl_reference.model.language_model
    causal = torch.full((len(x), len(x)), -torch.inf).triu(1)[None, None]
    expected = decoder.layers[layer](
        x[None],
        position_embeddings=decoder.rotary_emb(x, positions[:, None]),
        attention_mask=causal,
        moe_mm_token_type_ids=prompt.moe_mm_token_type_ids,
    )[0]
    modalities = Modalities.of(vision_mask(torch.tensor(prompt.ids), vl.config.tokens), "cpu")
    torch.testing.assert_close(run_ours(vl, layer, x, positions, modalities), expected, rtol=1e-4, atol=2e-4)


@pytest.mark.parametrize("kind, layer", [("moe", 0), ("moe", 1), ("dense", 0), ("dense_untied", 0)])
def test_text_layer(toys: Any, load: Any, kind: str, layer: int) -> None:
    reference, model = toys(kind).reference.model, load(kind, "native")
    x = torch.randn(TOKENS, 64, generator=torch.Generator().manual_seed(4))
    positions = torch.arange(TOKENS)[None]
    causal = torch.full((TOKENS, TOKENS), -torch.inf).triu(1)[None, None]
    tables = reference.rotary_emb(x, positions)
    expected = reference.layers[layer](x[None], position_embeddings=tables, attention_mask=causal)
    ours = run_ours(model, layer, x, positions.expand(3, -1), None)
    torch.testing.assert_close(ours, expected[0] if expected.dim() == 3 else expected, rtol=1e-4, atol=2e-4)


def test_sparse_layers_are_where_transformers_puts_them(toys: Any, load: Any) -> None:
    """start 1, end 4, every second: layers 1 and 3 of six."""
    theirs = [type(layer.mlp).__name__.endswith("SparseMoeBlock") for layer in toys("moe").reference.model.layers]
    ours = [layer.is_sparse for layer in load("moe", "native").language_model.layers]
    assert ours == theirs == [False, True, False, True, False, False]
