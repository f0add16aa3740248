"""What reading ahead saves where an answer copies its prompt: `python -m bench.copying [--shape 0.3B]`

A perfect transcription: whatever the model thinks, it is made to say its prompt over again, so that what is measured is
the engine and the kernels, for nano or a member's shape of random weights (experts chosen as they come). Every round
does it one token a pass and with drafts, one after the other. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from random import Random

import torch
from torch import Tensor

from app.terminal import fail
from bench.flags import add_bits, add_kernels, add_shape, kernels_called
from bench.shapes import model_of, text_inputs
from bench.spread import Spread
from bench.steps import step
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.errors import VLMError
from vlm.model.ernie_vl import ErnieVL
from vlm.nano.ensure import NANO
from vlm.quantisation import Quantisation
from vlm.sampling_params import SamplingParams


class Copying:
    """Lets the answer be `ids`, one after the other."""

    def __init__(self, ids: Sequence[int]) -> None:
        self.ids = ids

    def __call__(self, output_ids: Sequence[int], logits: Tensor) -> Tensor:
        """(vocabulary,) -> (vocabulary,)"""
        return logits.index_fill(0, torch.tensor([self.ids[len(output_ids)]]), 1e9)


def copied(model: ErnieVL, prompt: Sequence[int], count: int, ahead: int) -> tuple[float, int, int]:
    """Seconds for `count` tokens behind the first, the passes they took, and how many were read ahead in vain."""
    longest = len(prompt) + count + 1
    config = EngineConfig(longest, max_kv_tokens=longest, keeps_prefixes=False, num_speculative_tokens=ahead)
    engine = Engine(model, config)
    params = SamplingParams(max_tokens=count + 1, answer_tokens=1)
    engine.add_request(text_inputs(prompt), params, (), [Copying(prompt)])
    outputs = step(engine)
    while not outputs:
        outputs = step(engine)
    began, steps = time.perf_counter(), engine.num_steps
    while engine.has_unfinished:
        outputs = step(engine)
    return time.perf_counter() - began, engine.num_steps - steps, outputs[-1].drafted - outputs[-1].accepted


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.copying", description=__doc__.splitlines()[0])
    add_shape(parser, NANO, takes_nano=True)
    add_bits(parser)
    parser.add_argument("--prompt", type=int, default=512, help="tokens")
    parser.add_argument("--tokens", type=int, default=64, help="copied in a round")
    parser.add_argument("--rounds", type=int, default=5)
    add_kernels(parser)
    args = parser.parse_args(argv)
    if args.tokens >= args.prompt:
        parser.error(f"--tokens {args.tokens} cannot be copied from --prompt {args.prompt}; it must be the longer one")
    try:
        choice = kernels_called(args.kernels)
        model = model_of(args.shape, args.layers, Quantisation(args.bits, args.group_size), choice)
        rows = measure(model, args.prompt, args.tokens, args.rounds)
    except VLMError as error:
        return fail(error)
    plain_speed, ahead_speed = (speed(rows, way, args.tokens) for way in ("plain", "ahead"))
    gains = Spread.of(map(gain, rows))
    print(f"{args.shape}: {plain_speed:.1f} tokens a second, copying with drafts {ahead_speed:.1f}: ", end="")
    print(f"{gains:.2f} x, {len(rows)} rounds")
    about = {"shape": args.shape, "kernels": choice.kernels.name, "gain": gains.median}
    print(json.dumps(about | {"tok_s": {"plain": plain_speed, "ahead": ahead_speed}, "rounds": rows}))
    return 0


def measure(model: ErnieVL, prompt: int, tokens: int, rounds: int) -> list[dict[str, float]]:
    """Seconds and passes without drafts and with them, round by round."""
    rng, rows = Random(0), []
    for _ in range(rounds):
        ids = [rng.randrange(20, model.config.text.vocab_size) for _ in range(prompt)]
        plain, plain_passes, _ = copied(model, ids, tokens, 0)
        ahead, passes, vain = copied(model, ids, tokens, 7)
        rows.append({"plain": plain, "ahead": ahead, "passes": passes, "plain passes": plain_passes, "in vain": vain})
    return rows


def gain(row: Mapping[str, float]) -> float:
    """How many times as fast a round was with drafts."""
    return row["plain"] / row["ahead"]


def speed(rows: Sequence[Mapping[str, float]], way: str, tokens: int) -> float:
    """Tokens a second of the middle round, where each copied `tokens`."""
    return tokens / statistics.median(row[way] for row in rows)


if __name__ == "__main__":
    sys.exit(main())
