"""Attention over packed rows: a document, and questions that see it but not one another.

Most of a row's pairs of tokens do not see each other. A GPU computes them all and masks them, in one call; a processor,
which is several times slower at it, takes a row apart: the document alone, then a few questions at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from train.low_rank import LowRankLinear
from vlm.model.decoder import Attention
from vlm.model.rope import rotate_pairs

QUESTION_TOKENS = 192  # of questions computed together: larger, more is masked; smaller, more calls


class PackMask(Protocol):
    """Rows of equal length, and who sees whom in them."""

    @property
    def rows(self) -> int: ...

    def attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """(rows, heads, tokens, head_dim) each -> the same"""
        ...

    def advance(self) -> None:
        """Nothing is cached in training."""
        ...


def mask_of(parts: Tensor) -> PackMask:
    """parts (rows, tokens): 0 for a document, which comes first, then 1, 2, ... for its questions, -1 in the padding.

    A token sees the tokens before it of its own part, and of the document if it is a question's.
    """
    if parts.device.type == "cpu":
        return PiecewiseMask([int((row == 0).sum()) for row in parts], [list(_pieces(row)) for row in parts])
    return WholeMask(visible(parts))


@dataclass(frozen=True, slots=True)
class WholeMask:
    """visible: (rows, 1, tokens, tokens) bool"""

    visible: Tensor

    @property
    def rows(self) -> int:
        return len(self.visible)

    def attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """(rows, heads, tokens, head_dim) each -> the same"""
        return F.scaled_dot_product_attention(q, k, v, attn_mask=self.visible)

    def advance(self) -> None:
        """Nothing is cached in training."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some questions that stand side by side, from token `start` to `end`.

    Attributes:
        bias: (end - start, document + end - start), 0 where a token sees a key of document or piece, -inf elsewhere.
    """

    start: int
    end: int
    bias: Tensor


@dataclass(frozen=True, slots=True)
class PiecewiseMask:
    """Of each row, the tokens of its document, and the pieces behind it."""

    documents: Sequence[int]
    pieces: Sequence[Sequence[Piece]]

    @property
    def rows(self) -> int:
        return len(self.documents)

    def attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """(rows, heads, tokens, head_dim) each -> the same"""
        rows = zip(q, k, v, self.documents, self.pieces, strict=True)
        return torch.stack([_attend_row(*row) for row in rows])

    def advance(self) -> None:
        """Nothing is cached in training."""


def _attend_row(q: Tensor, k: Tensor, v: Tensor, document: int, pieces: Sequence[Piece]) -> Tensor:
    """(heads, tokens, head_dim) each -> the same"""
    read_k, read_v = k[:, :document], v[:, :document]
    read = F.scaled_dot_product_attention(q[None, :, :document], read_k[None], read_v[None], is_causal=True)[0]
    found = [read]
    for piece in pieces:  # by plain products: aten's fused kernel takes twice as long with a mask, and back thrice
        place = slice(piece.start, piece.end)
        keys = torch.cat((read_k, k[:, place]), dim=1)  # (heads, keys, head_dim)
        values = torch.cat((read_v, v[:, place]), dim=1)
        bias = piece.bias.to(q.dtype).expand(len(q), -1, -1)
        scores = torch.baddbmm(bias, q[:, place], keys.transpose(1, 2), alpha=q.shape[-1] ** -0.5)
        found.append(scores.softmax(-1) @ values)
    return torch.cat(found, dim=1)


def _pieces(parts: Tensor) -> Iterator[Piece]:
    """Whole questions of one row, as many at a time as `QUESTION_TOKENS` allow, and at least one. parts: (tokens,)"""
    document, *ends = torch.unique_consecutive(parts, return_counts=True)[1].cumsum(0).tolist()
    start = document
    for end, after in pairwise([*ends, len(parts) + QUESTION_TOKENS + 1]):
        if after - start > QUESTION_TOKENS:
            own = parts[start:end]
            read = (own > 0)[:, None].expand(-1, document)
            seen = torch.cat((read, (own[:, None] == own).tril()), dim=1)
            yield Piece(start, end, torch.zeros(seen.shape).masked_fill(~seen, -torch.inf))
            start = end


def visible(parts: Tensor) -> Tensor:
    """Which keys a query sees. Padding sees padding: no softmax is empty. (rows, 1, tokens, tokens) bool"""
    length = parts.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=parts.device).tril()
    query, key = parts[:, :, None], parts[:, None, :]
    return (causal & ((key == query) | ((key == 0) & (query > 0))))[:, None]


class PackedAttention(nn.Module):
    """`Attention` over (rows * tokens), each row with its own mask. The projections are the original's."""

    def __init__(self, base: Attention, rank: int) -> None:
        super().__init__()
        self.head_dim = base.head_dim
        projections = (base.q_proj, base.k_proj, base.v_proj, base.o_proj)
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (
            LowRankLinear(projection, rank) if rank else projection for projection in projections
        )

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, meta: PackMask) -> Tensor:
        """(rows * tokens, hidden) -> the same"""
        q, k, v = (proj(x).unflatten(-1, (-1, self.head_dim)) for proj in (self.q_proj, self.k_proj, self.v_proj))
        q, k = rotate_pairs(q, cos, sin), rotate_pairs(k, cos, sin)  # (rows * tokens, heads, head_dim)
        # (rows, heads, tokens, head_dim) from here on
        q, k, v = (y.unflatten(0, (meta.rows, -1)).transpose(1, 2) for y in (q, k, v))
        # Heads are repeated, since no fused kernel of a GPU takes both a mask and grouped queries.
        k, v = (y.repeat_interleave(q.shape[1] // k.shape[1], dim=1) for y in (k, v))
        return self.o_proj(meta.attend(q, k, v).transpose(1, 2).flatten(2).flatten(0, 1))
