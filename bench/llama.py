"""llama.cpp as a peer: a random model of the same shape in its own format, and a process that runs it.

The weights are Q4_0: 4.5 bits a number, where Lector's groups of 128 take 4.125.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from bench.child import Child
from vlm.config import ModelConfig, TextConfig

BLOCK, BLOCK_BYTES = 32, 18  # of Q4_0: an fp16 scale, and 32 numbers of 4 bits
SCALE, LOUD = 0.004, 4.0  # of matrices, and of embeddings: see `bench.shapes`

_RUN = """
import time
import llama_cpp as l
state = {}
def run(tokens):
    held = (l.llama_token * len(tokens))(*tokens)  # the batch points to it
    batch = l.llama_batch_get_one(held, len(tokens))
    began = time.perf_counter()
    if l.llama_decode(state["context"], batch):
        raise RuntimeError("llama.cpp cannot decode")
    l.llama_synchronize(state["context"])
    return time.perf_counter() - began
def answer(request):
    if "path" in request:
        l.llama_backend_init()
        model = l.llama_model_load_from_file(request["path"].encode(), l.llama_model_default_params())
        if not model:
            raise RuntimeError("llama.cpp cannot read the model")
        params = l.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = request["context"], 512, 512
        params.n_threads = params.n_threads_batch = request["threads"]
        state["context"] = l.llama_init_from_model(model, params)
        return True
    l.llama_memory_clear(l.llama_get_memory(state["context"]), True)
    prompt = [1 + i % 1000 for i in range(request["prompt"])]
    read = sum(run(prompt[start : start + 512]) for start in range(0, len(prompt), 512))
    return [read, [run([1]) for _ in range(request["tokens"])]]
"""


class Llama(Child):
    """llama.cpp with a model that is loaded. `python` has `llama-cpp-python`.

    Raises:
        ChildError: it cannot be run.
    """

    def __init__(self, python: str, path: Path, context: int, threads: int) -> None:
        super().__init__(python, _RUN, {"path": str(path), "context": context, "threads": threads})

    def measure(self, prompt: int, tokens: int) -> tuple[float, list[float]]:
        """Read a prompt of so many tokens, then decode so many more: seconds, and seconds of each."""
        read, each = self.ask({"prompt": prompt, "tokens": tokens})
        return read, each


def write_gguf(path: Path, config: ModelConfig, seed: int = 0) -> None:
    """A random model of the text shape of `config`, for llama.cpp; matrices in Q4_0, routers and norms in fp32."""
    text, rng = config.text, np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "ernie4_5-moe" if "sparse" in text.mlp_layer_types else "ernie4_5")
    _describe(writer, text)
    matrices = _Matrices(writer, rng)
    hidden, size = text.hidden_size, text.head_dim
    matrices.add("token_embd", text.vocab_size, hidden, scale=LOUD)
    _ones(writer, "output_norm", hidden)
    for layer, kind in enumerate(text.mlp_layer_types):
        here = f"blk.{layer}."
        _ones(writer, f"{here}attn_norm", hidden)
        _ones(writer, f"{here}ffn_norm", hidden)
        matrices.add(f"{here}attn_q", text.num_attention_heads * size, hidden)
        matrices.add(f"{here}attn_k", text.num_key_value_heads * size, hidden)
        matrices.add(f"{here}attn_v", text.num_key_value_heads * size, hidden)
        matrices.add(f"{here}attn_output", hidden, text.num_attention_heads * size)
        if kind == "dense":
            matrices.add_mlp(f"{here}ffn_", "", (), text.intermediate_size, hidden)
            continue
        experts, width = text.moe_num_experts[0], text.moe_intermediate_size[0]
        router = rng.standard_normal((experts, hidden)).astype(np.float32) * 0.02
        writer.add_tensor(f"{here}ffn_gate_inp.weight", router)
        writer.add_tensor(f"{here}exp_probs_b.bias", np.zeros(experts, np.float32))
        matrices.add_mlp(f"{here}ffn_", "_exps", (experts,), width, hidden)
        matrices.add_mlp(f"{here}ffn_", "_shexp", (), text.moe_num_shared_experts * width, hidden)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter, text: TextConfig) -> None:
    writer.add_block_count(text.num_hidden_layers)
    writer.add_context_length(text.max_position_embeddings)
    writer.add_embedding_length(text.hidden_size)
    writer.add_feed_forward_length(text.intermediate_size)
    writer.add_head_count(text.num_attention_heads)
    writer.add_head_count_kv(text.num_key_value_heads)
    writer.add_key_length(text.head_dim)
    writer.add_value_length(text.head_dim)
    writer.add_rope_dimension_count(text.head_dim)
    writer.add_rope_freq_base(text.rope_theta)
    writer.add_layer_norm_rms_eps(text.rms_norm_eps)
    writer.add_vocab_size(text.vocab_size)
    writer.add_tokenizer_model("none")
    if "sparse" in text.mlp_layer_types:
        writer.add_expert_count(text.moe_num_experts[0])
        writer.add_expert_used_count(text.moe_k)
        writer.add_interleave_moe_layer_step(1)
        writer.add_leading_dense_block_count(text.mlp_layer_types.count("dense"))
        writer.add_expert_feed_forward_length(text.moe_intermediate_size[0])
        writer.add_expert_shared_count(text.moe_num_shared_experts)
        writer.add_expert_shared_feed_forward_length(text.moe_num_shared_experts * text.moe_intermediate_size[0])


def _ones(writer: gguf.GGUFWriter, name: str, size: int) -> None:
    writer.add_tensor(f"{name}.weight", np.ones(size, np.float32))


class _Matrices:
    """Adds random matrices to a file; blocks are made once for each size."""

    def __init__(self, writer: gguf.GGUFWriter, rng: np.random.Generator) -> None:
        self.writer, self.rng = writer, rng
        self.made: dict[tuple[int, float], np.ndarray] = {}

    def add(self, name: str, *shape: int, scale: float = SCALE) -> None:
        made = int(np.prod(shape)) // BLOCK, scale
        if made not in self.made:
            low, high = self.rng.integers(1, 16, (2, made[0], BLOCK_BYTES), dtype=np.uint8)  # their mean is 0
            blocks = low | high << 4
            blocks[:, :2] = np.frombuffer(np.float16(scale).tobytes(), np.uint8)
            self.made[made] = blocks
        data = self.made[made].reshape(*shape[:-1], shape[-1] // BLOCK * BLOCK_BYTES)
        self.writer.add_tensor(f"{name}.weight", data, raw_dtype=gguf.GGMLQuantizationType.Q4_0)

    def add_mlp(self, before: str, after: str, stack: tuple[int, ...], width: int, hidden: int) -> None:
        for name, shape in (("gate", (width, hidden)), ("up", (width, hidden)), ("down", (hidden, width))):
            self.add(f"{before}{name}{after}", *stack, *shape)
