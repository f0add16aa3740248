"""The kernels against a few lines of torch on the same rounded weights; what differs is how activations are held."""

import pytest
import torch
import torch.nn.functional as F

from vlm.kernels.aten import Aten
from vlm.kernels.gelu import quick_gelu
from vlm.kernels.native import Native
from vlm.kernels.packing import Packed, dequantise, interleave, pack, pack_weight
from vlm.kernels.paged import BLOCK
from vlm.model.kv_cache import KVCache, KVMemory

BF16, INT8 = 4e-3, 1.2e-2  # relative error of activations in bf16, and in int8 with a scale a group
FORMS = [(4, 32), (4, 64), (4, 128), (8, 32), (8, 64), (8, 128)]


def error(ours, oracle):
    return ((ours.float() - oracle).norm() / oracle.norm()).item()


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
        if dtype == torch.float16 and bits == 4:
            return  # aten's int4 product knows bf16 and fp32
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


def held(k, v, dtype=torch.bfloat16):
    """(length, kv_heads, size) each, in blocks that lie anywhere, beside what is no number."""
    count, (_, kv_heads, size) = -(-len(k) // BLOCK), k.shape
    memory = KVMemory.empty(1, count + 3, kv_heads, size, dtype)
    for tensor in memory:
        if tensor is not None:
            tensor.fill_(float("nan") if tensor.dtype.is_floating_point else 127)
    order = torch.randperm(count + 3, generator=torch.Generator().manual_seed(count))[:count]
    cache = KVCache(memory, order.tolist())
    for start in range(0, len(k), 70):
        cache.store(0, k[start : start + 70], v[start : start + 70])
        cache.advance(len(k[start : start + 70]))
    return cache.layer(0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.int8])
@pytest.mark.parametrize("length", [1, 15, 16, 127, 128, 129, 1000])
@pytest.mark.parametrize(("heads", "kv_heads", "size"), [(4, 4, 64), (9, 3, 64), (20, 4, 128), (8, 1, 32), (12, 1, 64)])
def test_attention_of_one_token(kernels, length, heads, kv_heads, size, dtype):
    """Against softmax in fp32 of the same bf16 numbers; twelve heads on one key take torch's way."""
    generator = torch.Generator().manual_seed(length)
    q = 3 * torch.randn(heads, size, generator=generator).bfloat16()
    k, v = (torch.randn(length, kv_heads, size, generator=generator).bfloat16() for _ in range(2))
    ours, wide = kernels.attend(q, held(k, v, dtype)), kernels.attend(q.float(), held(k, v, dtype))
    keys, values = (x.float().repeat_interleave(heads // kv_heads, 1) for x in (k, v))  # (length, heads, size)
    scores = torch.einsum("hs,lhs->hl", q.float(), keys) / size**0.5
    oracle = torch.einsum("hl,lhs->hs", scores.softmax(-1), values)
    assert ours.shape == q.shape and (ours.dtype, wide.dtype) == (torch.bfloat16, torch.float32)
    assert error(ours, oracle) < (6e-3 if dtype == torch.bfloat16 else 3e-2)
    assert error(wide, oracle) < (6e-3 if dtype == torch.bfloat16 else 3e-2)
    if kernels.name != "aten" and heads <= 8 * kv_heads and length > 1:
        assert torch.equal(wide.bfloat16(), ours) and not torch.equal(wide, ours.float()), "it is rounded at the end"


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.int8])
def test_attention_bears_large_scores_and_any_threads(native, dtype):
    q, k, v = 100 * torch.ones(4, 64).bfloat16(), torch.randn(700, 2, 64).bfloat16(), torch.randn(700, 2, 64).bfloat16()
    k[300] += 1  # by far the best
    before = torch.get_num_threads()
    try:
        outs = []
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            outs.append(native.attend(q, held(k, v, dtype)))
    finally:
        torch.set_num_threads(before)
    assert outs[0].isfinite().all() and all(torch.equal(out, outs[0]) for out in outs)
    assert torch.allclose(outs[0][0].float(), v[300, 0].float(), atol=2e-2)


MANY = [(1, 1), (5, 7), (6, 64), (97, 97), (100, 700), (200, 513), (64, 1500)]
HEADS = [(2, 2, 80), (4, 2, 64), (5, 1, 128), (3, 3, 16), (1, 1, 256), (2, 1, 40)]


def asked(queries, length, heads, kv_heads, size):
    generator = torch.Generator().manual_seed(length)
    q = 3 * torch.randn(queries, heads, size, generator=generator).bfloat16()
    return q, *(torch.randn(length, kv_heads, size, generator=generator).bfloat16() for _ in range(2))


