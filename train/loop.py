"""The training loop: steps of packed rows, ERNIE's balance and orthogonality after each, state kept on disk."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
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
from train.trainee import head_of, real_counted, routers
from vlm.model.ernie_vl import ErnieVL

SAVE_EVERY = 120  # seconds
POOL_TOKENS, POOL_STEPS = 1 << 16, 4  # of rows that are sorted by length together, or more: of so many steps
REPORT_EVERY = 10  # steps
MOST_LOST = 5  # steps in a row whose gradient is not finite; fewer than between two reports
BETAS = (0.9, 0.99)  # a step sees few questions, so that their squares are averaged over many steps


class Diverged(Exception):
    """Numbers grew beyond all bounds; what to do, in a sentence."""


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


@dataclass(slots=True)
class _Books:
    """How far the state is, and what this run has made of it."""

    steps: int
    questions: int
    taken: int = 0  # in this run, lost ones too
    lost: int = 0
    lost_in_a_row: int = 0
    losses: list[float] = field(default_factory=list)  # since the last report

    @property
    def has_learned(self) -> bool:
        return self.taken > self.lost

    def note(self, loss: float | None, batch: Batch) -> None:
        """One step; without a loss it taught nothing.

        Raises:
            Diverged: it was one of too many.
        """
        self.taken += 1
        if loss is None:
            self.lost, self.lost_in_a_row = self.lost + 1, self.lost_in_a_row + 1
            if self.lost_in_a_row == MOST_LOST:
                raise Diverged(f"{MOST_LOST} steps in a row had no finite gradient; go on with a smaller --rate")
            return
        self.lost_in_a_row = 0
        self.steps += 1
        self.questions += sum(len(tasks) for tasks in batch.tasks)
        self.losses.append(loss)

    def told(self, minutes: float) -> dict[str, float]:
        """For the log; the loss is the mean since the last time."""
        mean = sum(self.losses) / len(self.losses)
        self.losses.clear()
        said = {"step": self.steps, "questions": self.questions, "loss": round(mean, 3), "min": round(minutes, 1)}
        return said | ({"lost": self.lost} if self.lost else {})


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
    with real_counted(model, batch.ids, batch.parts.flatten() >= 0):
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
    """Train to the end of `recipe`, on from the state in `out` if there is one. A run that learns nothing writes none.

    `source(progress)` is the next batch for where the run stands, from 0 to 1; `say` is told the loss and the speed. A
    batch whose gradient is not finite teaches nothing, and counts as no step.

    Raises:
        TooSlow: the first minute was below `recipe.least_rate`; what it learned is kept.
        Diverged: `MOST_LOST` such batches in a row; what it learned before them is kept.
        CheckpointError: what it learned is not finite; the state in `out` stays as it was.
    """
    books = _Books(*(state.resume(model, shape, out) if out.exists() else (0, 0)))
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, betas=BETAS, weight_decay=recipe.weight_decay)
    began = saved = time.monotonic()
    meter, cost = Meter(), flops_per_token(model)
    try:
        while (progress := _progress(began, books.taken, recipe)) < 1:
            asked = time.monotonic()
            batch = source(progress)
            given = time.monotonic()
            rate = recipe.rate * min(1.0, (books.taken + 1) / max(1, recipe.warmup))
            rate *= _cosine(progress, recipe.rate_end)
            books.note(_step(model, optimizer, parameters, batch, rate, recipe), batch)
            now = time.monotonic()
            meter.add(batch.ids.numel(), given - asked, now - given)
            if books.taken % REPORT_EVERY == 0:
                say(json.dumps(books.told((now - began) / 60) | meter.told(cost, recipe.peak_flops)))
            if books.has_learned and now - saved > SAVE_EVERY:
                state.save(model, shape, books.steps, books.questions, out)
                saved = now
            meter.check(recipe.least_rate)
    finally:
        if books.has_learned:
            state.save(model, shape, books.steps, books.questions, out)


def _step(
    model: ErnieVL, optimizer: Optimizer, parameters: list[Parameter], batch: Batch, rate: float, recipe: Recipe
) -> float | None:
    """Learn from one batch; its loss, of a label of weight 1. None, and nothing learned, if its gradient is not finite.

    One such step would make every weight that learns not a number, and the state with them.
    """
    loss = loss_of(model, batch)
    loss.backward()
    is_finite = bool(torch.nn.utils.clip_grad_norm_(parameters, recipe.clip).isfinite())
    optimizer.param_groups[0]["lr"] = rate
    if is_finite:
        optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    for routed in routers(model):
        if is_finite:
            losses.orthogonalise_(routed.gate.weight.data, rate * recipe.orthogonality)
            losses.balance_(routed.gate.e_score_correction_bias.data, routed.counts, recipe.balance)
        routed.counts.zero_()
    return float(loss.detach() * len(batch.ids) / batch.weights.sum()) if is_finite else None


def _cosine(progress: float, end: float) -> float:
    return end + (1 - end) * (1 + cos(pi * progress)) / 2


def _progress(began: float, taken: int, recipe: Recipe) -> float:
    if not recipe.minutes:
        return 1.0
    return max((time.monotonic() - began) / (60 * recipe.minutes), taken / recipe.steps)
