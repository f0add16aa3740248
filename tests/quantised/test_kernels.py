"""The kernels against a few lines of torch on the same rounded weights; what differs is how activations are held."""

import pytest
import torch
import torch.nn.functional as F

from tests.quantised.measures import error
from vlm.kernels.aten import Aten
from vlm.kernels.gelu import quick_gelu
from vlm.kernels.packing import Packed, dequantise, interleave, pack, pack_weight

BF16, INT8 = 4e-3, 1.2e-2  # relative error of activations in bf16, and in int8 with a scale a group
FORMS = [(4, 32), (4, 64), (4, 128), (8, 32), (8, 64), (8, 128)]


def tolerance(kernels):
    return BF16 if kernels.name == "aten" else INT8


def stack(bits, group, experts=6, hidden=160, width=48, seed=0):
    generator = torch.Generator().manual_seed(seed)
    gate_up = torch.randn(experts, 2 * width, hidden, generator=generator) * 0.1
    down = torch.randn(experts, hidden, width, generator=generator) * 0.1
    rounded = dequantise(pack_weight(gate_up, bits, group)), dequantise(pack_weight(down, bits, group))
    return (pack_weight(interleave(gate_up), bits, group), pack_weight(down, bits, group)), rounded


def oracle_of_experts(x, weights, indices, gate_up, down):
    out = torch.zeros_like(x)
    for token in range(len(x)):
        for weight, expert in zip(weights[token], indices[token], strict=True):
            gate, up = (gate_up[expert] @ x[token]).chunk(2)
            out[token] += weight * (down[expert] @ (F.silu(gate) * up))
    return out


@pytest.mark.parametrize(("bits", "group"), FORMS)
@pytest.mark.parametrize(("rows", "columns"), [(32, 128), (96, 256), (50, 130), (1, 1), (640, 96)])
@pytest.mark.parametrize("tokens", [1, 2, 8, 9, 13, 40])
def test_linear(kernels, bits, group, rows, columns, tokens):
    generator = torch.Generator().manual_seed(rows * columns + tokens)
    packed = pack_weight(torch.randn(rows, columns, generator=generator), bits, group)
    x = torch.randn(tokens, columns, generator=generator)
    ours = kernels.linear(x, kernels.prepare(packed))
    assert ours.shape == (tokens, rows) and ours.dtype == x.dtype
    assert error(ours, x @ dequantise(packed).T) < tolerance(kernels)


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("tokens", [1, 5, 23])
@pytest.mark.parametrize("routing", ["spread", "all to one"])
def test_experts(kernels, bits, tokens, routing):
    (gate_up, down), rounded = stack(bits, 32)
    x = torch.randn(tokens, 160, generator=torch.Generator().manual_seed(tokens))
    if routing == "spread":
        scores = torch.rand(tokens, 6, generator=torch.Generator().manual_seed(2))
        weights, indices = scores.softmax(-1).topk(2, -1)
    else:
        weights, indices = torch.tensor([[0.7, 0.3]]).expand(tokens, 2), torch.tensor([[4, 1]]).expand(tokens, 2)
    ours = kernels.experts(x, weights, indices, kernels.prepare_experts(gate_up, down))
    assert error(ours, oracle_of_experts(x, weights, indices, *rounded)) < 2 * tolerance(kernels)


