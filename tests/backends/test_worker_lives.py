"""Nobody waits for another's picture, a failure is its owner's alone, and a model that is dropped goes."""

from __future__ import annotations

import gc
import os
import threading
import weakref

import pytest

from tests.backends.stub_engine import StubEngine
from vlm.backends.worker import EngineWorker
from vlm.engine.engine import PassFailed, StepOutput
from vlm.errors import ContextError, ModelClosed, VLMError

PATIENCE = 10.0


@pytest.fixture
def picture(worker):
    """A step that takes as long as it is let; the first one has begun."""
    begun, may_end = threading.Event(), threading.Event()

    def look():
        begun.set()
        assert may_end.wait(PATIENCE)

    worker.engine.before_step, worker.engine.let_end = look, may_end.set
    first = worker.submit(None, None, (), ())
    assert begun.wait(PATIENCE)
    yield first
    may_end.set()


def test_a_request_and_its_stop_do_not_wait_for_anothers_picture(worker, picture):
    cancel = threading.Event()
    request = worker.submit(None, None, (), ())
    threading.Timer(0.1, cancel.set).start()
    assert list(worker.outputs(request, cancel)) == [] and worker.engine.next_id == 1
    worker.abort(picture)  # as after a stop string
    assert worker.engine.alive == {1}, "the step goes on, and nobody waits for it"


def test_who_was_dropped_before_the_engine_heard_of_it_never_begins(worker, picture, monkeypatch):
    """Ctrl-C may come when the request is queued already."""
    post = worker._desk.post

    def interrupted(function):
        post(function)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(worker._desk, "post", interrupted)
        worker.submit(None, None, (), ())
    worker.engine.before_step = lambda: None
    worker.abort(picture)
    worker.engine.let_end()
    after = worker.submit(None, None, (), ())
    next(worker.outputs(after, None))
    assert worker.engine.next_id == 2, "the picture, and who came last"


def test_what_the_engine_refuses_is_told_to_who_asked(worker):
    with pytest.raises(ContextError, match="shorten"):
        next(worker.outputs(worker.submit("too long", None, (), ()), None))


def test_a_failed_pass_ends_those_it_was_for(worker):
    other, waiting = (worker.submit(None, None, (), ()) for _ in range(2))
    outputs = worker.outputs(waiting, None)
    next(outputs)

    def fail():
        worker.engine.before_step = lambda: None
        raise PassFailed("no memory", [1])

    worker.engine.before_step = fail
    with pytest.raises(VLMError, match="no memory"):
        list(worker.outputs(other, None))
    assert next(outputs).token_id == 1


def test_what_ended_one_is_raised_to_that_one(worker):
    worker.engine.step = lambda: [StepOutput(seq_id, None, "abort", error=VLMError("NaN")) for seq_id in (1,)]
    with pytest.raises(VLMError, match="NaN"):
        list(worker.outputs(worker.submit(None, None, (), ()), None))


def test_an_engine_that_breaks_says_so_in_words(worker):
    def fail():
        raise ValueError("what nobody thought of")

    worker.engine.before_step = fail
    with pytest.raises(VLMError, match=r"engine failed.*what nobody thought of"):
        list(worker.outputs(worker.submit(None, None, (), ()), None))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # that a process with threads is forked is what is tested
def test_a_forked_child_is_told_at_once(worker):
    begun = worker.outputs(worker.submit(None, None, (), ()), None)
    next(begun)
    child = os.fork()
    if child == 0:
        refused = 0
        for call in (lambda: worker.submit(None, None, (), ()), lambda: list(begun)):
            try:
                call()
            except ModelClosed as error:
                refused += "forked" in str(error)
        worker.close()
        os._exit(refused)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert next(begun).token_id == 1


def test_a_worker_that_is_dropped_takes_its_thread_and_its_model_along():
    worker = EngineWorker(StubEngine())
    next(worker.outputs(worker.submit(None, None, (), ()), None))
    engine, thread = weakref.ref(worker.engine), worker._thread
    del worker
    gc.collect()
    thread.join(PATIENCE)
    gc.collect()
    assert not thread.is_alive() and engine() is None
