"""One pass of the model: sequences to tensors, tensors to new tokens.

One each, or what a search has chosen, or as many of its drafts as the model would have said itself, and one more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence as Seq
from itertools import accumulate, pairwise

import torch
from torch import Tensor

from vlm.engine.decode_graphs import DecodeGraphs
from vlm.engine.pictures import PictureCache
from vlm.engine.sampler import sample
from vlm.engine.scheduler import Scheduled
from vlm.engine.sequence import Sequence
from vlm.errors import VLMError
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
    def run(self, batch: Seq[Scheduled]) -> dict[int, list[int] | VLMError]:
        """Read the scheduled tokens; the new tokens of every sequence whose end was reached, by its id.

        Or what has ended a sequence: its picture cannot be encoded, its next token not be drawn.
        """
        tokens: dict[int, list[int] | VLMError] = {}
        readable, embeds = self._with_pictures(batch, tokens)
        if not readable:
            return tokens
        if self.graphs is not None and self.graphs.suits(readable):
            logits = self.graphs.logits(readable)
            ends, rows = _ends(readable)
            _say(ends, logits[rows], tokens)
            return tokens
        hidden = self._read(readable, embeds)
        ends, rows = _ends(readable)
        if ends:
            _say(ends, self.model.compute_logits(hidden[rows]), tokens)
        return tokens

    def _with_pictures(
        self, batch: Seq[Scheduled], failed: dict[int, list[int] | VLMError]
    ) -> tuple[list[Scheduled], list[Tensor]]:
        """Those whose pictures are there, and rows for all their placeholders; of the others the error."""
        readable: list[Scheduled] = []
        embeds: list[Tensor] = []
        for item in batch:
            start = item.sequence.num_cached_tokens
            try:
                rows = self._image_rows(item.sequence, start, start + item.num_tokens)
            except Exception as error:  # of whatever kind, it is this picture's
                failed[item.owner.seq_id] = _told("its picture could not be encoded; a smaller one takes less", error)
                continue
            readable.append(item)
            if rows is not None:
                embeds.append(rows)
        return readable, embeds

    def _read(self, batch: Seq[Scheduled], embeds: list[Tensor]) -> Tensor:
        """Hidden states of the scheduled tokens, (tokens, hidden)"""
        token_ids: list[int] = []
        positions: list[Tensor] = []
        for item in batch:
            start = item.sequence.num_cached_tokens
            end = start + item.num_tokens
            token_ids += item.sequence.token_slice(start, end)
            positions.append(item.sequence.position_slice(start, end))
        caches = [item.sequence.cache for item in batch if item.sequence.cache is not None]
        in_prompt = [item.sequence.num_cached_tokens < item.sequence.num_prompt_tokens for item in batch]
        hidden: Tensor = self.model(
            torch.tensor(token_ids),
            torch.cat(positions, dim=1),
            AttnMetadata([item.num_tokens for item in batch], caches, in_prompt),
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


def _say(ends: Seq[Scheduled], logits: Tensor, tokens: dict[int, list[int] | VLMError]) -> None:
    """Put the new tokens of every sequence, by its id; logits (rows, vocabulary), in the order of `_ends`."""
    counts = [1 + len(item.sequence.draft_ids) for item in ends]
    for item, scored in zip(ends, logits.split(counts), strict=True):
        before = tokens.setdefault(item.owner.seq_id, [])
        if isinstance(before, VLMError):
            continue  # another of its branches failed
        try:
            before += _drawn(item, scored)
        except Exception as error:  # sampling parameters and processors are the request's own
            tokens[item.owner.seq_id] = _told("its next token could not be drawn", error)


def _drawn(item: Scheduled, logits: Tensor) -> list[int]:
    """logits: (1 + drafts, vocabulary)"""
    if not all(map(math.isfinite, logits.aminmax())):  # both are NaN if one is
        raise VLMError(
            "the model's numbers overflowed, so its answer would mean nothing; use --dtype bfloat16, and if that does "
            "not help, the weights are damaged"
        )
    search = item.owner.search
    return said(item.sequence, logits) if search is None else search.take(item.sequence, logits[0])


def _told(what: str, error: Exception) -> VLMError:
    """The error for whoever asked, in words."""
    if isinstance(error, VLMError):
        return error
    told = VLMError(f"the answer ended: {what} ({type(error).__name__}: {error})")
    told.__cause__ = error
    return told


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
