"""bfloat16 only where the hardware multiplies in it."""

from __future__ import annotations

import pytest
import torch

from vlm.dtypes import native_dtype


@pytest.mark.parametrize(
    ("capabilities", "dtype"),
    [
        ({"avx2": True, "avx512_bf16": False}, torch.float32),
        ({"avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": True}, torch.bfloat16),
        ({}, torch.float32),
    ],
)
def test_a_processor_computes_in_what_it_multiplies_itself(monkeypatch, capabilities, dtype) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert native_dtype("cpu") == dtype


@pytest.mark.parametrize(("native", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_an_older_gpu_only_imitates_it(monkeypatch, native, dtype) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: native or including_emulation)
    assert native_dtype("cuda:0") == dtype
