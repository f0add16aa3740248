"""An engine that costs nothing, for tests of the thread around it."""

from __future__ import annotations

from vlm.engine.engine import StepOutput
from vlm.errors import ContextError


class StubEngine:
    """Says 1 for ever to everybody; `before_step` runs in the engine's thread."""

    def __init__(self):
        self.alive, self.next_id, self.before_step = set(), 0, lambda: None
        self.let_end = lambda: None

    def add_request(self, inputs, *_):
        if inputs == "too long":
            raise ContextError("shorten the prompt")
        self.next_id += 1
        self.alive.add(self.next_id)
        return self.next_id

    def abort(self, seq_id):
        self.alive.discard(seq_id)

    @property
    def has_unfinished(self):
        return bool(self.alive)

    def step(self):
        self.before_step()
        return [StepOutput(seq_id, 1, None) for seq_id in self.alive]
