"""How fast a prompt is read: `python -m bench.prefill [--shape VL-28B] [--tokens 512,1500]`

A full-size model of random weights in the quantised layout reads a prompt in the engine's chunks. Text alone, or with
`--pictures` a share of the tokens as a picture's, which the tower encodes first and which go to the vision experts.
The last line is JSON, with the most memory that the process held.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Sequence

import torch

from bench.flags import add_bits, add_kernels, add_shape, kernels_called
from bench.shapes import random_model, text_shape, whole_shape
from vlm.engine.config import EngineConfig
from vlm.model.attention import AttnMetadata
from vlm.model.ernie_vl import ErnieVL
from vlm.model.kv_cache import KVCache
from vlm.quantisation import Quantisation


@torch.inference_mode()
def seconds(model: ErnieVL, tokens: int, pictured: int) -> float:
    """Read a prompt of `tokens`, the first `pictured` of which stand for a picture: until the next token is known."""
    cache = KVCache.alone(model.config.text, tokens, torch.bfloat16)
    ids = torch.randint(0, 1000, (tokens,))
    if pictured:
        assert model.config.tokens is not None, "a model of text alone has no placeholders"
        ids[:pictured] = model.config.tokens.image_token_id
    chunk = EngineConfig().max_num_batched_tokens
    patches = torch.randn(4 * pictured, 3 * 14 * 14)
    began = time.perf_counter()
    rows = model.embed_images(patches, [(1, 2, 2 * pictured)]) if pictured else torch.empty(0)
    for start in range(0, tokens, chunk):
        end = min(start + chunk, tokens)
        positions = torch.arange(start, end).expand(3, -1)
        seen = rows[start:end] if start < pictured else None
        hidden = model(ids[start:end], positions, AttnMetadata([end - start], [cache]), seen)
    model.compute_logits(hidden[-1:])
    return time.perf_counter() - began


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.prefill", description=__doc__.splitlines()[0])
    add_shape(parser)
    add_bits(parser)
    parser.add_argument("--tokens", default="512,1500", help="of prompts")
    parser.add_argument("--pictures", type=float, default=0.0, help="share of the tokens that are a picture's")
    parser.add_argument("--rounds", type=int, default=3)
    add_kernels(parser)
    args = parser.parse_args(argv)
    config = (whole_shape if args.pictures else text_shape)(args.shape, args.layers)
    choice = kernels_called(args.kernels)
    model = random_model(config, Quantisation(args.bits, args.group_size), choice)
    rows = []
    for tokens in map(int, args.tokens.split(",")):
        pictured = int(args.pictures * tokens)
        seconds(model, min(tokens, 64), min(pictured, 32))
        for _ in range(args.rounds):
            took = seconds(model, tokens, pictured)
            rows.append({"tokens": tokens, "seconds": took, "tok_s": tokens / took})
        middle = statistics.median(row["seconds"] for row in rows if row["tokens"] == tokens)
        print(f"{tokens:6} tokens  {middle:6.2f} s  {tokens / middle:6.0f} tok/s", flush=True)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    about = {
        "shape": args.shape,
        "kernels": choice.kernels.name,
        "bits": args.bits,
        "pictures": args.pictures,
        "rss_gb": rss,
    }
    print(json.dumps(about | {"layers": config.text.num_hidden_layers, "rounds": rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
