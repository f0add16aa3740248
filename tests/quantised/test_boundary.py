"""What the compiled kernels are given from Python: everything that does not fit is refused before memory is touched."""

from __future__ import annotations

import pytest
import torch

from vlm.kernels.blocks import MOST_SHARING
from vlm.kernels.native import _stack
from vlm.kernels.packing import TILE, interleave, pack_weight, packed_shapes


def weight(*shape):
    return pack_weight(torch.randn(*shape), 4, 32)


def mlp(module, x=None, norm=None, gate_up=None, down=None, sparse=None):
    x = torch.randn(2, 64) if x is None else x
    norm = torch.ones(64) if norm is None else norm
    gate_up, down = _stack(gate_up or weight(1, 64, 64)), _stack(down or weight(1, 64, 32))
    return module.mlp_block(x, (norm, 1e-5), gate_up, down, sparse, 4, "avx2")


def routed(router=(4, 64), bias=4, k=2, gate_up=4, down=4):
    told = torch.randn(*router), torch.zeros(bias), k, 1e-12
    return told, _stack(weight(gate_up, 64, 64)), _stack(weight(down, 64, 32))


def test_what_fits_is_taken(compiled):
    assert mlp(compiled).shape == mlp(compiled, sparse=routed()).shape == (2, 64)


@pytest.mark.parametrize(
    "given",
    [
        {"x": torch.randn(2, 96)},
        {"x": torch.randn(64)},
        {"x": torch.empty(2, 64, device="meta")},
        {"x": torch.ones(2, 64, dtype=torch.long)},
        {"norm": torch.ones(1)},
        {"norm": torch.ones(64).double()},
        {"norm": torch.ones(64, device="meta")},
        {"gate_up": weight(64, 64)},
        {"gate_up": weight(2, 64, 64), "down": weight(2, 64, 32)},
        {"gate_up": weight(1, 128, 64)},
        {"sparse": routed(router=(4, 96))},
        {"sparse": routed(router=(3, 64))},
        {"sparse": routed(bias=1)},
        {"sparse": routed(k=0)},
        {"sparse": routed(k=-1)},
        {"sparse": routed(k=5)},
        {"sparse": routed(down=1)},
    ],
)
def test_an_mlp_that_does_not_fit(compiled, given):
    with pytest.raises(RuntimeError):
        mlp(compiled, **given)


@pytest.mark.parametrize("spoil", [lambda w, s: (w, s[:1]), lambda w, s: (w[0], s[0]), lambda w, s: (w.to("meta"), s)])
def test_experts_that_are_no_stack(compiled, spoil):
    gate_up, down = weight(4, 64, 64), weight(4, 64, 32)
    broken = (*spoil(down.weight, down.scales), 32)
    with pytest.raises(RuntimeError):
        compiled.experts(
            torch.randn(1, 64), torch.ones(1, 1), torch.tensor([[3]]), _stack(gate_up), broken, 64, 4, "avx2"
        )


@pytest.mark.parametrize(("hidden", "rows"), [(65, 32), (-1, 32), (64, 33), (64, -1)])
def test_more_rows_than_there_are(compiled, hidden, rows):
    gate_up, down = weight(1, 64, 64), weight(1, 64, 32)
    one = torch.ones(1, 1), torch.zeros(1, 1, dtype=torch.long)
    packed = weight(32, 64)
    with pytest.raises(RuntimeError):
        compiled.experts(torch.randn(1, 64), *one, _stack(gate_up), _stack(down), hidden, 4, "avx2")
        compiled.linear(torch.randn(1, 64), packed.weight, packed.scales, rows, 32, 4, None, False, "avx2")


@pytest.mark.parametrize("kv_heads", [0, 3])
def test_heads_that_share_no_keys(compiled, kv_heads):
    keys = torch.zeros(1, 32, kv_heads, 64, dtype=torch.bfloat16)
    held = keys, keys, None, None, torch.zeros(1, dtype=torch.long), 1
    with pytest.raises(RuntimeError, match="heads"):
        compiled.attend(torch.zeros(4, 64).bfloat16(), held, "avx2")


@pytest.mark.parametrize("norm", [torch.ones(1), torch.ones(64, 1), torch.ones(64, device="meta")])
def test_a_norm_of_other_columns(compiled, norm):
    keys = torch.zeros(1, 32, 1, 64, dtype=torch.bfloat16)
    held = keys, keys, None, None, torch.zeros(1, dtype=torch.long), 0
    qkv, o, angles = _stack(weight(192, 64)), _stack(weight(64, 64)), torch.ones(1, 32)
    told = 1, 64, 128, angles, angles, [held], 4, "avx2"
    assert compiled.attention_block(torch.randn(1, 64), (torch.ones(64), 1e-5), qkv, o, *told).shape == (1, 64)
    with pytest.raises(RuntimeError):
        compiled.attention_block(torch.randn(1, 64), (norm, 1e-5), qkv, o, *told)


def test_both_sides_know_the_same_numbers(compiled):
    """Python needs them where nothing is compiled."""
    assert (compiled.TILE, compiled.MOST_SHARING) == (TILE, MOST_SHARING)
    assert packed_shapes(1, 32, 4, 32)[0] == (2, 32 * TILE // 2) and interleave(torch.ones(2, 4)).shape == (2 * TILE, 4)
