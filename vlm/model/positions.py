"""Where a token stands: time, height and width for the decoder's 3-D rotary embedding.

Text counts up on all three axes at once. A picture block that starts at position p with a merged grid of H x W holds
t = p, h = p + row, w = p + column; a video block of T frame pairs also steps t. What follows starts after the largest
coordinate of the block, as in the original implementation (transformers 5.23 looks at height and width alone, which
differs for videos with T > max(H, W); `time_counts=False` gives its rule, to compare with it).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vlm.model.rope import Grid


def merged_grid(grid: Grid, merge_size: int) -> Grid:
    """The grid of tokens that the resampler makes of a grid of patches: frames pair up, cells merge.

    Raises:
        ValueError: an odd number of frames (other than one), or a grid that the merge size does not divide.
    """
    t, h, w = grid
    if h % merge_size or w % merge_size:
        raise ValueError(f"a grid of {h} x {w} patches is not divisible by the merge size {merge_size}")
    if t > 1 and t % 2:
        raise ValueError(f"a video of {t} frames cannot be paired; repeat its last frame")
    return max(t // 2, 1), h // merge_size, w // merge_size


def expand_placeholders(token_ids: Sequence[int], placeholder: int, counts: Sequence[int]) -> list[int]:
    """A prompt with one `placeholder` a picture to one with as many as the picture has tokens, `counts` of each."""
    remaining = iter(counts)
    out: list[int] = []
    for token in token_ids:
        out += [token] * (next(remaining) if token == placeholder else 1)
    return out


def rope_positions(
    token_ids: Sequence[int],
    grids: Sequence[Grid],
    placeholders: Sequence[int],
    merge_size: int = 2,
    time_counts: bool = True,
) -> tuple[Tensor, int]:
    """Positions of a prompt.

    Args:
        token_ids: the prompt, with one placeholder id for every token of a picture or video.
        grids: patches (t, h, w) of each picture and video, in order of appearance.
        placeholders: ids that stand for pictures and videos.

    Returns:
        positions (3, tokens), and the position of the token that comes next.

    Raises:
        ValueError: placeholders and grids do not match.
    """
    ids = torch.as_tensor(token_ids)
    is_placeholder = torch.isin(ids, torch.tensor(list(placeholders)))
    blocks: list[Tensor] = []
    index, position = 0, 0
    for grid in grids:
        merged = merged_grid(grid, merge_size)
        start = _next_true(is_placeholder, index)
        count = merged[0] * merged[1] * merged[2]
        if start + count > len(ids) or not bool(is_placeholder[start : start + count].all()):
            raise ValueError(f"the prompt has too few placeholder tokens for a grid of {merged} tokens")
        blocks += [_text_block(position, start - index), _vision_block(position + start - index, merged)]
        extent = max(merged) if time_counts else max(merged[1:])
        position += start - index + extent
        index = start + count
    if bool(is_placeholder[index:].any()):
        raise ValueError("the prompt has more placeholder tokens than the pictures need")
    blocks.append(_text_block(position, len(ids) - index))
    return torch.cat(blocks, dim=1), position + len(ids) - index


def _next_true(mask: Tensor, start: int) -> int:
    hits = mask[start:].nonzero()
    return start + int(hits[0]) if len(hits) else len(mask)


def _text_block(position: int, count: int) -> Tensor:
    return torch.arange(position, position + count).expand(3, -1)


def _vision_block(position: int, grid: Grid) -> Tensor:
    axes = torch.meshgrid(*(torch.arange(size) for size in grid), indexing="ij")
    return torch.stack(axes).flatten(1) + position