def weighed(scores, v, heads):
    values = v.float().repeat_interleave(heads // v.shape[1], 1)  # (length, heads, size)
    return torch.einsum("hql,lhs->qhs", scores.softmax(-1), values)


@pytest.mark.parametrize(("queries", "length"), MANY)
@pytest.mark.parametrize(("heads", "kv_heads", "size"), HEADS)
def test_attention_of_many_tokens(kernels, queries, length, heads, kv_heads, size):
    """Against softmax in fp32 of the same bf16 numbers; heads of 40 numbers take torch's way."""
    q, k, v = asked(queries, length, heads, kv_heads, size)
    ours = kernels.attend_many(q, k, v)
    keys = k.float().repeat_interleave(heads // kv_heads, 1)  # (length, heads, size)
    scores = torch.einsum("qhs,lhs->hql", q.float(), keys) / size**0.5
    hidden = ~torch.ones(queries, length, dtype=torch.bool).tril(length - queries)
    oracle = weighed(scores.masked_fill(hidden, float("-inf")), v, heads)
    assert ours.shape == q.shape and ours.dtype == torch.bfloat16
    assert error(ours, oracle) < 8e-3


def in_bytes(x):
    """What int8 leaves of it, with a scale for each row."""
    scale = x.abs().amax(-1, keepdim=True).clamp(min=1e-9) / 127
    return (x / scale).round() * scale


def turned(x, angles):
    """Each half of a row by its angle, in fp32."""
    pairs = torch.complex(*x.float().chunk(2, dim=-1)) * torch.polar(torch.ones(()), angles)[:, None]
    return torch.cat((pairs.real, pairs.imag), dim=-1)


def unmasked(q, k):
    return torch.einsum("qhs,lhs->hql", q, k) / q.shape[-1] ** 0.5


@pytest.mark.parametrize("patches", [1, 6, 64, 97, 700])
@pytest.mark.parametrize(("heads", "size"), [(2, 80), (3, 16), (1, 256), (2, 40)])
def test_attention_of_a_frame(kernels, patches, heads, size):
    """Halves are turned in fp32, then all patches see one another. AVX-512 rounds to int8 what it turned."""
    q, k, v = asked(patches, patches, heads, heads, size)
    angles = torch.linspace(0, 40, patches * size // 2).view(patches, -1)
    ours = kernels.attend_frame(q, k, v, angles.cos(), angles.sin())
    queries, keys = turned(q, angles), turned(k, angles)
    assert ours.shape == q.shape and ours.dtype == torch.bfloat16
    if kernels.name == "avx512" and size % 16 == 0:
        assert error(ours, weighed(unmasked(queries, keys), v, heads)) < 2e-2
        queries, keys = in_bytes(queries), in_bytes(keys - keys.mean(0))
    else:
        queries, keys = queries.bfloat16().float(), keys.bfloat16().float()
    assert error(ours, weighed(unmasked(queries, keys), v, heads)) < 8e-3


def test_what_all_keys_of_a_frame_share_is_not_rounded(native):
    q, k, v = asked(300, 300, 2, 2, 80)
    still = torch.ones(300, 40), torch.zeros(300, 40)
    k = (8 * k).round() / 8  # and 16 more are exact in bf16
    alone, beside = native.attend_frame(q, k, v, *still), native.attend_frame(q, k + 16 * q[0].sign(), v, *still)
    assert error(beside, alone.float()) < 8e-3
    q[7], k[:] = 0, k[0]  # a query without a direction, and keys all alike: all values count the same
    assert error(native.attend_frame(q, k, v, *still), v.float().mean(0).expand(300, -1, -1)) < 8e-3


def test_a_query_is_the_same_in_any_company_and_with_any_threads(compiled):
    if "avx512" not in compiled.instruction_sets():
        pytest.skip("this processor lacks avx512")
    native = Native(compiled, "avx512")
    rows = torch.randn(1100, 3 * 2 * 80).bfloat16().unflatten(1, (3, 2, 80))  # q, k and v are parts of wider rows
    q, k, v = rows.unbind(1)
    angles = torch.rand(1100, 40).cos(), torch.rand(1100, 40).sin()
    whole, frame = native.attend_many(q, k, v), native.attend_frame(q, k, v, *angles)
    before = torch.get_num_threads()
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            assert torch.equal(native.attend_many(q[950:], k, v), whole[950:])  # the last chunk of a prompt
            assert torch.equal(native.attend_many(q[:500], k[:500], v[:500]), whole[:500])  # and the first
            assert torch.equal(native.attend_frame(q, k, v, *angles), frame)
    finally:
        torch.set_num_threads(before)


def test_a_frame_bears_large_scores(native):
    q, (k, v) = 100 * torch.ones(9, 4, 64).bfloat16(), torch.randn(2, 9, 4, 64).bfloat16()
    k[3] += 1  # by far the best
    out = native.attend_frame(q, k, v, torch.ones(9, 32), torch.zeros(9, 32))
    assert out.isfinite().all() and torch.allclose(out[5, 0].float(), v[3, 0].float(), atol=2e-2)


def test_many_tokens_bear_large_scores(native):
    q, (k, v) = 100 * torch.ones(9, 4, 64).bfloat16(), torch.randn(2, 700, 4, 64).bfloat16()
    k[300] += 1  # by far the best
    out = native.attend_many(q, k, v)
    assert out.isfinite().all() and torch.allclose(out[3, 0].float(), v[300, 0].float(), atol=2e-2)
