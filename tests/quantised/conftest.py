import pytest
import torch

from vlm.kernels.aten import Aten
from vlm.kernels.build import CannotBuild, build, load
from vlm.kernels.native import Native
from vlm.nano.ensure import default_cache


@pytest.fixture(scope="session")
def compiled():
    """The C++ kernels, built once into the user's cache. A machine without a compiler or with another processor has
    none."""
    try:
        return load(build(default_cache()))
    except CannotBuild as error:
        pytest.skip(f"no C++ kernels here: {error}")


@pytest.fixture(params=["avx512", "avx2"])
def native(request, compiled):
    return _native(compiled, request.param)


@pytest.fixture(params=["avx512", "avx2", "aten"])
def kernels(request):
    """All that there are, for activations in fp32."""
    if request.param == "aten":
        return Aten(torch.float32)
    return _native(request.getfixturevalue("compiled"), request.param)


def _native(module, isa):
    if isa not in module.instruction_sets():
        pytest.skip(f"this processor lacks {isa}")
    return Native(module, isa)
