"""Torch's own kernels at once, compiled ones when they are there, and a sentence where they never will be."""

import platform
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
    here = library(tmp_path)
    monkeypatch.setattr(torch, "__version__", "0.0")
    assert library(tmp_path) != here


def test_a_half_written_library_is_built_again(tmp_path, compiled):
    """It is renamed when it is whole, so a name means a library."""
    folder = library(tmp_path).parent
    folder.mkdir(parents=True)
    (folder / "tmpabc").mkdir()
    assert not library(tmp_path).exists()
    library(tmp_path).write_bytes(library(default_cache()).read_bytes())
    assert load(build(tmp_path)).instruction_sets()


def test_a_damaged_library_is_built_once_more(tmp_path, compiled, monkeypatch):
    whole = library(default_cache()).read_bytes()
    monkeypatch.setattr(build_module, "_compile", lambda _, path: path.write_bytes(whole))
    monkeypatch.setattr(choice_module, "build_apart", build)
    library(tmp_path).parent.mkdir()
    library(tmp_path).write_bytes(whole[:100])
    choice = choose(tmp_path, torch.float32)
    choice.building.join(60)
    assert isinstance(choice.kernels, Native) and is_built(tmp_path)


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
