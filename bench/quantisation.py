"""What fewer bits cost: `python -m bench.quantisation FILE... [--model nano]`

The model reads the words of real documents in 16 bits and in each quantised form, these on the kernels that users get,
which may round activations, too. Said is how often the most likely token stays the same, how much perplexity rises, and
how far each layer's output moves (relative error, the median and the worst layer). Of the documents every second one
calibrates, and the others score. The last line is JSON.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from app.settings import Settings
from app.terminal import fail
from bench.flags import add_kernels, kernels_called
from preprocess.load import load
from prompts.scoring import wilson_interval
from vlm.config import ModelConfig
from vlm.errors import VLMError
from vlm.kernels.choice import Choice
from vlm.load import resolve_model
from vlm.model.attention import AttnMetadata
from vlm.model.ernie_vl import ErnieVL
from vlm.model.kv_cache import KVCache
from vlm.processor import Processor
from vlm.quant.importance import Importance, recording
from vlm.quant.swap import quantise_
from vlm.quantisation import Quantisation
from vlm.weights import load_model

TOKENS = 512  # of a passage
PASSAGES = 12  # scored at most: their logits are held in memory
FORMS = (
    (Quantisation(8, 64), False),
    (Quantisation(4, 32), False),
    (Quantisation(4, 32), True),
    (Quantisation(4, 64), False),
    (Quantisation(4, 64), True),
    (Quantisation(4, 128), False),
    (Quantisation(4, 128), True),
)


@dataclass(frozen=True, slots=True)
class Row:
    form: str
    tokens: int
    same_top: float
    low: float
    high: float
    perplexity: float
    median_error: float
    worst_error: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model makes of passages, end to end: logits (tokens, vocabulary), and outputs (layers, tokens, hidden)."""

    logits: Tensor
    layers: Tensor


def passages(files: Sequence[Path], encode: Callable[[str], list[int]]) -> list[Tensor]:
    """Ids of the documents' words, cut into passages of `TOKENS`; what is left over is not read."""
    words = [line.text for path in files for page in load(path).pages for line in page.text().lines]
    ids = torch.tensor(encode("\n".join(words)), dtype=torch.long)
    return list(ids.split(TOKENS))[: len(ids) // TOKENS]


@torch.inference_mode()
def read(model: ErnieVL, ids: Sequence[Tensor], kv_dtype: torch.dtype | None = None) -> Reading:
    """`kv_dtype`: what keys and values are held in before they are read; None takes them as they come."""
    logits, layers = [], []
    with _outputs(model) as outputs:
        for passage in ids:
            outputs.clear()
            positions = torch.arange(len(passage)).expand(3, -1)
            caches = [KVCache.alone(model.config.text, len(passage), kv_dtype)] if kv_dtype is not None else None
            hidden = model(passage, positions, AttnMetadata([len(passage)], caches))
            logits.append(model.compute_logits(hidden).float())
            layers.append(torch.stack(outputs))
    return Reading(torch.cat(logits), torch.cat(layers, dim=1))


@contextmanager
def _outputs(model: ErnieVL) -> Iterator[list[Tensor]]:
    """What each layer gave in the latest pass."""
    found: list[Tensor] = []
    hooks = [
        layer.register_forward_hook(lambda _, inputs, out: found.append(out.float()))
        for layer in model.language_model.layers
    ]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def compare(form: str, ours: Reading, reference: Reading, ids: Sequence[Tensor]) -> Row:
    n = len(ours.logits)
    same = int((ours.logits.argmax(-1) == reference.logits.argmax(-1)).sum())
    low, high = wilson_interval(same, n)
    errors = (ours.layers - reference.layers).norm(dim=(1, 2)) / reference.layers.norm(dim=(1, 2))
    return Row(form, n, same / n, low, high, perplexity(ours, ids), errors.median().item(), errors.max().item())


def perplexity(reading: Reading, ids: Sequence[Tensor]) -> float:
    """Of each passage's tokens but its first."""
    losses = [
        F.cross_entropy(logits[:-1], passage[1:], reduction="sum")
        for logits, passage in zip(reading.logits.split(TOKENS), ids, strict=True)
    ]
    return float(torch.stack(losses).sum().div(sum(len(passage) - 1 for passage in ids)).exp())


def table(rows: Sequence[Row], kernels: str) -> str:
    head = f"| form, of fewer bits on {kernels} | tokens | same top token | 95 % interval | perplexity "
    lines = [f"{head}| error of a layer, median | worst |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        lines.append(
            f"| {row.form} | {row.tokens} | {row.same_top:.1%} | {row.low:.1%} to {row.high:.1%} "
            f"| {row.perplexity:.2f} | {row.median_error:.3f} | {row.worst_error:.3f} |"
        )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.quantisation", description="What fewer bits cost.")
    parser.add_argument("files", type=Path, nargs="+", help="documents; every second one calibrates, the others score")
    parser.add_argument("--model", default="nano")
    add_kernels(parser)
    args = parser.parse_args(argv)
    settings = Settings.load()
    try:
        choice = kernels_called(args.kernels)
        directory = resolve_model(args.model, settings.cache, settings.nano_wheel)
        config = ModelConfig.load(directory)
        scored, seen = parted(args.files, Processor.load(directory, config).tokenizer.encode)
        if not (scored and seen):
            parser.error(
                f"documents that score have {len(scored)} passages of {TOKENS} tokens, and those that calibrate "
                f"{len(seen)}; name more of them, or some with more words"
            )
        model = load_model(directory, config, torch.bfloat16)
    except VLMError as error:
        return fail(error)
    with recording(model) as importance:
        read(model, seen)
    rows = list(_rows(model, scored[:PASSAGES], importance, choice))
    kernels = choice.kernels.name
    print(table(rows, kernels))
    print(json.dumps({"model": args.model, "kernels": kernels, "rows": [asdict(row) for row in rows]}))
    return 0


def parted(files: Sequence[Path], encode: Callable[[str], list[int]]) -> tuple[list[Tensor], list[Tensor]]:
    """Passages that score, and those that calibrate: of other documents, or weights would be rounded for what scores
    them."""
    return passages(files[0::2], encode), passages(files[1::2], encode)


def _rows(model: ErnieVL, ids: Sequence[Tensor], importance: Importance, choice: Choice) -> Iterator[Row]:
    reference = read(model, ids)
    yield compare("16 bits", reference, reference, ids)
    yield compare("16 bits, keys and values in int8", read(model, ids, torch.int8), reference, ids)
    for how, is_calibrated in FORMS:
        twin = copy.deepcopy(model)
        quantise_(twin, how, choice, importance if is_calibrated else None)
        form = f"{how.bits} bits, groups of {how.group_size}{', calibrated' if is_calibrated else ''}"
        yield compare(form, read(twin, ids), reference, ids)


if __name__ == "__main__":
    sys.exit(main())
