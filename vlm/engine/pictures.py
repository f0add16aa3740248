"""Encoded pictures, kept by what they show.

The tower takes far longer than the decoder: a page of a million pixels is most of the time to the first token. So a
picture is encoded once, whatever stands around it, whoever asks, and, with a place on the disk, whenever.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from vlm.inputs import ModelInputs
from vlm.model.rope import Grid

Encode = Callable[[Tensor, Sequence[Grid]], Tensor]
"""pixel_values (patches, channels * patch * patch) and grids -> (image tokens, hidden)"""


class Disk(Protocol):
    """Bytes under names, of one model alone; what is kept may be gone later."""

    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, data: bytes) -> None: ...


class PictureCache:
    """Rows of the pictures that were seen last: `max_bytes` of them in memory, and all that `disk` holds."""

    def __init__(self, max_bytes: int, disk: Disk | None = None) -> None:
        self.max_bytes, self.disk = max_bytes, disk
        self.nbytes = 0
        self._rows: OrderedDict[bytes, Tensor] = OrderedDict()

    def rows(self, name: bytes, patches: Tensor, grid: Grid, encode: Encode) -> Tensor:
        """Of one picture, which is encoded if it is not known.

        Args:
            name: what `picture_names` gives.
            patches: (patches, channels * patch * patch)

        Returns:
            (image tokens, hidden)
        """
        rows = self._get(name)
        if rows is None:
            rows = encode(patches, [grid])
            if self.disk is not None:
                self.disk.put(name.hex(), save({"rows": rows.cpu()}))
        self._keep(name, rows)
        return rows

    def check_integrity(self) -> None:
        """The bytes add up and keep to their budget."""
        assert self.nbytes == sum(rows.nbytes for rows in self._rows.values()) <= self.max_bytes

    def _get(self, name: bytes) -> Tensor | None:
        if name in self._rows:
            return self._rows[name]
        data = self.disk.get(name.hex()) if self.disk is not None else None
        try:
            return load(data)["rows"] if data is not None else None
        except (SafetensorError, KeyError):  # cut off, or not ours: encoded anew and written over
            return None

    def _keep(self, name: bytes, rows: Tensor) -> None:
        if name not in self._rows:
            self._rows[name] = rows
            self.nbytes += rows.nbytes
        self._rows.move_to_end(name)
        while self.nbytes > self.max_bytes:
            _, oldest = self._rows.popitem(last=False)
            self.nbytes -= oldest.nbytes


def picture_names(inputs: ModelInputs) -> tuple[bytes, ...]:
    """A name for what each picture of a prompt shows, alike for the same picture in any prompt."""
    if inputs.pixel_values is None:
        return ()
    names = []
    for grid, patches in zip(inputs.grids, inputs.patches, strict=True):
        told = hashlib.sha256(repr((tuple(grid), patches.dtype)).encode())
        told.update(patches.contiguous().view(torch.uint8).numpy().data)
        names.append(told.digest())
    return tuple(names)
