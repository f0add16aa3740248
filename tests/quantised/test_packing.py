"""What is packed comes back, and no rounding is worse than it must be."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vlm.kernels.packing import (
    dequantise,
    interleave,
    pack,
    pack_weight,
    packed_shapes,
    quantise,
    unpack,
)

forms = st.sampled_from([(bits, group) for bits in (4, 8) for group in (32, 64, 128)])


def test_a_row_by_hand():
    """Largest weight -8 -> code -8 with scale 1; halves round to even as torch rounds."""
    row = torch.zeros(1, 32)
    row[0, :6] = torch.tensor([-8.0, 7.0, 3.0, 2.6, -0.4, 0.6])
    codes, scales = quantise(row, 4, 32, shrink=(1.0,))
    assert scales.tolist() == [[1.0]]
    assert codes[0, :6].tolist() == [-8, 7, 3, 3, 0, 1]


def test_where_a_weight_lies():
    """4 bits: column 8j + b is the low nibble of byte 4r + b in vector j, column 8j + 4 + b the high one."""
    codes = torch.zeros(32, 32, dtype=torch.int8)
    codes[5, 10], codes[5, 14] = 3, -2  # vector 1, b = 2
    packed = pack(codes, torch.ones(32, 1).half(), 32, 32, 4, 32)
    byte = packed.weight[0, 1 * 64 + 4 * 5 + 2].item()
    assert (byte & 15, byte >> 4) == (3 + 8, -2 + 8)
    codes8 = torch.zeros(32, 32, dtype=torch.int8)
    codes8[17, 9] = -100  # tile 1, vector 2, lane 1, byte 1
    assert pack(codes8, torch.ones(32, 1).half(), 32, 32, 8, 32).weight[1, 2 * 64 + 4 + 1].item() == 28


@settings(max_examples=30, deadline=None)
@given(forms, st.integers(1, 70), st.integers(1, 200), st.integers(0, 2**31))
def test_codes_and_scales_come_back(form, rows, columns, seed):
    bits, group = form
    weight = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed))
    codes, scales = quantise(weight, bits, group)
    packed = pack(codes, scales, rows, columns, bits, group)
    assert (packed.weight.shape, packed.scales.shape) == packed_shapes(rows, columns, bits, group)
    back, back_scales = unpack(packed)
    assert torch.equal(back[:rows], codes) and not back[rows:].any()
    assert torch.equal(back_scales[:rows], scales) and not back_scales[rows:].any()


@settings(max_examples=30, deadline=None)
@given(forms, st.integers(0, 2**31), st.floats(0.05, 1e3))
def test_no_weight_moves_farther_than_a_step(form, seed, size):
    """A number rounds to its nearest, the largest of the other sign by one step (where fp16 holds the scales well)."""
    bits, group = form
    weight = size * torch.randn(8, 2 * group, generator=torch.Generator().manual_seed(seed))
    packed = pack_weight(weight, bits, group)
    codes, scales = quantise(weight, bits, group, shrink=(1.0,))
    plain = (codes.float().unflatten(-1, (-1, group)) * scales.float()[..., None]).flatten(-2)
    assert ((plain - weight).abs() <= 1.01 * scales.float().abs().repeat_interleave(group, -1)).all()
    assert (dequantise(packed) - weight).square().sum() <= (plain - weight).square().sum() * (1 + 1e-6)


def test_stacks_and_large_weights_are_packed_alike():
    stack = torch.randn(3, 40, 96)
    together = pack_weight(stack, 4, 32)
    for expert in range(3):
        alone = pack_weight(stack[expert], 4, 32)
        assert torch.equal(together.weight[expert], alone.weight)
        assert torch.equal(together.scales[expert], alone.scales)
    tall = torch.randn(4096 + 50, 32)
    assert torch.equal(pack_weight(tall, 8, 32).weight, pack(*quantise(tall, 8, 32), *tall.shape, 8, 32).weight)


def test_columns_that_matter_lose_less():
    weight = torch.randn(64, 128, generator=torch.Generator().manual_seed(1))
    importance = torch.ones(128)
    importance[::16] = 1000.0
    error = [
        (dequantise(pack_weight(weight, 4, 64, told)) - weight)[:, ::16].square().sum().item()
        for told in (None, importance)
    ]
    assert error[1] < error[0]


def test_a_row_of_nothing_stays_nothing():
    assert not dequantise(pack_weight(torch.zeros(16, 64), 4, 64)).any()


def test_gate_and_up_lie_side_by_side():
    gate_up = torch.arange(2 * 40)[:, None].float()  # widths of 40: filled up to 48
    rows = interleave(gate_up)[:, 0].tolist()
    assert rows[:16] == list(range(16)) and rows[16:32] == list(range(40, 56))
    assert rows[64:72] == list(range(32, 40)) and rows[72:80] == [0] * 8


@pytest.mark.parametrize(("bits", "group"), [(3, 64), (4, 48)])
def test_other_forms_are_refused(bits, group):
    with pytest.raises(AssertionError, match="4 or 8 bits"):
        quantise(torch.zeros(1, 64), bits, group)
