"""What each token of an answer weighs, by hand: one token a byte."""

from __future__ import annotations

from train.factory.stream import samples
from train.packing import FIRST_WEIGHT, Turn
from train.refusals import UNTHOUGHT
from train.turns import lessons


def weights_of(packer, turn):
    evidence, _ = next(lessons(samples("x", "train", {"drill": 1.0}), UNTHOUGHT))
    return [weight for weight in packer.row(evidence, [turn], 10**6).weights if weight]


def test_an_answers_first_tokens_choose_what_is_copied(packer):
    weights = weights_of(packer, Turn("?", "sixteen or more"))
    plain = (len("sixteen or more") + 1) ** -0.5  # and the turn's end
    assert weights == [FIRST_WEIGHT] * 2 + [plain] * 14 and plain < FIRST_WEIGHT


def test_a_thought_chooses_twice(packer):
    """Its caption, and the value behind it; what follows is said over again."""
    weights = weights_of(packer, Turn("?", "9.50", "total: 9.50\n9.50"))
    plain = len(weights) ** -0.5
    value = len("total:")
    assert weights == [FIRST_WEIGHT] * 2 + [plain] * (value - 2) + [FIRST_WEIGHT] * 2 + [plain] * (len(weights) - 8)


def test_a_short_answer_keeps_its_weight(packer):
    assert weights_of(packer, Turn("?", "7")) == [2**-0.5] * 2


def test_a_guess_weighs_less(packer):
    assert weights_of(packer, Turn("?", "7", weight=0.5)) == [2**-0.5 / 2] * 2
