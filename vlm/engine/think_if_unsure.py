"""A logits processor that lets a model think first where it is not sure how to begin its answer.

An answer's first token mostly decides the rest: which value is copied, or that there is none. Where the model gives it
little probability, a thought that names the thing and reads its value finds another way to it. (Confidence as the
switch: adaptive thinking, arXiv 2505.13417, learns it instead.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class ThinkIfUnsure:
    """Opens the thought of one request whose prompt opens none.

    Attributes:
        below: the thought is opened where the likeliest first token has less than this probability.
        opening: ids that open it, as the chat template would have.
    """

    below: float
    opening: tuple[int, ...]

    def __call__(self, output_ids: Sequence[int], logits: Tensor) -> Tensor:
        """(vocabulary,) -> (vocabulary,)"""
        place = len(output_ids)
        if place >= len(self.opening) or tuple(output_ids) != self.opening[:place]:
            return logits
        if place == 0 and float(logits.softmax(-1).max()) >= self.below:
            return logits
        only = torch.full_like(logits, -torch.inf)
        only[self.opening[place]] = 0.0
        return only
