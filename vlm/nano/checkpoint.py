"""Base model in, ERNIE-4.5-VL checkpoint out, in transformers' native layout."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from prompts.tasks import NOT_FOUND
from vlm.config import ModelConfig
from vlm.key_map import recipes
from vlm.model.ernie_vl import ErnieVL
from vlm.nano.config import IMAGE_PROCESSOR, UNTRAINED, nano_config
from vlm.nano.tokenizer import END_OF_TEXT, build_tokenizer
from vlm.nano.trained import Trained

INIT_STD = 0.02
THINK_BELOW = 0.6  # chosen by questions about training's own split, answered in both modes (model card)

# GGUF's names of a layer's tensors, and ours. Its q and k rows lie in adjacent pairs already, as ERNIE wants them.
LAYER_TENSORS = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
}
MLP_TENSORS = {"ffn_gate": "gate_proj", "ffn_up": "up_proj", "ffn_down": "down_proj"}
TOP_TENSORS = {"token_embd": "language_model.embed_tokens", "output_norm": "language_model.norm"}


def base_tensors(reader: Any, sparse_layers: Collection[int]) -> Iterator[tuple[str, Tensor]]:
    """The base model's tensors, dequantised to fp32, under our names."""
    from gguf import dequantize

    for tensor in reader.tensors:
        name, kind = tensor.name.rsplit(".", 1)
        if name in TOP_TENSORS:
            ours = TOP_TENSORS[name]
        else:
            _, layer, part = name.split(".")
            mlp = "mlp.shared_experts" if int(layer) in sparse_layers else "mlp"
            leaf = LAYER_TENSORS.get(part) or f"{mlp}.{MLP_TENSORS[part]}"
            ours = f"language_model.layers.{layer}.{leaf}"
        yield f"{ours}.{kind}", torch.tensor(dequantize(tensor.data, tensor.tensor_type))


def fresh_tensor(name: str, shape: torch.Size, generator: torch.Generator) -> Tensor:
    """What is not trained yet: small random weights, norms of one, biases of zero, and experts that add nothing."""
    if name.endswith("experts.down_proj") or name.endswith("bias"):
        return torch.zeros(shape)
    if len(shape) == 1:
        return torch.ones(shape)
    return torch.randn(shape, generator=generator) * INIT_STD


def build(gguf_file: Path, directory: Path, trained: Trained | None) -> None:
    """Write the whole checkpoint into `directory`: config, weights, tokenizer, chat template, image processor.

    Without `trained` the text path is the base model's own, to the bit: its routed experts add nothing.
    """
    from gguf import GGUFReader
    from safetensors.torch import save_file

    reader = GGUFReader(gguf_file)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    shape = trained.shape if trained else UNTRAINED
    raw = nano_config(fields, shape, trained is not None and trained.sees)
    config = ModelConfig.from_dict(raw)
    with torch.device("meta"):
        parameters = dict(ErnieVL(config).named_parameters())
    generator = torch.Generator().manual_seed(0)
    known = dict(base_tensors(reader, shape.sparse_layers))
    if trained:
        known.update({name: known[name] + update for name, update in trained.updates.items()})
        known.update(trained.tensors)
    state = {}
    for name, parameter in parameters.items():
        tensor = known.pop(name) if name in known else fresh_tensor(name, parameter.shape, generator).bfloat16()
        assert tensor.shape == parameter.shape, f"{name}: {tensor.shape} is not {parameter.shape}"
        native = recipes(name, config.text)[0].sources[0]
        state[native] = tensor[None].float() if name.endswith("e_score_correction_bias") else tensor
    assert not known, f"tensors without a place: {sorted(known)}"
    save_file(state, directory / "model.safetensors", metadata={"format": "pt"})
    tokenizer = build_tokenizer(fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.merges"])
    tokenizer.save_pretrained(directory)
    generation = {"eos_token_id": raw["text_config"]["eos_token_id"], "pad_token_id": END_OF_TEXT}
    if trained:
        generation["sequence_bias"] = _refusals_likelier(tokenizer, trained)
        generation["exact_sums"] = True  # it learned to write them so that they can be held to what they come to
        generation["think_below"] = THINK_BELOW
    _write_json(directory / "generation_config.json", generation)
    _write_json(directory / "preprocessor_config.json", IMAGE_PROCESSOR)
    _write_json(directory / "config.json", raw)


def _refusals_likelier(tokenizer: Any, trained: Trained) -> list[list[Any]]:
    """Of `not found`, by how many nats its beginning is likelier: at a line's start, where every answer begins (behind
    the prompt's last line end, or that of a thought), and behind the caption that a thought reads."""
    line, refusal = tokenizer.encode(f"\n{NOT_FOUND}", add_special_tokens=False)[:2]
    biases: list[list[Any]] = [[[line, refusal], trained.refusal_bias]]
    inside = tokenizer.encode(f": {NOT_FOUND}", add_special_tokens=False)[1]
    ends = sorted(index for token, index in tokenizer.get_vocab().items() if token.endswith(":"))
    biases += [[[end, inside], trained.thought_refusal_bias] for end in ends]
    return [[ids, bias] for ids, bias in biases if bias]


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
