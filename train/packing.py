"""Samples to rows of token ids: one document, then its questions, which do not see one another.

Several questions share the document before them, so that it is computed once. A row is

    system, document | question 1, answer 1 | question 2, answer 2 | ...
    positions  0..p  | p..                  | p..                  | ...

and a token sees its own part and the document. Ids are exactly those of the prompt that the model meets when it is
asked: the same messages, the same chat template, the same tokenizer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import torch
from torch import Tensor

from prompts.evidence import Evidence
from prompts.tasks import ask
from prompts.template import ChatTemplate
from train.trainee import PackMask

MULTIPLE = 64  # rows are padded to a multiple of this: few shapes, and some padding


class Encoder(Protocol):
    def __call__(self, text: str) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, and what the model shall say: thought and answer, or the answer alone."""

    question: str
    answer: str
    thinking: str | None = None
    weight: float = 1.0
    task: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One document with its questions. All lists have one entry a token.

    `parts` is 0 for the document and 1, 2, ... for the questions; `weights` is above 0 where the *next* token is to be
    learned, and `targets` is that token.
    """

    ids: list[int]
    positions: list[int]
    parts: list[int]
    targets: list[int]
    weights: list[float]
    tasks: list[str]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of equal length. Flat tensors are (rows * tokens,)."""

    ids: Tensor
    positions: Tensor  # (3, rows * tokens): time, height and width are the same for text
    parts: Tensor  # (rows, tokens), -1 in the padding
    learned: Tensor  # (labels,) places whose next token is to be learned
    targets: Tensor  # (labels,) those next tokens
    weights: Tensor  # (labels,)
    tasks: list[list[str]]

    def to(self, device: str) -> Batch:
        moved = {
            field.name: getattr(self, field.name).to(device, non_blocking=True)
            for field in fields(self)
            if field.name != "tasks"
        }
        return Batch(**moved, tasks=self.tasks)

    @property
    def mask(self) -> PackMask:
        """Made where it is needed: it is larger than all the rest."""
        return PackMask(visible(self.parts))


class Packer:
    """Makes rows. `encode` turns text with control tokens into ids, as the processor does."""

    def __init__(self, template: ChatTemplate, encode: Encoder) -> None:
        self.template, self.encode = template, encode

    def row(self, evidence: Evidence, turns: Sequence[Turn], most_tokens: int) -> Row | None:
        """As many of `turns` as fit into `most_tokens`; None if not even one does."""
        first, _ = self._texts(evidence, turns[0])
        shared = first.rindex("Question: ")
        ids = self.encode(first[:shared])
        row = Row(ids, list(range(len(ids))), [0] * len(ids), [0] * len(ids), [0.0] * len(ids), [])
        prefix = len(ids)
        for turn in turns:
            prompt, said = self._texts(evidence, turn)
            question, answer = self.encode(prompt[shared:]), self.encode(said)
            if len(row.ids) + len(question) + len(answer) > most_tokens:
                continue
            part = question + answer
            row.ids.extend(part)
            row.positions.extend(range(prefix, prefix + len(part)))
            row.tasks.append(turn.task)
            row.parts.extend([len(row.tasks)] * len(part))
            row.targets.extend([*part[1:], 0])
            weight = turn.weight / len(answer) ** 0.5
            row.weights.extend([0.0] * (len(question) - 1) + [weight] * len(answer) + [0.0])
        return row if row.tasks else None

    def _texts(self, evidence: Evidence, turn: Turn) -> tuple[str, str]:
        """The prompt, and what follows it up to the end of the turn."""
        thinks = turn.thinking is not None
        rendered = self.template.render(ask(evidence, turn.question), enable_thinking=thinks)
        said = f"{turn.thinking}\n</think>\n{turn.answer}" if thinks else turn.answer
        return rendered.text, f"{said}<|im_end|>"


def collate(rows: Sequence[Row]) -> Batch:
    """Rows side by side, padded to the longest."""
    length = -(-max(len(row.ids) for row in rows) // MULTIPLE) * MULTIPLE

    def padded(lists: Sequence[Sequence[float]], fill: float, dtype: torch.dtype) -> Tensor:
        return torch.tensor([[*values, *[fill] * (length - len(values))] for values in lists], dtype=dtype)

    positions = padded([row.positions for row in rows], 0, torch.long).flatten()
    weights = padded([row.weights for row in rows], 0.0, torch.float32).flatten()
    learned = weights.nonzero().flatten()
    return Batch(
        ids=padded([row.ids for row in rows], 0, torch.long).flatten(),
        positions=positions.expand(3, -1),
        parts=padded([row.parts for row in rows], -1, torch.long),
        learned=learned,
        targets=padded([row.targets for row in rows], 0, torch.long).flatten()[learned],
        weights=weights[learned],
        tasks=[row.tasks for row in rows],
    )


def visible(parts: Tensor) -> Tensor:
    """Which keys a query sees: earlier ones of its own part or of the document. (rows, 1, tokens, tokens) bool

    Padding sees itself, so that no row of the softmax is empty.
    """
    length = parts.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=parts.device).tril()
    query, key = parts[:, :, None], parts[:, None, :]
    return (causal & ((key == query) | ((key == 0) & (query > 0))))[:, None]
