"""Grouped products give what the loop over experts gives, whoever is chosen."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vlm.model.grouped_experts import GroupedExperts, group_experts_
from vlm.model.moe import Experts, SparseMoE

EXPERTS, HIDDEN, WIDTH = 6, 32, 24


def loop(dtype: torch.dtype = torch.float32) -> Experts:
    experts = Experts(EXPERTS, HIDDEN, WIDTH)
    generator = torch.Generator().manual_seed(1)
    for parameter in experts.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator).to(dtype) * 0.3
    return experts.requires_grad_(False)


def drawn(tokens: int, top_k: int, favourites: int, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Tokens that choose among the first `favourites` experts alone."""
    generator = torch.Generator().manual_seed(seed)
    indices = [torch.randperm(favourites, generator=generator)[:top_k] for _ in range(tokens)]
    x = torch.randn(tokens, HIDDEN, generator=generator)
    chosen = torch.stack(indices) if indices else torch.empty(0, top_k, dtype=torch.long)
    return x, torch.rand(tokens, top_k, generator=generator), chosen


@given(
    tokens=st.integers(0, 40), top_k=st.integers(1, 3), favourites=st.integers(3, EXPERTS), seed=st.integers(0, 2**31)
)
def test_grouped_equals_the_loop(tokens, top_k, favourites, seed):
    x, weights, indices = drawn(tokens, top_k, favourites, seed)
    experts = loop()
    torch.testing.assert_close(
        GroupedExperts(experts)(x, weights, indices), experts(x, weights, indices), rtol=1e-5, atol=1e-5
    )


@pytest.mark.gpu
@pytest.mark.parametrize("tokens", [0, 1, 8, 300])
def test_grouped_equals_the_loop_on_a_gpu(tokens):
    x, weights, indices = (part.cuda() for part in drawn(tokens, 2, EXPERTS, 3))
    experts, x, weights = loop(torch.bfloat16).cuda(), x.bfloat16(), weights.bfloat16()
    expected = experts(x, weights, indices).float()
    got = GroupedExperts(experts)(x, weights, indices).float()
    assert got.shape == expected.shape and (got - expected).norm() <= 1e-2 * expected.norm()


def test_every_routed_expert_of_a_model_is_exchanged():
    model = torch.nn.ModuleList([SparseMoE(HIDDEN, EXPERTS, WIDTH, 2, 1e-12) for _ in range(2)])
    before = dict(model.named_parameters())
    group_experts_(model)
    assert all(isinstance(moe.experts, GroupedExperts) for moe in model)
    after = dict(model.named_parameters())
    assert after.keys() == before.keys() and all(after[name] is before[name] for name in before)
