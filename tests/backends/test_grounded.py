"""Grounded answers behind the door: text in, a quote or the refusal out, in both modes and when stopped."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from prompts.messages import Message
from prompts.quotes import passages
from prompts.tasks import NOT_FOUND
from tests.toy_checkpoint import write_toy
from vlm.errors import ConfigError
from vlm.load import load_backend
from vlm.sampling_params import SamplingParams
from vlm.tokenizer import Tokenizer

TEXT = "Café Münster\nDate  12.03.2024\nTotal  57.30 €\nZürich  9.00"
PARAMS = SamplingParams(max_tokens=60, answer_tokens=30, grounded_in=TEXT)


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    backend = load_backend(write_toy(tmp_path_factory.mktemp("toy")), dtype="float32", device="cpu")
    yield backend
    backend.close()


def ask(backend, question="What is the total?", params=PARAMS, thinking=None, cancel=None):
    return list(backend.stream([Message.of("user", question)], params, thinking, cancel))


def content(deltas):
    return "".join(delta.content for delta in deltas)


def is_quote(answer):
    return any(f" {answer} " in f" {passage} " for passage in passages(TEXT).splitlines())


@pytest.mark.parametrize("thinking", [True, False, None])
@pytest.mark.parametrize("seed", range(4))
def test_an_answer_is_a_quote_or_the_refusal(backend, thinking, seed):
    params = replace(PARAMS, temperature=2.0, seed=seed)
    deltas = ask(backend, f"Question {seed}?", params, thinking)
    answer = content(deltas).strip()
    assert is_quote(answer) or answer == NOT_FOUND
    assert deltas[-1].finish_reason == "stop"
    thought = "".join(delta.reasoning for delta in deltas)
    assert thought if thinking else not thought or thinking is None


def test_nothing_to_quote_is_refused_and_none_leaves_the_answer_free(backend):
    assert content(ask(backend, params=replace(PARAMS, grounded_in=""))) == NOT_FOUND
    free = content(ask(backend, params=replace(PARAMS, grounded_in=None)))
    assert free != NOT_FOUND and not is_quote(free)


@pytest.mark.parametrize("bias", [-1000.0, 1000.0])
def test_a_biased_refusal_competes_with_its_bias(tmp_path, bias):
    write_toy(tmp_path)
    first = Tokenizer.load(tmp_path).encode(f"\n{NOT_FOUND}")[:2]  # at a line's start, as every answer is
    (tmp_path / "generation_config.json").write_text(f'{{"sequence_bias": [[{first}, {bias}]]}}')
    backend = load_backend(tmp_path, dtype="float32", device="cpu")
    answers = [content(ask(backend, f"Question {number}?")) for number in range(4)]
    assert all((answer == NOT_FOUND) == (bias > 0) for answer in answers)
    backend.close()


def test_cancel_and_close_stop_a_search(backend):
    cancel = threading.Event()
    cancel.set()
    deltas = ask(backend, cancel=cancel)
    assert (content(deltas), deltas[-1].finish_reason) == ("", "abort")
    for _ in range(500):  # nobody waits for the engine's thread to see it
        if not backend.worker.engine.has_unfinished:
            break
        time.sleep(0.01)
    assert not backend.worker.engine.has_unfinished
    backend.worker.engine.scheduler.check_integrity()


def test_a_tokenizer_that_cannot_be_spelled_is_named(backend, monkeypatch):
    class Wordy:
        def get_vocab(self, with_added_tokens):
            return {"total": 1}

    tokenizer = backend.processor.tokenizer
    monkeypatch.setattr(tokenizer, "_backend", Wordy())
    monkeypatch.delitem(tokenizer.__dict__, "pieces", raising=False)
    with pytest.raises(ConfigError, match="tokenizer"):
        _ = tokenizer.pieces
