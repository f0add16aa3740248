"""A logits processor that makes chosen sequences of tokens likelier, or less so."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq

from torch import Tensor


class SequenceBias:
    """Adds a sequence's bias to the logit of its last token wherever its other tokens have just been read, in prompt or
    output; a sequence of one token gets it everywhere. So does transformers with `sequence_bias`.

    Args:
        biases: nats, by token ids.
        prompt_ids: what the output follows.
    """

    def __init__(self, biases: Mapping[tuple[int, ...], float], prompt_ids: Seq[int]) -> None:
        self._biases = biases
        self._longest = max(map(len, biases), default=1) - 1
        self._tail = tuple(prompt_ids[max(len(prompt_ids) - self._longest, 0) :])

    def __call__(self, output_ids: Seq[int], logits: Tensor) -> Tensor:
        """(vocabulary,) -> (vocabulary,)"""
        if not self._biases:
            return logits
        before = (*self._tail, *output_ids[max(len(output_ids) - self._longest, 0) :])
        logits = logits.clone()
        for (*lead, last), bias in self._biases.items():
            if len(lead) <= len(before) and before[len(before) - len(lead) :] == tuple(lead):
                logits[last] += bias
        return logits
