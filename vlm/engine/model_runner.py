"""One pass of the model: sequences to tensors, tensors to new tokens.

One each, or what a search has chosen, or as many of its drafts as the model would have said itself, and one more.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from itertools import accumulate, pairwise

import torch
from torch import Tensor

from vlm.engine.decode_graphs import DecodeGraphs
from vlm.engine.pictures import PictureCache
from vlm.engine.sampler import sample
from vlm.engine.scheduler import Scheduled
from vlm.engine.sequence import Sequence
from vlm.model.attention import AttnMetadata
from vlm.model.ernie_vl import ErnieVL
from vlm.model.rope import Grid
from vlm.quant.layer import QuantDecoderLayer


class ModelRunner:
    def __init__(self, model: ErnieVL, pictures: PictureCache, graphs: DecodeGraphs | None = None) -> None:
        """`graphs`: recordings to replay where a pass suits them."""
        self.model, self.pictures, self.graphs = model, pictures, graphs
        self.device = model.device

    def exact_tokens(self, keys: Tensor) -> int:
        """How many tokens a pass may hold for each to get the same bits as alone, where caches hold such `keys`."""
        layers = self.model.language_model.layers
        return min(layer.exact_tokens(keys) if isinstance(layer, QuantDecoderLayer) else 1 for layer in layers)

    @torch.inference_mode()
    def run(self, batch: Seq[Scheduled]) -> dict[int, list[int]]:
        """Read the scheduled tokens; the new tokens of every sequence whose end was reached, by its id."""
        if self.graphs is not None and self.graphs.suits(batch):
            logits = self.graphs.logits(batch)
            ends, rows = _ends(batch)
            return _say(ends, logits[rows])
        hidden = self._read(batch)
        ends, rows = _ends(batch)
        return _say(ends, self.model.compute_logits(hidden[rows])) if ends else {}

    def _read(self, batch: Seq[Scheduled]) -> Tensor:
        """Hidden states of the scheduled tokens, (tokens, hidden)"""
        token_ids: list[int] = []
        positions: list[Tensor] = []
        embeds: list[Tensor] = []
        for item in batch:
            start = item.sequence.num_cached_tokens
            end = start + item.num_tokens
            token_ids += item.sequence.token_slice(start, end)
            positions.append(item.sequence.position_slice(start, end))
            rows = self._image_rows(item.sequence, start, end)
            if rows is not None:
                embeds.append(rows)
        caches = [item.sequence.cache for item in batch if item.sequence.cache is not None]
        hidden: Tensor = self.model(
            torch.tensor(token_ids),
            torch.cat(positions, dim=1),
            AttnMetadata([item.num_tokens for item in batch], caches),
            torch.cat(embeds) if embeds else None,
        )
        return hidden

    def _image_rows(self, sequence: Sequence, start: int, end: int) -> Tensor | None:
        """Rows for the placeholders at places start..end: those of the pictures that stand there, or begin or end."""
        inputs = sequence.inputs
        if inputs.pixel_values is None or not any(inputs.image_slots[start:end]):
            return None
        first = sum(inputs.image_slots[:start])
        last = first + sum(inputs.image_slots[start:end])
        found: list[Tensor] = []
        for place, (before, after) in enumerate(pairwise(accumulate(inputs.picture_tokens, initial=0))):
            if first < after and before < last:
                found.append(self._picture_rows(sequence, place)[max(first - before, 0) : last - before])
        if not any(inputs.image_slots[end:]):
            sequence.picture_rows = None  # no more of them stand in the prompt
        return torch.cat(found)

    def _picture_rows(self, sequence: Sequence, place: int) -> Tensor:
        """Of one picture, (image tokens, hidden), held for the next chunk, which may go on in the middle of it."""
        if sequence.picture != place or sequence.picture_rows is None:
            inputs, name = sequence.inputs, sequence.picture_names[place]
            rows = self.pictures.rows(name, inputs.patches[place], inputs.grids[place], self._encode)
            sequence.picture, sequence.picture_rows = place, rows.to(self.device)
        return sequence.picture_rows

    def _encode(self, pixel_values: Tensor, grids: Seq[Grid]) -> Tensor:
        return self.model.embed_images(pixel_values.to(self.device), grids)


def _ends(batch: Seq[Scheduled]) -> tuple[list[Scheduled], list[int]]:
    """Whose prompt or answer has been read to its end, and rows to score: of each the last, and those of its drafts."""
    ends: list[Scheduled] = []
    rows: list[int] = []
    after = 0
    for item in batch:
        after += item.num_tokens
        if item.sequence.num_cached_tokens >= item.sequence.num_tokens:
            ends.append(item)
            rows += range(after - 1 - len(item.sequence.draft_ids), after)
    return ends, rows


def _say(ends: Seq[Scheduled], logits: Tensor) -> dict[int, list[int]]:
    """The new tokens of every sequence, by its id; logits (rows, vocabulary), in the order of `_ends`."""
    tokens: dict[int, list[int]] = {}
    counts = [1 + len(item.sequence.draft_ids) for item in ends]
    for item, scored in zip(ends, logits.split(counts), strict=True):
        search = item.owner.search
        new = said(item.sequence, scored) if search is None else search.take(item.sequence, scored[0])
        tokens.setdefault(item.owner.seq_id, []).extend(new)
    return tokens


def said(sequence: Sequence, logits: Tensor) -> list[int]:
    """The next tokens of `sequence`: its drafts for as long as they are what is drawn anyway, and one more.

    The cache is cut back to the tokens that count. logits: (1 + drafts, vocabulary)
    """
    drafts, known, new = sequence.draft_ids, len(sequence.output_ids), []
    for place, row in enumerate(logits):
        new.append(sample(row, sequence))
        if place == len(drafts) or new[-1] != drafts[place] or new[-1] in sequence.stop_token_ids:
            break
        sequence.output_ids.append(new[-1])  # what comes next is drawn behind it
    del sequence.output_ids[known:]
    if drafts:
        assert sequence.cache is not None, "a sequence that was read has a cache"
        sequence.cache.length -= len(drafts) + 1 - len(new)
        sequence.drafts.told(len(drafts), len(new) - 1, sequence.num_tokens + len(new))
        sequence.draft_ids = []
    return new
