"""Torch's own kernels at once, compiled ones when they are there, and a sentence where they never will be."""

import platform
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch

from app import doctor
from vlm.errors import ConfigError
from vlm.kernels import build as build_module
from vlm.kernels import choice as choice_module
from vlm.kernels.build import CannotBuild, build, build_apart, is_built, library, load
from vlm.kernels.choice import choose
from vlm.kernels.native import Native
from vlm.kernels.packing import dequantise, pack_weight
from vlm.nano.ensure import default_cache
from vlm.quant.modules import QuantLinear


def test_compiled_kernels_take_over_in_the_middle(compiled, tmp_path, monkeypatch):
    """A module answers before, during and after, each time from the kernels of that moment."""
    may_build = threading.Event()

    def slowly(cache):
        assert may_build.wait(60)
        return library(default_cache())

    monkeypatch.setattr(choice_module, "build_apart", slowly)
    choice = choose(tmp_path, torch.float32)
    weight, x = torch.randn(64, 128), torch.randn(2, 128)
    module = QuantLinear(64, 128, 4, 64, choice)
    module.put(pack_weight(weight, 4, 64))
    before = module(x)
    assert choice.kernels.name == "aten"
    may_build.set()
    choice.building.join(60)
    assert isinstance(choice.kernels, Native)
    after = module(x)
    oracle = x @ dequantise(module.packed).T
    for out in (before, after):
        assert (out - oracle).norm() / oracle.norm() < 1.2e-2
    assert not torch.equal(before, after)


def test_what_is_built_is_used_at_once(compiled):
    choice = choose(default_cache(), torch.float32)
    assert choice.building is None and choice.kernels.name == compiled.instruction_sets()[0]
    assert choose(default_cache(), torch.float32, "aten").kernels.name == "aten"
    assert choose(default_cache(), torch.float32, "avx2").kernels.name == "avx2"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda patch: patch.setattr(build_module.shutil, "which", lambda _: None), "apt install g\\+\\+"),
        (lambda patch: patch.setattr(platform, "machine", lambda: "arm64"), "for x86-64"),
        (lambda patch: patch.setenv("CXX", "no-such-compiler"), "no-such-compiler cannot be run"),
        (lambda patch: patch.setenv("CXX", "false"), "false cannot compile"),
    ],
)
def test_why_there_are_none_is_said_once(tmp_path, monkeypatch, spoil, told):
    monkeypatch.delenv("CXX", raising=False)
    spoil(monkeypatch)
    with pytest.raises(CannotBuild, match=told):
        build(tmp_path)
    said: list[str] = []
    choice = choose(tmp_path, torch.bfloat16, say=said.append)
    if choice.building is not None:
        choice.building.join(60)
    assert choice.kernels.name == "aten" and len(said) == 1 and "half as fast" in said[0]
    with pytest.raises(ConfigError, match=told):
        choose(tmp_path, torch.bfloat16, "avx2")


def test_names_that_do_not_exist(tmp_path):
    with pytest.raises(ConfigError, match="use one of auto, avx512"):
        choose(tmp_path, torch.float32, "sse")


def test_another_source_is_another_library(tmp_path, monkeypatch):
    names = {library(tmp_path)}
    shutil.copytree(build_module.SOURCES, tmp_path / "native")
    monkeypatch.setattr(build_module, "SOURCES", tmp_path / "native")
    assert library(tmp_path) in names, "it is the bytes that count"
    with (tmp_path / "native" / "block.h").open("a") as out:
        out.write("// and more\n")
    names.add(library(tmp_path))
    monkeypatch.setattr(torch, "__version__", "0.0")
    names.add(library(tmp_path))
    assert len(names) == 3


@pytest.fixture
def copied(compiled, tmp_path, monkeypatch):
    """A cache of its own with the library in it; a compiler there only copies it once more."""
    there = library(default_cache()).parent

    def copy(command):
        Path(command[-1]).write_bytes(library(default_cache()).read_bytes())

    monkeypatch.setattr(build_module, "_run", copy)
    monkeypatch.setattr(choice_module, "build_apart", build)
    (tmp_path / "kernels").mkdir()
    for path in there.glob(f"{library(tmp_path).stem}.*"):
        (tmp_path / "kernels" / path.name).write_bytes(path.read_bytes())
    assert is_built(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("ending", "left"), [(".so", 0), (".so", 100), (".so", 300_000), (".so", -4096), (".sha256", 0), (".sha256", -1)]
)
def test_a_library_that_lacks_a_part_is_built_once_more(copied, ending, left):
    """Most of it is enough to be loaded, and to end the process that runs into what is missing."""
    path = library(copied).with_suffix(ending)
    path.write_bytes(path.read_bytes()[:left])
    assert not is_built(copied)
    choice = choose(copied, torch.float32)
    choice.building.join(60)
    assert isinstance(choice.kernels, Native) and choice.is_compiled and is_built(copied)


def test_bytes_that_never_reached_the_disk_are_built_once_more(copied):
    whole = library(copied).read_bytes()
    library(copied).write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    assert not is_built(copied)
    assert load(build(copied)).instruction_sets()


def test_a_build_that_was_stopped_leaves_no_library(copied, monkeypatch):
    library(copied).unlink()

    def stop(command):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(build_module, "_run", stop)
        build(copied)
    assert not library(copied).exists() and not is_built(copied)
    assert load(build(copied)).instruction_sets() and is_built(copied)


@pytest.mark.parametrize("trouble", [FileNotFoundError("no python"), RuntimeError("a bug")])
def test_a_build_that_fails_in_another_way_is_said_too(tmp_path, monkeypatch, trouble):
    def fail(cache):
        raise trouble

    monkeypatch.setattr(choice_module, "build_apart", fail)
    monkeypatch.setattr(choice_module, "find_compiler", lambda: ["g++"])
    said: list[str] = []
    choice = choose(tmp_path, torch.float32, say=said.append)
    choice.building.join(60)
    assert said == [f"{trouble}; until then {choice_module.COST}"] and not choice.is_compiled


def test_the_doctor_of_a_damaged_library(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "find_compiler", lambda: ["ccache", "g++"])
    library(tmp_path).parent.mkdir()
    library(tmp_path).write_bytes(b"\x7fELF")
    assert doctor.about_kernels("auto", tmp_path) == (
        "not compiled yet; ccache g++ will, when a quantised model is first used",
        True,
    )


def test_torch_may_lie_where_pythonpath_says(tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("raise SystemExit('the torch of PYTHONPATH')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(build_module, "find_compiler", lambda: ["c++"])
    with pytest.raises(CannotBuild, match="the torch of PYTHONPATH"):
        build_apart(tmp_path)


def test_a_program_that_ends_first_leaves_its_kernels_to_the_next(tmp_path, monkeypatch):
    """The compiler here is one that takes its time; what it makes is only looked for, not loaded."""
    compiler = tmp_path / "slow-compiler"
    compiler.write_text('#!/bin/sh\nsleep 0.3\nfor last; do :; done\ntouch "$last"\n')
    compiler.chmod(0o755)
    monkeypatch.setenv("CXX", str(compiler))
    program = f"""
import time
from pathlib import Path
import torch
from vlm.kernels.choice import choose
choose(Path({str(tmp_path)!r}), torch.float32)
while not Path({str(tmp_path / "kernels")!r}).exists():
    time.sleep(0.01)
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])
    assert not library(tmp_path).exists()
    until = time.monotonic() + 60
    while not library(tmp_path).exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert library(tmp_path).exists()
