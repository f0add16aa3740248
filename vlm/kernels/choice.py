"""Which kernels run: torch's own at once, and the compiled ones as soon as they are there.

choice = choose(cache, torch.bfloat16)
choice.kernels.name   # "avx512", or "aten" while it builds and where it cannot be built
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import torch

from vlm.errors import ConfigError
from vlm.kernels import KERNELS
from vlm.kernels.aten import Aten
from vlm.kernels.base import Kernels
from vlm.kernels.build import CannotBuild, build, build_apart, find_compiler, is_built, load
from vlm.kernels.native import Native

COST = "quantised models run on torch's own kernels, about half as fast and with more memory"


class Choice:
    """The kernels of now; modules ask anew at every call, so that better ones take over in the middle of an answer."""

    def __init__(self, kernels: Kernels) -> None:
        self.kernels = kernels
        self.building: threading.Thread | None = None

    @property
    def is_compiled(self) -> bool:
        """Whether compiled kernels are here or on their way."""
        is_building = self.building is not None and self.building.is_alive()
        return is_building or self.kernels.name != "aten"  # asked last: it ends when they are here


def choose(cache: Path, dtype: torch.dtype, name: str = "auto", say: Callable[[str], None] = lambda _: None) -> Choice:
    """Kernels for activations of `dtype`.

    Args:
        cache: where compiled kernels are kept.
        name: `auto` takes the best that this machine has and builds in the background; another name takes that one
            and waits for it.
        say: hears once why there are none better, if that is so.

    Raises:
        ConfigError: kernels asked for by name that this machine cannot have.
    """
    if name not in KERNELS:
        raise ConfigError(f"there are no kernels called {name!r}; use one of {', '.join(KERNELS)}")
    choice = Choice(Aten(dtype))
    if name == "aten":
        return choice
    if name != "auto":
        choice.kernels = compiled(cache, name)
    elif is_built(cache):
        _take_over(choice, cache, say)
    else:
        try:
            find_compiler()
        except CannotBuild as error:
            say(f"{error}; until then {COST}")
            return choice
        choice.building = threading.Thread(target=_take_over, args=(choice, cache, say), daemon=True)
        choice.building.start()
    return choice


def _take_over(choice: Choice, cache: Path, say: Callable[[str], None]) -> None:
    try:
        choice.kernels = compiled(cache, make=build_apart)
    except Exception as error:  # in a thread of its own nobody else would hear of it
        say(f"{error}; until then {COST}")


def compiled(cache: Path, isa: str | None = None, make: Callable[[Path], Path] = build) -> Native:
    """The compiled kernels of `isa`, or the best that this machine has; built now, unless `cache` has them.

    Raises:
        ConfigError: there is no compiler, or the processor lacks what they need.
    """
    try:
        module = load(make(cache))
    except (CannotBuild, ImportError) as error:
        raise ConfigError(str(error)) from error
    here = module.instruction_sets()
    if not here or (isa is not None and isa not in here):
        raise ConfigError(f"this processor lacks {isa or 'AVX2'}")
    return Native(module, isa or here[0])
