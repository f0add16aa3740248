"""How fast a token follows the last: `python -m bench.decode [--shape VL-28B] [--contexts 64,1024,8192]`

A full-size model of random weights in the quantised layout decodes one stream. Every round reads memory at full speed
first, so that what is said is the share of what this machine's memory allowed in that minute; the machine's own speed
changes. Said last are medians over the rounds. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence

import psutil
import torch

from app.doctor import read_bandwidth
from bench.flags import add_bits, add_kernels, add_shape, kernels_called
from bench.shapes import random_model, text_shape
from bench.spread import Spread
from vlm.family import weigh
from vlm.model.attention import AttnMetadata
from vlm.model.ernie_vl import ErnieVL
from vlm.model.kv_cache import KVCache
from vlm.quantisation import Quantisation


@torch.inference_mode()
def seconds_a_token(model: ErnieVL, context: int, tokens: int) -> float:
    """Decode `tokens` behind `context` others, greedily. Median of the passes, the first left out."""
    text = model.config.text
    cache = KVCache.alone(text, context + tokens + 1, torch.bfloat16)
    for held in (cache.memory.keys, cache.memory.values):
        held.normal_()
    cache.advance(context)
    token = torch.tensor([1])
    times = []
    for place in range(context, context + tokens + 1):
        began = time.perf_counter()
        hidden = model(token, torch.full((3, 1), place), AttnMetadata([1], [cache]))
        token = model.compute_logits(hidden).argmax(-1)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.decode", description=__doc__.splitlines()[0])
    add_shape(parser)
    add_bits(parser)
    parser.add_argument("--contexts", default="64,1024", help="tokens before the first that is timed")
    parser.add_argument("--tokens", type=int, default=8, help="timed in a round")
    parser.add_argument("--rounds", type=int, default=3)
    add_kernels(parser)
    args = parser.parse_args(argv)
    config = text_shape(args.shape, args.layers)
    how = Quantisation(args.bits, args.group_size)
    weight = weigh(config, torch.bfloat16, how)
    began = time.perf_counter()
    choice = kernels_called(args.kernels)
    model = random_model(config, how, choice)
    print(f"{weight.whole / 1e9:.1f} GB made in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    rows = []
    for context in map(int, args.contexts.split(",")):
        seconds_a_token(model, context, 1)
        for number in range(args.rounds):
            bandwidth = read_bandwidth()
            took = seconds_a_token(model, context, args.tokens)
            read = weight.per_token + context * weight.kv_per_token
            rows.append(row := round_of(context, took, read, bandwidth))
            print(
                f"context {context:5}  round {number + 1}  {row['tok_s']:6.1f} tok/s  "
                f"{row['share']:4.0%} of {row['read_gb_s']:.1f} GB/s",
                flush=True,
            )
    found = summary(rows)
    for context, about in found.items():
        print(
            f"context {context:5}  {about['tok_s']:.1f} tok/s, {about['share']:.0%} of memory's, {args.rounds} rounds"
        )
    rss = psutil.Process().memory_info().rss / 1e9
    told = {"shape": args.shape, "kernels": choice.kernels.name, "bits": args.bits, "rss_gb": rss}
    print(json.dumps(told | {"spread": found, "rounds": rows}))
    return 0


def round_of(context: int, seconds: float, needed: int, bandwidth: float) -> dict[str, float]:
    """Tokens a second, and the share of the `bandwidth` that those take which read `needed` bytes each."""
    share = needed / seconds / bandwidth
    return {"context": context, "tok_s": 1 / seconds, "read_gb_s": bandwidth / 1e9, "share": share}


def summary(rows: Sequence[Mapping[str, float]]) -> dict[int, dict[str, Spread]]:
    """Of each context, over its rounds."""
    found: dict[int, dict[str, Spread]] = {}
    for context in dict.fromkeys(int(row["context"]) for row in rows):
        mine = [row for row in rows if row["context"] == context]
        found[context] = {name: Spread.of(row[name] for row in mine) for name in ("tok_s", "share")}
    return found


if __name__ == "__main__":
    sys.exit(main())
