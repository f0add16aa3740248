"""Rotary tables and rotations equal transformers': 3-D adjacent pairs in the decoder, 2-D halves in the tower."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers.models.ernie4_5.modeling_ernie4_5 import Ernie4_5RotaryEmbedding
from transformers.models.ernie4_5_vl_moe import modeling_ernie4_5_vl_moe as oracle

from tests.golden import toy
from vlm.kernels.attend import rotate_halves
from vlm.model.rope import axis_of_pair, rotate_pairs, text_rope, vision_positions, vision_rope

SECTION_28B, HEAD_DIM_28B, THETA_28B = (22, 22, 20), 128, 500000.0
GRIDS = [(1, 4, 6), (4, 2, 4), (1, 2, 2)]


def reference_tables(rope: Any, positions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(tokens, pairs) from transformers' tables, which repeat each pair's value for both of its places."""
    cos, sin = rope(torch.zeros(1), positions)
    assert torch.equal(cos[..., 0::2], cos[..., 1::2])
    return cos[0, :, 0::2], sin[0, :, 0::2]


@pytest.mark.parametrize("section, head_dim, theta", [(SECTION_28B, HEAD_DIM_28B, THETA_28B), ((3, 3, 2), 16, 1e4)])
def test_text_table(section: tuple[int, int, int], head_dim: int, theta: float) -> None:
    config = oracle.Ernie4_5_VLMoeTextConfig(
        hidden_size=2 * head_dim,
        num_attention_heads=2,
        rope_parameters={"rope_type": "default", "rope_theta": theta, "mrope_section": list(section)},
    )
    positions = torch.randint(0, 3000, (3, 50), generator=torch.Generator().manual_seed(0))
    expected = reference_tables(oracle.Ernie4_5_VLMoeTextRotaryEmbedding(config), positions[:, None])
    for ours, theirs in zip(text_rope(positions, head_dim, theta, section), expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)


def test_axes_of_the_28b() -> None:
    """Pairs 0..43 take height and width in turn, the slowest 20 take time."""
    axes = axis_of_pair(SECTION_28B).tolist()
    assert axes == [1, 2] * 22 + [0] * 20


def test_equal_axes_are_one_dimensional_rope() -> None:
    """With t = h = w text needs no special case: bit for bit."""
    row = torch.arange(4096)
    three = text_rope(row.expand(3, -1), HEAD_DIM_28B, THETA_28B, SECTION_28B)
    one = text_rope(row[None], HEAD_DIM_28B, THETA_28B, None)
    assert torch.equal(three[0], one[0]) and torch.equal(three[1], one[1])


def test_text_only_table(toys: Any) -> None:
    reference = toys("dense").reference
    config = reference.config
    positions = torch.arange(200)[None]
    cos, sin = Ernie4_5RotaryEmbedding(config)(torch.zeros(1), positions)
    pairs = config.head_dim // 2
    ours = text_rope(positions, config.head_dim, config.rope_parameters["rope_theta"], None)
    torch.testing.assert_close(ours[0], cos[0, :, :pairs], rtol=0, atol=1e-6)
    torch.testing.assert_close(ours[1], sin[0, :, :pairs], rtol=0, atol=1e-6)


def test_rotation_of_pairs() -> None:
    q, k = torch.randn(2, 9, 4, 16).unbind(0)
    cos, sin = text_rope(torch.randint(0, 99, (3, 9)), 16, 1e4, (3, 3, 2))
    wide = (table.repeat_interleave(2, -1) for table in (cos, sin))
    expected = oracle.apply_rotary_pos_emb(q[None], k[None], *(table[None] for table in wide), unsqueeze_dim=2)
    torch.testing.assert_close(rotate_pairs(q, cos, sin), expected[0][0])
    torch.testing.assert_close(rotate_pairs(k, cos, sin), expected[1][0])


def test_rotation_by_hand() -> None:
    """A quarter turn of the first pair alone: (1, 2) -> (-2, 1); of the first half-pair: x0 and x2 meet."""
    x = torch.tensor([[[1.0, 2.0, 3.0, 4.0]]])
    cos, sin = torch.tensor([[0.0, 1.0]]), torch.tensor([[1.0, 0.0]])
    assert rotate_pairs(x, cos, sin).flatten().tolist() == [-2, 1, 3, 4]
    assert rotate_halves(x, cos, sin).flatten().tolist() == [-3, 2, 1, 4]


def test_vision_positions() -> None:
    expected = oracle.get_vision_position_ids(torch.tensor(GRIDS), 2)
    assert torch.equal(vision_positions(GRIDS, 2), expected.T)


def test_vision_positions_by_hand() -> None:
    """A 2 x 4 frame: the left merge block first, row by row, then the right one."""
    rows, columns = vision_positions([(1, 2, 4)], 2).tolist()
    assert rows == [0, 0, 1, 1, 0, 0, 1, 1]
    assert columns == [0, 1, 0, 1, 2, 3, 2, 3]


@pytest.mark.parametrize("head_dim", [16, 80])
def test_vision_table_and_rotation(head_dim: int) -> None:
    config = oracle.Ernie4_5_VLMoeVisionConfig(hidden_size=2 * head_dim, num_heads=2)
    positions = vision_positions(GRIDS, 2)
    cos, sin = oracle.Ernie4_5_VLMoeVisionRotaryEmbedding(config)(torch.zeros(1), positions.T)
    ours = vision_rope(positions, head_dim, 10000.0)
    torch.testing.assert_close(ours[0], cos[:, : head_dim // 2], rtol=0, atol=1e-6)
    torch.testing.assert_close(ours[1], sin[:, : head_dim // 2], rtol=0, atol=1e-6)
    q, k = torch.randn(2, len(cos), 2, head_dim).unbind(0)
    expected = oracle.apply_rotary_pos_emb_vision(q, k, cos, sin)
    torch.testing.assert_close(rotate_halves(q, *ours), expected[0])
    torch.testing.assert_close(rotate_halves(k, *ours), expected[1])


def test_toy_section_is_the_configs(vl: Any) -> None:
    assert vl.config.text.mrope_section == (3, 3, 2) and vl.config.text.head_dim == 16
    assert toy.reference_config("vl").text_config.rope_parameters["mrope_section"] == [3, 3, 2]
