"""A logits processor that holds the sums of a thought to what they come to.

A small model reads the right values and then adds them wrongly. Where a line of its thought is `92.50 + 8.75 = `, the
number that follows is known, so no other can be said; which values are added, and how, stays the model's own. (Tools in
the loop instead of written arithmetic: TinyChart, arXiv 2404.16635, section 3.3; PAL, arXiv 2211.10435.)

Held are lines that are an expression in plain decimals and nothing else, with spaces around its signs, as nano learned
to write them: what another model means by `1.000 + 5 =` in the middle of a sentence nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

import torch
from torch import Tensor

LONGEST = 64  # tokens that are looked at for a line
MOST_DIGITS = 15
PLACES = 7  # decimals of a quotient, at most
_EXACT = Context(prec=64)  # digits, more than a product of two such numbers has; the default's 28 are fewer

_NUMBER = r"-?\d+(?:\.\d+)?"
_LINE = re.compile(rf"(?:^|\n)({_NUMBER}(?: [-+*/] {_NUMBER})+) =( ?)([-\d.]*)\Z")
_PARTS = re.compile(rf" ([-+*/]) (?={_NUMBER})")


class Spelled:
    """A vocabulary, for sums: tokens by their bytes, bytes by their tokens, and the tokens that begin like a number."""

    def __init__(self, token_of: Mapping[bytes, int]) -> None:
        self.token_of = token_of
        self.piece_of = {token: piece for piece, token in token_of.items()}
        self.numeric = frozenset(token for piece, token in token_of.items() if re.match(rb"[\d.]", piece))


class Sums:
    """Holds the thought of one request.

    Args:
        thought_of: the thought among the output's ids while it is open, else None.
    """

    def __init__(self, thought_of: Callable[[Sequence[int]], Sequence[int] | None], spelled: Spelled) -> None:
        self._thought_of, self._spelled = thought_of, spelled

    def __call__(self, output_ids: Sequence[int], logits: Tensor) -> Tensor:
        """(vocabulary,) -> (vocabulary,)"""
        thought = self._thought_of(output_ids)
        rests = going_on(self._last(thought)) if thought is not None else None
        if rests is None:
            return logits
        begun = {rest[:end].encode() for rest in rests for end in range(1, len(rest) + 1)}
        may_come = {self._spelled.token_of[piece] for piece in begun if piece in self._spelled.token_of}
        if "" in rests:  # it is said, or goes on
            may_not = torch.tensor(sorted(self._spelled.numeric - may_come), device=logits.device)
            return logits.index_fill(0, may_not, -torch.inf)
        if not may_come:  # no token is as short as what is left
            return logits
        chosen = torch.tensor(sorted(may_come), device=logits.device)
        return torch.full_like(logits, -torch.inf).index_copy(0, chosen, logits[chosen])

    def _last(self, thought: Sequence[int]) -> str:
        tail = thought[max(len(thought) - LONGEST, 0) :]
        text = b"".join(self._spelled.piece_of.get(token, b"?") for token in tail).decode(errors="replace")
        return text if len(tail) == len(thought) else f"?{text}"  # no line begins where the tail does


def going_on(text: str) -> set[str] | None:
    """What may follow where a line has come to its result, or into it; None where it has not.

    The empty text: the result may end here. Quotients end after as many decimals as one likes, the last one rounded.
    """
    if (line := _LINE.search(text)) is None:
        return None
    expression, gap, begun = line.groups()
    results = worked_out(expression)
    rests = {result[len(begun) :] for result in results if result.startswith(begun)}
    if not rests:
        return None
    return rests if gap else {f" {rest}" for rest in rests}


def worked_out(expression: str) -> set[str]:
    """`1.50 + 2` as it may be written, `3.50`; of a quotient with any number of decimals; empty if there is none."""
    first, *rest = _PARTS.split(expression)
    signs, numbers = rest[::2], [first, *rest[1::2]]
    if any(sum(map(str.isdigit, number)) > MOST_DIGITS for number in numbers) or not _has_one_meaning(signs):
        return set()
    result = Decimal(first)
    for sign, number in zip(signs, map(Decimal, numbers[1:]), strict=True):
        if sign == "/" and not number:
            return set()
        result = _OPERATIONS[sign](_EXACT, result, number)
    if "/" not in signs:
        return {_written(result)}
    places = range(PLACES + 1)
    return {_written(result.quantize(Decimal(1).scaleb(-number), ROUND_HALF_UP, _EXACT)) for number in places}


def _written(number: Decimal) -> str:
    return f"{number if number else number.copy_abs():f}"  # there is no -0


_OPERATIONS: Mapping[str, Callable[[Context, Decimal, Decimal], Decimal]] = {
    "+": Context.add,
    "-": Context.subtract,
    "*": Context.multiply,
    "/": Context.divide,
}


def _has_one_meaning(signs: Sequence[str]) -> bool:
    """From left to right: sums alone, or a single product or quotient."""
    return len(signs) == 1 or set(signs) <= {"+", "-"}
