"""How a bias is chosen, by hand; and what a toy says, measured at once, against each question asked alone."""

from __future__ import annotations

import json
from itertools import islice

import torch

from prompts.tasks import NOT_FOUND, ask
from train import refusals, ship, state
from train.factory.stream import samples
from train.packing import Packer, collate
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


def test_what_is_said_by_hand(toy, packer, monkeypatch):
    """One question: the right answer is the likeliest but for the refusal, or is not."""
    (pair,) = islice(samples("x", "train", {"drill": 1.0}), 1)
    first, second = packer.encode(NOT_FOUND)[:2]
    logits = torch.zeros(2, 300)
    logits[0, first], logits[0, 40], logits[1, 2] = 3.0, 2.5, 9.0
    told = [("right", logits, [40, 2]), ("wrong", logits, [41, 2]), ("missing", logits, [first, second])]
    heard = [(task, logits.clone(), torch.tensor(wanted)) for task, logits, wanted in told]
    monkeypatch.setattr(refusals, "answers", lambda model, batch: heard)
    short = Packer(packer.template, lambda text: packer.encode(text)[:2] if text == NOT_FOUND else packer.encode(text))
    right, wrong, missing = islice(said(None, short, iter([pair]), 10**6), 3)
    assert (right, wrong) == (Said(True, 0.5, True), Said(True, 0.5, False))
    assert not missing.is_answerable and missing.lead == 0.5


def test_each_question_is_measured_as_if_asked_alone(toy, packer):
    def pairs():
        return islice(samples("x", "train", {"drill": 1.0}), 3)

    model, first = trainee(toy, SHAPE, torch.float32, "cpu"), packer.encode(NOT_FOUND)[0]
    packed = list(said(model, packer, pairs(), 10**6))
    alone = []
    for evidence, turns in lessons(pairs(), refusals.UNTHOUGHT):
        for turn in turns:
            prompt = packer.encode(packer.template.render(ask(evidence, turn.question), enable_thinking=False).text)
            batch = collate([packer.row(evidence, [turn], 10**6)])
            assert batch.ids[: len(prompt)].tolist() == prompt
            logits = model.compute_logits(model(batch.ids, batch.positions, batch.mask))[len(prompt) - 1].detach()
            lead = float(logits[first])
            logits[first] = -torch.inf
            alone.append((turn.answer != NOT_FOUND, lead - float(logits.max())))
    assert [one.is_answerable for one in packed] == [is_answerable for is_answerable, _ in alone]
    torch.testing.assert_close([one.lead for one in packed], [lead for _, lead in alone], atol=1e-3, rtol=1e-3)


def test_the_program_tells_the_weights_their_bias(toy, tmp_path, monkeypatch, capsys):
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
    assert [line["bias"] for line in table] == refusals.BIASES and table[0]["questions"] > 20
    told, after = read_parts(weights)
    assert read_trained(weights).refusal_bias == chosen["chosen"] in refusals.BIASES and about.items() < told.items()
    assert all(torch.equal(before[name], after[name]) for name in before)
