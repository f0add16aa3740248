"""An answer that is stopped: nobody waits for the engine to see it, and it does at its next step."""

from __future__ import annotations

import threading
import time

import pytest

from prompts.messages import Message
from tests.toy_checkpoint import write_toy
from vlm.load import load_backend
from vlm.sampling_params import SamplingParams


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    backend = load_backend(write_toy(tmp_path_factory.mktemp("toy")), dtype="float32", device="cpu")
    yield backend
    backend.close()


def rest(backend):
    """Until the engine's thread has seen that nobody listens any more, which nobody waits for."""
    for _ in range(500):
        if not backend.worker.engine.has_unfinished:
            return
        time.sleep(0.01)
    raise AssertionError("the engine goes on for nobody")


def test_cancel_stops_the_engine_at_once(backend):
    cancel = threading.Event()
    params = SamplingParams(max_tokens=1500, answer_tokens=10)
    stream = backend.stream([Message.of("user", "What is the total?")], params, cancel=cancel)
    next(stream)
    cancel.set()
    last = list(stream)[-1]
    assert last.finish_reason == "abort"
    rest(backend)
    steps = backend.worker.engine.num_steps
    list(backend.stream([Message.of("user", "Another?")], SamplingParams(max_tokens=1, answer_tokens=1)))
    assert backend.worker.engine.num_steps == steps + 1, "one step for the new question, none for the old one"


def test_closing_the_stream_stops_the_engine(backend):
    stream = backend.stream(
        [Message.of("user", "What is the total?")], SamplingParams(max_tokens=1500, answer_tokens=10)
    )
    next(stream)
    steps = backend.worker.engine.num_steps
    stream.close()
    rest(backend)
    assert backend.worker.engine.num_steps < steps + 1000, "not to its end"
