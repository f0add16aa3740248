"""The engine's thread around an engine that costs nothing."""

from __future__ import annotations

import pytest

from tests.backends.stub_engine import StubEngine
from vlm.backends.worker import EngineWorker


@pytest.fixture
def worker():
    worker = EngineWorker(StubEngine())
    yield worker
    worker.engine.before_step = lambda: None
    worker.close()
