"""Samples to rows of token ids: one document, then its questions, which do not see one another.

Several questions share the document before them, so that it is computed once. A row is

    system, document | question 1, answer 1 | question 2, answer 2 | ...
    positions  0..p  | p..                  | p..                  | ...

and a token sees its own part and the document. Ids are exactly those of the prompt that the model meets when it is
asked: the same messages, the same chat template, the same tokenizer; with pictures, the same patches, kept as bytes
until the device has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Protocol

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from prompts.evidence import Evidence
from prompts.tasks import ask
from prompts.template import ChatTemplate
from train.packed_attention import PackMask, mask_of
from vlm.config import VisionTokens
from vlm.image_processor import ImageProcessor
from vlm.model.ernie_vl import ErnieVL
from vlm.model.positions import expand_placeholders, merged_grid, rope_positions
from vlm.model.rope import Grid

FIRST_TOKENS, FIRST_WEIGHT = 2, 0.45  # of an answer, a caption and a value, and what they weigh at least
MULTIPLE = 64  # rows are padded to a multiple of this: few shapes, and some padding


class Encoder(Protocol):
    def __call__(self, text: str) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class Eyes:
    """How pictures become patches, and which tokens stand for them."""

    processor: ImageProcessor
    tokens: VisionTokens


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, and what the model shall say: thought and answer, or the answer alone."""

    question: str
    answer: str
    thinking: str | None = None
    weight: float = 1.0
    task: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One document with its questions. All lists have one entry a token, as has `positions` (3, tokens).

    `parts` is 0 for the document and 1, 2, ... for the questions; `weights` is above 0 where the *next* token is to be
    learned, and `targets` is that token. `pixels` (patches, 3 * patch * patch) uint8 and `grids` are its pictures.
    """

    ids: list[int]
    positions: Tensor
    parts: list[int]
    targets: list[int]
    weights: list[float]
    tasks: list[str]
    pixels: Tensor | None = None
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of equal length. Flat tensors are (rows * tokens,)."""

    ids: Tensor
    positions: Tensor  # (3, rows * tokens): time, height and width
    parts: Tensor  # (rows, tokens), -1 in the padding
    learned: Tensor  # (labels,) places whose next token is to be learned
    targets: Tensor  # (labels,) those next tokens
    weights: Tensor  # (labels,)
    tasks: list[list[str]]
    pixels: Tensor | None = None  # (patches, 3 * patch * patch), pictures end to end; uint8 until they are normalised
    grids: tuple[Grid, ...] = ()

    def to(self, device: str) -> Batch:
        names = ("ids", "positions", "parts", "learned", "targets", "weights", "pixels")
        held = {name: getattr(self, name) for name in names}
        return replace(self, **{name: t.to(device, non_blocking=True) for name, t in held.items() if t is not None})

    def normalised(self, processor: ImageProcessor) -> Batch:
        """Pictures as the tower wants them; best done where the batch is to be computed."""
        return self if self.pixels is None else replace(self, pixels=processor.normalise(self.pixels))

    @property
    def mask(self) -> PackMask:
        """Made where it is needed: it is larger than all the rest."""
        return mask_of(self.parts)


