"""What this machine can run: `python -m app.doctor [MODEL]`

Cores, instruction sets, memory, disk and GPU; which kernels quantised models get; for each member of the family whether
it fits, in which precision, how fast the memory, measured now, lets it speak at most, and the commands that bring and
run it. Exit codes: 0 the chosen model can run here, 2 wrong usage, 4 it cannot, 130 interrupted, 141 nobody
reads the output any more.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import torch

from app.settings import Settings, add_arguments
from app.terminal import program
from vlm.config import ModelConfig
from vlm.dtypes import native_dtype
from vlm.errors import ModelUnavailable
from vlm.family import MEMBERS, Weight, weigh
from vlm.kernels.aten import copies
from vlm.kernels.build import CannotBuild, find_compiler, is_built, library, load
from vlm.load import resolve_device, resolve_dtype
from vlm.nano.ensure import NANO, default_cache
from vlm.quantisation import Quantisation

CONTEXT = 8192  # tokens of prompt and answer that are reckoned with
FEWER_BITS = (Quantisation(8, 64), Quantisation(4, 64))
READ_BYTES, READ_ROUNDS = 512 * 2**20, 5


@dataclass(frozen=True, slots=True)
class Machine:
    """Bytes, and bytes a second."""

    memory: int
    free: int
    bandwidth: float


@dataclass(frozen=True, slots=True)
class Form:
    """What a model's weights are held in.

    Attributes:
        flags: that a program needs to hold them so.
        copies: bytes that lie in memory for one of a weight.
    """

    name: str
    dtype: torch.dtype
    how: Quantisation | None = None
    flags: str = ""
    copies: int = 1

    def weigh(self, config: ModelConfig) -> Weight:
        weight = weigh(config, self.dtype, self.how)
        return replace(weight, whole=weight.whole * self.copies)


@program
def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.doctor", description="What this machine can run.")
    parser.add_argument("chosen", nargs="?", metavar="MODEL", help="nano, a directory, or a hub id; default: --model")
    add_arguments(parser)
    args = parser.parse_args(argv)
    settings = Settings.load(args)
    if args.chosen:
        settings = replace(settings, model=args.chosen)
    cache = settings.cache or default_cache()
    machine = Machine(psutil.virtual_memory().total, psutil.virtual_memory().available, read_bandwidth())
    kernels, is_compiled = about_kernels(settings.kernels, cache)
    forms = forms_of(settings, is_compiled)
    print("\n".join([*about_machine(machine, cache, kernels), "", *about_family(machine, forms), ""]))
    print(verdict(settings.model, machine, forms))
    return 0


def read_bandwidth(device: str = "cpu", size: int = READ_BYTES) -> float:
    """Bytes a second that all of `device` reads from its memory: the best of a few rounds over `size` bytes."""
    numbers = torch.ones(size // 8, dtype=torch.int64, device=device)
    best = float("inf")
    for _ in range(READ_ROUNDS):
        began = time.perf_counter()
        int(numbers.sum())  # waits for it
        best = min(best, time.perf_counter() - began)
    return size / best


def about_machine(machine: Machine, cache: Path, kernels: str) -> list[str]:
    has = torch.cpu.get_capabilities()
    known = {"avx2": "AVX2", "avx512_f": "AVX-512", "avx512_vnni": "VNNI", "avx512_bf16": "BF16", "amx_bf16": "AMX"}
    sets = " ".join(name for key, name in known.items() if has.get(key)) or platform.machine()
    home = next(folder for folder in (cache, *cache.absolute().parents) if folder.exists())
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "none that torch can use"
    return [
        f"Processor  {psutil.cpu_count(logical=False) or '?'} cores, {torch.get_num_threads()} threads used, {sets}",
        f"Memory     {_gb(machine.memory)}, {_gb(machine.free)} free, read at {_gb(machine.bandwidth)}/s",
        f"Disk       {_gb(shutil.disk_usage(home).free)} free at {cache}",
        f"GPU        {gpu}",
        f"Kernels    {kernels}",
    ]


def about_kernels(chosen: str, cache: Path) -> tuple[str, bool]:
    """What multiplies quantised weights here, and whether that is, or will be, the compiled ones."""
    if chosen == "aten":
        return "torch's own, as --kernels says", False
    if is_built(cache):
        try:
            sets = load(library(cache)).instruction_sets()
        except ImportError as error:
            return f"torch's own, about half as fast: {error}", False
        return f"{', '.join(sets) or 'none for this processor'}, compiled at {library(cache).parent}", bool(sets)
    try:
        compiler = find_compiler()
    except CannotBuild as error:
        return f"torch's own, about half as fast: {error}", False
    return f"not compiled yet; {' '.join(compiler)} will, when a quantised model is first used", True


def forms_of(settings: Settings, is_compiled: bool) -> list[Form]:
    """As the settings say, in half of 32 bits, and quantised; torch's own kernels hold quantised weights
    several times."""
    device = resolve_device(settings.device)
    dtype = resolve_dtype(settings.dtype, device)
    forms = [Form(f"{8 * dtype.itemsize} bits", dtype, flags=_flags(dtype, device))]
    if dtype == torch.float32:
        forms.append(Form("16 bits", torch.bfloat16, flags=_flags(torch.bfloat16, device)))
    dtype = resolve_dtype(settings.dtype, "cpu")  # where quantised models run
    for how in FEWER_BITS:
        held = 1 if is_compiled else copies(how.bits, dtype)
        forms.append(Form(f"{how.bits} bits", dtype, how, _flags(dtype, "cpu"), held))
    return forms


def _flags(dtype: torch.dtype, device: str) -> str:
    return "" if dtype == native_dtype(device) else f" --dtype {str(dtype).removeprefix('torch.')}"


def about_family(machine: Machine, forms: Sequence[Form]) -> list[str]:
    rows = [("model", "weights", f"memory at {CONTEXT} tokens", "fits", "at most")]
    for member in MEMBERS:
        for form in forms:
            weight = form.weigh(member.config)
            fits = weight.memory(CONTEXT) <= machine.memory
            speed = f"{machine.bandwidth / weight.per_token:.1f} tokens/s" if fits else ""
            label = f"{member.hub_id.partition('/')[2]}, {form.name}"
            rows.append((label, _gb(weight.whole), _gb(weight.memory(CONTEXT)), "yes" if fits else "no", speed))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def verdict(model: str, machine: Machine, forms: Sequence[Form]) -> str:
    """What to do to run `model` here.

    Raises:
        ModelUnavailable: it does not fit, however small its numbers, or nobody knows it.
    """
    if model == NANO:
        return f"{NANO} runs here: python app.py"
    if Path(model).is_dir():
        config = ModelConfig.load(Path(model))
        return _ways(model, config, machine, forms)
    member = next((member for member in MEMBERS if member.hub_id == model), None)
    if member is None:
        known = ", ".join(member.hub_id for member in MEMBERS)
        raise ModelUnavailable(f"{model} is no directory and not one of {known}: download it, and name its directory")
    return _ways(model, member.config, machine, forms)


def _ways(model: str, config: ModelConfig, machine: Machine, forms: Sequence[Form]) -> str:
    own = config.quantisation
    if own is not None:
        forms = [replace(form, how=own) for form in forms if form.how is not None and form.how.bits == own.bits]
    weights = [(form, form.weigh(config)) for form in forms]
    fitting = [(form, weight) for form, weight in weights if weight.memory(CONTEXT) <= machine.memory]
    if not fitting:
        form, least = weights[-1]
        raise ModelUnavailable(
            f"{model} needs {_gb(least.memory(CONTEXT))} of memory even in {form.name}, and this machine has "
            f"{_gb(machine.memory)}; choose a smaller member"
        )
    form, weight = fitting[0]
    lines = [f"{model} runs here in {form.name}:"]
    if form.how is None or own is not None:
        lines.append(f"    python app.py --model {model}{form.flags}")
    else:
        bits = form.how.bits
        lines.append(f"    python -m vlm.quantize {model} ernie-{bits}bit --bits {bits}")
        lines.append(f"    python app.py --model ernie-{bits}bit{form.flags}")
    if weight.memory(CONTEXT) > machine.free:
        lines.append(
            f"{_gb(weight.memory(CONTEXT))} are needed and {_gb(machine.free)} are free: close other programs."
        )
    return "\n".join(lines)


def _gb(count: float) -> str:
    return f"{count / 1e9:.1f} GB"


if __name__ == "__main__":
    sys.exit(main())
