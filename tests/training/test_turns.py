"""Questions that a document does not answer, because they are another's."""

from __future__ import annotations

from itertools import islice

import pytest

from train.factory.stream import samples
from train.turns import Diet, lessons

KINDS = {"receipt": 0.5, "form": 0.2, "chart": 0.3}
STRANGER = "missing/stranger"


def asked(count, **diet):
    return list(islice(lessons(samples("strangers", "train", KINDS), Diet(think=1.0, **diet)), count))


def test_as_many_documents_as_the_diet_says_are_asked_a_strangers_question():
    found = asked(300)
    share = sum(any(turn.task == STRANGER for turn in turns) for _, turns in found) / len(found)
    assert share == pytest.approx(Diet().strangers, abs=0.05)
    assert found == asked(300), "from one seed the same"


def test_a_strangers_question_is_asked_beside_the_documents_own():
    """What it names is not there, no question is asked twice in vain, and there are not more than the most."""
    before: set[str] = set()
    for (_, alone), (evidence, turns) in zip(asked(40, strangers=0.0), asked(40, strangers=1.0), strict=True):
        own = [turn.question for turn in turns if turn.task != STRANGER]
        assert own == [turn.question for turn in alone][: Diet().questions - (len(own) < len(turns))]
        assert len(turns) <= Diet().questions
        for stranger in turns[len(own) :]:
            assert stranger.answer == "not found" and stranger.question not in before
            before.add(stranger.question)
            assert stranger.thinking.partition(": ")[0].lower() not in evidence.text.lower()
    assert len(before) > 10