class Packer:
    """Makes rows. `encode` turns text with control tokens into ids, as the processor does."""

    def __init__(self, template: ChatTemplate, encode: Encoder, eyes: Eyes | None = None) -> None:
        self.template, self.encode, self.eyes = template, encode, eyes

    def row(
        self, evidence: Evidence, turns: Sequence[Turn], most_tokens: int, images: Sequence[Image.Image] = ()
    ) -> Row | None:
        """As many of `turns` as fit into `most_tokens`; None if not even one does. `images` are the first pages'."""
        first, _ = self._texts(evidence, turns[0], images)
        # Cut where the whole prompt has a token's end, too: two line ends before a letter are two tokens, alone one.
        shared = first.rindex("\nQuestion: ")
        ids, positions, after, pixels, grids = self._seen(self.encode(first[:shared]), images)
        row = Row(ids, positions, [0] * len(ids), [0] * len(ids), [0.0] * len(ids), [], pixels, grids)
        blocks = [positions]
        for turn in turns:
            prompt, said = self._texts(evidence, turn, images)
            question, answer = self.encode(prompt[shared:]), self.encode(said)
            if len(row.ids) + len(question) + len(answer) > most_tokens:
                continue
            part = question + answer
            row.ids.extend(part)
            blocks.append(torch.arange(after, after + len(part)).expand(3, -1))
            row.tasks.append(turn.task)
            row.parts.extend([len(row.tasks)] * len(part))
            row.targets.extend([*part[1:], 0])
            weights = [turn.weight * weight for weight in _weights(len(answer), self._decisive(turn))]
            row.weights.extend([0.0] * (len(question) - 1) + weights + [0.0])
        return replace(row, positions=torch.cat(blocks, dim=1)) if row.tasks else None

    def _decisive(self, turn: Turn) -> tuple[int, ...]:
        """Where a choice begins: what is said, and in a thought the value behind its first caption."""
        if turn.thinking is None:
            return (0,)
        caption, colon, _ = turn.thinking.partition(": ")
        return (0, len(self.encode(f"{caption}:"))) if colon else (0,)

    def _seen(
        self, ids: list[int], images: Sequence[Image.Image]
    ) -> tuple[list[int], Tensor, int, Tensor | None, tuple[Grid, ...]]:
        """A prompt's ids with its pictures in their places: ids, positions, the next position, patches, grids."""
        if not images:
            return ids, *rope_positions(ids, [], ()), None, ()
        assert self.eyes is not None, "a packer without eyes was given a picture"
        merge = self.eyes.processor.merge_size
        cut = [self.eyes.processor.cut(image) for image in images]
        grids = tuple(grid for _, grid in cut)
        ids = expand_placeholders(
            ids, self.eyes.tokens.image_token_id, [prod(merged_grid(grid, merge)) for grid in grids]
        )
        positions, after = rope_positions(ids, grids, self.eyes.tokens.placeholders, merge)
        return ids, positions, after, torch.cat([patches for patches, _ in cut]), grids

    def _texts(self, evidence: Evidence, turn: Turn, images: Sequence[Image.Image]) -> tuple[str, str]:
        """The prompt, and what follows it up to the end of the turn."""
        thinks = turn.thinking is not None
        rendered = self.template.render(ask(evidence, turn.question, images), enable_thinking=thinks)
        said = f"{turn.thinking}\n</think>\n{turn.answer}" if thinks else turn.answer
        return rendered.text, f"{said}<|im_end|>"


def _weights(tokens: int, decisive: Sequence[int]) -> list[float]:
    """Of each token of what is said: a long answer weighs more than a short one, but not by its length. The first
    tokens from each of the `decisive` places on choose what is copied, however long it is."""
    weights = [tokens**-0.5] * tokens
    for place in decisive:
        for token in range(place, min(place + FIRST_TOKENS, tokens)):
            weights[token] = max(weights[token], FIRST_WEIGHT)
    return weights


def padded_length(tokens: int) -> int:
    """Of a row of so many tokens."""
    return -(-tokens // MULTIPLE) * MULTIPLE


def collate(rows: Sequence[Row]) -> Batch:
    """Rows side by side, padded to the longest."""
    length = padded_length(max(len(row.ids) for row in rows))

    def padded(lists: Sequence[Sequence[float]], fill: float, dtype: torch.dtype) -> Tensor:
        return torch.tensor([[*values, *[fill] * (length - len(values))] for values in lists], dtype=dtype)

    positions = [F.pad(row.positions, (0, length - len(row.ids))) for row in rows]
    pixels = [row.pixels for row in rows if row.pixels is not None]
    weights = padded([row.weights for row in rows], 0.0, torch.float32).flatten()
    learned = weights.nonzero().flatten()
    return Batch(
        ids=padded([row.ids for row in rows], 0, torch.long).flatten(),
        positions=torch.cat(positions, dim=1),
        parts=padded([row.parts for row in rows], -1, torch.long),
        learned=learned,
        targets=padded([row.targets for row in rows], 0, torch.long).flatten()[learned],
        weights=weights[learned],
        tasks=[row.tasks for row in rows],
        pixels=torch.cat(pixels) if pixels else None,
        grids=tuple(grid for row in rows for grid in row.grids),
    )


def seen(model: ErnieVL, batch: Batch) -> Tensor | None:
    """The pictures of `batch` as rows for their placeholders, computed in the dtype of the text. (tokens, hidden)"""
    if batch.pixels is None:
        return None
    dtype = model.language_model.embed_tokens.weight.dtype
    with torch.autocast(batch.pixels.device.type, dtype, enabled=dtype != torch.float32):
        return model.embed_images(batch.pixels, batch.grids)
