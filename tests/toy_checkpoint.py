"""A tiny ERNIE-4.5-VL checkpoint on disk: random weights, one token a byte, nano's control tokens."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from vlm.config import ModelConfig
from vlm.key_map import recipes
from vlm.model.ernie_vl import ErnieVL
from vlm.nano.config import IMAGE_PROCESSOR, nano_config
from vlm.nano.tokenizer import CONTROL_TOKENS, build_tokenizer

FIELDS = {
    "llama.block_count": 3,
    "llama.vocab_size": 17 + 256,
    "llama.embedding_length": 64,
    "llama.feed_forward_length": 128,
    "llama.attention.head_count": 1,
    "llama.attention.head_count_kv": 1,
    "llama.context_length": 2048,
    "llama.rope.freq_base": 10000.0,
}


def byte_alphabet() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(b) for b in shown] + [chr(256 + n) for n in range(256 - len(shown))]


def write_toy(directory: Path, use_image_tokens: bool = True, untrained: bool = False, std: float = 0.3) -> Path:
    """Write the checkpoint; weights are seeded, large enough that ties are rare. `untrained`: experts add nothing."""
    raw = nano_config(FIELDS) | {"use_image_tokens": use_image_tokens}
    layers = {"num_hidden_layers": 3, "mlp_layer_types": ["dense", "sparse", "sparse"]}
    raw["text_config"] = raw["text_config"] | layers
    raw["vision_config"] = raw["vision_config"] | {"depth": 2, "hidden_size": 32, "num_heads": 2}
    config = ModelConfig.from_dict(raw)
    torch.manual_seed(0)
    model = ErnieVL(config)
    state = {}
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=std)
        if untrained and name.endswith("text_moe.experts.down_proj"):
            torch.nn.init.zeros_(parameter)
        native = recipes(name, config.text)[0].sources[0]
        state[native] = parameter.detach()[None] if name.endswith("correction_bias") else parameter.detach()
    save_file(state, directory / "model.safetensors")
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *CONTROL_TOKENS.values()]
    build_tokenizer(special + byte_alphabet(), []).save_pretrained(directory)
    (directory / "config.json").write_text(json.dumps(raw))
    (directory / "preprocessor_config.json").write_text(json.dumps(IMAGE_PROCESSOR))
    return directory
