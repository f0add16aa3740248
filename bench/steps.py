"""A pass of the engine that is measured: an answer that fails would else count as a quick one."""

from __future__ import annotations

from vlm.engine.engine import Engine, StepOutput


def step(engine: Engine) -> list[StepOutput]:
    """What `Engine.step` gives.

    Raises:
        VLMError: a request failed, or the pass did.
    """
    outputs = engine.step()
    for output in outputs:
        if output.error is not None:
            raise output.error
    return outputs
