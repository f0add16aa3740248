"""Router, experts and the modality block equal transformers'."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.golden import toy
from vlm.config import VisionTokens
from vlm.model.attention import AttnMetadata
from vlm.model.ernie_vl import vision_mask
from vlm.model.moe import Modalities

TOKENS = 40


def drawn(seed: int = 1, tokens: int = TOKENS) -> torch.Tensor:
    return torch.randn(tokens, 64, generator=torch.Generator().manual_seed(seed))


def blocks(model: Any, reference: Any) -> tuple[Any, Any]:
    return model.language_model.layers[1].mlp, reference.model.language_model.layers[1].mlp


@pytest.mark.parametrize("modality", ["text_moe", "vision_moe"])
def test_router(vl: Any, vl_reference: Any, modality: str) -> None:
    ours, theirs = (getattr(block, modality).gate for block in blocks(vl, vl_reference))
    x = drawn()
    weights, indices = ours(x)
    _, expected_weights, expected_indices = theirs(x)
    assert torch.equal(indices, expected_indices)
    torch.testing.assert_close(weights, expected_weights)


@pytest.mark.parametrize("modality", ["text_moe", "vision_moe"])
def test_bias_chooses_but_does_not_weigh(vl: Any, modality: str) -> None:
    """The toys' bias changes the choice (else dropping it would go unseen); weights are the bare probabilities."""
    gate = getattr(vl.language_model.layers[1].mlp, modality).gate
    x = drawn()
    probabilities = (x @ gate.weight.T).softmax(-1)
    weights, indices = gate(x)
    unbiased = probabilities.topk(gate.top_k).indices
    assert (indices.sort().values != unbiased.sort().values).any(-1).float().mean() > 0.1
    chosen = probabilities.gather(-1, indices)
    torch.testing.assert_close(weights, chosen / chosen.sum(-1, keepdim=True))


def test_router_reads_half_precision_in_fp32(vl: Any, vl_reference: Any) -> None:
    """Of bf16 activations the probabilities are still made in fp32; cast the router instead, and choices change."""
    ours, theirs = (block.text_moe.gate for block in blocks(vl, vl_reference))
    x = drawn(tokens=2000).bfloat16()
    weights, indices = ours(x)
    _, expected_weights, expected_indices = theirs(x)
    assert torch.equal(indices, expected_indices)
    assert torch.equal(weights, expected_weights) and weights.dtype == torch.bfloat16
    coarse = (x @ ours.weight.bfloat16().T).softmax(-1) + ours.e_score_correction_bias
    assert (coarse.topk(2).indices != indices).any(), "2000 tokens hold a near tie"


def test_text_only_router(toys: Any, load: Any) -> None:
    ours = load("moe", "hosted").language_model.layers[1].mlp.text_moe.gate
    theirs = toys("moe").reference.model.layers[1].mlp.gate
    x = drawn()
    weights, indices = ours(x)
    _, expected_weights, expected_indices = theirs(x)
    assert torch.equal(indices, expected_indices)
    torch.testing.assert_close(weights, expected_weights)


@pytest.mark.parametrize("modality", ["text_moe", "vision_moe"])
def test_experts(vl: Any, vl_reference: Any, modality: str) -> None:
    ours, theirs = (getattr(block, modality) for block in blocks(vl, vl_reference))
    x = drawn()
    _, weights, indices = theirs.gate(x)
    assert len(indices.unique()) > 5, "nearly every expert must be asked"
    torch.testing.assert_close(
        ours.experts(x, weights, indices), theirs.experts(x, indices, weights), rtol=1e-4, atol=1e-4
    )


def test_experts_of_no_tokens(vl: Any) -> None:
    moe = vl.language_model.layers[1].mlp.vision_moe
    assert moe(drawn(tokens=0)).shape == (0, 64)


@pytest.mark.parametrize("case", ["text", "mixed", "vision"])
def test_modality_block(vl: Any, vl_reference: Any, case: str) -> None:
    ours, theirs = blocks(vl, vl_reference)
    x = drawn()
    share = {"text": 0.0, "mixed": 0.5, "vision": 1.0}[case]
    is_vision = torch.rand(TOKENS, generator=torch.Generator().manual_seed(2)) < share
    expected, _ = theirs(x[None], is_vision[None].int())
    torch.testing.assert_close(ours(x, Modalities.of(is_vision, "cpu")), expected[0], rtol=1e-4, atol=1e-4)
    if case == "text":
        torch.testing.assert_close(ours(x, None), expected[0], rtol=1e-4, atol=1e-4)
    else:
        assert toy.relative_difference(ours(x, None), expected[0]) > 0.1, "the modality must matter"


def test_named_ids_equal_transformers_token_types() -> None:
    """The native rule: placeholders, starts and ends, and nothing else."""
    prompt = toy.PROMPTS["mixed"]
    tokens = VisionTokens(toy.IMAGE, toy.VIDEO, toy.IMAGE_START, toy.IMAGE_END, toy.VIDEO_START, toy.VIDEO_END)
    mask = vision_mask(torch.tensor([*prompt.ids, 99, 106, 127]), tokens)
    assert mask.tolist() == [*(prompt.moe_mm_token_type_ids[0] != 0).tolist(), False, False, False]


def test_hosted_rule_is_a_threshold() -> None:
    """The hosted rule: every id from `im_patch_id` on, so that places such as <|LOC_5|> are vision too."""
    tokens = VisionTokens(100295, 103367, 101304, 101305, 101306, 101307, im_patch_id=100295)
    ids = torch.tensor([100294, 100295, 100302, 101304, 101307, 103367])
    assert vision_mask(ids, tokens).tolist() == [False, True, True, True, True, True]


@pytest.mark.parametrize("naming, expected", [("native", False), ("hosted", True)])
def test_a_generated_id_follows_the_id_rule(load: Any, naming: str, expected: bool) -> None:
    """Lector's rule for decoding: the id decides, whoever wrote it. transformers sends all generated ids to text."""
    model = load("vl", naming)
    assert vision_mask(torch.tensor([toy.IMAGE_START]), model.config.tokens).tolist() == [True]
    assert vision_mask(torch.tensor([120]), model.config.tokens).tolist() == [expected]
    prompt = toy.PROMPTS["text"]
    whole = toy.our_logits(model, toy.prompt([*prompt.ids, toy.IMAGE_START]))[-1]
    cache = toy.new_cache(model.config, 99)
    for ids in (prompt.ids, [toy.IMAGE_START]):
        positions = torch.arange(cache.length, cache.length + len(ids)).expand(3, -1)
        hidden = model(torch.tensor(ids), positions, AttnMetadata([len(ids)], [cache]))
    assert toy.relative_difference(model.compute_logits(hidden)[-1], whole) < 1e-4
