"""ERNIE-4.5(-VL) in plain PyTorch, smallest part first: layers, rope, attention, moe, vision, resampler, decoder."""
