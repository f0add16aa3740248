"""Quantised weights on the CPU: how they lie in memory, and what multiplies with them."""

KERNELS = ("auto", "avx512", "avx2", "aten")
