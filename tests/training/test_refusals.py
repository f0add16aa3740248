"""How a bias is chosen, by hand; and what a toy says, measured at once, against each question asked alone."""

from __future__ import annotations

import json
from itertools import islice

import pytest
import torch

from prompts.tasks import NOT_FOUND, ask
from train import refusals, ship, state
from train.factory.stream import samples
from train.packing import Turn, collate
from train.refusals import Said, largest_bias, outcome, said
from train.shapes import Shape
from train.trainee import trainee
from train.turns import lessons
from vlm.nano.trained import read_parts, read_trained

SHAPE = Shape((1, 2), experts=4, width=16, top_k=2, rank=4, low_rank_layers=3, mlp_rank=4)
ANSWERS = [
    Said(is_answerable=True, lead=-3.0, is_right=True),
    Said(is_answerable=True, lead=-0.6, is_right=True),
    Said(is_answerable=True, lead=-0.4, is_right=False),
    Said(is_answerable=False, lead=-0.5, is_right=False),
    Said(is_answerable=False, lead=0.1, is_right=False),
    Said(is_answerable=False, lead=-2.0, is_right=False),
]


def test_outcomes_by_hand():
    assert outcome(ANSWERS, 0.0) == refusals.Outcome(0.0, 3 / 6, 1 / 3, 0.0)
    assert outcome(ANSWERS, 0.55) == refusals.Outcome(0.55, 4 / 6, 2 / 3, 1 / 3)  # the wrong one counts as false, too
    assert outcome(ANSWERS, 2.5) == refusals.Outcome(2.5, 4 / 6, 1.0, 2 / 3)


def test_the_largest_bias_with_few_enough_false_refusals():
    assert largest_bias(ANSWERS, 0.0) == 0.25
    assert largest_bias(ANSWERS, 1 / 3) == 0.5
    assert largest_bias(ANSWERS, 0.7) == 3.0, "of those that are tried"
    always = Said(is_answerable=True, lead=0.1, is_right=True)
    assert largest_bias([always, ANSWERS[3]], 0.0) == 0.0, "none where even that is too much"


def test_what_is_said_by_hand(packer, monkeypatch):
    """The right answer is the likeliest but for the refusal, or is not; a thought refuses behind its first caption."""
    evidence, _ = next(lessons(samples("x", "train", {"drill": 1.0}), refusals.UNTHOUGHT))
    refusal, space = packer.encode(NOT_FOUND)[0], packer.encode(" ")[0]
    answer = torch.zeros(2, 300)
    answer[0, refusal], answer[0, 40], answer[1, 2] = 3.0, 2.5, 9.0
    thought = torch.zeros(4, 300)
    thought[0, 9], thought[1, 9], thought[2, space], thought[2, 40], thought[3, 2] = 1.0, 1.0, 3.0, 2.0, 9.0

    def heard(turns, logits, wanted):
        monkeypatch.setattr(refusals, "lessons", lambda pairs, diet: [(evidence, turns)])
        said_so = [("", logits.clone(), torch.tensor(tokens)) for tokens in wanted]
        monkeypatch.setattr(refusals, "answers", lambda model, batch: said_so)
        return list(said(None, packer, iter([]), 10**6, refusals.UNTHOUGHT))

    right, wrong, missing = heard(
        [Turn("?", "x"), Turn("?", "x"), Turn("?", NOT_FOUND)], answer, [[40, 2], [41, 2], [refusal, 2]]
    )
    assert (right, wrong) == (Said(True, 0.5, True), Said(True, 0.5, False))
    assert not missing.is_answerable and missing.lead == 0.5
    (read,) = heard([Turn("?", "x", "a: x\nx")], thought, [[9, 9, 40, 2]])
    assert read == Said(True, 1.0, True)


@pytest.mark.parametrize("diet", [refusals.UNTHOUGHT, refusals.THOUGHT])
def test_each_question_is_measured_as_if_asked_alone(toy, packer, diet):
    def pairs():
        return islice(samples("x", "train", {"drill": 1.0}), 3)

    model = trainee(toy, SHAPE, torch.float32, "cpu")
    packed = list(said(model, packer, pairs(), 10**6, diet))
    alone = []
    for evidence, turns in lessons(pairs(), diet):
        for turn in turns:
            if diet is refusals.THOUGHT and turn.thinking is None:
                continue
            thinks = turn.thinking is not None
            caption = f"{turn.thinking.partition(': ')[0]}:" if thinks else ""
            rendered = packer.template.render(ask(evidence, turn.question), enable_thinking=thinks)
            before = packer.encode(rendered.text + caption)
            batch = collate([packer.row(evidence, [turn], 10**6)])
            assert batch.ids[: len(before)].tolist() == before
            logits = model.compute_logits(model(batch.ids, batch.positions, batch.mask))[len(before) - 1].detach()
            first = packer.encode(f" {NOT_FOUND}" if thinks else NOT_FOUND)[0]
            lead = float(logits[first])
            logits[first] = -torch.inf
            alone.append((turn.answer != NOT_FOUND, lead - float(logits.max())))
    assert [one.is_answerable for one in packed] == [is_answerable for is_answerable, _ in alone]
    torch.testing.assert_close([one.lead for one in packed], [lead for _, lead in alone], atol=1e-3, rtol=1e-3)


def test_the_program_tells_the_weights_their_biases(toy, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(refusals.SHAPES, "deep", SHAPE)
    monkeypatch.setattr(refusals, "ROW_TOKENS", 8192)  # a token a byte
    monkeypatch.setattr(refusals, "ASKED", {"receipt": 1.0})
    state.save(trainee(toy, SHAPE, torch.float32, "cpu"), SHAPE, 5, 50, tmp_path / "state.safetensors")
    weights = tmp_path / "text.safetensors"
    ship.main([str(tmp_path / "state.safetensors"), "--out", str(weights)])
    about, before = read_parts(weights)
    assert read_trained(weights).refusal_bias == 0.0
    capsys.readouterr()
    refusals.main(["--base", str(toy), "--weights", str(weights), "--samples", "6"])
    *table, chosen = map(json.loads, capsys.readouterr().out.splitlines())
    for name in refusals.DIETS:
        of_one = [line for line in table if line["of"] == name]
        assert [line["bias"] for line in of_one] == refusals.BIASES and of_one[0]["questions"] > 20
    told, after = read_parts(weights)
    trained = read_trained(weights)
    assert chosen["chosen"] == {
        "refusal_bias": trained.refusal_bias,
        "thought_refusal_bias": trained.thought_refusal_bias,
    }
    assert {*chosen["chosen"].values()} <= {*refusals.BIASES} and about.items() < told.items()
    assert all(torch.equal(before[name], after[name]) for name in before)
