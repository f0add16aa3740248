"""One GPU: `python -m bench.gpu [--shape VL-28B] [--contexts 64,1024,8192] [--streams 1,8] [--no-transformers]`

The text half of a member, of random weights in bf16, reads prompts and decodes behind them: with recorded passes,
without them, and by transformers over the same weights, in turns. Every round reads the GPU's memory at full speed
first; said is the share of that which decoding needs, if all streams choose the same experts. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import torch

from app.doctor import read_bandwidth
from bench.flags import add_shape
from bench.serve import Prompts, answered
from bench.shapes import plain_model, text_shape
from bench.text_half import in_transformers
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.family import weigh
from vlm.kernels.paged import BLOCK
from vlm.model.ernie_vl import ErnieVL
from vlm.model.grouped_experts import group_experts_

READ_BYTES = 4 * 10**9
Way = Callable[[Prompts, int], tuple[float, float]]
"""From prompts of one length, and how many tokens each is to get behind its first, to the seconds of reading and of
decoding all of these."""


def lector(model: ErnieVL, records: bool) -> Way:
    """The engine, kept between calls so that what was recorded stays. While the last prompts are read the first answers
    go on; the tokens behind that are timed, and stand for all."""
    engines: dict[tuple[int, int], Engine] = {}

    def run(prompts: Prompts, tokens: int) -> tuple[float, float]:
        length, count = len(prompts[0]) + tokens + 1, len(prompts)
        if (length, count) not in engines:
            engines.clear()
            room = (length + 2 * BLOCK) * count
            knobs = EngineConfig(length, count, max_kv_tokens=room, keeps_prefixes=False)
            engines[length, count] = Engine(model, knobs)
        engine = engines[length, count]
        if not records:
            engine.runner.graphs = None
        reading, rate = answered(engine, prompts, tokens + 1)
        return reading, len(prompts) * tokens / rate

    return run


def transformers(model: ErnieVL) -> Way:
    """The same weights in transformers' class: greedy, a batch of prompts of one length."""
    peer = in_transformers(model)

    @torch.inference_mode()
    def run(prompts: Prompts, tokens: int) -> tuple[float, float]:
        ids = torch.tensor([list(prompt) for prompt in prompts], device=model.device)
        times, cache = [time.perf_counter()], None
        for _ in range(tokens + 1):
            out = peer(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
            ids, cache = out.logits[:, -1:].argmax(-1), out.past_key_values
            ids.tolist()
            times.append(time.perf_counter())
        return times[1] - times[0], times[-1] - times[1]

    return run


def measure(
    ways: dict[str, Way], context: int, streams: int, tokens: int, needed: int, bandwidth: float
) -> dict[str, Any]:
    """One round of every way; `needed` are the bytes that a decoded token of all streams reads."""
    rng = Random(0)
    prompts = [[rng.randrange(20, 1000) for _ in range(context)] for _ in range(streams)]
    row: dict[str, Any] = {"context": context, "streams": streams, "read_gb_s": bandwidth / 1e9}
    for name, way in ways.items():
        reading, decoding = way(prompts, tokens)
        row[name] = {
            "prefill_tok_s": streams * context / reading,
            "tok_s": streams * tokens / decoding,
            "share": needed * tokens / decoding / bandwidth,
        }
    return row


def line(row: dict[str, Any]) -> str:
    said = [
        f"{name} reads {value['prefill_tok_s']:.0f}, decodes {value['tok_s']:.1f} ({value['share']:.0%})"
        for name, value in row.items()
        if isinstance(value, dict)
    ]
    return f"context {row['context']:5}  {row['streams']} streams, tokens a second:  " + ";  ".join(said)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.gpu", description=__doc__.splitlines()[0])
    add_shape(parser)
    parser.add_argument("--contexts", default="64,1024,8192", help="tokens of prompts")
    parser.add_argument("--streams", default="1,8", help="side by side")
    parser.add_argument("--tokens", type=int, default=32, help="decoded behind each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--no-transformers", action="store_true")
    args = parser.parse_args(argv)
    if args.device.startswith("cuda") and not torch.cuda.is_available():
        print("torch sees no CUDA device here", file=sys.stderr)
        return 4
    config = text_shape(args.shape, args.layers)
    weight = weigh(config, torch.bfloat16)
    model = plain_model(config, args.device)
    group_experts_(model)
    ways = {"lector": lector(model, records=True), "lector, not recorded": lector(model, records=False)}
    if not args.no_transformers:
        ways["transformers"] = transformers(model)
    rows = []
    for context in map(int, args.contexts.split(",")):
        for streams in map(int, args.streams.split(",")):
            needed = weight.per_token + streams * context * weight.kv_per_token
            for number in range(args.rounds + 1):
                row = measure(ways, context, streams, args.tokens, needed, read_bandwidth(args.device, READ_BYTES))
                if number:  # the first warms everything up, and records
                    rows.append(row)
                    print(line(row), flush=True)
    card = torch.cuda.get_device_name() if args.device.startswith("cuda") else args.device
    print(json.dumps({"shape": args.shape, "layers": args.layers, "device": card, "rounds": rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
