"""The engine: schedule, run, postprocess. It speaks ids and tensors only."""
