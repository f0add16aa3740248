"""Checkpoints to quantised checkpoints, piece by piece: `python -m vlm.quantize`."""
