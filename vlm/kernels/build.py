"""Compiling the C++ kernels, once for each version of them, into the user's cache.

The compiler is called directly: three files need no build system. What is built runs on any processor with AVX2; which
instruction set it uses is chosen when it runs. As a program (`python -P build.py CACHE`) this file imports nothing of
Lector, and says on its standard error why there are no kernels.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import torch
from filelock import FileLock

SOURCES = Path(__file__).with_name("native")
FLAGS = ("-std=c++20", "-O3", "-fPIC", "-fopenmp", "-w")  # no -ffast-math: a row is the same in any company
NAME = "lector_kernels"


class CannotBuild(Exception):
    """Why there are no kernels on this machine, and what would bring them."""


def library(cache: Path) -> Path:
    """Where the built kernels are, or will be: another source, torch or Python is another file."""
    told = hashlib.sha256(f"{torch.__version__} {sys.version} {FLAGS}".encode())
    for path in sorted(SOURCES.iterdir()):
        told.update(path.read_bytes())
    return cache / "kernels" / f"{NAME}-{told.hexdigest()[:16]}.so"


def is_built(cache: Path) -> bool:
    """Whether the library is there, to the last byte: one that lacks a part ends the process that loads it."""
    path = library(cache)
    try:
        return _sum_file(path).read_text(encoding="ascii") == _sum(path)
    except (OSError, ValueError):
        return False


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sum_file(path: Path) -> Path:
    """Where it is written down what the library's bytes come to."""
    return path.with_suffix(".sha256")


def build(cache: Path) -> Path:
    """The library, compiled if it is not there (half a minute). Two processes do not build it twice.

    Raises:
        CannotBuild: another processor, no compiler, or one that fails.
    """
    path = library(cache)
    if is_built(cache):
        return path
    compiler = find_compiler()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if not is_built(cache):
                _compile(compiler, path)
    except OSError as error:
        raise CannotBuild(f"{path.parent} cannot be written ({error.strerror or error}); choose --cache") from error
    return path


def build_apart(cache: Path) -> Path:
    """The same in a process that goes on when this one ends first, as it does after one short question.

    Raises:
        CannotBuild: as `build` does.
    """
    path = library(cache)
    if not is_built(cache):
        find_compiler()
        command = [sys.executable, "-P", __file__, str(cache.absolute())]  # torch may lie where PYTHONPATH says
        done = subprocess.run(command, capture_output=True, text=True, check=False, start_new_session=True)
        if done.returncode:
            raise CannotBuild((done.stderr.splitlines() or ["the compiler was stopped"])[-1])
    return path


def find_compiler() -> list[str]:
    """The command that compiles C++ here: `CXX`, which may be several words, or what is found.

    Raises:
        CannotBuild: there is none, or nothing for it to do on this processor.
    """
    if platform.machine().lower() not in ("x86_64", "amd64") or os.name == "nt":
        raise CannotBuild(f"the C++ kernels are for x86-64 and not yet for {platform.system()} on {platform.machine()}")
    if own := shlex.split(os.environ.get("CXX", "")):
        return own
    compiler = next(filter(shutil.which, ("g++", "c++", "clang++")), None)
    if compiler is None:
        raise CannotBuild("there is no C++ compiler; install g++ (on Debian and Ubuntu: apt install g++)")
    return [compiler]


def load(path: Path) -> ModuleType:
    """The compiled module."""
    spec = importlib.util.spec_from_file_location(NAME, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _compile(compiler: Sequence[str], path: Path) -> None:
    """Beside `path`, then to its place; last, its sum."""
    torch_home = Path(torch.__file__).parent
    includes = (torch_home / "include", torch_home / "include/torch/csrc/api/include", sysconfig.get_paths()["include"])
    abi = f"-D_GLIBCXX_USE_CXX11_ABI={int(torch.compiled_with_cxx11_abi())}"
    with tempfile.TemporaryDirectory(dir=path.parent) as work:
        objects = []
        for source in sorted(SOURCES.glob("*.cpp")):
            command = [*compiler, *FLAGS, abi, f"-DTORCH_EXTENSION_NAME={NAME}"]
            objects.append(str(Path(work) / f"{source.stem}.o"))
            _run([*command, *(f"-isystem{folder}" for folder in includes), "-c", str(source), "-o", objects[-1]])
        made = Path(work) / path.name
        libraries = ("-ltorch", "-ltorch_cpu", "-ltorch_python", "-lc10")
        _run([*compiler, "-shared", "-fopenmp", *objects, f"-L{torch_home / 'lib'}", *libraries, "-o", str(made)])
        told = Path(work) / "sum"
        told.write_text(_sum(made), encoding="ascii")
        for part, place in ((made, path), (told, _sum_file(path))):
            with part.open("r+b") as written:
                os.fsync(written.fileno())  # or a name may be on the disk before its bytes are
            part.replace(place)


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise CannotBuild(f"{command[0]} cannot be run: {error.strerror or error}") from error
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line.lower()] or done.stderr.splitlines()[-1:]
        raise CannotBuild(f"{command[0]} cannot compile the kernels: {' '.join(lines[:2])}")


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]))
    except CannotBuild as error:
        sys.exit(str(error))
