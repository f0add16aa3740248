"""3-D positions equal transformers' `get_rope_index`, and the original rule where the two differ."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.golden import toy
from vlm.model.positions import merged_grid, rope_positions

PLACEHOLDERS = (toy.IMAGE, toy.VIDEO)

picture = st.tuples(st.just(1), *[st.integers(1, 4).map(lambda n: 2 * n)] * 2)
video = st.tuples(st.integers(1, 5).map(lambda n: 2 * n), *[st.integers(1, 4).map(lambda n: 2 * n)] * 2)
text = st.lists(st.integers(3, 99), min_size=1, max_size=5)
prompts = st.lists(st.one_of(text, picture, video), max_size=7).map(lambda parts: toy.prompt([1], *parts))


def reference(model: Any, prompt: toy.Prompt) -> tuple[torch.Tensor, int]:
    """transformers' positions, and the position that decoding goes on with by its rule."""
    inputs = prompt.reference_inputs()
    positions, delta = model.model.get_rope_index(
        inputs["input_ids"],
        prompt.mm_token_type_ids,
        inputs.get("image_grid_thw"),
        inputs.get("video_grid_thw"),
    )
    return positions[:, 0], int(delta) + len(prompt.ids)


@pytest.mark.parametrize("name", toy.PROMPTS)
def test_named_prompts(vl_reference: Any, name: str) -> None:
    prompt = toy.PROMPTS[name]
    for time_counts in (True, False):  # no toy video is longer than it is wide or high
        positions, after = rope_positions(prompt.ids, prompt.grids, PLACEHOLDERS, time_counts=time_counts)
        expected, expected_after = reference(vl_reference, prompt)
        assert torch.equal(positions, expected)
        assert after == expected_after


@settings(max_examples=60)
@given(prompt=prompts)
def test_any_prompt_by_transformers_rule(vl_reference: Any, prompt: toy.Prompt) -> None:
    """Every prompt ends in text or in an end token, so the last position decides where to go on."""
    positions, after = rope_positions(prompt.ids, prompt.grids, PLACEHOLDERS, time_counts=False)
    expected, _ = reference(vl_reference, prompt)
    assert torch.equal(positions, expected)
    assert after == int(expected[:, -1].max()) + 1


@settings(max_examples=100)
@given(prompt=prompts)
def test_properties_of_the_original_rule(prompt: toy.Prompt) -> None:
    """What comes next stands one behind everything; text is equal on all axes and moves on by one."""
    positions, after = rope_positions(prompt.ids, prompt.grids, PLACEHOLDERS)
    assert positions.shape == (3, len(prompt.ids))
    assert after == int(positions.max()) + 1
    is_text = torch.tensor([i not in PLACEHOLDERS for i in prompt.ids])
    assert bool((positions[0] == positions[1])[is_text].all() and (positions[1] == positions[2])[is_text].all())
    assert bool((positions[:, is_text].diff(dim=1) > 0).all())
    for index in is_text.nonzero().flatten().tolist():  # text stands behind all that came before
        assert index == 0 or int(positions[0, index]) == int(positions[:, :index].max()) + 1


def test_picture_by_hand() -> None:
    """Two texts, a picture of 2 x 3 tokens at 3 (behind its start token), then 3 + max(2, 3) = 6."""
    prompt = toy.prompt([1, 5], (1, 4, 6), [7])
    positions, after = rope_positions(prompt.ids, prompt.grids, PLACEHOLDERS)
    assert positions.tolist() == [
        [0, 1, 2, 3, 3, 3, 3, 3, 3, 6, 7],
        [0, 1, 2, 3, 3, 3, 4, 4, 4, 6, 7],
        [0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7],
    ]
    assert after == 8


def test_long_video_by_hand(vl_reference: Any) -> None:
    """Three frame pairs of 1 x 2 tokens at 1. The original goes on at 1 + 3, transformers at 1 + 2."""
    prompt = toy.prompt((6, 2, 4), [7])
    positions, after = rope_positions(prompt.ids, prompt.grids, PLACEHOLDERS)
    assert positions.tolist() == [
        [0, 1, 1, 2, 2, 3, 3, 4, 5],
        [0, 1, 1, 1, 1, 1, 1, 4, 5],
        [0, 1, 2, 1, 2, 1, 2, 4, 5],
    ]
    assert after == 6
    expected, _ = reference(vl_reference, prompt)
    assert expected[0].tolist() == [0, 1, 1, 2, 2, 3, 3, 3, 4]
    assert torch.equal(rope_positions(prompt.ids, prompt.grids, PLACEHOLDERS, time_counts=False)[0], expected)


def test_adjacent_pictures_need_no_text_between() -> None:
    """Placeholders of two pictures may touch; the grids say where one ends."""
    ids = [toy.IMAGE] * 3
    positions, after = rope_positions(ids, [(1, 2, 4), (1, 2, 2)], PLACEHOLDERS)
    assert positions.tolist() == [[0, 0, 2], [0, 0, 2], [0, 1, 2]] and after == 3


def test_token_counts_by_hand() -> None:
    assert merged_grid((1, 78, 78), 2) == (1, 39, 39)  # a square of 1092 pixels: 1521 tokens
    assert merged_grid((16, 18, 32), 2) == (8, 9, 16)


@pytest.mark.parametrize(
    "ids, grids, message",
    [
        ([1, toy.IMAGE], [(1, 2, 4)], "too few placeholder"),
        ([1, 2], [(1, 2, 2)], "too few placeholder"),
        ([toy.IMAGE, 5, toy.IMAGE], [(1, 2, 4)], "too few placeholder"),
        ([toy.IMAGE] * 3, [(1, 2, 4)], "more placeholder"),
        ([toy.IMAGE], [], "more placeholder"),
        ([toy.VIDEO] * 2, [(3, 2, 4)], "cannot be paired"),
        ([toy.IMAGE], [(1, 3, 2)], "not divisible"),
    ],
)
def test_mismatches_are_errors(ids: list[int], grids: list[tuple[int, int, int]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rope_positions(ids, grids, PLACEHOLDERS)
