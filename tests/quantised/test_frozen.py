"""Frozen products in 8 bits, as training uses them: against the products that they stand for, there and back."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.toy_checkpoint import write_toy
from train.frozen import FrozenLinear, in_eight_bits
from train.low_rank import LowRankLinear
from train.meter import flops_per_token
from train.shapes import Shape
from train.trainee import trained_tensors, trainee
from vlm.kernels.aten import Aten
from vlm.kernels.native import Native
from vlm.kernels.packing import dequantise, pack_weight

NOISE = 0.015  # of int8 on both sides, as a share of the product


def test_there_and_back_are_the_products_of_the_rounded_weight(kernels):
    torch.manual_seed(0)
    linear = nn.Linear(192, 320, bias=False)
    frozen = FrozenLinear(linear.weight, kernels)
    x = torch.randn(37, 192)
    upwards = torch.randn(37, 320) * 1e-6  # gradients are small
    mine, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    out, expected = frozen(mine), linear(theirs)
    out.backward(upwards)
    expected.backward(upwards)
    for got, wanted in ((out, expected), (mine.grad, theirs.grad)):
        assert (got - wanted).norm() < NOISE * wanted.norm()


def test_turned_is_rounded_for_itself():
    """By hand: of a weight whose columns differ in size, each direction keeps what its own groups can hold."""
    weight = torch.ones(64, 64)
    weight[:, 0] = 1000.0
    frozen = FrozenLinear(weight, Aten(torch.float32))
    x = torch.zeros(1, 64, requires_grad=True)
    frozen(x).backward(torch.ones(1, 64))
    back = dequantise(pack_weight(weight.T, 8, 64)).T
    assert torch.allclose(x.grad, back.sum(0, keepdim=True), rtol=0.01)
    assert x.grad[0, 1] > 60  # rounded as rows of the weight, these ones would be lost beside the thousands


def test_only_what_does_not_learn_is_put_into_eight_bits(tmp_path):
    toy = write_toy(tmp_path, untrained=True)
    model = trainee(toy, Shape((1, 2), experts=4, width=16, top_k=2, rank=4, low_rank_layers=2), torch.float32, "cpu")
    learned, cost = list(trained_tensors(model)), flops_per_token(model)
    in_eight_bits(model.language_model.layers, Aten(torch.float32))
    assert list(trained_tensors(model)) == learned
    assert flops_per_token(model) == cost
    assert not any(isinstance(module, nn.Linear) for module in model.language_model.layers.modules())
    updated = model.language_model.layers[-1].self_attn.q_proj
    assert isinstance(updated, LowRankLinear) and isinstance(updated.base, FrozenLinear)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_an_update_of_a_frozen_product_learns(compiled, dtype):
    """As with the product itself, in the dtype of training too: both gradients, and what flows on."""
    torch.manual_seed(0)
    update = LowRankLinear(nn.Linear(64, 64, bias=False).to(dtype), 4)
    update.b.data.normal_()
    x, upwards = torch.randn(9, 64, dtype=dtype), torch.randn(9, 64, dtype=dtype)

    def gradients():
        inner = x.clone().requires_grad_()
        out = update(inner)
        return out.dtype, torch.autograd.grad(out, (inner, update.a, update.b), upwards)

    plain, expected = gradients()
    in_eight_bits(update, Native(compiled, compiled.instruction_sets()[0]))
    kept, got = gradients()
    assert kept == plain == dtype and got[0].dtype == dtype
    for mine, theirs in zip(got, expected, strict=True):
        assert (mine - theirs).float().norm() < NOISE * theirs.float().norm()
