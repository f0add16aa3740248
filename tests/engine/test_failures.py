"""What fails for one ends that one alone, in words; a pass that fails leaves those that wait."""

from __future__ import annotations

import pytest
import torch

from vlm.engine.engine import PassFailed
from vlm.errors import VLMError
from vlm.sampling_params import SamplingParams

GREEDY = SamplingParams(max_tokens=6, answer_tokens=4)


def run(engine):
    """The tokens of those that came to their end, and the errors of the others."""
    tokens, errors = {}, {}
    while engine.has_unfinished:
        for output in engine.step():
            if output.error is not None:
                errors[output.seq_id] = output.error
                assert output.finish_reason == "abort" and output.token_id is None
            elif output.token_id is not None:
                tokens.setdefault(output.seq_id, []).append(output.token_id)
        engine.scheduler.check_integrity()
    return tokens, errors


def test_a_picture_that_cannot_be_encoded_ends_its_own_answer(make_engine, text_prompt, image_prompt, monkeypatch):
    engine = make_engine()
    alone = engine.add_request(text_prompt(7, 8, 9), GREEDY)
    expected = run(engine)[0][alone]

    def fail(*_):
        raise RuntimeError("can't allocate memory")

    monkeypatch.setattr(engine.runner, "_encode", fail)
    good, bad = engine.add_request(text_prompt(7, 8, 9), GREEDY), engine.add_request(image_prompt(4, 4), GREEDY)
    tokens, errors = run(engine)
    assert tokens == {good: expected} and errors.keys() == {bad}
    assert isinstance(errors[bad], VLMError) and "picture could not be encoded" in str(errors[bad])


def test_a_token_that_cannot_be_drawn_ends_its_own_answer(make_engine, text_prompt):
    def fail(output_ids, logits):
        raise ValueError("a processor of somebody's")

    engine = make_engine()
    good = engine.add_request(text_prompt(7, 8, 9), GREEDY)
    bad = engine.add_request(text_prompt(7, 8, 9), GREEDY, (), (fail,))
    tokens, errors = run(engine)
    assert len(tokens[good]) == 6 and errors.keys() == {bad} and "a processor of somebody's" in str(errors[bad])


@pytest.mark.parametrize("wrong", [torch.nan, torch.inf, -torch.inf])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_numbers_that_overflowed_are_no_answer(make_engine, text_prompt, monkeypatch, wrong, temperature):
    """Of two answers in a pass, the one whose row it is."""
    engine = make_engine()
    compute = engine.runner.model.compute_logits
    bad = engine.add_request(
        text_prompt(7, 8, 9), SamplingParams(max_tokens=6, answer_tokens=4, temperature=temperature)
    )
    good = engine.add_request(text_prompt(7, 8, 9), GREEDY)

    def spoilt(hidden):
        logits = compute(hidden).clone()
        if len(logits) == 2:
            logits[0, 5] = wrong
        return logits

    monkeypatch.setattr(engine.runner.model, "compute_logits", spoilt)
    tokens, errors = run(engine)
    assert len(tokens[good]) == 6 and bad not in tokens and "--dtype bfloat16" in str(errors[bad])


def test_a_failed_pass_leaves_those_that_wait(make_engine, text_prompt, monkeypatch):
    engine = make_engine(max_num_seqs=1)
    first, second = (engine.add_request(text_prompt(7, 8, 9), GREEDY) for _ in range(2))

    def fail(batch):
        raise RuntimeError("out of memory")

    with monkeypatch.context() as broken, pytest.raises(PassFailed, match="out of memory") as caught:
        broken.setattr(engine.runner, "run", fail)
        engine.step()
    assert caught.value.seq_ids == (first,)
    tokens, errors = run(engine)
    assert tokens.keys() == {second} and not errors
