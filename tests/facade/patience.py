"""When to pull the plug: at random, and later where a run came to nothing, so that slow machines get on, too."""

from __future__ import annotations

from random import Random

GROWTH = 1.5


class Patience:
    """Seconds between `least` and `most`; `most` grows with each run that added nothing, until one adds something."""

    def __init__(self, rng: Random, least: float, most: float) -> None:
        self.rng, self.least, self.most = rng, least, most
        self._longest, self._done = most, 0

    def wait(self) -> float:
        return self.rng.uniform(self.least, self._longest)

    def told(self, done: int) -> None:
        """How much is done after a run."""
        self._longest = self._longest * GROWTH if done <= self._done else self.most
        self._done = done
