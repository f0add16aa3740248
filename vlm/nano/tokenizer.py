"""nano's tokenizer: SmolLM2's byte-level BPE, with ERNIE's control tokens on ids that were never used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prompts.template import ChatTemplate

# SmolLM2 reserves ids 3..16 for source-code metadata, which its instruct model never sees.
CONTROL_TOKENS: Mapping[int, str] = {
    3: "<think>",
    4: "</think>",
    5: "<|image_start|>",
    6: "<|image_end|>",
    7: "<|image_pad|>",
    8: "<|video_start|>",
    9: "<|video_end|>",
    10: "<|video_pad|>",
    11: "<|reserved_0|>",
    12: "<|reserved_1|>",
    13: "<|reserved_2|>",
    14: "<|reserved_3|>",
    15: "<|reserved_4|>",
    16: "<|reserved_5|>",
}
END_OF_TEXT, IM_START, IM_END = 0, 1, 2


def build_tokenizer(tokens: Sequence[str], merges: Sequence[str]) -> Any:
    """A transformers tokenizer of the vocabulary and merges that the GGUF file carries.

    Digits are split one by one before byte-level BPE, as in SmolLM2's own tokenizer.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = [CONTROL_TOKENS.get(index, token) for index, token in enumerate(tokens)]
    pairs = [(left, right) for left, _, right in (merge.partition(" ") for merge in merges)]
    backend = Tokenizer(models.BPE({token: index for index, token in enumerate(vocabulary)}, pairs))
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    backend.decoder = decoders.ByteLevel()
    special = [vocabulary[END_OF_TEXT], vocabulary[IM_START], vocabulary[IM_END], *CONTROL_TOKENS.values()]
    backend.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token=vocabulary[IM_START],
        eos_token=vocabulary[IM_END],
        pad_token=vocabulary[END_OF_TEXT],
        unk_token=vocabulary[END_OF_TEXT],
        clean_up_tokenization_spaces=False,
        extra_special_tokens={
            "image_token": CONTROL_TOKENS[7],
            "image_start_token": CONTROL_TOKENS[5],
            "image_end_token": CONTROL_TOKENS[6],
            "video_token": CONTROL_TOKENS[10],
            "video_start_token": CONTROL_TOKENS[8],
            "video_end_token": CONTROL_TOKENS[9],
        },
    )
    tokenizer.chat_template = ChatTemplate.named("chatml").source
    return tokenizer
