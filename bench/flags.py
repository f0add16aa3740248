"""Flags that benches of the engine share: which model, and which kernels.

The best kernels that the machine has are waited for, since what is measured is to be one thing from start to end.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

import torch

from app.settings import Settings
from vlm.family import MEMBERS
from vlm.kernels import KERNELS
from vlm.kernels.choice import Choice, choose
from vlm.nano.ensure import NANO, default_cache


def add_kernels(parser: ArgumentParser) -> None:
    parser.add_argument("--kernels", choices=KERNELS, default="auto", help="auto: the best there are")


def add_shape(
    parser: ArgumentParser, default: str = "VL-28B", layers: int | None = None, takes_nano: bool = False
) -> None:
    """`--shape` and `--layers`"""

    def shape(name: str) -> str:
        if not (takes_nano and name == NANO) and not any(name in member.hub_id for member in MEMBERS):
            raise ArgumentTypeError(f"{name!r} is part of none of {', '.join(member.hub_id for member in MEMBERS)}")
        return name

    said = f"{'nano, or ' if takes_nano else ''}part of a member's hub id: random weights"
    parser.add_argument("--shape", type=shape, default=default, help=said)
    parser.add_argument("--layers", type=int, default=layers, help="take only so many layers of a shape")


def add_bits(parser: ArgumentParser) -> None:
    parser.add_argument("--bits", type=int, choices=(4, 8), default=4, help="of a shape")
    parser.add_argument("--group-size", type=int, choices=(32, 64, 128), default=128, help="columns that share a scale")


def kernels_called(name: str) -> Choice:
    """Kernels for bf16, compiled if they have to be, where the settings have them kept.

    Raises:
        ConfigError: this machine cannot have them.
    """
    choice = choose(Settings.load().cache or default_cache(), torch.bfloat16, name)
    if choice.building is not None:
        choice.building.join()
    return choice
