"""Attention over packed rows: a document, and questions that see it but not one another.

Most of a row's pairs of tokens do not see each other. A GPU computes them all and masks them, in one call; a processor,
which is several times slower at it, takes a row apart: first the document, a part at a time, then a few questions.
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
DOCUMENT_TOKENS = 256  # and of a document


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
        return PiecewiseMask([list(_pieces(row)) for row in parts])
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
    """Tokens that stand side by side, from `start` to `end`: some of the document, or some questions.

    Attributes:
        read: so many of the row's first tokens are all seen: what of the document stands before the piece.
        bias: (end - start, read + end - start), 0 where a token sees a key of document or piece, -inf elsewhere.
    """

    start: int
    end: int
    read: int
    bias: Tensor

    def keys(self, held: Tensor) -> Tensor:
        """(heads, tokens, head_dim) -> (heads, read + end - start, head_dim)"""
        if self.read == self.start:
            return held[:, : self.end]
        return torch.cat((held[:, : self.read], held[:, self.start : self.end]), dim=1)


@dataclass(frozen=True, slots=True)
class PiecewiseMask:
    """Of each row, the pieces that make it up."""

    pieces: Sequence[Sequence[Piece]]

    @property
    def rows(self) -> int:
        return len(self.pieces)

    def attend(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """(rows, heads, tokens, head_dim) each -> the same"""
        return torch.stack([_attend_row(*row) for row in zip(q, k, v, self.pieces, strict=True)])

    def advance(self) -> None:
        """Nothing is cached in training."""


def _attend_row(q: Tensor, k: Tensor, v: Tensor, pieces: Sequence[Piece]) -> Tensor:
    """(heads, tokens, head_dim) each -> the same

    By plain products, which take half the time of aten's fused kernel, there and back. For that every softmax is kept
    for the way back, in q's dtype: some 50 MB a layer of 9 heads and a document of 2,300 tokens.
    """
    found = []
    for piece in pieces:
        bias = piece.bias.to(q.dtype).expand(len(q), -1, -1)
        keys = piece.keys(k).transpose(1, 2)  # (heads, head_dim, keys)
        scores = torch.baddbmm(bias, q[:, piece.start : piece.end], keys, alpha=q.shape[-1] ** -0.5)
        found.append(scores.softmax(-1) @ piece.keys(v))
    return torch.cat(found, dim=1)


def _pieces(parts: Tensor) -> Iterator[Piece]:
    """The document's, then whole questions of one row, as many at a time as `QUESTION_TOKENS` allow, and at least one.

    parts: (tokens,)
    """
    document, *ends = torch.unique_consecutive(parts, return_counts=True)[1].cumsum(0).tolist()
    for start in range(0, document, DOCUMENT_TOKENS):
        yield _piece(parts, start, min(start + DOCUMENT_TOKENS, document), start)
    start = document
    for end, after in pairwise([*ends, len(parts) + QUESTION_TOKENS + 1]):
        if after - start > QUESTION_TOKENS:
            yield _piece(parts, start, end, document)
            start = end


def _piece(parts: Tensor, start: int, end: int, read: int) -> Piece:
    own = parts[start:end]
    reads = (own >= 0)[:, None].expand(-1, read)
    seen = torch.cat((reads, (own[:, None] == own).tril()), dim=1)
    return Piece(start, end, read, torch.zeros(seen.shape).masked_fill(~seen, -torch.inf))


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
