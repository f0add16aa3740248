"""Which columns of a weight matter: the mean square of what each is multiplied with, over real documents.

An error in a column that meets large activations costs more than one in a column that meets small ones, so
`packing.quantise` weighs its errors by these numbers. Routed experts are counted apart, each by the tokens that were
sent to it: text experts by text, vision experts by pictures; one that nothing was sent to counts all columns alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vlm.model.ernie_vl import ErnieVL
from vlm.model.moe import Experts


class Importance:
    """Sums of squares by the name of the quantised module: (columns,), of a stack (experts, columns)."""

    def __init__(self) -> None:
        self._squares: dict[str, Tensor] = {}
        self._counts: dict[str, Tensor] = {}

    def add(self, name: str, x: Tensor, place: int = 0, places: int = 0) -> None:
        """Count rows x (tokens, columns); of a stack of `places` those of `place`."""
        if name not in self._squares:
            self._squares[name] = torch.zeros(max(places, 1), x.shape[-1])
            self._counts[name] = torch.zeros(max(places, 1), 1)
        self._squares[name][place] += x.float().square().sum(0).cpu()
        self._counts[name][place] += len(x)

    def of(self, name: str, is_stack: bool) -> Tensor | None:
        """Mean squares; None where nothing was counted."""
        if name not in self._squares:
            return None
        squares, counts = self._squares[name], self._counts[name]
        means = torch.where(counts > 0, squares / counts.clamp(min=1), torch.ones_like(squares))
        return means if is_stack else means[0]


@contextmanager
def recording(model: ErnieVL) -> Iterator[Importance]:
    """Count what passes through the decoder of `model`, which is not quantised, while the block lasts."""
    found = Importance()
    hooks = []
    for name, module in model.language_model.named_modules(prefix="language_model"):
        if isinstance(module, nn.Linear):
            hooks.append(module.register_forward_pre_hook(_counts_input(found, name)))
        elif isinstance(module, Experts):
            hooks.append(module.register_forward_pre_hook(_counts_experts(found, name)))
    hooks.append(model.language_model.norm.register_forward_hook(_counts_output(found, "lm_head")))
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def _counts_input(found: Importance, name: str) -> Callable[[nn.Module, tuple[Any, ...]], None]:
    return lambda _, inputs: found.add(name, inputs[0])


def _counts_output(found: Importance, name: str) -> Callable[[nn.Module, tuple[Any, ...], Tensor], None]:
    return lambda _, inputs, out: found.add(name, out)


def _counts_experts(found: Importance, name: str) -> Callable[[nn.Module, tuple[Any, ...]], None]:
    def count(module: nn.Module, inputs: tuple[Any, ...]) -> None:
        assert isinstance(module, Experts)
        x, _, indices = inputs
        places = len(module.down_proj)
        for expert in indices.unique().tolist():
            rows = x[(indices == expert).any(-1)]  # (tokens of this expert, hidden)
            gate, up = F.linear(rows, module.gate_up_proj[expert]).chunk(2, dim=-1)
            found.add(f"{name}.gate_up_proj", rows, expert, places)
            found.add(f"{name}.down_proj", F.silu(gate) * up, expert, places)

    return count
