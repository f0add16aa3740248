"""Messages to model inputs. Text ends here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from prompts.messages import Message
from prompts.template import ChatTemplate, TemplateError
from vlm.config import ModelConfig
from vlm.errors import CheckpointError, ConfigError
from vlm.generation_config import GenerationConfig
from vlm.image_processor import ImageProcessor
from vlm.inputs import ModelInputs
from vlm.model.positions import expand_placeholders, merged_grid, rope_positions
from vlm.tokenizer import Tokenizer

DEFAULT_TEMPLATES = {"ernie4_5_vl_moe": "ernie_vl", "ernie4_5_moe_vl": "ernie_vl"}


@dataclass(frozen=True, slots=True)
class Processor:
    """Renders the chat template, tokenises, cuts pictures into patches, and places every token.

    Attributes:
        sequence_bias, exact_sums, think_below: see `GenerationConfig`.
        thought_opening: ids with which the template opens a thought; empty where it does so in another way.
    """

    config: ModelConfig
    tokenizer: Tokenizer
    template: ChatTemplate
    image_processor: ImageProcessor
    sequence_bias: Mapping[tuple[int, ...], float]
    exact_sums: bool
    think_below: float
    thought_opening: tuple[int, ...]

    @staticmethod
    def load(directory: Path, config: ModelConfig) -> Processor:
        """What turns messages into the inputs of the model in `directory`; its `config` knows every token that ends a
        turn.

        Raises:
            CheckpointError: tokenizer, template, image processor or `generation_config.json` do not fit the model.
        """
        tokenizer, generation = Tokenizer.load(directory), GenerationConfig.load(directory)
        config = replace(config, eos_token_ids=stop_token_ids(directory, config, generation, tokenizer))
        template = _template(config, tokenizer)
        return Processor(
            config,
            tokenizer,
            template,
            _image_processor(directory, config),
            _biases(generation, config),
            generation.exact_sums,
            generation.think_below,
            _thought_opening(template, tokenizer) if generation.think_below else (),
        )

    def __call__(self, messages: Sequence[Message], enable_thinking: bool | None) -> tuple[ModelInputs, bool]:
        """The prompt as ids and tensors, and whether it ends inside a thought.

        Raises:
            ConfigError: a picture for a model without eyes.
            CheckpointError: a template that refuses the messages, or does not place every picture.
        """
        try:
            rendered = self.template.render(messages, enable_thinking)
        except TemplateError as error:
            raise CheckpointError(str(error)) from error
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
            raise CheckpointError(
                f"the chat template placed {ids.count(placeholder)} pictures of {len(counts)}; "
                "the checkpoint's template and tokenizer do not fit its config"
            )
        return expand_placeholders(ids, placeholder, counts)


def stop_token_ids(
    directory: Path, config: ModelConfig, generation: GenerationConfig, tokenizer: Tokenizer
) -> tuple[int, ...]:
    """Every id that ends an answer: those of both config files, and the tokenizer's ends of text and of turn.

    Raises:
        CheckpointError: there is none, so that no answer would ever end, or one that the model does not know.
    """
    ids = {*config.eos_token_ids, *generation.eos_token_ids}
    for name in ("eos_token", "sep_token"):
        token = tokenizer.id_of(tokenizer.named_special_tokens.get(name, ""))
        ids |= set() if token is None else {token}
    if not ids:
        raise CheckpointError(f"{directory} names no eos_token_id, so no answer would end; add it to config.json")
    if max(ids) >= (size := config.text.vocab_size):
        raise CheckpointError(
            f"{directory} ends an answer with token {max(ids)} and the model knows {size}; its tokenizer or one of its "
            "configs belongs to another checkpoint"
        )
    return tuple(sorted(ids))


def _biases(generation: GenerationConfig, config: ModelConfig) -> Mapping[tuple[int, ...], float]:
    size = config.text.vocab_size
    unknown = [token for ids in generation.sequence_bias for token in ids if token >= size]
    if unknown:
        raise CheckpointError(
            f"sequence_bias names token {unknown[0]} and the model knows {size}; generation_config.json belongs to "
            "another checkpoint"
        )
    return generation.sequence_bias


def _template(config: ModelConfig, tokenizer: Tokenizer) -> ChatTemplate:
    """The checkpoint's own chat template, else the one its kind was trained with."""
    if tokenizer.chat_template is None:
        return ChatTemplate.named(DEFAULT_TEMPLATES.get(config.model_type, "ernie_text"))
    try:
        return ChatTemplate(tokenizer.chat_template, tokenizer.named_special_tokens)
    except TemplateError as error:
        raise CheckpointError(f"the checkpoint's chat template cannot be used: {error}") from error


def _thought_opening(template: ChatTemplate, tokenizer: Tokenizer) -> tuple[int, ...]:
    plain, thinking = (template.render([Message.of("user", "?")], mode).text for mode in (None, True))
    return tuple(tokenizer.encode(thinking.removeprefix(plain))) if thinking.startswith(plain) else ()


def _image_processor(directory: Path, config: ModelConfig) -> ImageProcessor:
    processor = ImageProcessor.load(directory)
    vision = config.vision
    cut = (processor.patch_size, processor.merge_size)
    if vision and cut != (vision.patch_size, vision.spatial_merge_size):
        raise CheckpointError(
            f"the image processor cuts patches of {cut[0]} merged by {cut[1]}, the model reads {vision.patch_size} "
            f"merged by {vision.spatial_merge_size}; preprocessor_config.json belongs to another checkpoint"
        )
    return processor
