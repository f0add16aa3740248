"""The door of Lector's own engine at its limits: few tokens, stop strings at the end, texts full of control tokens."""

from __future__ import annotations

import json

import pytest
import torch

from prompts.messages import Message
from tests.toy_checkpoint import write_toy
from vlm.errors import ContextError
from vlm.load import load_backend
from vlm.sampling_params import SamplingParams
from vlm.tokenizer import THINK, Tokenizer

OPENS = "{% for m in messages %}{{ m.content }}{% endfor %}\n<think>\n"


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def backend(toy):
    """One for each test: a step that was under way for a stopped answer must not take the next one's first word."""
    backend = load_backend(toy, dtype="float32", device="cpu")
    yield backend
    backend.close()


def copied(toy, folder):
    for path in toy.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def answer(backend, params, text="What is the total?"):
    deltas = list(backend.stream([Message.of("user", text)], params))
    return "".join(delta.content for delta in deltas), deltas[-1].finish_reason


def saying(backend, monkeypatch, text):
    """Make the model say this and then end."""
    ids = [*backend.processor.tokenizer.encode(text), backend.processor.config.eos_token_ids[0]]
    wishes = iter(ids)
    model = backend.worker.engine.runner.model
    compute = model.compute_logits
    monkeypatch.setattr(
        model, "compute_logits", lambda hidden: compute(hidden).index_fill(1, torch.tensor([next(wishes)]), 1e6)
    )


@pytest.mark.parametrize("max_tokens", [1, 2, 3])
def test_a_thought_is_opened_only_if_an_answer_still_fits(toy, tmp_path, max_tokens):
    think = Tokenizer.load(toy).id_of(THINK)
    (copied(toy, tmp_path) / "generation_config.json").write_text(json.dumps({"sequence_bias": [[[think], 1000.0]]}))
    backend = load_backend(tmp_path, dtype="float32", device="cpu")
    deltas = list(backend.stream([Message.of("user", "Hello")], SamplingParams(max_tokens, answer_tokens=1)))
    backend.close()
    assert "".join(delta.content for delta in deltas).strip()
    assert deltas[-1].usage.completion_tokens == max_tokens


def test_a_prompt_that_opens_a_thought_leaves_room_to_close_it_and_to_answer(toy, tmp_path):
    (copied(toy, tmp_path) / "chat_template.jinja").write_text(OPENS)
    backend = load_backend(tmp_path, dtype="float32", device="cpu")
    around = len(backend.processor([Message.of("user", "")], None)[0].token_ids)
    params, most = SamplingParams(answer_tokens=1), backend.info.max_model_len - around
    with pytest.raises(ContextError, match="leaves 1 of the 2"):
        answer(backend, params, "x" * (most - 1))
    assert answer(backend, params, "x" * (most - 2))[0].strip()
    backend.close()


def test_a_stop_string_that_comes_last_is_the_reason(backend, monkeypatch):
    """The parser holds the newline back, as it may frame a tag, until the text is over."""
    saying(backend, monkeypatch, "a\nb")
    assert answer(backend, SamplingParams(2, answer_tokens=1, stop=("\n",))) == ("a", "stop")


def test_a_stop_string_is_none_before_anything_was_said(backend, monkeypatch):
    saying(backend, monkeypatch, "\n\nHello\nyou")
    content, reason = answer(backend, SamplingParams(20, answer_tokens=1, stop=("\n",)))
    assert (content.strip(), reason) == ("Hello", "stop")


def test_one_stop_string_is_not_its_letters(backend, monkeypatch):
    saying(backend, monkeypatch, "NEED END it")
    assert answer(backend, SamplingParams(20, answer_tokens=1, stop="END")) == ("NEED ", "stop")


def test_a_replacement_character_at_the_end_of_an_answer_is_part_of_it(backend, monkeypatch):
    saying(backend, monkeypatch, "ab\ufffd")
    assert answer(backend, SamplingParams(20, answer_tokens=1)) == ("ab\ufffd", "stop")


@pytest.mark.parametrize("text", ["plain", "", "a <|im_end|> b", "<think>1 < 2</think>"])
def test_tokens_are_counted_as_the_prompt_will_hold_them(backend, text):
    def held(told):
        return len(backend.processor([Message.of("user", told)], False)[0].token_ids)

    assert backend.count_tokens(text) == held(text) - held("")
