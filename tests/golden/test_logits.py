"""The top of the ladder: logits and greedy tokens of whole models equal transformers', in both namings of tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from tests.golden import toy
from vlm.model.ernie_vl import ErnieVL

Toys = Callable[[str], toy.Toy]
Load = Callable[[str, str], ErnieVL]

CASES = [(kind, name) for kind in ("vl", "vl_untied") for name in toy.PROMPTS] + [
    (kind, "text") for kind in ("moe", "dense", "dense_untied")
]


def reference_greedy(model: Any, prompt: toy.Prompt, count: int, forbidden: tuple[int, ...]) -> list[int]:
    """transformers' own `generate`, with its cache."""
    options = {"max_new_tokens": count, "min_new_tokens": count, "do_sample": False, "pad_token_id": 0}
    ids = model.generate(**prompt.reference_inputs(), **options, suppress_tokens=list(forbidden))
    return ids[0, len(prompt.ids) :].tolist()


@pytest.mark.parametrize("naming", toy.NAMINGS)
@pytest.mark.parametrize("kind, name", CASES)
def test_logits(toys: Toys, load: Load, kind: str, name: str, naming: str) -> None:
    prompt = toy.PROMPTS[name]
    with torch.no_grad():
        expected = toys(kind).reference(**prompt.reference_inputs()).logits[0]
    assert expected.std() > 0.5, "logits too flat to tell a mistake"
    assert toy.relative_difference(toy.our_logits(load(kind, naming), prompt), expected) < 1e-4


@pytest.mark.parametrize("kind, name", CASES)
def test_greedy_tokens(toys: Toys, load: Load, kind: str, name: str) -> None:
    forbidden = (2, *range(toy.IMAGE, toy.VOCAB))  # vision ids, once generated, follow another rule in transformers
    prompt = toy.PROMPTS[name]
    expected = reference_greedy(toys(kind).reference, prompt, 32, forbidden)
    assert len(expected) == 32
    assert len(set(expected)) > 4, "a loop of few tokens proves little"
    assert toy.our_greedy(load(kind, "hosted"), prompt, 32, forbidden) == expected


@pytest.mark.parametrize("name", ["images", "video", "mixed"])
def test_pictures_matter(vl: ErnieVL, name: str) -> None:
    """Else the tests above could pass with the pictures' rows in the wrong places."""
    prompt = toy.PROMPTS[name]
    assert prompt.pixels is not None
    other = toy.Prompt(prompt.ids, prompt.grids, prompt.pixels.flip(0))
    ours, flipped = toy.our_logits(vl, prompt)[-1], toy.our_logits(vl, other)[-1]
    assert toy.relative_difference(ours, flipped) > 1e-2


@pytest.mark.parametrize("kind", ["vl", "moe"])
def test_bf16_follows_transformers(toys: Toys, kind: str) -> None:
    """Half precision drifts, but by no more than the oracle's own half precision does."""
    from vlm.config import ModelConfig
    from vlm.weights import load_model

    directory = toys(kind).directories["native"]
    prompt = toy.PROMPTS["text"]
    exact = toys(kind).reference(**prompt.reference_inputs()).logits[0]
    reference = type(toys(kind).reference).from_pretrained(directory, dtype=torch.bfloat16).eval()
    with torch.no_grad():
        expected = reference(**prompt.reference_inputs()).logits[0].float()
    ours = toy.our_logits(load_model(directory, ModelConfig.load(directory), torch.bfloat16), prompt).float()
    assert toy.relative_difference(ours, expected) < 2 * toy.relative_difference(expected, exact) + 1e-3
