"""The whole model: pictures become rows, rows take the places of placeholder tokens, the decoder does the rest.

The text-only members of the family are the same class without tower and resampler.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vlm.config import ModelConfig, VisionTokens
from vlm.model.attention import Metadata
from vlm.model.decoder import Decoder
from vlm.model.moe import Modalities
from vlm.model.resampler import Resampler
from vlm.model.rope import Grid
from vlm.model.vision import VisionTower


def vision_mask(token_ids: Tensor, tokens: VisionTokens) -> Tensor:
    """Which tokens go to the vision experts: (tokens,) bool, by the rule the configuration names."""
    if tokens.im_patch_id is not None:
        return token_ids >= tokens.im_patch_id
    return torch.isin(token_ids, torch.tensor(tokens.vision_ids, device=token_ids.device))


class ErnieVL(nn.Module):
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.language_model = Decoder(config.text)
        self.vision_tower = VisionTower(config.vision) if config.vision else None
        self.resampler_model = Resampler(config.vision, config.text) if config.vision else None
        self.lm_head: nn.Module | None = (
            None
            if config.text.tie_word_embeddings
            else nn.Linear(config.text.hidden_size, config.text.vocab_size, bias=False)
        )

    @property
    def device(self) -> torch.device:
        return self.language_model.embed_tokens.weight.device

    def embed_images(self, pixel_values: Tensor, grids: Sequence[Grid]) -> Tensor:
        """pixel_values (patches, channels * patch * patch) of all items, grids (t, h, w) -> (image tokens, hidden)"""
        assert self.vision_tower is not None and self.resampler_model is not None, "a text-only model has no eyes"
        return self.resampler_model(self.vision_tower(pixel_values, grids), grids)

    def embed(self, token_ids: Tensor, image_embeds: Tensor | None) -> Tensor:
        """Token embeddings, with the rows of `image_embeds` at the placeholders, in order. (tokens, hidden)"""
        embeds = self.language_model.embed_tokens(token_ids)
        if image_embeds is not None and self.config.tokens is not None:
            slots = torch.isin(token_ids, torch.tensor(self.config.tokens.placeholders, device=token_ids.device))
            embeds = embeds.masked_scatter(slots[:, None], image_embeds.to(embeds.dtype))
        return embeds

    def forward(
        self, token_ids: Tensor, positions: Tensor, meta: Metadata, image_embeds: Tensor | None = None
    ) -> Tensor:
        """Hidden states of the new tokens of all sequences.

        Args:
            token_ids: (tokens,), sequences end to end; on the CPU, so that which of them are vision is known there, or
                on the model's device, which is waited for then.
            positions: (3, tokens).
            image_embeds: rows for the placeholders among `token_ids`, from `embed_images`.

        Returns:
            (tokens, hidden)
        """
        modalities, tokens = None, self.config.tokens
        if tokens is not None:
            modalities = Modalities.of(vision_mask(token_ids, tokens), self.device)
        embeds = self.embed(token_ids.to(self.device), image_embeds)
        hidden = self.language_model(embeds, positions.to(self.device), modalities, meta)
        meta.advance()
        return hidden

    def compute_logits(self, hidden: Tensor) -> Tensor:
        """(n, hidden) -> (n, vocabulary)"""
        if self.lm_head is not None:
            return self.lm_head(hidden)
        return F.linear(hidden, self.language_model.embed_tokens.weight)
