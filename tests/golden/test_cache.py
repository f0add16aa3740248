"""However a prompt is run, the answer is the same: cached or not, in chunks or whole, alone or beside another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch

from tests.golden import toy
from vlm.model.attention import AttnMetadata

CASES = [("vl", name) for name in toy.PROMPTS] + [("moe", "text"), ("dense", "text")]
CLOSE = 1e-4


@torch.no_grad()
def in_chunks(model: Any, prompt: toy.Prompt, chunks: Sequence[int]) -> torch.Tensor:
    """Logits of all tokens, run `chunks` tokens at a time through a cache; pictures may be cut anywhere."""
    cache = toy.new_cache(model.config, len(prompt.ids))
    positions, _ = toy.positions_of(model.config, prompt)
    images = toy.embed_images(model, prompt)
    placeholders = model.config.tokens.placeholders if model.config.tokens else ()
    out, start, used = [], 0, 0
    for count in chunks:
        ids = torch.tensor(prompt.ids[start : start + count])
        slots = sum(i in placeholders for i in ids.tolist())
        rows = images[used : used + slots] if images is not None and slots else None
        meta = AttnMetadata([len(ids)], [cache])
        out.append(model.compute_logits(model(ids, positions[:, start : start + count], meta, rows)))
        start, used = start + count, used + slots
        assert cache.length == start
    return torch.cat(out)


def split(total: int, size: int) -> list[int]:
    return [min(size, total - start) for start in range(0, total, size)]


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize("kind, name", CASES)
def test_chunked_equals_whole(load: Any, kind: str, name: str, size: int) -> None:
    """Size 1 is decoding, 1000 one prefill; the others cut pictures in two."""
    model, prompt = load(kind, "native"), toy.PROMPTS[name]
    whole = toy.our_logits(model, prompt)
    assert toy.relative_difference(in_chunks(model, prompt, split(len(prompt.ids), size)), whole) < CLOSE


@pytest.mark.parametrize("kind", ["vl", "moe", "dense"])
def test_prefill_then_decode(load: Any, kind: str) -> None:
    model, prompt = load(kind, "native"), toy.PROMPTS["text"]
    chunks = [4] + [1] * (len(prompt.ids) - 4)
    assert toy.relative_difference(in_chunks(model, prompt, chunks), toy.our_logits(model, prompt)) < CLOSE


@pytest.mark.parametrize("first, second", [("text", "mixed"), ("images", "video"), ("mixed", "images")])
@pytest.mark.parametrize("cached", [False, True])
@torch.no_grad()
def test_two_sequences_equal_each_alone(vl: Any, first: str, second: str, cached: bool) -> None:
    prompts = [toy.PROMPTS[first], toy.PROMPTS[second]]
    lens = [len(prompt.ids) for prompt in prompts]
    caches = [toy.new_cache(vl.config, count) for count in lens] if cached else None
    positions = torch.cat([toy.positions_of(vl.config, prompt)[0] for prompt in prompts], dim=1)
    images = torch.cat([rows for prompt in prompts if (rows := toy.embed_images(vl, prompt)) is not None])
    ids = torch.tensor(prompts[0].ids + prompts[1].ids)
    together = vl.compute_logits(vl(ids, positions, AttnMetadata(lens, caches), images)).split(lens)
    for logits, prompt in zip(together, prompts, strict=True):
        assert toy.relative_difference(logits, toy.our_logits(vl, prompt)) < CLOSE
    assert caches is None or [cache.length for cache in caches] == lens


@torch.no_grad()
def test_prefill_beside_decode(vl: Any) -> None:
    """One sequence reads its prompt while another writes its next token."""
    old, new = toy.PROMPTS["images"], toy.PROMPTS["mixed"]
    caches = [toy.new_cache(vl.config, 40), toy.new_cache(vl.config, 80)]
    positions, after = toy.positions_of(vl.config, old)
    vl(torch.tensor(old.ids), positions, AttnMetadata([len(old.ids)], [caches[0]]), toy.embed_images(vl, old))
    new_positions, _ = toy.positions_of(vl.config, new)
    ids = torch.tensor([33, *new.ids])
    both = torch.cat([torch.full((3, 1), after), new_positions], dim=1)
    logits = vl.compute_logits(vl(ids, both, AttnMetadata([1, len(new.ids)], caches), toy.embed_images(vl, new)))
    longer = toy.Prompt([*old.ids, 33], old.grids, old.pixels)
    assert toy.relative_difference(logits[0], toy.our_logits(vl, longer)[-1]) < CLOSE
    assert toy.relative_difference(logits[1:], toy.our_logits(vl, new)) < CLOSE


def test_later_tokens_change_nothing_earlier(vl: Any) -> None:
    """Causality: the beginning's logits do not know the end."""
    prompt = toy.PROMPTS["text"]
    longer = toy.prompt([*prompt.ids, 88, 12, 34])
    begin = toy.our_logits(vl, longer)[: len(prompt.ids)]
    assert toy.relative_difference(begin, toy.our_logits(vl, prompt)) < CLOSE
