"""Whatever a model would like to say: a thought ends in its budget, and an answer is never empty."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import torch
from hypothesis import given
from hypothesis import strategies as st

from vlm.engine.answer_guard import MAX_BLANKS, AnswerGuard
from vlm.engine.repetition import LEAST

EOS, THINK, END_THINK, PATCH, BLANK, WORD = 0, 1, 2, 3, 4, 5
VOCABULARY = 8


def guard(opens_thought=False, budget=6, allow=True, max_tokens=1000):
    return AnswerGuard(
        opens_thought=opens_thought,
        think_id=THINK,
        end_think_id=END_THINK,
        allow_thinking=allow,
        reasoning_budget=budget,
        max_tokens=max_tokens,
        stop_ids=(EOS,),
        blank_ids=frozenset((BLANK,)),
        control_ids=torch.tensor([PATCH]),
    )


def speak(processor, wishes):
    """Greedy tokens of a model that wishes for these, one after the other, until it stops."""
    said = []
    for wish in wishes:
        logits = torch.arange(VOCABULARY, dtype=torch.float32).neg()
        logits[wish] = 100.0
        token = int(processor(said, logits).argmax())
        if token == EOS:
            return said, True
        said.append(token)
    return said, False


def test_a_circle_is_left_in_the_thought_and_in_the_answer():
    said, ended = speak(guard(opens_thought=True, budget=10_000), [WORD, BLANK] * 200)
    thought = said.index(END_THINK)
    assert ended and LEAST < thought < LEAST + 6 and LEAST < len(said) - thought < LEAST + 6
    said, ended = speak(guard(allow=False), [WORD, 6, 7] * 100)
    assert ended and LEAST < len(said) < LEAST + 6


WISHES = st.lists(st.integers(0, VOCABULARY - 1), min_size=30, max_size=30)


@given(WISHES, st.booleans(), st.integers(0, 10), st.booleans())
def test_thought_ends_in_its_budget_and_the_answer_is_visible(wishes, opens, budget, allow):
    processor = guard(opens, budget, allow)
    said, stopped = speak(processor, wishes)
    thought, answer = processor.split(said)
    if opens:
        assert thought is not None and answer is not None, "thirty tokens are enough to close it"
    assert thought is None or len(thought) <= budget
    answer = said if thought is None else answer
    assert any(token not in (BLANK, EOS) for token in answer)
    assert PATCH not in said
    assert said.count(END_THINK) <= 1 and END_THINK not in answer and THINK not in answer
    assert not stopped or answer


def test_a_closed_door_stays_closed():
    """With thinking off no thought can be opened; in auto mode only the first token may."""
    assert THINK not in speak(guard(allow=False), [THINK] * 5)[0]
    assert speak(guard(allow=True, budget=0), [THINK] * 3)[0][:2] == [THINK, END_THINK]
    assert THINK not in speak(guard(allow=True), [WORD, THINK, THINK])[0]


def test_a_model_that_only_wants_to_stop_still_says_something():
    said, stopped = speak(guard(opens_thought=True), [WORD, END_THINK, *[EOS] * 10])
    thought, answer = guard(opens_thought=True).split(said)
    assert thought == [WORD] and stopped
    assert answer[-1] not in (EOS, BLANK)


def test_blanks_are_bounded():
    said, _ = speak(guard(), [BLANK] * 10)
    assert said[:MAX_BLANKS] == [BLANK] * MAX_BLANKS and said[MAX_BLANKS] != BLANK


def test_in_a_hurry_the_thought_is_closed_where_it_is():
    """And kept; what was not yet thought is not, and the answer is as free as ever."""
    hurry = Event()
    processor = replace(guard(opens_thought=True, budget=20), hurry=hurry)
    assert speak(processor, [WORD, WORD]) == ([WORD, WORD], False)
    said = [WORD, WORD]
    hurry.set()
    for wish in (WORD, WORD, BLANK, WORD):
        logits = torch.arange(VOCABULARY, dtype=torch.float32).neg()
        logits[wish] = 100.0
        said.append(int(processor(said, logits).argmax()))
    assert said == [WORD, WORD, END_THINK, WORD, BLANK, WORD]
    assert processor.split(said) == ([WORD, WORD], [WORD, BLANK, WORD])
