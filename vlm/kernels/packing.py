"""Weights in 4 or 8 bits: how they are rounded, and how they lie in memory.

A weight (rows, columns) is cut along its columns into groups that share an fp16 scale. In memory sixteen rows are a
*tile*, and a tile is a run of 64-byte vectors with one 32-bit lane for each row:

    8 bits: byte b of lane r in vector j is   W[r, 4j + b] + 128
    4 bits: its low nibble is  W[r, 8j + b] + 8,  its high nibble  W[r, 8j + 4 + b] + 8

so that a lane is a row, an activation is broadcast to all lanes, and nothing is ever summed across them. Decoding and
prefill read the same bytes, and files hold them as they are: a mapped file is ready to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

TILE = 16
ROWS = 2 * TILE  # rows are filled up to a multiple of this
AT_ONCE = 128 * ROWS  # rows
GROUPS = (32, 64, 128)
SHRINK = {  # scales tried, as shares of what the largest weight of a group asks for; 8 bits gain nothing by it
    4: (1.0, 0.95, 0.9, 0.85, 0.8),
    8: (1.0,),
}


class Packed(NamedTuple):
    """A packed weight, or a stack of them (`...` in front).

    Attributes:
        weight: (..., tiles, bytes of a tile) uint8.
        scales: (..., tiles, groups, 16) fp16.
        rows, columns: of the weight itself, before it was filled up.
    """

    weight: Tensor
    scales: Tensor
    rows: int
    columns: int
    group: int
    bits: int

    @property
    def padded_columns(self) -> int:
        return self.scales.shape[-2] * self.group


def packed_shapes(rows: int, columns: int, bits: int, group: int) -> tuple[tuple[int, int], tuple[int, int, int]]:
    """Shapes of the weight and the scales that `pack` makes of (rows, columns)."""
    tiles, groups = -(-rows // ROWS) * 2, -(-columns // group)
    return (tiles, groups * group * TILE * bits // 8), (tiles, groups, TILE)


def quantise(
    weight: Tensor, bits: int, group: int, importance: Tensor | None = None, shrink: Sequence[float] | None = None
) -> tuple[Tensor, Tensor]:
    """Round to the nearest of 2^bits evenly spaced numbers, with a scale for each row and group.

    The weight of largest size in a group becomes -2^(bits - 1), the number farthest from zero; of the scales tried,
    which are shares `shrink` of that (the first of them 1; None: as in `SHRINK`), the one with the smallest squared
    error is kept.

    Args:
        weight: (..., rows, columns), any float dtype.
        importance: (..., columns) weights of the error: the mean square of what each column is multiplied with. None
            counts all columns alike.

    Returns:
        codes (..., rows, padded columns) int8, and scales (..., rows, groups) fp16; padding is zero.
    """
    assert bits in (4, 8) and group in GROUPS, f"4 or 8 bits in groups of {GROUPS}, not {bits} in {group}"
    columns = weight.shape[-1]
    fill = -columns % group
    cut = F.pad(weight.float(), (0, fill)).unflatten(-1, (-1, group))  # (..., rows, groups, group)
    cares = torch.ones(())
    if importance is not None:
        cares = F.pad(importance.float(), (0, fill)).unflatten(-1, (-1, group)).unsqueeze(-3)  # (..., 1, groups, group)
    shrink = shrink or SHRINK[bits]
    lowest = -(2 ** (bits - 1))
    largest = cut.gather(-1, cut.abs().argmax(-1, keepdim=True))  # with its sign: (..., rows, groups, 1)
    kept = _rounded(cut, largest / lowest, lowest)
    for share in shrink[1:]:
        tried = _rounded(cut, largest * share / lowest, lowest)
        better = _error(cut, *tried, cares) < _error(cut, *kept, cares)
        kept = torch.where(better, tried[0], kept[0]), torch.where(better, tried[1], kept[1])
    codes, scales = kept
    return codes.to(torch.int8).flatten(-2), scales.squeeze(-1).half()


def _rounded(cut: Tensor, scales: Tensor, lowest: int) -> tuple[Tensor, Tensor]:
    """Codes (..., groups, group), and the scales as fp16 holds them."""
    scales = scales.half().float()
    codes = torch.where(scales == 0, 0.0, cut / scales).round().clamp(lowest, -lowest - 1)
    return codes, scales


def _error(cut: Tensor, codes: Tensor, scales: Tensor, cares: Tensor) -> Tensor:
    """(..., groups, 1)"""
    return ((codes * scales - cut).square() * cares).sum(-1, keepdim=True)


def pack(codes: Tensor, scales: Tensor, rows: int, columns: int, bits: int, group: int) -> Packed:
    """Codes and scales of `quantise` in the layout of the kernels; rows are filled up with zeros."""
    fill = -codes.shape[-2] % ROWS
    codes, scales = F.pad(codes, (0, 0, 0, fill)), F.pad(scales, (0, 0, 0, fill))
    tiles = (codes.to(torch.int16) + 2 ** (bits - 1)).to(torch.uint8).unflatten(-2, (-1, TILE))
    if bits == 4:
        lanes = tiles.unflatten(-1, (-1, 2, 4))  # (..., tiles, 16, vectors, low or high, 4)
        lanes = lanes[..., 0, :] | lanes[..., 1, :] << 4
    else:
        lanes = tiles.unflatten(-1, (-1, 4))  # (..., tiles, 16, vectors, 4)
    weight = lanes.transpose(-3, -2).flatten(-3).contiguous()  # (..., tiles, bytes)
    return Packed(weight, scales.unflatten(-2, (-1, TILE)).transpose(-2, -1).contiguous(), rows, columns, group, bits)


def unpack(packed: Packed) -> tuple[Tensor, Tensor]:
    """What `pack` was given, filled up: codes (..., rows, columns) int8 and scales (..., rows, groups)."""
    lanes = packed.weight.unflatten(-1, (-1, TILE, 4)).transpose(-3, -2)  # (..., tiles, 16, vectors, 4)
    if packed.bits == 4:
        lanes = torch.stack((lanes & 15, lanes >> 4), dim=-2).flatten(-3, -2)
    codes = (lanes.flatten(-2).to(torch.int16) - 2 ** (packed.bits - 1)).to(torch.int8)
    return codes.flatten(-3, -2), packed.scales.transpose(-2, -1).flatten(-3, -2)


def dequantise(packed: Packed) -> Tensor:
    """The weight that the kernels multiply with, (..., rows, columns) in fp32."""
    codes, scales = unpack(packed)
    full = (codes.unflatten(-1, (-1, packed.group)) * scales.float()[..., None]).flatten(-2)
    return full[..., : packed.rows, : packed.columns]


def pack_weight(weight: Tensor, bits: int, group: int, importance: Tensor | None = None) -> Packed:
    """`quantise` and `pack` in one; some rows after the others, so that a large weight needs little more memory."""
    rows, columns = weight.shape[-2:]
    parts = [
        pack(*quantise(part, bits, group, importance), part.shape[-2], columns, bits, group)
        for part in weight.split(AT_ONCE, dim=-2)
    ]
    stored = torch.cat([part.weight for part in parts], dim=-2)
    scales = torch.cat([part.scales for part in parts], dim=-3)
    return Packed(stored, scales, rows, columns, group, bits)


def interleave(gate_up: Tensor) -> Tensor:
    """Rows of gate and up, one after the other, to sixteen of gate, sixteen of up, and so on, which share a register.

    (..., 2 * width, hidden) -> (..., 2 * padded width, hidden), the width filled up to a multiple of 16.
    """
    gate, up = gate_up.chunk(2, dim=-2)
    fill = (0, 0, 0, -gate.shape[-2] % TILE)
    halves = [F.pad(part, fill).unflatten(-2, (-1, TILE)) for part in (gate, up)]
    return torch.stack(halves, dim=-3).flatten(-4, -2)


def interleave_packed(gate: Packed, up: Packed) -> Packed:
    """What `interleave` does, of weights that are packed already."""
    weight = torch.stack((gate.weight, up.weight), dim=-2).flatten(-3, -2)
    scales = torch.stack((gate.scales, up.scales), dim=-3).flatten(-4, -3)
    return gate._replace(weight=weight, scales=scales, rows=2 * TILE * gate.weight.shape[-2])


def one_below_the_other(parts: Sequence[Packed]) -> Packed:
    """Weights over the same columns as one; each begins at a multiple of 32 rows."""
    weight = torch.cat([part.weight for part in parts], dim=-2)
    scales = torch.cat([part.scales for part in parts], dim=-3)
    return parts[0]._replace(weight=weight, scales=scales, rows=TILE * weight.shape[-2])
