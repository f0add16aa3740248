"""What the processor hands the engine: ids and tensors, no text."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from vlm.model.rope import Grid


@dataclass(frozen=True, slots=True)
class ModelInputs:
    """One prompt.

    Attributes:
        token_ids: with one placeholder id for every token of a picture.
        positions: (3, tokens), rows time, height, width.
        next_position: where the first new token stands, on all three axes.
        pixel_values: (patches, channels * patch * patch) of all pictures, end to end; None without pictures.
        grids: patches (t, h, w) of each picture, in order.
        image_slots: for every token, whether a picture's row takes its place.
    """

    token_ids: list[int]
    positions: Tensor
    next_position: int
    image_slots: list[bool]
    pixel_values: Tensor | None = None
    grids: tuple[Grid, ...] = ()

    @property
    def patches(self) -> tuple[Tensor, ...]:
        """`pixel_values` of each picture."""
        return () if self.pixel_values is None else self.pixel_values.split([t * h * w for t, h, w in self.grids])

    @property
    def picture_tokens(self) -> list[int]:
        """How many tokens stand for each picture: frames pair up, and cells merge by the same factor in all of them."""
        cells = [max(t // 2, 1) * h * w for t, h, w in self.grids]
        merged = sum(cells) // max(sum(self.image_slots), 1)
        return [count // merged for count in cells]