def test_bf16_activations_are_read_as_they_are(native):
    packed = pack_weight(torch.randn(64, 128), 4, 64)
    x = torch.randn(3, 128).bfloat16()
    ours = native.linear(x, native.prepare(packed))
    assert ours.dtype == torch.bfloat16
    assert error(ours, x.float() @ dequantise(packed).T) < INT8


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("bits", [4, 8])
def test_threads_and_neighbours_change_nothing(native, threads, bits):
    """To the bit: a token's row is its own, whoever computes it and whatever tokens stand beside it."""
    (gate_up, down), _ = stack(bits, 32)
    packed = pack_weight(torch.randn(96, 160), bits, 32)
    x = torch.randn(30, 160)
    weights, indices = torch.rand(30, 6).softmax(-1).topk(2, -1)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = native.linear(x, packed), native.experts(x, weights, indices, (gate_up, down))
        torch.set_num_threads(threads)
        for first, last in ((0, 30), (0, 9), (11, 24)):
            part = slice(first, last)
            assert torch.equal(native.linear(x[part], packed), one[0][part])
            assert torch.equal(native.experts(x[part], weights[part], indices[part], (gate_up, down)), one[1][part])
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("bits", "code"), [(4, 7), (4, -8), (8, 127), (8, -128)])
@pytest.mark.parametrize("group", [32, 128])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_sums_of_the_largest_numbers_do_not_overflow(native, bits, code, group, sign):
    """Every product is the largest there is, and of one sign: sums that are kept in 16 bits on the way are full."""
    codes = torch.full((32, 256), code, dtype=torch.int8)
    packed = pack(codes, torch.ones(32, 256 // group, dtype=torch.float16), 32, 256, bits, group)
    x = torch.full((3, 256), sign)
    assert torch.allclose(native.linear(x, packed), torch.full((3, 32), 256.0 * code * sign), rtol=1e-5)


def test_nothing_in_nothing_out(native):
    (gate_up, down), _ = stack(4, 32)
    assert native.linear(torch.empty(0, 160), pack_weight(torch.randn(32, 160), 4, 32)).shape == (0, 32)
    nobody = torch.empty(0, 2), torch.empty(0, 2, dtype=torch.long)
    assert native.experts(torch.empty(0, 160), *nobody, (gate_up, down)).shape == (0, 160)


def test_what_does_not_fit_is_refused(native):
    packed = pack_weight(torch.randn(32, 64), 4, 32)
    with pytest.raises(RuntimeError, match="does not fit its scales"):
        native.linear(torch.randn(1, 64), packed._replace(group=64, columns=128))
    (gate_up, down), _ = stack(4, 32)
    with pytest.raises(RuntimeError, match="no such expert"):
        native.experts(torch.randn(1, 160), torch.ones(1, 1), torch.tensor([[6]]), (gate_up, down))


def test_a_mapped_weight_need_not_be_aligned(native):
    packed = pack_weight(torch.randn(64, 128), 4, 64)
    moved = torch.empty(packed.weight.numel() + 1, dtype=torch.uint8)[1:].view(packed.weight.shape)
    moved.copy_(packed.weight)
    x = torch.randn(2, 128)
    assert torch.equal(native.linear(x, packed), native.linear(x, Packed(moved, *packed[1:])))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("tokens", [1, 8, 9, 20])
@pytest.mark.parametrize("bits", [4, 8])
def test_bias_and_gelu_are_done_before_rounding(kernels, dtype, tokens, bits):
    """Against the plain product in fp32; 70 rows fill no tile and 100 columns no group."""
    if kernels.name == "aten":
        kernels = Aten(dtype)
    generator = torch.Generator().manual_seed(tokens)
    packed = pack_weight(torch.randn(70, 100, generator=generator), bits, 32)
    x, bias = torch.randn(tokens, 100, generator=generator).to(dtype), torch.randn(70, generator=generator).to(dtype)
    prepared = kernels.prepare(packed)
    plain = F.linear(x.float(), dequantise(packed))
    for added, gelu in ((None, False), (bias, False), (bias, True), (None, True)):
        ours = kernels.linear(x, prepared, added, gelu)
        oracle = plain if added is None else plain + added.float()
        assert ours.dtype == dtype and ours.shape == (tokens, 70)
        assert error(ours, quick_gelu(oracle) if gelu else oracle) < 1.5e-2
    if kernels.name != "aten":
        wide = kernels.linear(x.float(), prepared, bias.float(), True)
        assert torch.equal(kernels.linear(x, prepared, bias, True), wide.to(dtype))
