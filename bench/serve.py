"""Several answers at once: `python -m bench.serve [--shape nano] [--streams 1,8] [--transformers] [--vllm PYTHON]`

Random prompts, then greedy tokens for all of them side by side; said is how many come in a second, over all. Every
round runs each number of streams, one after the other; and, where asked for, the same of nano by transformers, in bf16,
as one batch, and of nano's text half by vLLM, in bf16. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import torch

from app.terminal import fail
from bench.child import ChildError
from bench.flags import add_kernels, add_shape, kernels_called
from bench.shapes import model_of, nano_in, text_inputs
from bench.spread import Spread, rate_behind_first
from bench.steps import step
from bench.text_half import in_transformers
from bench.vllm_cpu import Vllm
from vlm.config import ModelConfig
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.errors import VLMError
from vlm.kernels.paged import BLOCK
from vlm.model.ernie_vl import ErnieVL
from vlm.nano.ensure import NANO
from vlm.quantisation import Quantisation
from vlm.sampling_params import SamplingParams
from vlm.weights import load_model

Prompts = Sequence[Sequence[int]]
Way = Callable[[Prompts, int], float]


def rate(model: ErnieVL, prompts: Prompts, tokens: int) -> float:
    """Tokens a second, over all prompts, from the moment the last of them has been read."""
    longest = len(prompts[0]) + tokens
    room = (longest + 2 * BLOCK) * len(prompts)  # nobody has to make way
    config = EngineConfig(longest, len(prompts), max_kv_tokens=room, num_speculative_tokens=0, keeps_prefixes=False)
    return answered(Engine(model, config), prompts, tokens)[1]


def answered(engine: Engine, prompts: Prompts, tokens: int) -> tuple[float, float]:
    """Seconds until the last of `prompts` has been read, and tokens a second, over all of them, from then on.

    While the last ones are read, the first answers go on; that is not counted.
    """
    began = time.perf_counter()
    for prompt in prompts:
        engine.add_request(text_inputs(prompt), SamplingParams(max_tokens=tokens, answer_tokens=1))
    while any(not sequence.output_ids for sequence in (*engine.scheduler.waiting, *engine.scheduler.running)):
        step(engine)
    read, made = time.perf_counter(), 0
    while engine.has_unfinished:
        made += len(step(engine))
    return read - began, made / (time.perf_counter() - read)


def transformers_rate() -> Way:
    """The same by transformers, as one batch."""
    from transformers import AutoModelForImageTextToText

    peer = AutoModelForImageTextToText.from_pretrained(nano_in(16), dtype=torch.bfloat16).eval()

    def seconds(prompts: Prompts, tokens: int) -> float:
        ids = torch.tensor([list(prompt) for prompt in prompts])
        length = {"min_new_tokens": tokens, "max_new_tokens": tokens}
        began = time.perf_counter()
        with torch.inference_mode():
            peer.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, **length)
        return time.perf_counter() - began

    return behind_first(seconds)


def behind_first(seconds: Callable[[Prompts, int], float]) -> Way:
    """From what all of an answer takes to the rate behind its first token."""
    return lambda asked, tokens: rate_behind_first(len(asked), tokens, seconds(asked, 1), seconds(asked, tokens))


def vllm_rate(python: str, longest: int, streams: int, held: ExitStack) -> Way:
    """The same by vLLM, for as long as `held` lasts.

    Raises:
        ChildError: it cannot be run.
    """
    directory = Path(held.enter_context(TemporaryDirectory()))
    whole = nano_in(16)
    in_transformers(load_model(whole, ModelConfig.load(whole), torch.bfloat16)).save_pretrained(directory)
    return held.enter_context(Vllm(python, directory, longest, streams)).rate


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.serve", description=__doc__.splitlines()[0])
    add_shape(parser, NANO, takes_nano=True)
    parser.add_argument("--streams", default="1,8")
    parser.add_argument("--prompt", type=int, default=256, help="tokens of each")
    parser.add_argument("--tokens", type=int, default=48, help="of each answer")
    parser.add_argument("--rounds", type=int, default=3)
    add_kernels(parser)
    parser.add_argument("--transformers", action="store_true", help="measure it too, on nano")
    parser.add_argument("--vllm", metavar="PYTHON", help="measure it too, on nano: the Python that has it")
    args = parser.parse_args(argv)
    if (args.transformers or args.vllm) and args.shape != NANO:
        parser.error(f"--transformers and --vllm measure nano, and nothing of the shape {args.shape}")
    counts = [int(count) for count in args.streams.split(",")]
    with ExitStack() as held:
        try:
            choice = kernels_called(args.kernels)
            model = model_of(args.shape, args.layers, Quantisation(4, 128), choice)
            ways: dict[str, Way] = {"lector": lambda *asked: rate(model, *asked)}
            if args.transformers:
                ways["transformers"] = transformers_rate()
            if args.vllm:
                ways["vllm"] = vllm_rate(args.vllm, args.prompt + args.tokens, max(counts), held)
            rows = measure(ways, counts, args.prompt, args.tokens, args.rounds)
        except ChildError as error:
            print(f"vLLM with {args.vllm}: {error}", file=sys.stderr)
            return 4
        except VLMError as error:
            return fail(error)
    found = {name: Spread.of(row[name] for row in rows) for name in rows[0]}
    print("tokens a second: " + ", ".join(f"{name} {spread:.1f}" for name, spread in found.items()))
    about = {"shape": args.shape, "layers": args.layers, "kernels": choice.kernels.name}
    print(json.dumps(about | {"spread": found, "rounds": rows}))
    return 0


def measure(
    ways: Mapping[str, Way], counts: Sequence[int], prompt: int, tokens: int, rounds: int
) -> list[dict[str, float]]:
    """Tokens a second of every way with every number of streams, round by round."""
    rng, rows = Random(0), []
    for number in range(rounds + 1):
        row: dict[str, float] = {}
        for count in counts:
            prompts = [[rng.randrange(20, 1000) for _ in range(prompt)] for _ in range(count)]
            row |= {f"{name} {count}": way(prompts, tokens) for name, way in ways.items()}
        if number:  # the first warms everything up
            rows.append(row)
            print(f"round {number}  " + "  ".join(f"{name}: {speed:.1f}" for name, speed in row.items()), flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main())
