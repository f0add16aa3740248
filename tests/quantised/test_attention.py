"""The kernels' attention, of one token, of a prompt's and of a picture's, against softmax in fp32."""

import pytest
import torch

from tests.quantised.measures import error
from vlm.kernels.native import Native
from vlm.kernels.paged import BLOCK
from vlm.model.kv_cache import KVCache, KVMemory


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
