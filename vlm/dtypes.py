"""Which types a device computes in itself, and does not only imitate."""

from __future__ import annotations

import torch


def native_dtype(device: str) -> torch.dtype:
    """bfloat16 where the hardware multiplies in it, else float32: a processor that does not is many times slower."""
    if device.startswith("cuda"):
        native = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        capabilities = torch.cpu.get_capabilities()
        native = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    return torch.bfloat16 if native else torch.float32
