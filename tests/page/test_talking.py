"""The conversation's verbs: ask, hurry, stop, again, edit."""

from __future__ import annotations

from app.ui.session import Session


def contents(updates):
    return [message["content"] for message in updates["chat"]]


def test_a_question_shows_stop_and_its_answer_brings_send_back(page):
    made = page(delay=0.05)
    updates = made.talking.ask(made.session, "What?", "fast")
    assert not updates["hint"] and updates["question"] == ""
    assert not updates["send"]["visible"] and updates["stop"]["visible"]
    assert contents(updates)[:1] == ["What?"]
    last = list(made.talking.work(made.session))[-1]
    assert last["send"]["visible"] and not last["stop"]["visible"] and contents(last)[1] == "9.00"
    assert made.backend.thinking == [False]


def test_answer_now_closes_the_thought_and_keeps_it(page):
    thought = [f"step{number}" for number in range(1000)]
    made = page(reasoning=" ".join(thought), answer="391.20", delay=0.02)
    updates = made.talking.ask(made.session, "What?", "think")
    assert not updates["hurry"]["visible"]  # it does not think yet
    seen = set()
    for updates in made.talking.work(made.session):
        seen.add(updates["hurry"]["visible"])
        if made.session.thinks and made.session.turns[-1].thought.count(" ") >= 3:
            assert updates["hurry"]["visible"]
            assert not made.talking.hurry(made.session)["hurry"]["visible"]
    turn = made.session.turns[-1]
    kept = turn.thought.split()
    assert seen == {False, True} and turn.state == "done" and turn.text == "391.20"
    assert 4 <= len(kept) < 1000 and kept == thought[: len(kept)]
    assert not updates["hurry"]["visible"] and contents(updates)[1].split() == kept


def test_there_is_nothing_to_hurry_before_a_thought_or_after_it(page):
    made = page(answer="word " * 100, delay=0.01)
    made.talking.hurry(made.session)
    made.talking.ask(made.session, "What?", "fast")
    for _ in made.talking.work(made.session):
        assert not made.talking.hurry(made.session)["hurry"]["visible"]
    assert not made.session.asking.hurry.is_set()
    made.ask("And now?")
    assert made.session.turns[-1].state == "done"


def test_a_refused_question_stays_in_its_box_and_nothing_is_emptied(page):
    made = page()
    updates = made.talking.ask(Session(), "What?", "auto")
    assert "document first" in updates["hint"] and "value" not in updates["question"]
    # A text would empty the hint, nothing at all the buttons.
    assert list(made.talking.work(Session())) == [{}]


def test_a_question_sent_while_one_is_answered_takes_no_second_place(page):
    made = page(answer="word " * 100, delay=0.01)
    made.talking.ask(made.session, "One?", "auto")
    working = made.talking.work(made.session)
    next(working)
    assert "still on its way" in made.talking.ask(made.session, "Two?", "auto")["hint"]
    assert list(made.talking.work(made.session)) == [{}] and made.session.busy
    made.session.stop()
    list(working)


def test_new_conversation_stops_and_forgets(page):
    made = page(answer="word " * 1000, delay=0.01)
    made.talking.ask(made.session, "What?", "auto")
    working = made.talking.work(made.session)
    next(working), next(working)
    made.remembering.anew(made.session)
    assert contents(list(working)[-1]) == [] and not made.session.busy


def test_a_stopped_question_is_kept_to_be_asked_again(page):
    made = page()
    made.talking.ask(made.session, "What?", "auto")
    updates = made.talking.stop(made.session)
    assert "before there was an answer" in contents(updates)[1] and 'href="#again"' in contents(updates)[2]
    made.talking.again(made.session, "think")
    last = list(made.talking.work(made.session))[-1]
    assert contents(last)[:2] == ["What?", "9.00"] and made.backend.thinking == [True]


def test_an_edited_question_takes_the_place_of_the_last_one(page):
    made = page()
    made.ask("One?")
    made.ask("Two?")
    updates = made.talking.edit(made.session)
    assert updates["question"] == "Two?" and "replaces" in updates["hint"] and 'href="#keep"' in updates["hint"]
    made.ask("Three?")
    assert [turn.question for turn in made.session.turns] == ["One?", "Three?"]


def test_an_edited_question_may_stay_after_all(page):
    made = page()
    made.ask("One?")
    made.talking.edit(made.session)
    updates = made.talking.keep(made.session)
    assert updates["question"] == "" and not updates["hint"]
    made.ask("Two?")
    assert [turn.question for turn in made.session.turns] == ["One?", "Two?"]


def test_a_question_cannot_be_edited_while_it_is_answered(page):
    made = page(answer="word " * 100, delay=0.01)
    made.talking.ask(made.session, "One?", "auto")
    assert "question" not in made.talking.edit(made.session) and not made.session.editing
    made.session.stop()
