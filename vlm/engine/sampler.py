"""From logits to a token: greedy, or drawn with temperature, top-k and top-p."""

from __future__ import annotations

import torch
from torch import Tensor

from vlm.engine.sequence import Sequence


def sample(logits: Tensor, sequence: Sequence) -> int:
    """The next token of one sequence.

    Args:
        logits: (vocabulary,); the sequence's logits processors see them first, in fp32.
    """
    logits = logits.float()
    for processor in sequence.logits_processors:
        logits = processor(sequence.output_ids, logits)
    params = sequence.params
    if params.temperature == 0:
        return int(logits.argmax())
    if sequence.generator is None:
        sequence.generator = torch.Generator(device=logits.device)
        if params.seed is None:
            sequence.generator.seed()
        else:
            sequence.generator.manual_seed(params.seed)
    probabilities = (truncate(logits / params.temperature, params.top_k, params.top_p)).softmax(-1)
    return int(torch.multinomial(probabilities, 1, generator=sequence.generator))


def truncate(logits: Tensor, top_k: int, top_p: float) -> Tensor:
    """Set to -inf what is neither among the `top_k` largest nor in the smallest set that reaches `top_p`.

    The most likely token always stays. (vocabulary,) -> (vocabulary,)
    """
    if 0 < top_k < len(logits):
        logits = logits.masked_fill(logits < logits.topk(top_k).values[-1], -torch.inf)
    if top_p < 1:
        ordered, order = logits.sort(descending=True, stable=True)
        probabilities = ordered.softmax(-1)
        beyond = probabilities.cumsum(-1) - probabilities >= top_p  # reached before this token
        beyond[0] = False
        logits = logits.masked_fill(torch.zeros_like(beyond).scatter(0, order, beyond), -torch.inf)
    return logits
