"""The engine's thread: nobody who waits for it waits for ever."""

from __future__ import annotations

import gc
import threading

import pytest

from vlm.backends.worker import Request
from vlm.errors import ModelClosed

PATIENCE = 10.0


def start(function):
    """Run in a thread; the list gets what it returned or raised."""
    out = []

    def run():
        try:
            out.append(function())
        except Exception as error:
            out.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, out


def test_close_while_many_are_answered_wakes_them_all(worker):
    threads = [start(lambda: list(worker.outputs(worker.submit(None, None, (), ()), None))) for _ in range(20)]
    while worker.engine.next_id < 20:
        pass
    worker.close()
    for thread, out in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive() and isinstance(out[0], ModelClosed)


def test_a_closed_model_says_so(worker):
    worker.close()
    for call in (lambda: worker.submit(None, None, (), ()), lambda: worker.abort(Request())):
        thread, out = start(call)
        thread.join(PATIENCE)
        assert not thread.is_alive()
        assert out[0] is None or isinstance(out[0], ModelClosed)
    with pytest.raises(ModelClosed):
        worker.submit(None, None, (), ())


def test_an_abandoned_stream_may_be_collected_in_the_engines_own_thread(worker):
    """The collector runs where it likes; there the abort must not wait for its own thread."""
    abandoned = worker.submit(None, None, (), ())
    collected = threading.Event()

    def collect():
        if not collected.is_set() and cycle:
            cycle.clear()
            gc.collect()
            collected.set()

    stream = worker.outputs(abandoned, None)
    next(stream)
    knot = [stream]
    knot.append(knot)
    cycle = [None]
    del stream, knot
    worker.engine.before_step = collect
    assert collected.wait(PATIENCE)
    thread, out = start(lambda: next(worker.outputs(worker.submit(None, None, (), ()), None)))
    thread.join(PATIENCE)
    assert not thread.is_alive() and out[0].token_id == 1
