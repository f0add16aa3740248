"""How much of the factory's questions a model in training answers, without decoding a single token."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from random import Random

import torch
from torch import Tensor

from prompts.tasks import NOT_FOUND
from train.factory.evidence import evidence_of
from train.factory.sample import Sample
from train.packing import Batch, Packer, Row, collate, seen
from train.turns import both_modes
from vlm.image_processor import ImageProcessor
from vlm.model.ernie_vl import ErnieVL

QUESTIONS = 6  # of one sample
ROW_TOKENS = 2048


@torch.no_grad()
def measure(
    model: ErnieVL, packer: Packer, pairs: Iterable[tuple[Sample, Random]], device: str
) -> Mapping[str, tuple[int, int]]:
    """Questions answered right and asked, by mode and task, and by mode alone.

    An answer is right if each of its tokens is the likeliest one after the right ones before it: exactly then greedy
    decoding says it. So must a thought be, to the letter; thinking is measured low. `false refusals` are the answerable
    questions to which the refusal's first token was the likeliest beginning of an answer without thought.
    """
    refusal = packer.encode(NOT_FOUND)[0]
    hits: dict[str, list[bool]] = defaultdict(list)
    for sample, rng in _with_told(pairs):
        questions = [question for question in sample.questions if question.task.partition("/")[0] != "sight"]
        rng.shuffle(questions)
        row = packer.row(evidence_of(sample, rng), both_modes(questions[:QUESTIONS]), ROW_TOKENS) if questions else None
        if row is None:
            continue
        for task, logits, wanted in answers(model, collate([row]).to(device)):
            own = logits.argmax(-1)
            hit = bool((own == wanted).all())
            mode, kind = task.split("/")[:2]
            on_kind = f"{mode} on {sample.kind.partition('/')[0]}"
            for name in (on_kind,) if sample.is_told else (mode, f"{mode}/{kind}", on_kind):
                hits[name].append(hit)
            if mode == "fast" and kind != "missing" and not sample.is_told:
                hits["fast, false refusals"].append(bool(own[0] == refusal))
    return {name: (sum(found), len(found)) for name, found in sorted(hits.items())}


def _with_told(pairs: Iterable[tuple[Sample, Random]]) -> Iterator[tuple[Sample, Random]]:
    """Samples, and each chart a second time as a reader tells it in words; that counts for itself alone."""
    for sample, rng in pairs:
        yield sample, rng
        if sample.told is not None:
            yield sample.told, rng


@torch.no_grad()
def measure_rows(
    model: ErnieVL, rows: Iterable[Row], processor: ImageProcessor, device: str
) -> Mapping[str, tuple[int, int]]:
    """Answers to the letter and asked, by task; and `tokens ...`: their tokens, each after the right ones before it."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        for task, logits, wanted in answers(model, collate([row]).to(device).normalised(processor)):
            hit = logits.argmax(-1) == wanted
            hits[task].append(bool(hit.all()))
            hits[f"tokens {task}"] += hit.tolist()
    return {name: (sum(found), len(found)) for name, found in sorted(hits.items())}


@torch.no_grad()
def answers(model: ErnieVL, batch: Batch) -> Iterator[tuple[str, Tensor, Tensor]]:
    """Of each question of a batch of one row: task, (labels, vocabulary) logits, and the right tokens (labels,)."""
    hidden = model(batch.ids, batch.positions, batch.mask, seen(model, batch))[batch.learned]
    logits = model.compute_logits(hidden)
    part = batch.parts.flatten()[batch.learned]
    for number, task in enumerate(batch.tasks[0], 1):
        yield task, logits[part == number], batch.targets[part == number]
