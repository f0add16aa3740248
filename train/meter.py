"""How fast a run is, what it waits for, and whether that is worth going on.

A machine that is lent by the minute must say within the first one whether data or arithmetic holds it up.
"""

from __future__ import annotations

from dataclasses import dataclass

from train.frozen import FrozenLinear
from vlm.model.ernie_vl import ErnieVL

UNCOUNTED = 3  # steps: the first ones fill pipelines and caches
CHECK_AFTER = 60.0  # seconds
DATA_BOUND = 0.3  # of the time spent waiting for a batch


class TooSlow(Exception):
    """The first minute was far below plan; why, in a sentence."""


@dataclass(slots=True)
class Meter:
    """Tokens (padding included), and seconds spent waiting for batches and computing with them."""

    tokens: int = 0
    waiting: float = 0.0
    computing: float = 0.0
    steps: int = 0
    is_checked: bool = False

    def add(self, tokens: int, waiting: float, computing: float) -> None:
        """One step."""
        self.steps += 1
        if self.steps > UNCOUNTED:
            self.tokens += tokens
            self.waiting += waiting
            self.computing += computing

    @property
    def seconds(self) -> float:
        return self.waiting + self.computing

    @property
    def rate(self) -> float:
        """Tokens a second; 0 before anything was counted."""
        return self.tokens / self.seconds if self.tokens else 0.0

    def told(self, cost: float, peak: float) -> dict[str, float]:
        """For the log: tokens a second, the share of the time spent waiting, and of the device's `peak` operations a
        second, where that is known, at `cost` operations a token."""
        if not self.tokens:
            return {}
        said = {"tok/s": round(self.rate), "waiting": round(self.waiting / self.seconds, 2)}
        return said | ({"of peak": round(self.rate * cost / peak, 3)} if peak else {})

    def check(self, least: float) -> None:
        """Look once, when a minute has been counted.

        Raises:
            TooSlow: it made fewer than `least` tokens a second.
        """
        if self.is_checked or self.seconds < CHECK_AFTER:
            return
        self.is_checked = True
        if self.rate >= least:
            return
        share = self.waiting / self.seconds
        cause = (
            f"{share:.0%} of the time is spent waiting for data: more --workers, or a larger share of short documents"
            if share > DATA_BOUND
            else f"only {share:.0%} of the time is spent waiting for data, so the arithmetic is slow: another --tokens"
        )
        raise TooSlow(f"{self.rate:,.0f} tokens a second are far below the {least:,.0f} planned; {cause}")


def flops_per_token(model: ErnieVL) -> float:
    """Multiplications and additions that one token costs in training, attention's scores and the output head left out.

    Two a weight forward; two more for what flows back through it, from the lowest trained layer up; two more again
    for the gradient of a weight that is trained.
    """
    total, begun = 0.0, False
    for layer in model.language_model.layers:
        begun = begun or any(parameter.requires_grad for parameter in layer.parameters())
        weights = sum(p.numel() for p in layer.parameters() if p.dim() > 1)
        weights += sum(m.in_features * m.out_features for m in layer.modules() if isinstance(m, FrozenLinear))
        trained = sum(p.numel() for p in layer.parameters() if p.dim() > 1 and p.requires_grad)
        total += 2.0 * (weights + (weights if begun else 0) + trained)
    return total
