"""The training loop: steps of packed rows, ERNIE's balance and orthogonality after each, state kept on disk."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.optim import Optimizer

from train import losses, state
from train.meter import Meter, flops_per_token
from train.packing import Batch, Row, collate, padded_length, seen
from train.shapes import AnyShape
from train.trainee import head_of, routers
from vlm.model.ernie_vl import ErnieVL

SAVE_EVERY = 120  # seconds
POOL_TOKENS, POOL_STEPS = 1 << 16, 4  # of rows that are sorted by length together, or more: of so many steps
REPORT_EVERY = 10  # steps
BETAS = (0.9, 0.99)  # a step sees few questions, so that their squares are averaged over many steps


@dataclass(frozen=True, slots=True)
class Recipe:
    """Numbers of one run, which ends after `minutes` or `steps`, whichever comes first.

    The rate rises to its peak over `warmup` steps and falls as a cosine to `rate_end` of it.
    """

    minutes: float
    steps: int = 1_000_000
    batch_tokens: int = 4096
    rate: float = 1e-3
    rate_end: float = 0.05
    warmup: int = 20
    weight_decay: float = 0.01
    clip: float = 1.0
    balance: float = 1e-3
    orthogonality: float = 1e-2
    least_rate: float = 0.0  # tokens a second; after a minute of less the run ends
    peak_flops: float = 0.0  # of the device; 0: not known, and no share of it is told


def batches(stream: Iterator[Row], tokens: int) -> Iterator[Batch]:
    """Rows of like length side by side, about `tokens` in all, so that little is padding.

    What does not fill a batch waits for more of its length; at the end of the stream it comes as it is.
    """
    most = max(POOL_TOKENS, POOL_STEPS * tokens)
    pool: list[Row] = []
    held = 0
    for row in stream:
        pool.append(row)
        held += len(row.ids)
        if held >= most:
            *full, last = _alike(pool, tokens)
            pool = last if len(full) and (len(last) + 1) * padded_length(len(last[0].ids)) <= tokens else []
            held = sum(len(row.ids) for row in pool)
            yield from _in_any_order(full if pool else [*full, last])
    yield from _in_any_order(_alike(pool, tokens))


def _alike(rows: Sequence[Row], tokens: int) -> list[list[Row]]:
    """Groups of rows, the longest first, as many in each as `tokens` hold when all are as long as the first."""
    waiting = sorted(rows, key=lambda row: len(row.ids))
    groups: list[list[Row]] = []
    while waiting:
        size = max(1, tokens // padded_length(len(waiting[-1].ids)))
        groups.append(waiting[-size:][::-1])
        del waiting[-size:]
    return groups


def _in_any_order(groups: Sequence[Sequence[Row]]) -> Iterator[Batch]:
    return (collate(groups[place]) for place in torch.randperm(len(groups)).tolist())


def loss_of(model: ErnieVL, batch: Batch) -> Tensor:
    hidden = model(batch.ids, batch.positions, batch.mask, seen(model, batch))[batch.learned]  # (labels, hidden)
    return losses.token_balanced(hidden, head_of(model), batch.targets, batch.weights, len(batch.ids))


def train(
    model: ErnieVL,
    shape: AnyShape,
    recipe: Recipe,
    source: Callable[[float], Batch],
    out: Path,
    say: Callable[[str], None],
) -> None:
    """Train to the end of `recipe`, on from the state in `out` if there is one.

    `source(progress)` is the next batch for where the run stands, from 0 to 1; `say` is told the loss and the speed.

    Raises:
        TooSlow: the first minute was below `recipe.least_rate`; what it learned is kept.
    """
    steps, seen = state.resume(model, shape, out) if out.exists() else (0, 0)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, betas=BETAS, weight_decay=recipe.weight_decay)
    began = saved = time.monotonic()
    logged: list[float] = []
    taken, meter, cost = 0, Meter(), flops_per_token(model)
    try:
        while (progress := _progress(began, taken, recipe)) < 1:
            asked = time.monotonic()
            batch = source(progress)
            given = time.monotonic()
            taken += 1
            rate = recipe.rate * min(1.0, taken / max(1, recipe.warmup)) * _cosine(progress, recipe.rate_end)
            logged.append(_step(model, optimizer, parameters, batch, rate, recipe))
            seen += sum(len(tasks) for tasks in batch.tasks)
            now = time.monotonic()
            meter.add(batch.ids.numel(), given - asked, now - given)
            if taken % REPORT_EVERY == 0:
                told = {"step": steps + taken, "questions": seen, "loss": round(sum(logged) / len(logged), 3)}
                say(json.dumps(told | {"min": round((now - began) / 60, 1)} | meter.told(cost, recipe.peak_flops)))
                logged.clear()
            if now - saved > SAVE_EVERY:
                state.save(model, shape, steps + taken, seen, out)
                saved = now
            meter.check(recipe.least_rate)
    finally:
        state.save(model, shape, steps + taken, seen, out)


def _step(
    model: ErnieVL, optimizer: Optimizer, parameters: list[Parameter], batch: Batch, rate: float, recipe: Recipe
) -> float:
    """Learn from one batch; its loss, of a label of weight 1."""
    loss = loss_of(model, batch)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, recipe.clip)
    optimizer.param_groups[0]["lr"] = rate
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    for routed in routers(model):
        losses.orthogonalise_(routed.gate.weight.data, rate * recipe.orthogonality)
        losses.balance_(routed.gate.e_score_correction_bias.data, routed.counts, recipe.balance)
        routed.counts.zero_()
    return float(loss.detach() * len(batch.ids) / batch.weights.sum())


def _cosine(progress: float, end: float) -> float:
    return end + (1 - end) * (1 + cos(pi * progress)) / 2


def _progress(began: float, taken: int, recipe: Recipe) -> float:
    if not recipe.minutes:
        return 1.0
    return max((time.monotonic() - began) / (60 * recipe.minutes), taken / recipe.steps)
