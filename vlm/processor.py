"""Messages to model inputs. Text ends here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from prompts.messages import Message
from prompts.template import ChatTemplate, TemplateError
from vlm.config import ModelConfig
from vlm.errors import ConfigError
from vlm.image_processor import ImageProcessor
from vlm.inputs import ModelInputs
from vlm.model.positions import merged_grid, rope_positions
from vlm.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Processor:
    """Renders the chat template, tokenises, cuts pictures into patches, and places every token."""

    config: ModelConfig
    tokenizer: Tokenizer
    template: ChatTemplate
    image_processor: ImageProcessor

    def __call__(self, messages: Sequence[Message], enable_thinking: bool | None) -> tuple[ModelInputs, bool]:
        """The prompt as ids and tensors, and whether it ends inside a thought.

        Raises:
            ConfigError: a picture for a model without eyes, or a template that does not place every picture.
        """
        try:
            rendered = self.template.render(messages, enable_thinking)
        except TemplateError as error:
            raise ConfigError(str(error)) from error
        ids = self.tokenizer.encode(rendered.text)
        tokens, vision = self.config.tokens, self.config.vision
        if tokens is None or vision is None:
            if rendered.images:
                raise ConfigError(f"a {self.config.model_type} reads no pictures; send text alone")
            positions, after = rope_positions(ids, [], ())
            return ModelInputs(ids, positions, after, [False] * len(ids)), rendered.opens_thought
        patches = [self.image_processor.patches(image) for image in rendered.images]
        grids = [grid for _, grid in patches]
        ids = self._expand(ids, [math.prod(merged_grid(grid, vision.spatial_merge_size)) for grid in grids])
        positions, after = rope_positions(ids, grids, tokens.placeholders, vision.spatial_merge_size)
        inputs = ModelInputs(
            ids,
            positions,
            after,
            [token in tokens.placeholders for token in ids],
            torch.cat([pixels for pixels, _ in patches]) if patches else None,
            tuple(grids),
        )
        return inputs, rendered.opens_thought

    def _expand(self, ids: list[int], counts: Sequence[int]) -> list[int]:
        """Repeat each picture's placeholder as often as the picture has tokens."""
        assert self.config.tokens is not None
        placeholder = self.config.tokens.image_token_id
        if ids.count(placeholder) != len(counts):
            raise ConfigError(
                f"the chat template placed {ids.count(placeholder)} pictures of {len(counts)}; "
                "the checkpoint's template and tokenizer do not fit its config"
            )
        remaining = iter(counts)
        out: list[int] = []
        for token in ids:
            out += [token] * (next(remaining) if token == placeholder else 1)
        return out
